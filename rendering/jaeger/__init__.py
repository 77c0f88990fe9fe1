"""Jaeger's documents, rendered from the catalog: where spans are kept, and what people see of them."""

"""From the catalog to each backend's own documents: pure functions that never import pulumi."""

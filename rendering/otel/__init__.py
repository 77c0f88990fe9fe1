"""The OpenTelemetry collectors' configurations, rendered from the catalog: an agent on each node, gateways that sample."""

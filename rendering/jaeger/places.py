"""Names, ports and folders of Jaeger: what workloads, policies and Grafana must agree on with its configuration."""

from rendering.site import Namespaces

NAME, COLLECTOR, QUERY = "jaeger", "jaeger-collector", "jaeger-query"
"""The platform's service in the catalog, and the two addresses, which one process may serve."""
QUERY_HTTP, QUERY_GRPC = 16686, 16685
SAMPLING_HTTP, SAMPLING_GRPC = 5778, 5779
FOLDER = "/etc/jaeger"
SECRETS = "/etc/jaeger-secrets"
DATA = "/badger"
CONFIGURATION, STRATEGIES, INTERFACE = "config.yaml", "strategies.json", "interface.json"


def query_endpoint(namespaces: Namespaces, base_path: str) -> str:
    """Where machines ask for traces inside the cluster."""
    return f"http://{QUERY}.{namespaces.tracing}.svc:{QUERY_HTTP}{base_path.rstrip('/')}"


def sampling_endpoint(namespaces: Namespaces) -> str:
    """Where SDKs ask for strategies (gRPC)."""
    return f"http://{COLLECTOR}.{namespaces.tracing}.svc:{SAMPLING_GRPC}"

"""Names, ports and folders of the collectors: what workloads, monitors and network policies must agree on with configurations."""

from rendering.site import Site

AGENT, GATEWAY = "otel-agent", "otel-sampler"
ENDPOINT = "otel-gateway"
"""What applications send to, whatever stands behind it: a name in the tracing namespace for the agents' Service."""
OTLP_GRPC, OTLP_HTTP, ZIPKIN = 4317, 4318, 9411
HEALTH, TELEMETRY, METRICS = 13133, 8888, 8889
"""Health check; the collector's metrics of itself; metrics that it made of spans and logs."""
METRICS_PORT = "spans"
"""Name of the last one among a pod's ports."""
STORAGE = "/var/lib/otelcol"
"""Queues and file positions, which outlive the process."""
POD_LOGS = "/var/log/pods"
MADE_BY_COLLECTORS = ("log-metrics", "span-metrics")
"""Series that only collectors make, as `catalog/exporters.yaml` calls them."""
NODE_VARIABLE = "K8S_NODE_NAME"
"""Environment variable that tells an agent its node."""


def gateways(site: Site) -> str:
    """The headless Service whose addresses are the gateways that are ready."""
    return f"{GATEWAY}.{site.namespaces.tracing}.svc.cluster.local"


def jaeger(site: Site) -> str:
    """Our own Jaeger's OTLP address."""
    return f"http://jaeger-collector.{site.namespaces.tracing}.svc:{OTLP_GRPC}"


def datadog(site: Site) -> str:
    """The Datadog agent's OTLP address."""
    return f"http://datadog-agent.{site.namespaces.agents}.svc:{OTLP_GRPC}"

"""The agent's configuration: what applications send to on their node; it says where a span came from and finds its gateway."""

from catalog.catalog import Catalog
from rendering.document import Document
from rendering.otel import parts
from rendering.otel.logs import LogsRoute, with_logs
from rendering.otel.places import NODE_VARIABLE, OTLP_GRPC, OTLP_HTTP, ZIPKIN, gateways
from rendering.otel.settings import TracesSettings
from rendering.site import Site

_POD = ("k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid", "k8s.deployment.name", "k8s.node.name", "k8s.container.name")
_IMAGE = ("container.image.name", "container.image.tag")


def agent(catalog: Catalog, site: Site, settings: TracesSettings, logs: LogsRoute | None = None) -> Document:
    """One configuration for all nodes."""
    receivers: Document = {"otlp": parts.otlp_receiver(OTLP_GRPC, OTLP_HTTP)}
    if settings.zipkin:
        receivers["zipkin"] = {"endpoint": f"0.0.0.0:{ZIPKIN}"}
    configuration: Document = {
        "extensions": parts.extensions(),
        "receivers": receivers,
        "processors": {
            "memory_limiter": parts.memory_limiter(settings.agent_memory),
            "resourcedetection": _host(),
            "k8sattributes": _containers(),
            "resource/place": parts.place(site),
            "resource/node": {"attributes": [{"key": "k8s.node.name", "value": f"${{env:{NODE_VARIABLE}}}", "action": "upsert"}]},
        },
        "connectors": {},
        "exporters": {"loadbalancing": _balanced(site, settings.queue)},
        "service": parts.service(
            {
                "traces": {
                    "receivers": list(receivers),
                    "processors": ["memory_limiter", "resourcedetection", "k8sattributes", "resource/place", "resource/node"],
                    "exporters": ["loadbalancing"],
                }
            }
        ),
    }
    return with_logs(configuration, catalog, settings, logs) if logs else configuration


def _host() -> Document:
    """The machine, asked of EC2; a container's own host name would be its pod's."""
    return {
        "detectors": ["system", "ec2"],
        "timeout": "2s",
        "override": False,
        "system": {"resource_attributes": {"host.name": {"enabled": False}, "host.id": {"enabled": False}}},
    }


def _containers() -> Document:
    """The pod that a span came from: by the address of its connection, which no sender chooses, unless a log file names it."""
    return {
        "auth_type": "serviceAccount",
        "filter": {"node_from_env_var": NODE_VARIABLE},
        "extract": {
            "metadata": [*_POD, *_IMAGE],
            "labels": [{"tag_name": "k8s.pod.labels.app", "key": "app", "from": "pod"}],
        },
        "pod_association": [
            {"sources": [{"from": "connection"}]},
            {"sources": [{"from": "resource_attribute", "name": "k8s.pod.uid"}]},
        ],
    }


def _balanced(site: Site, queue: int) -> Document:
    """To the gateway that a trace's id stands for, among those that are ready.

    A gateway that is gone is tried again for a little longer than DNS takes to forget it; then the queue on disk has the spans
    again and offers them to whoever took over. Its own queue for each gateway would be memory, lost with the agent.
    """
    return {
        "routing_key": "traceID",
        "resolver": {"dns": {"hostname": gateways(site), "port": str(OTLP_GRPC), "interval": "5s", "timeout": "2s"}},
        "protocol": {
            "otlp": {
                "tls": {"insecure": True},
                "compression": "snappy",
                "timeout": "5s",
                "sending_queue": {"enabled": False},
                "retry_on_failure": {"enabled": True, "initial_interval": "200ms", "max_interval": "2s", "max_elapsed_time": "8s"},
            }
        },
        "timeout": "15s",
        **parts.persistent(queue, 512, 4096),
    }

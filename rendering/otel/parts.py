"""What agents and gateways have in common: what they say of themselves, how they keep within memory, and how they send.

Judged by the tested collector, 0.145.0. The deployed one (0.163.2) calls some components by new names and still takes the old ones as
aliases: `k8sattributes`, `resourcedetection`, `loadbalancing`, `spanmetrics`, `servicegraph`, `filelog` (renamed by v0.153.0; see the
pull requests «rename to ... with deprecated alias ...» of open-telemetry/opentelemetry-collector-contrib). `otlp_grpc` and `otlp_http`
are known to both. Its other options were not compared one by one.
"""

from urllib.parse import urlsplit

from rendering.document import Document
from rendering.otel.places import HEALTH, STORAGE, TELEMETRY
from rendering.site import Site

QUEUE = "file_storage/queue"
_LIMIT, _SPIKE = 0.8, 0.2
"""Shares of the memory: beyond the limit less the spike data is refused, beyond the limit garbage is collected at once."""
_LARGEST_VALUE = 8192
"""Bytes of one attribute's value; a longer one is cut."""
MOST_MESSAGE = 4
"""MiB of one request, gRPC's own default; a larger one is refused."""


def extensions() -> Document:
    """Health for Kubernetes, and a folder on a volume where queues survive the process."""
    return {
        "health_check": {"endpoint": f"0.0.0.0:{HEALTH}"},
        QUEUE: {
            "directory": STORAGE,
            "create_directory": True,
            "recreate": True,  # a damaged file is put aside: a collector that never starts again loses more
            "compaction": {"on_start": True, "on_rebound": True, "directory": STORAGE},
        },
    }


def service(pipelines: Document) -> Document:
    """Pipelines, and the collector's own telemetry."""
    # The forms of names are said, since their defaults changed between releases.
    forms = {"without_type_suffix": False, "without_units": False, "without_scope_info": True}
    reader = {"pull": {"exporter": {"prometheus": {"host": "0.0.0.0", "port": TELEMETRY, **forms}}}}  # noqa: S104 - the pod's own address
    return {
        "extensions": ["health_check", QUEUE],
        "telemetry": {"logs": {"encoding": "json", "level": "info"}, "metrics": {"level": "normal", "readers": [reader]}},
        "pipelines": pipelines,
    }


def memory_limiter(memory: int) -> Document:
    """Refuses data, which senders then offer again, before `memory` MiB are full."""
    return {"check_interval": "500ms", "limit_mib": int(_LIMIT * memory), "spike_limit_mib": int(_SPIKE * memory)}


def place(site: Site) -> Document:
    """The environment that everything here is of, whatever its sender says."""
    attributes = {"deployment.environment.name": site.environment, "cloud.region": site.region, "k8s.cluster.name": site.cluster}
    return {"attributes": [{"key": key, "value": value, "action": "upsert"} for key, value in attributes.items()]}


def short_values(context: str) -> Document:
    """A statement group that cuts values which no reader reads and every store pays for."""
    return {"context": context, "statements": [f"truncate_all(attributes, {_LARGEST_VALUE})"]}


def otlp_receiver(grpc: int, http: int | None = None) -> Document:
    """OTLP in the clear inside the cluster."""
    protocols: Document = {"grpc": {"endpoint": f"0.0.0.0:{grpc}", "max_recv_msg_size_mib": MOST_MESSAGE}}
    if http is not None:
        protocols["http"] = {"endpoint": f"0.0.0.0:{http}", "max_request_body_size": MOST_MESSAGE * 2**20}
    return {"protocols": protocols}


def to_grpc(url: str, queue: int, compression: str) -> Document:
    """An OTLP exporter; whether it speaks TLS is the address's scheme."""
    parts = urlsplit(url)
    return {
        "endpoint": parts.netloc,
        "tls": {"insecure": parts.scheme == "http"},
        "compression": compression,
        "timeout": "10s",
        **persistent(queue, 2048, 8192),
    }


def persistent(queue: int, least: int, most: int) -> Document:
    """A queue of `queue` spans or records on disk, sent in batches of `least` to `most`, tried for as long as it takes.

    Batches are made behind the queue: a batch processor before it would hold in memory what senders believe safe.
    """
    return {
        "retry_on_failure": {"enabled": True, "initial_interval": "1s", "max_interval": "30s", "max_elapsed_time": "0s"},
        "sending_queue": {
            "enabled": True,
            "storage": QUEUE,
            "sizer": "items",
            "queue_size": queue,
            "num_consumers": 10,
            "batch": {"sizer": "items", "flush_timeout": "200ms", "min_size": least, "max_size": most},
        },
    }

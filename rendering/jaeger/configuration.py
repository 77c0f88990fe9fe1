"""Jaeger v2's configuration, which is a collector's with extensions of its own.

Keys are those of jaegertracing/jaeger v2.20.0: `cmd/jaeger/config-*.yaml`, `cmd/internal/storageconfig/config.go`, the `config.go`
of the extensions jaegerquery and remotesampling, and below `internal/`: `storage/elasticsearch/config/{config,config_rotation}.go`,
`storage/v1/badger/config.go` and `config/promcfg/config.go`.
"""

from dataclasses import dataclass
from typing import Literal

from catalog.units import duration_text
from rendering.document import Document
from rendering.jaeger.places import (
    DATA,
    FOLDER,
    INTERFACE,
    QUERY_GRPC,
    QUERY_HTTP,
    SAMPLING_GRPC,
    SAMPLING_HTTP,
    SECRETS,
    STRATEGIES,
)
from rendering.jaeger.settings import ElasticsearchSettings, JaegerSettings
from rendering.otel import parts
from rendering.otel.places import HEALTH, OTLP_GRPC, TELEMETRY

Role = Literal["collector", "query", "both"]
SPANS, METRICS = "spans", "span_metrics"
_ANY = "0.0.0.0"  # noqa: S104 - the pod's own address


@dataclass(frozen=True)
class Monitor:
    """Where the page on services' performance finds span metrics."""

    prometheus: str
    """Prometheus' address, with scheme."""
    sign_for: str | None = None
    """AWS region that requests are signed for; None where nobody asks for a signature."""


def configuration(settings: JaegerSettings, monitor: Monitor, role: Role) -> Document:
    """The configuration of a process: one that takes spans, one that answers people, or both in one."""
    extensions: Document = {
        "jaeger_storage": {"backends": {SPANS: _backend(settings)}},
        "healthcheckv2": {"use_v2": True, "http": {"endpoint": f"{_ANY}:{HEALTH}"}},
    }
    pipelines: Document = {}
    found: Document = {}
    if role != "query":
        extensions["remote_sampling"] = _sampling()
        pipelines["traces"] = {"receivers": ["otlp"], "processors": ["memory_limiter", "batch"], "exporters": ["jaeger_storage_exporter"]}
        found = {
            "receivers": {"otlp": parts.otlp_receiver(OTLP_GRPC)},
            "processors": {"memory_limiter": parts.memory_limiter(settings.memory), "batch": {"timeout": "1s", "send_batch_size": 2048}},
            "exporters": {"jaeger_storage_exporter": {"trace_storage": SPANS, "retry_on_failure": _patience()}},
        }
    else:
        # A collector without pipelines does not start; this one carries nothing (config-query.yaml does the same).
        pipelines["traces"] = {"receivers": ["nop"], "exporters": ["nop"]}
        found = {"receivers": {"nop": {}}, "exporters": {"nop": {}}}
    if role != "collector":
        extensions |= _query(settings, monitor)
        extensions["jaeger_storage"]["metric_backends"] = {METRICS: {"prometheus": _span_metrics(monitor)}}
    return {"extensions": extensions, **found, "service": _service(list(extensions), pipelines)}


def _backend(settings: JaegerSettings) -> Document:
    if settings.elasticsearch is not None:
        return {"elasticsearch": _elasticsearch(settings.elasticsearch)}
    return {
        "badger": {
            "directories": {"keys": f"{DATA}/keys", "values": f"{DATA}/values"},
            "ephemeral": False,
            "ttl": {"spans": duration_text(settings.retention)},
        }
    }


def _elasticsearch(settings: ElasticsearchSettings) -> Document:
    """Its own user, whose password is read from a file again and again; indices roll over by a lifecycle policy."""
    index = {"shards": settings.shards, "replicas": settings.replicas, "rotation": {"auto_rollover": {"policy_name": settings.policy}}}
    tls = {"tls": {"ca_file": f"{SECRETS}/ca.crt"}} if settings.own_authority else {}
    return {
        "server_urls": [settings.url],
        "auth": {"basic": {"username": settings.user, "password_file": f"{SECRETS}/password", "reload_interval": "1m"}},
        **tls,
        "indices": {"index_prefix": settings.prefix, **dict.fromkeys(("spans", "services", "dependencies", "sampling"), index)},
    }


def _patience() -> Document:
    """A store that is away is tried until senders, whose queues are on disk, try again themselves."""
    return {"enabled": True, "initial_interval": "500ms", "max_interval": "5s", "max_elapsed_time": "8s"}


def _sampling() -> Document:
    """Strategies for SDKs that ask for one, from a file of the catalog's making."""
    return {
        "file": {"path": f"{FOLDER}/{STRATEGIES}", "default_sampling_probability": 1, "reload_interval": "30s"},
        "http": {"endpoint": f"{_ANY}:{SAMPLING_HTTP}"},
        "grpc": {"endpoint": f"{_ANY}:{SAMPLING_GRPC}"},
    }


def _query(settings: JaegerSettings, monitor: Monitor) -> Document:
    query: Document = {
        "base_path": settings.base_path,
        "storage": {"traces": SPANS, "metrics": METRICS},
        "ui": {"config_file": f"{FOLDER}/{INTERFACE}"},
        "http": {"endpoint": f"{_ANY}:{QUERY_HTTP}"},
        "grpc": {"endpoint": f"{_ANY}:{QUERY_GRPC}"},
    }
    signed = {"sigv4auth": {"region": monitor.sign_for, "service": "aps"}} if monitor.sign_for else {}
    return {**signed, "jaeger_query": query}


def _span_metrics(monitor: Monitor) -> Document:
    """The samplers' names: a counter with `_total`, a histogram in seconds."""
    return {
        "endpoint": monitor.prometheus,
        "metric_namespace": "traces_span_metrics",
        "latency_unit": "s",
        "normalize_calls": True,
        "normalize_duration": True,
        **({"auth": {"authenticator": "sigv4auth"}} if monitor.sign_for else {}),
    }


def _service(extensions: list[str], pipelines: Document) -> Document:
    """What stands on something else comes after it: Jaeger starts extensions by what they say they need."""
    forms = {"without_type_suffix": False, "without_units": False, "without_scope_info": True}
    reader = {"pull": {"exporter": {"prometheus": {"host": _ANY, "port": TELEMETRY, **forms}}}}
    return {
        "extensions": extensions,
        "telemetry": {
            "resource": {"service.name": "jaeger"},
            "logs": {"encoding": "json", "level": "info"},
            "metrics": {"level": "normal", "readers": [reader]},
        },
        "pipelines": pipelines,
    }

"""Metrics made of all spans before sampling, and of all logs: names and labels are those that `catalog/exporters.yaml` promises.

The connectors aggregate over pods: their resource attributes stay out of the series, which carry the catalog's identity instead;
each gateway exposes its own counters, told apart by the target's `pod`.
Source: connector/spanmetricsconnector, servicegraphconnector and countconnector in opentelemetry-collector-contrib v0.145.0.
"""

from catalog.catalog import Catalog
from catalog.spans import buckets
from rendering.document import Document
from rendering.otel.calls import UPSTREAM
from rendering.otel.identity import APPLICATION, SERVICE
from rendering.otel.places import METRICS

_MOST_SERIES = 2000
"""Of one service and gateway; operations beyond are counted together."""
_PEERS = ("peer.service", "db.namespace", "db.name", "db.system.name", "db.system", "messaging.system", "server.address")
"""What an unobserved dependency is called in the service graph, the most telling first."""


def span_metrics(catalog: Catalog) -> Document:
    """Calls and durations by operation and by what is called, with the trace of an example in each bucket."""
    return {
        "namespace": "traces.span.metrics",
        "histogram": {"unit": "s", "explicit": {"buckets": _durations(catalog)}},
        "dimensions": [{"name": APPLICATION}, {"name": SERVICE}, {"name": UPSTREAM}],
        "exemplars": {"enabled": True, "max_per_data_point": 5},
        "resource_metrics_key_attributes": ["service.name", APPLICATION, SERVICE],
        "aggregation_cardinality_limit": _MOST_SERIES,
        "metrics_flush_interval": "15s",
        "metrics_expiration": "1h",
    }


def service_graph(catalog: Catalog) -> Document:
    """Who calls whom, and how that goes: what no single service's metrics tell of a dependency."""
    return {
        "latency_histogram_buckets": _durations(catalog),
        "store": {"ttl": "10s", "max_items": 20_000},
        "virtual_node_peer_attributes": list(_PEERS),
        "metrics_flush_interval": "15s",
    }


def log_events() -> Document:
    """One counter of log records; a record without a kind of event is counted as well."""
    return {
        "logs": {
            "log.events": {
                "description": "Log records by level and kind of event",
                "attributes": [
                    {"key": APPLICATION, "default_value": ""},
                    {"key": SERVICE, "default_value": ""},
                    {"key": "event", "default_value": "none"},
                    {"key": "level", "default_value": "unknown"},
                ],
            }
        }
    }


def accumulated() -> Document:
    """Processors that make counters of what the count connector says of each batch.

    Its points carry the records' own times, and the accumulator drops what is older than what it has seen: points are stamped anew, one
    batch after the other, and lose the resource that would keep pods apart.
    """
    stamped = {"context": "datapoint", "statements": ["set(start_time, Now())", "set(time, Now())"]}
    nobody = {"context": "resource", "statements": ["keep_keys(attributes, [])"]}
    return {
        "batch": {"timeout": "200ms"},
        "transform/stamp": {"metric_statements": [nobody, stamped]},
        "deltatocumulative": {"max_stale": "1h", "max_streams": 20_000},
    }


def exposed() -> Document:
    """The exporter that Prometheus scrapes; exemplars travel in OpenMetrics only."""
    return {"endpoint": f"0.0.0.0:{METRICS}", "enable_open_metrics": True, "without_scope_info": True, "metric_expiration": "1h"}


def _durations(catalog: Catalog) -> list[str]:
    return [f"{round(boundary * 1000)}ms" for boundary in buckets(catalog)]

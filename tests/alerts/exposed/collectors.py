"""What collectors and Jaeger expose of themselves."""

from tests.alerts.exposed.requests import Counted
from tests.alerts.place import Place, own
from tests.alerts.series import Gauge, State, merged

_ASKED = {"kind": "traces", "name": "spans", "role": "primary"}
TRACE_READS = Counted(
    "jaeger_storage_requests_total",
    ({**_ASKED, "operation": "find_traces", "result": "ok"}, {**_ASKED, "operation": "get_services", "result": "ok"}),
    ({**_ASKED, "operation": "find_traces", "result": "err"},),
)
"""Jaeger's questions to its store."""


def queue(place: Place, full: float) -> State:
    """An exporter's queue by how full it is; another exporter's is empty, and its capacity is larger."""

    def of(exporter: str, size: float, capacity: float) -> State:
        labels = {"exporter": exporter, "data_type": "traces"}
        return merged(
            own(place, "otelcol_exporter_queue_size", Gauge(size), **labels),
            own(place, "otelcol_exporter_queue_capacity", Gauge(capacity), **labels),
        )

    return merged(of("otlp_grpc/jaeger", full * 200_000, 200_000), of("otlp_grpc/datadog", 0, 400_000))

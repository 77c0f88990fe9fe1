"""How finely collectors measure spans: one histogram for all services, since one collector counts them all."""

from catalog.catalog import Catalog

_LATENCIES = ("http_latency", "ai_request_latency", "inference_latency")
"""Signals of which services name boundaries: what a span lasts is one of these."""
_USUAL = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds; where no service names boundaries."""


def buckets(catalog: Catalog) -> tuple[float, ...]:
    """Boundaries in seconds: all that the traced services' own latency histograms have, and every promise."""
    found: set[float] = set()
    for application in catalog.applications.values():
        for service in application.services.values():
            if application.namespace is None or not service.collect.traces:
                continue
            found |= {boundary for latency in _LATENCIES for boundary in service.buckets.get(latency, ())}
            found |= {objective.under for objective in service.objectives.values() if objective.under is not None}
    return tuple(sorted(found or _USUAL))

"""How Prometheus scrapes what samplers make of spans: the series keep the identity of those that they tell of."""

from catalog.catalog import Catalog
from rendering import relabeling
from rendering.document import Document, monitoring_object
from rendering.otel.places import GATEWAY, METRICS_PORT
from rendering.site import Site
from rendering.targets import limits, rhythm

_INTERVAL = 15
"""Seconds: the connectors show the exemplars of their last flush only (`metrics_flush_interval`), a slower scrape would miss some."""
_MOST_SERIES = 100_000
"""Of one sampler: its connectors' own limit for each service is in `span_metrics.py`."""


def monitors(catalog: Catalog, site: Site) -> tuple[Document, ...]:
    """One PodMonitor, where samplers run.

    `honorLabels`: application and service come with the series; those of spans that belong to nobody in the catalog, and the
    service graph's, which tell of two, count as the sampler's own. Each sampler counts its part, told apart by `pod`.
    """
    subjects = [subject for subject in catalog.subjects() if subject.application.namespace is None and subject.name == GATEWAY]
    return tuple(
        monitoring_object(
            "v1",
            "PodMonitor",
            f"{subject.application.application}-{GATEWAY}-spans",
            site.namespaces.monitoring,
            {
                "selector": {"matchLabels": {"app.kubernetes.io/name": GATEWAY}},
                "namespaceSelector": {"matchNames": [site.namespaces.tracing]},
                **limits(_MOST_SERIES),
                "podMetricsEndpoints": [
                    {
                        "port": METRICS_PORT,
                        "path": "/metrics",
                        "scheme": "http",
                        "honorLabels": True,
                        **rhythm(_INTERVAL),
                        "relabelings": relabeling.identity(subject),
                    }
                ],
            },
        )
        for subject in subjects
        if site.runs(subject)
    )

"""How Prometheus scrapes what collectors make of spans and log records: the series keep the identity of those that they tell of."""

from catalog.catalog import Catalog, Subject
from rendering import relabeling
from rendering.document import Document, monitoring_object
from rendering.otel.places import AGENT, GATEWAY, METRICS_PORT
from rendering.site import Site
from rendering.targets import limits, rhythm

_INTERVAL = 15
"""Seconds: the connectors show the exemplars of their last flush only (`metrics_flush_interval`), a slower scrape would miss some."""
_MADE_OF = {AGENT: "logs", GATEWAY: "spans"}
_MOST_SERIES = {AGENT: 20_000, GATEWAY: 100_000}
"""Of one collector: its connectors' own limit for each service is in `span_metrics.py`."""


def monitors(catalog: Catalog, site: Site) -> tuple[Document, ...]:
    """A PodMonitor of agents, which count log records, and one of samplers, which measure spans, where they run.

    `honorLabels`: application and service come with the series; those of spans and records that belong to nobody in the catalog,
    and the service graph's, which tell of two, count as the collector's own. Each counts its part, told apart by `pod`.
    """
    subjects = [subject for subject in catalog.subjects() if subject.application.namespace is None and subject.name in _MADE_OF]
    return tuple(_monitor(subject, site) for subject in subjects if site.runs(subject))


def _monitor(subject: Subject, site: Site) -> Document:
    endpoint = {
        "port": METRICS_PORT,
        "path": "/metrics",
        "scheme": "http",
        "honorLabels": True,
        **rhythm(_INTERVAL),
        "relabelings": relabeling.identity(subject),
    }
    spec = {
        "selector": {"matchLabels": {"app.kubernetes.io/name": subject.name}},
        "namespaceSelector": {"matchNames": [site.namespaces_of(subject)[0]]},
        **limits(_MOST_SERIES[subject.name]),
        "podMetricsEndpoints": [endpoint],
    }
    name = f"{subject.application.application}-{subject.name}-{_MADE_OF[subject.name]}"
    return monitoring_object("v1", "PodMonitor", name, site.namespaces.monitoring, spec)

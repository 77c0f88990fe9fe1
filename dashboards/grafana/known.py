"""What a dashboard's queries can find in one environment: series with their labels, expressions recorded already, data sources."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from catalog.catalog import Catalog
from catalog.exposure import Exposure
from catalog.queries import Labels, labels
from dashboards import model
from dashboards.scope import parsed
from rendering.document import Document

EXTERNAL: Labels = frozenset({"environment", "region", "cluster"})
"""Labels that every series carries where Prometheus is read through its front."""
_ALERTS = ("ALERTS", "ALERTS_FOR_STATE")
_GRAFANA = "-- Grafana --"
"""Grafana's own annotations."""
SOURCES = frozenset(
    {
        _GRAFANA,
        *(source.uid for source in vars(model).values() if isinstance(source, model.Source)),
    }
)
"""The uids of the data sources that an environment may have."""


@dataclass(frozen=True)
class Known:
    """What queries are judged against."""

    series: dict[str, Labels]
    """All labels that a series may have, by its name: raw ones, recorded ones and those of alerts."""
    planned: dict[str, str]
    """Metrics that nobody makes yet, and who will."""
    recorded: dict[str, str]
    """Recorded series by their expression, as `normal` writes it."""
    sources: frozenset[str] = SOURCES


def known(catalog: Catalog, groups: dict[str, list[Document]]) -> Known:
    """All that a catalog's services, its exporters and its rules make."""
    exposure = Exposure(catalog)
    series: dict[str, Labels] = dict(exposure.shared)
    for subject in catalog.subjects():
        for name, found in exposure.of(subject).items():
            series[name] = series.get(name, frozenset()) | found
    planned = dict(_planned(catalog))
    made = series.keys() - planned.keys()
    series = {name: series[name] | EXTERNAL for name in made}
    recorded: dict[str, str] = {}
    alerts = frozenset(label for rule in _rules(groups) if "alert" in rule for label in rule.get("labels", {}))
    series |= dict.fromkeys(_ALERTS, alerts | {"alertname", "alertstate"} | EXTERNAL)
    everything = frozenset[str]().union(*series.values())
    for rule in _rules(groups):
        expression = parsed(rule["expr"])
        if "record" in rule:
            recorded[expression.prettify()] = rule["record"]
        itself = rule.get("record")  # one that goes on with its own past has the labels of what it began with
        kept = labels(expression, lambda name, own=itself: series.get(name, everything if name == own else frozenset())) or frozenset()
        own = frozenset(rule.get("labels", {})) | kept | EXTERNAL
        for name in (rule["record"],) if "record" in rule else _ALERTS:
            series[name] = series.get(name, frozenset()) | own
    return Known(series, planned, recorded)


def _planned(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for exporter in catalog.exporters.values():
        if exporter.planned is not None:
            for name, own in exporter.metrics.items():
                for suffix in ("_bucket", "_sum", "_count") if "le" in own else ("",):
                    yield f"{name}{suffix}", exporter.planned


def _rules(groups: dict[str, list[Document]]) -> Iterator[dict[str, Any]]:
    """Recorded series first, since alerts read them."""
    rules = [rule for found in groups.values() for group in found for rule in group["rules"]]
    yield from sorted(rules, key=lambda rule: "alert" in rule)


def reachable(documents: Iterable[dict[str, Any]]) -> frozenset[str]:
    """The uids that links may lead to."""
    return frozenset(document["uid"] for document in documents if document.get("uid"))

"""What Datadog keeps of custom metrics: the tags that somebody asks by, and the unit that graphs show.

A custom metric is billed by its tag combinations. Agents add a pod's and a container's names to all that they forward, which nobody asks
by and which change with every deployment; without a list of tags each deployment is billed as new metrics.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from catalog.base import Backend
from catalog.catalog import Catalog, Subject, collectors
from catalog.exporters import Metrics
from catalog.model import Service
from catalog.signal import Signal
from catalog.units import Unit
from rendering.datadog import queries
from rendering.resource import Resource
from rendering.site import Site

TAGS, METADATA = "datadog:index/metricTagConfiguration:MetricTagConfiguration", "datadog:index/metricMetadata:MetricMetadata"
Kind = Literal["count", "rate", "gauge", "distribution"]

EVERYWHERE = ("env", "cluster", "service", "version")
"""Tags of every question, and the one by which deployments are compared."""
_CUSTOM = ("openmetrics", "dogstatsd")
"""Ways by which metrics of applications' own come; integrations' are not billed and cannot be configured."""
_READ = re.compile(r"\b([a-z]+\d*):([A-Za-z][\w.]*)\{([^{}]*)\}(?: by \{([^{}]*)\})?(\.as_(?:count|rate)\(\))?")
_UNITS = {Unit.SECONDS: "second", Unit.BYTES: "byte", Unit.RATIO: "fraction"}
"""Units by Datadog's names (docs.datadoghq.com/metrics/units/#unit-list)."""


@dataclass
class Custom:
    """What is known of one metric after all that ask for it."""

    kind: Kind
    title: str
    unit: Unit | None = None
    tags: set[str] = field(default_factory=set[str])


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Tag lists and units, once for the account, and only when metrics have arrived.

    Datadog refuses them before: «Cannot configure tags on a metric that does not exist», «metric_name not found»
    (terraform-provider-datadog, issues 4016 and 918).
    """
    if site.datadog is None or not site.datadog.metrics_arrived:
        return []
    return [made for name, metric in sorted(customs(catalog, site).items()) for made in _configured(name, metric)]


def customs(catalog: Catalog, site: Site) -> dict[str, Custom]:
    """Every custom metric that a signal reads, by name."""
    found: dict[str, Custom] = {}
    for subject in catalog.subjects():
        for name in dict.fromkeys(_signals(subject)):
            signal = catalog.signals.get(name)
            query = queries.datadog(signal) if signal is not None else None
            if signal is None or query is None or query.ingest not in _CUSTOM or Backend.DATADOG not in collectors(subject, signal):
                continue
            for metric, read in _reads(subject, signal, site):
                _merge(found, metric, read)
    return found


def _signals(subject: Subject) -> Iterator[str]:
    watched = subject.watched
    yield from (alert.signal for alert in watched.alerts.values())
    yield from (target.signal for target in watched.targets.values())
    if isinstance(watched, Service):
        yield from (objective.signal for objective in watched.objectives.values())
        yield from (target.signal for target in watched.business.values())


def _reads(subject: Subject, signal: Signal, site: Site) -> Iterator[tuple[str, Custom]]:
    """Metrics in a signal's query with the tags that it names; a plain query's metric has the signal's unit."""
    text, query = queries.expression(subject, signal, site), queries.datadog(signal)
    matches = list(_READ.finditer(text))
    plain = len(matches) == 1 and matches[0][0] == text
    own = subject.watched.exposes if isinstance(subject.watched, Service) else {}
    for match in matches:
        _, metric, filters, groups, modifier = match.groups()
        named = {part.strip().lstrip("!").partition(":")[0] for part in filters.split(",")}
        grouped = {part.strip() for part in groups.split(",")} if groups else set[str]()
        counted: Kind = "rate" if query is not None and query.ingest == "dogstatsd" else "count"
        kind: Kind = counted if modifier else "gauge"
        if query is not None and query.distribution == metric:
            kind = "distribution"
        unit = signal.unit if plain and not modifier else None
        yield metric, Custom(kind, signal.title, unit, named | grouped | _labels(metric, own))


def _labels(metric: str, exposes: Metrics) -> set[str]:
    """Labels that the service gives the metric itself: few, and meant to be asked by. A counter loses `_total` on its way."""
    name = metric.removesuffix(".count")
    return {label for each in (name, f"{name}_total") for label in exposes.get(each, ()) if label != "le"}


def _merge(found: dict[str, Custom], name: str, read: Custom) -> None:
    """One metric asked for twice has all tags of both; a distribution is one, whatever else is asked of it."""
    known = found.setdefault(name, Custom(read.kind, read.title))
    known.tags |= read.tags
    known.unit = known.unit or read.unit
    if "distribution" in (known.kind, read.kind):
        known.kind = "distribution"
    elif known.kind == "gauge":
        known.kind = read.kind


def _configured(name: str, metric: Custom) -> Iterator[Resource]:
    tags = sorted(metric.tags | set(EVERYWHERE))
    percentiles = {"includePercentiles": True} if metric.kind == "distribution" else {}
    yield Resource(TAGS, name, {"metricName": name, "metricType": metric.kind, "tags": tags, **percentiles}, account_wide=True)
    unit = _UNITS.get(metric.unit) if metric.unit is not None else None
    if unit is not None:
        described = {"metric": name, "unit": unit, "description": f"{metric.title[0].upper()}{metric.title[1:]}"}
        yield Resource(METADATA, name, described, account_wide=True)

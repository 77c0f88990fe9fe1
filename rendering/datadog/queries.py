"""Datadog's query language as text: templates of the catalog filled in, and the few shapes that monitors are built of."""

import re
from typing import Literal

from catalog.catalog import Subject
from catalog.model import Dependency, Service, Statistic
from catalog.queries import grouping, label_names
from catalog.signal import DatadogQuery, Signal
from catalog.template import fill
from catalog.units import duration_text
from rendering.site import Site

Nature = Literal["count", "rate", "percentile", "gauge"]
"""How points of a query add up over time: sums of events, means of rates, sketches of distributions, or no more than they are."""

_METRIC = re.compile(r"([A-Za-z][\w.]*)\{\$tags")
_GROUP = re.compile(r"\s*\bby\s*\{([^{}]*)\}")
_PERCENTILE = re.compile(r"\bp\d{2,3}:")
_MINUTE, _HOUR, _DAY, _WEEK = 60, 3600, 86400, 604800
_EARLIER = {_HOUR: "hour_before", _DAY: "day_before", _WEEK: "week_before"}


def scope(subject: Subject, ingest: str, site: Site, metric: str = "") -> str:
    """Tags that select a subject's own points, as they arrive by each way.

    What applications send (DogStatsD, OpenMetrics, spans, logs) carries `env` and `service`, the unified tags of their pods; the agent
    adds its own `cluster`, which trace metrics and metrics made of logs do not keep. Checks that we configure carry the catalog's names.
    The cluster's state knows namespaces and workloads; autoscalers and nodes are not any deployment's.
    """
    environment, cluster = f"env:{site.environment}", f"cluster:{site.cluster}"
    if isinstance(subject.watched, Dependency) and subject.watched.kind == "cluster":
        return cluster
    if ingest == "kubernetes":
        return ",".join((cluster, *_workload(subject, site, metric)))
    if ingest == "integration" or isinstance(subject.watched, Dependency):
        return ",".join((cluster, *check_tags(subject)))
    if ingest == "synthetics":
        return ",".join((environment, *check_tags(subject)))
    identity = f"service:{subject.watched.identity.datadog}"
    return f"{environment},{identity}" if ingest in ("apm", "logs") else f"{environment},{cluster},{identity}"


def check_tags(subject: Subject) -> tuple[str, ...]:
    """Tags of the checks and tests that we configure for a subject: its service by the name that Datadog knows it by."""
    application = f"application:{subject.application.application}"
    if isinstance(subject.watched, Service):
        return (application, f"service:{subject.watched.identity.datadog}")
    return (application, f"dependency:{subject.name}")


def _workload(subject: Subject, site: Site, metric: str) -> tuple[str, ...]:
    """As kubernetes_state_core/metadata.csv of DataDog/integrations-core lists the tags of each metric.

    What it tells of pods and containers knows no deployment, but the `service` of their standard labels.
    """
    if metric.startswith("kubernetes_state.node."):
        return ()
    namespace = f"kube_namespace:{site.namespaces_of(subject)[0]}"
    if metric.startswith(("kubernetes_state.container.", "kubernetes_state.pod.")) and isinstance(subject.watched, Service):
        return (namespace, f"service:{subject.watched.identity.datadog}")
    owner = "horizontalpodautoscaler" if metric.startswith("kubernetes_state.hpa.") else "kube_deployment"
    return (namespace, f"{owner}:{subject.name}")


def datadog(signal: Signal) -> DatadogQuery | None:
    """A signal's query; None where Datadog has a gap."""
    return signal.datadog if isinstance(signal.datadog, DatadogQuery) else None


def expression(subject: Subject, signal: Signal, site: Site, statistic: Statistic | None = None) -> str:
    """What a signal is of a subject, in the signal's base unit; ValueError where Datadog has a gap."""
    query = datadog(signal)
    if query is None:
        raise ValueError(f"Datadog cannot see the {signal.title}")
    if query.bad is not None and query.all is not None:
        bad, every = filled(query.bad, subject, signal, site), filled(query.all, subject, signal, site)
        return f"{_operand(bad)} / {_operand(every)}"
    if query.distribution is not None:
        return filled(f"{_aggregator(statistic)}:{query.distribution}{{$tags}} by {{$by}}", subject, signal, site)
    return filled(query.value or "", subject, signal, site)


def events(subject: Subject, signal: Signal, site: Site) -> str | None:
    """How many events a signal is measured by; None where it has one value."""
    query = datadog(signal)
    if query is None or query.value is not None:
        return None
    return filled(query.all or f"count:{query.distribution}{{$tags}} by {{$by}}.as_count()", subject, signal, site)


def filled(template: str, subject: Subject, signal: Signal, site: Site) -> str:
    """A template with `$tags`, `$by` and `$w` filled in; groups by nothing are left out."""
    query = datadog(signal)
    ingest = query.ingest if query else ""

    def scoped(match: re.Match[str]) -> str:
        return f"{match[1]}{{{scope(subject, ingest, site, match[1])}"

    by = ",".join(grouping(subject, signal))
    parameters = {"by": by, "w": duration_text(signal.window), **label_names(subject)}
    return fill(_METRIC.sub(scoped, template), parameters).replace(" by {}", "")


def _aggregator(statistic: Statistic | None) -> str:
    return "avg" if statistic in (None, "average") else str(statistic)


def _operand(text: str) -> str:
    """The expression, in brackets where it is a sum or a product of several."""
    return f"({text})" if re.search(r"[)}] [-+*/] ", text) else text


def groups(query: str) -> tuple[str, ...]:
    """The tags that a query is grouped by, each once: what a monitor fires for one by one."""
    found = [tag.strip() for match in _GROUP.finditer(query) for tag in match[1].split(",")]
    return tuple(dict.fromkeys(tag for tag in found if tag))


def ungrouped(query: str) -> str:
    """The same over all groups."""
    return _GROUP.sub("", query)


def grouped_by(query: str, tags: tuple[str, ...]) -> str:
    """The same for each value of these tags and no others."""
    by = f" by {{{','.join(tags)}}}" if tags else ""
    return re.sub(r"(\{[^{}]*\})(?: by \{[^{}]*\})?(?=[.)\s,]|$)", lambda match: f"{match[1]}{by}", ungrouped(query))


def nature(query: str) -> Nature:
    """How its points add up over time."""
    if ".as_count()" in query:
        return "count"
    if ".as_rate()" in query or "per_second(" in query:
        return "rate"
    return "percentile" if _PERCENTILE.search(query) else "gauge"


def earlier(query: str, offset: float) -> str:
    """The same so many seconds before. Counts have no points to shift one by one: their rates have."""
    rated = query.replace(".as_count()", ".as_rate()")
    name = _EARLIER.get(int(offset))
    return f"{name}({rated})" if name else f"timeshift({rated}, -{int(offset)})"


def window(seconds: float) -> str:
    """So many seconds as a monitor's window, whole minutes and at least one: 300 -> `last_5m`, 21600 -> `last_6h`, 86400 -> `last_1d`."""
    minutes = max(1, -(-int(seconds) // _MINUTE))
    if minutes % 1440 == 0:
        days = minutes // 1440
        return {1: "last_1d", 7: "last_1w"}.get(days, f"last_{days * 24}h")
    return f"last_{minutes // 60}h" if minutes % 60 == 0 else f"last_{minutes}m"


def window_seconds(text: str) -> int:
    """The reverse of `window`, of a whole window or of its part after `last_`; ValueError where it is none."""
    match = re.fullmatch(r"(?:last_)?(\d+)(mo|[smhdw])", text)
    if match is None:
        raise ValueError(f"{text!r} is no window; write last_5m, last_4h, last_1d or last_1w")
    return int(match[1]) * {"s": 1, "m": _MINUTE, "h": _HOUR, "d": _DAY, "w": _WEEK, "mo": 30 * _DAY}[match[2]]

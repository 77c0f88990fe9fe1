"""What the reliability report reads: whether each service and dependency was up, minute by minute, and what a month of that amounts to.

Down is what the owners page for: a state of the subject's own (it answers its scrapes, its health check, its exporter's question)
that one of its paging alerts calls wrong. Where no such alert is, it is down when its scrapes fail, or else its check from outside.
"""

from collections.abc import Iterator

from catalog.base import Backend
from catalog.catalog import Catalog, Subject, collectors
from catalog.exposure import Exposure
from catalog.model import Objective, Service
from catalog.queries import templates
from catalog.sight import sees
from catalog.signal import PrometheusQuery
from catalog.units import Unit
from rendering import measures, promql, slo
from rendering.document import Document
from rendering.sight import seen
from rendering.site import Site
from rendering.targets import EXPORTED, collected

WINDOW = "30d"
_REPORT_INTERVAL = "4m"
"""A month moves slowly; below the 5 minutes after which Prometheus forgets a value, so that none ever is missing."""
_RATE = 600
"""Window of the report's rates in seconds: more than twice its interval, so that none is lost between two evaluations."""
_URGENT = 'alertstate="firing",priority=~"P1|P2"'
_AVAILABILITY = "availability"
"""Name of the objective that the share of time up is held against."""
Groups = dict[tuple[str, str], list[Document]]


def groups(catalog: Catalog, site: Site) -> Groups:
    """Up to two rule groups for each service and dependency, by application and name: minutes, and the report made of them."""
    view = _View(catalog, site)
    objectives: dict[tuple[str, str], list[slo.Slo]] = {}
    for objective in slo.objectives(catalog, site):
        objectives.setdefault((objective.subject.application.application, objective.subject.name), []).append(objective)
    found: Groups = {}
    for subject in catalog.subjects():
        if not site.runs(subject):
            continue
        key = (subject.application.application, subject.name)
        minutes = list(view.minutes(subject))
        report = [*(_month(subject) if minutes else ()), *view.means(subject), *_attained(objectives.get(key, []))]
        base = ".".join(key)
        timed = [(f"{base}.minutes", "1m", minutes), (f"{base}.report", _REPORT_INTERVAL, report)]
        found[key] = [{"name": name, "interval": interval, "rules": rules} for name, interval, rules in timed if rules]
    return found


def has_pods(subject: Subject) -> bool:
    """Whether it runs as pods of the cluster, so that cAdvisor and kube-state-metrics tell of it."""
    watched = subject.watched
    if isinstance(watched, Service):
        return watched.runs.platform == "eks" and watched.runs.system not in ("kubelet", "kubernetes")
    return watched.runs == "eks"


def is_scraped(subject: Subject) -> bool:
    """Whether Prometheus has targets of its own or of its exporter."""
    watched = subject.watched
    scraped = watched.runs.monitor != "none" if isinstance(watched, Service) else watched.kind in EXPORTED
    return scraped and collected(subject)


class _View:
    """A catalog and what Prometheus sees of it."""

    def __init__(self, catalog: Catalog, site: Site) -> None:
        self._catalog = catalog
        self._site = site
        self._exposure = Exposure(catalog)

    def minutes(self, subject: Subject) -> Iterator[Document]:
        """Up or down, and down without anybody having been told."""
        states = self._states(subject)
        if not states:
            return
        first, *others = (f"min({self._value(subject, name)})" for name in states)
        # A check that is not made says nothing: only the first one decides whether anything is known.
        yield _record(subject, "available:bool", " * ".join([first, *(f"({other} or vector(1))" for other in others)]))
        told = f"max(ALERTS{{{promql.selector(subject.labels)},{_URGENT}}}) or vector(0)"
        yield _record(subject, "undetected:bool", f"clamp_min(1 - max({_series(subject, 'available:bool')}) - ({told}), 0)")

    def means(self, subject: Subject) -> Iterator[Document]:
        """Of which the report takes the mean over time: requests, failures, latency, CPU, memory, disk."""
        if isinstance(subject.watched, Service):
            if self._sees(subject, "http_requests"):
                yield _record(subject, "requests:rate10m", self._value(subject, "http_requests"))
            if self._sees(subject, "http_errors"):
                bad, every = self._form(subject, "http_errors", "bad"), self._form(subject, "http_errors", "all")
                yield _record(subject, "failures:rate10m", f"{promql.grouped(bad)} or 0 * {promql.grouped(every)}")
            if self._sees(subject, "http_latency"):
                histogram, matchers = self._form(subject, "http_latency", "histogram"), promql.selector(subject.labels)
                yield _record(subject, "latency_bucket:rate10m", promql.rate(f"{histogram}_bucket", matchers, "10m", "le"))
        if has_pods(subject):
            for what in ("cpu", "memory"):
                if self._has(subject, f"container_{what}"):
                    yield _record(subject, f"{what}:ratio", f"max({self._value(subject, f'container_{what}')})")
        if subject.application.namespace is None and subject.name == "cluster" and self._sees(subject, "node_disk_used"):
            yield _record(subject, "disk:ratio", f"max({self._value(subject, 'node_disk_used')})")

    def _states(self, subject: Subject) -> list[str]:
        """Signals of which each says that the subject is down, in the order of the catalog."""
        paging = {alert.signal for alert in subject.watched.alerts.values() if alert.pages and alert.below is not None}
        found = [name for name in self._catalog.signals if name in paging and self._is_own_state(subject, name)]
        if found:
            return found
        if is_scraped(subject) and self._sees(subject, "up"):
            return ["up"]
        return ["probe_success"] if self._sees(subject, "probe_success") else []

    def _is_own_state(self, subject: Subject, name: str) -> bool:
        signal = self._catalog.signals[name]
        query = signal.prometheus
        own = isinstance(query, PrometheusQuery) and all("$sel" in text for text in templates(query))
        return own and signal.unit is Unit.STATE and self._sees(subject, name)

    def _sees(self, subject: Subject, name: str) -> bool:
        return self._has(subject, name) and sees(subject, self._catalog.signals[name], self._exposure)

    def _has(self, subject: Subject, name: str) -> bool:
        """Whether Prometheus collects the signal here; what the cluster's own exporters tell needs no more."""
        signal = self._catalog.signals.get(name)
        return signal is not None and Backend.PROMETHEUS in collectors(subject, signal) and seen(signal, self._catalog, self._site)

    def _value(self, subject: Subject, name: str) -> str:
        return self._form(subject, name, "value")

    def _form(self, subject: Subject, name: str, form: str) -> str:
        signal = self._catalog.signals[name]
        return promql.fill(getattr(signal.prometheus, form), promql.parameters(subject, signal, _RATE, self._site))


def _month(subject: Subject) -> Iterator[Document]:
    """The report's figures of availability; means of incidents are missing where there was none."""
    available, undetected = _series(subject, "available:bool"), _series(subject, "undetected:bool")
    for what, expression in measures.counted(available, undetected, WINDOW).items():
        yield _record(subject, f"{what}{WINDOW}", expression)
    known, up, incidents = (_series(subject, f"{what}{WINDOW}") for what in ("known:seconds", "up:seconds", "incidents:count"))
    down = f"({known} - {up})"
    yield _record(subject, f"uptime:ratio{WINDOW}", f"{up} / {known}")
    yield _record(subject, f"downtime:seconds{WINDOW}", f"{known} - {up}")
    yield _record(subject, f"mttr:seconds{WINDOW}", f"{down} / ({incidents} > 0)")
    yield _record(subject, f"mtbf:seconds{WINDOW}", f"{up} / ({incidents} > 0)")
    yield _record(subject, f"mttd:seconds{WINDOW}", f"{_series(subject, f'undetected:seconds{WINDOW}')} / ({incidents} > 0)")
    promised = promise(subject)
    if promised is not None:
        yield _record(subject, f"sla:ratio{WINDOW}", f"clamp_max({up} / {known} / {promql.number(promised.target)}, 1)")


def promise(subject: Subject) -> Objective | None:
    """What the share of time up is held against; None where nothing was promised."""
    return subject.watched.objectives.get(_AVAILABILITY) if isinstance(subject.watched, Service) else None


def _attained(objectives: list[slo.Slo]) -> Iterator[Document]:
    """What each objective promises, and which share of events was good in its window, so that tables can show them beside each other."""
    for each in objectives:
        yield {"record": "slo:objective:ratio", "expr": f"vector({promql.number(each.objective.target)})", "labels": each.labels}
        spent = f"(1 - {each.series('error_budget:remaining_ratio')})"
        yield {"record": "slo:attained:ratio", "expr": f"1 - {spent} * {promql.number(each.budget)}", "labels": each.labels}


def _series(subject: Subject, what: str) -> str:
    return f"{subject.kind}:{what}{{{promql.selector(subject.labels)}}}"


def _record(subject: Subject, what: str, expression: str) -> Document:
    return {"record": f"{subject.kind}:{what}", "expr": expression, "labels": subject.labels}

"""How dashboards read the catalog's signals: by the recorded series that alerts read, where there are some, else by the signal's query."""

import re
from functools import cached_property

from catalog.base import Backend
from catalog.catalog import Catalog, Subject, collectors
from catalog.exposure import Exposure, read_by, waiting
from catalog.model import Application, Statistic
from catalog.queries import grouping, templates
from catalog.sight import sees
from catalog.signal import PrometheusQuery, Signal
from catalog.units import duration_text, seconds
from dashboards.model import Query
from rendering import promql
from rendering.document import Document
from rendering.recording import measure
from rendering.sight import seen
from rendering.site import Site

_PANEL_WINDOW = "$__rate_interval"
_RECORDED_WINDOW = "5m"
_MINUTE = 60
_SHORT = 300
"""Rates over longer windows than this keep them: a share over a day read minute by minute says something else."""
_COUNTED = re.compile(r"\b(increase|changes|resets|\w+_over_time)\(")
"""What counts in its window and is no rate means something else over a window that follows the zoom."""
_OWN = ("$sel", "$pods")
_UNGROUPED = re.compile(r"\b(sum|max|min|avg|count)\s*\((?!\s*count_values)")


class Reader:
    """Queries for the signals of one environment's catalog."""

    def __init__(self, catalog: Catalog, site: Site, groups: dict[str, list[Document]]) -> None:
        self.catalog = catalog
        self.site = site
        self._exposure = Exposure(catalog)
        self._recorded = {
            (rule["record"], tuple(sorted(rule["labels"].items())))
            for group in groups.values()
            for each in group
            for rule in each["rules"]
            if "record" in rule
        }
        self._metrics: dict[str, frozenset[str]] = {}
        self._sees: dict[tuple[str, str, str], bool] = {}
        self._by_expression: dict[str, str] = {}
        for rule in (rule for group in groups.values() for each in group if _is_quick(each) for rule in each["rules"]):
            if "record" in rule and rule["labels"]:
                self._by_expression.setdefault(rule["expr"], f"{rule['record']}{{{promql.selector(rule['labels'])}}}")

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Services and dependencies that run here."""
        return tuple(subject for subject in self.catalog.subjects() if self.site.runs(subject))

    def parts(self, application: Application) -> list[Subject]:
        """Those of one application."""
        return self._parts.get(application.application, [])

    @cached_property
    def _parts(self) -> dict[str, list[Subject]]:
        found: dict[str, list[Subject]] = {}
        for subject in self.subjects:
            found.setdefault(subject.application.application, []).append(subject)
        return found

    def subject(self, application: str, name: str) -> Subject:
        """One of them; KeyError where there is none."""
        for subject in self.subjects:
            if (subject.application.application, subject.name) == (application, name):
                return subject
        raise KeyError(f"{application} has no service or dependency {name!r} here")

    def signal(self, name: str) -> Signal:
        """A signal; KeyError names one that nobody defines."""
        if name not in self.catalog.signals:
            raise KeyError(f"the catalog defines no signal {name!r}")
        return self.catalog.signals[name]

    def sees(self, subject: Subject, name: str) -> bool:
        """Whether Prometheus has what the signal reads, of this subject."""
        key = (subject.application.application, subject.name, name)
        if key not in self._sees:
            self._sees[key] = self._looked(subject, name)
        return self._sees[key]

    def _looked(self, subject: Subject, name: str) -> bool:
        signal, own = self.signal(name), self._exposure.of(subject)
        if not all(metric in own or metric in self._exposure.shared for metric in self.metrics(name)):
            return False  # most signals are of others: told without reading their queries
        return Backend.PROMETHEUS in collectors(subject, signal) and sees(subject, signal, self._exposure)

    def shows(self, subject: Subject, name: str) -> bool:
        """The same, and that somebody makes it in this environment: not a system that is to come, or one that is switched off."""
        return name in self._made and self.sees(subject, name)

    @cached_property
    def _made(self) -> frozenset[str]:
        planned = waiting(self.catalog)
        here = (name for name, signal in self.catalog.signals.items() if seen(signal, self.catalog, self.site))
        return frozenset(name for name in here if name not in planned)

    def metrics(self, name: str) -> frozenset[str]:
        """Series that a signal reads; none where Prometheus cannot see it."""
        if name not in self._metrics:
            self._metrics[name] = read_by(self.signal(name))
        return self._metrics[name]

    def own_signals(self, subject: Subject) -> list[str]:
        """Signals that tell of this very subject (not of the cluster around it), in the order of the catalog."""
        return [
            name
            for name, signal in self.catalog.signals.items()
            if isinstance(signal.prometheus, PrometheusQuery)
            and (
                signal.prometheus.histogram is not None
                or any(part in template for template in templates(signal.prometheus) for part in _OWN)
            )
            and self.sees(subject, name)
        ]

    def of(self, subject: Subject, name: str, statistic: Statistic | None = None, legend: str | None = None) -> Query:
        """A signal of one subject; its series are told apart by the labels that it is grouped by."""
        signal = self.signal(name)
        by = grouping(subject, signal)
        told = legend if legend is not None else " ".join(f"{{{{{label}}}}}" for label in by) or (statistic or signal.title)
        recorded = self._recorded_value(subject, name, statistic)
        if recorded is not None:
            return Query(recorded, told)
        return Query(self._raw(signal, promql.parameters(subject, signal, signal.window, self.site), statistic), told)

    def across(self, application: Application, name: str, statistic: Statistic | None = None, services: str = "$service") -> Query:
        """A signal of all services of an application at once, a series each (and for each group of the signal's own)."""
        signal = self.signal(name)
        seeing = [subject for subject in self.parts(application) if self.sees(subject, name)]
        subject = seeing[0]
        filling = promql.parameters(subject, signal, signal.window, self.site)
        own = f'{subject.kind}="{subject.name}"'
        filling["sel"] = filling["sel"].replace(own, f'{subject.kind}=~"{services}"')
        filling["by"] = ",".join((subject.kind, *grouping(subject, signal)))
        legend = " ".join(f"{{{{{label}}}}}" for label in filling["by"].split(","))
        recorded = [self._recorded_value(each, name, statistic) for each in seeing]
        if recorded[0] is not None and None not in recorded:
            return Query(recorded[0].replace(own, f'{subject.kind}=~"{services}"'), legend)
        return Query(self._raw(_grouped(signal), filling, statistic), legend)

    def split(self, subject: Subject, name: str, label: str, statistic: Statistic | None = None, most: int = 10) -> Query:
        """A signal of one subject, told apart by one more label of its series: the values with the highest numbers."""
        signal = self.signal(name)
        filling = promql.parameters(subject, signal, signal.window, self.site)
        filling["by"] = ",".join((label, *grouping(subject, signal)))
        legend = " ".join(f"{{{{{each}}}}}" for each in filling["by"].split(","))
        return Query(f"topk({most}, {self._raw(_grouped(signal), filling, statistic)})", legend)

    def records(self, name: str, subject: Subject) -> bool:
        """Whether a rule records a series of this name for the subject."""
        return (name, tuple(sorted(subject.labels.items()))) in self._recorded

    def labels(self, subject: Subject, metric: str) -> frozenset[str]:
        """All labels of a series that carries the subject's identity; none where it has no such series."""
        return self._exposure.of(subject).get(metric, frozenset())

    def rate_of_all(self, subject: Subject, name: str) -> Query:
        """How many events a signal of events or of latency counts, a second."""
        signal = self.signal(name)
        query = signal.prometheus
        if not isinstance(query, PrometheusQuery):
            raise TypeError(f"Prometheus cannot see {name}")
        filling = promql.parameters(subject, signal, signal.window, self.site) | {"w": _PANEL_WINDOW}
        if query.all is not None:
            return Query(self._known(promql.fill(query.all, filling)), "all")
        matchers = ",".join(part for part in (filling["sel"], promql.fill(query.matchers, filling)) if part)
        return Query(self._known(promql.rate(f"{query.histogram}_count", matchers, _PANEL_WINDOW, filling["by"])), "all")

    def _recorded_value(self, subject: Subject, name: str, statistic: Statistic | None) -> str | None:
        """The recorded series that an alert reads of this subject, where there is one."""
        signal = self.signal(name)
        measured = measure(subject, name, signal, signal.window, statistic, self.site)
        names = {(rule["record"], tuple(sorted(rule["labels"].items()))) for rule in measured.rules}
        return measured.value if names and names <= self._recorded else None

    def _known(self, expression: str) -> str:
        """The recorded series of just this expression, where a rule makes one over the window that all rates are recorded over."""
        return self._by_expression.get(expression.replace(_PANEL_WINDOW, _RECORDED_WINDOW), expression)

    def _bare(self, expression: str, by: str) -> str | None:
        """The same, without the labels that a rule adds: two of them could not be divided by one another."""
        recorded = self._known(expression)
        return None if recorded == expression else f"sum{f' by({by})' if by else ''}({recorded})"

    def _raw(self, signal: Signal, filling: dict[str, str], statistic: Statistic | None) -> str:
        query = signal.prometheus
        if not isinstance(query, PrometheusQuery):
            raise TypeError(f"Prometheus cannot see the {signal.title}: {query.gap}")
        counts = query.value is not None and _COUNTED.search(query.value) is not None
        filling = filling | {"w": _PANEL_WINDOW if signal.window <= _SHORT and not counts else duration_text(signal.window)}
        if query.value is not None:
            return self._known(promql.fill(query.value, filling))
        if query.bad is not None and query.all is not None:
            bad, every = (promql.grouped(promql.fill(part, filling)) for part in (query.bad, query.all))
            asked = self._bare(promql.fill(query.all, filling), filling["by"]) or every
            failed = self._bare(f"{bad} or 0 * {every}", filling["by"]) or f"({bad} or 0 * {asked})"
            return f"{failed} / ({asked} > 0)"
        matchers = ",".join(part for part in (filling["sel"], promql.fill(query.matchers, filling)) if part)
        return promql.statistic(statistic or "p95", str(query.histogram), matchers, filling["w"], filling["by"])


def _is_quick(group: Document) -> bool:
    """Whether it is evaluated often enough for a graph of hours."""
    return seconds(group.get("interval", "1m")) <= _MINUTE


def _grouped(signal: Signal) -> Signal:
    """The same signal with every aggregation grouped, so that several subjects can be read in one query."""
    query = signal.prometheus
    if not isinstance(query, PrometheusQuery):
        return signal
    told = {
        form: _UNGROUPED.sub(r"\1 by($by)(", template).removesuffix(" or vector(0)")
        for form in ("value", "bad", "all")
        if (template := getattr(query, form)) is not None
    }
    return signal.model_copy(update={"prometheus": query.model_copy(update=told)})

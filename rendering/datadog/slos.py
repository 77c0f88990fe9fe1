"""Objectives that Datadog collects as its service level objectives, with alerts on how fast their budgets burn.

Paces are those of Prometheus' rules. Datadog's long window ends at 48 hours and its burn rate at 1 / (1 - target)
(docs.datadoghq.com/service_level_objectives/burn_rate/#monitor-creation): the slowest pair, three days, is an alert on the budget instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.base import Backend, Priority, Severity
from catalog.catalog import Catalog, Subject, collectors
from catalog.model import Objective, Service
from catalog.signal import Signal
from catalog.units import duration_text
from rendering import wording
from rendering.datadog import messages, queries
from rendering.datadog.arrivals import Arrivals
from rendering.datadog.conditions import threshold
from rendering.datadog.monitor import SLO, Monitor, linked, resource_name
from rendering.resource import Ref, Resource, Text
from rendering.site import Site

OBJECTIVE = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
WINDOWS = {7 * 86400: "7d", 30 * 86400: "30d", 90 * 86400: "90d"}
"""The only windows that Datadog has."""
_SLICE = 300
"""Seconds of a slice, of which a latency objective is good or bad as a whole; 60 or 300."""
_PERCENT = 100


@dataclass(frozen=True)
class Pace:
    """A burn rate over a long window and a short one that says it still burns."""

    factor: float
    long: str
    short: str
    severity: Severity
    priority: Priority


PACES = (
    Pace(14.4, "1h", "5m", Severity.CRITICAL, Priority.P2),
    Pace(6, "6h", "30m", Severity.CRITICAL, Priority.P2),
    Pace(3, "24h", "120m", Severity.WARNING, Priority.P3),
)
BUDGETS = {("BudgetBurn", "nearly-spent"): 90, ("BudgetSpent", ""): 100}
"""Per cent of the budget that are gone when a ticket is due; the first stands for the burn rate of 1 over three days."""


@dataclass(frozen=True)
class Promise:
    """One objective of one service, as Datadog sees it."""

    subject: Subject
    name: str
    objective: Objective
    signal: Signal
    owner: Backend

    @property
    def window(self) -> str:
        """As Datadog names it; ValueError where it has none so long."""
        if int(self.objective.window) not in WINDOWS:
            raise ValueError(f"Datadog has objectives over {', '.join(WINDOWS.values())}, none over {duration_text(self.objective.window)}")
        return WINDOWS[int(self.objective.window)]

    @property
    def resource(self) -> str:
        """The objective's logical name."""
        return resource_name(self.subject, self.name)

    def alert(self, suffix: str) -> str:
        """`availability` and `BudgetBurn` make `AvailabilityBudgetBurn`, as in Prometheus."""
        return wording.camel(self.name) + suffix


def promises(catalog: Catalog, site: Site) -> list[Promise]:
    """Every objective whose signal Datadog collects; none where it is off."""
    found: list[Promise] = []
    arrivals = Arrivals(catalog, site)
    for subject in catalog.subjects() if site.datadog is not None else ():
        if not isinstance(subject.watched, Service) or not site.runs(subject):
            continue
        for name, objective in subject.watched.objectives.items():
            signal = catalog.signals[objective.signal]
            backends, query = collectors(subject, signal), queries.datadog(signal)
            if Backend.DATADOG in backends and query is not None and query.value is None and arrivals.has(subject, signal):
                found.append(Promise(subject, name, objective, signal, backends[0]))
    return found


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Objectives, and their alerts."""
    found: list[Resource] = []
    for promise in promises(catalog, site):
        found += [_objective(promise, site), *(monitor.resource(site) for monitor in _alerts(promise, site))]
    return found


def _objective(promise: Promise, site: Site) -> Resource:
    subject, objective = promise.subject, promise.objective
    target = round(objective.target * _PERCENT, 6)
    warning = round(target + (_PERCENT - target) / 2, 6)
    inputs: dict[str, Any] = {
        "name": f"{site.environment} {wording.where(subject)}: {promise.name}",
        "description": f"{promise.signal.title[0].upper()}{promise.signal.title[1:]}: {_words(promise)}.",
        "tags": [*messages.tags(subject, site), f"team:{subject.application.owner.team}", f"slo:{promise.name}"],
        "thresholds": [{"timeframe": promise.window, "target": target, "warning": warning}],
        "timeframe": promise.window,
        "targetThreshold": target,
        "warningThreshold": warning,
        **_measured(promise, site),
    }
    return Resource(OBJECTIVE, promise.resource, inputs)


def _measured(promise: Promise, site: Site) -> dict[str, Any]:
    """Good and all events; or, of a latency, the slices whose percentile at the target is quick enough."""
    subject, signal, query = promise.subject, promise.signal, queries.datadog(promise.signal)
    if query is not None and query.bad is not None and query.all is not None:
        bad, every = (queries.ungrouped(queries.filled(text, subject, signal, site)) for text in (query.bad, query.all))
        failed = bad if bad.startswith("default_zero(") else f"default_zero({bad})"  # a service that never failed has no series of failures
        return {"type": "metric", "query": {"numerator": f"{every} - {failed}", "denominator": every}}
    percentile = f"p{_PERCENT * promise.objective.target:g}"
    scope = queries.scope(subject, query.ingest if query else "", site)
    measured = f"{percentile}:{query.distribution if query else ''}{{{scope}}}"
    named = {"metricQuery": {"name": "latency", "query": measured, "dataSource": "metrics"}}
    slices = {
        "query": {"formula": {"formulaExpression": "latency"}, "queries": [named]},
        "comparator": "<=",
        "threshold": promise.objective.under,
        "queryIntervalSeconds": _SLICE,
    }
    return {"type": "time_slice", "sliSpecification": {"timeSlice": slices}}


def _words(promise: Promise) -> str:
    """The promise as people say it."""
    objective = promise.objective
    under = f" within {duration_text(objective.under)}" if objective.under else ""
    return f"{objective.target * _PERCENT:g}% good{under} over {duration_text(objective.window)}"


def _loudness(promise: Promise, severity: Severity) -> str | None:
    """Only the owner of the signal's telemetry tells; the others show."""
    if promise.owner is not Backend.DATADOG:
        return None
    return "page" if severity is Severity.CRITICAL else "message"


@dataclass(frozen=True)
class _Burn:
    """One alert on an objective's budget."""

    suffix: str
    which: str
    """Tells alerts of one name apart."""
    query: Text
    critical: float
    what: str
    severity: Severity
    priority: Priority


def _burns(promise: Promise) -> Iterator[_Burn]:
    slo = Ref(OBJECTIVE, promise.resource)
    for pace in PACES:
        windows = f'").over("{promise.window}").long_window("{pace.long}").short_window("{pace.short}") > {threshold(pace.factor)}'
        what = f"Its error budget burns {pace.factor:g} times too fast, over {pace.long} and {pace.short}."
        yield _Burn("BudgetBurn", pace.long, Text(('burn_rate("', slo, windows)), pace.factor, what, pace.severity, pace.priority)
    for (suffix, which), spent in BUDGETS.items():
        query = Text(('error_budget("', slo, f'").over("{promise.window}") > {spent}'))
        yield _Burn(suffix, which, query, spent, f"{spent}% of its error budget are gone.", Severity.WARNING, Priority.P3)


def _alerts(promise: Promise, site: Site) -> Iterator[Monitor]:
    subject = promise.subject
    team, repeat = subject.application.owner.team, subject.application.notifications.repeat_interval
    for burn in _burns(promise):
        alert, loudness = promise.alert(burn.suffix), _loudness(promise, burn.severity)
        tags = messages.alert_tags(subject, alert, team, burn.severity, burn.priority, site, loudness)
        text = f"The promise is {_words(promise)} ({promise.signal.title}). {burn.what}"
        text += "\n**Impact**: users meet more failures than were promised.\n**Action**: see what changed, roll back or shed load."
        title = messages.name(alert, subject, site, f" ({burn.which})" if burn.which else "")
        yield Monitor(
            resource_name(subject, alert, *([burn.which] if burn.which else [])),
            title,
            SLO,
            burn.query,
            f"{linked(alert, subject, site, text)}\nKey: {messages.key(subject, alert)}",
            [*tags, f"slo:{promise.name}"],
            messages.PRIORITIES[burn.priority],
            alert,
            thresholds={"critical": threshold(burn.critical)},
            repeat=repeat if loudness else None,
            still=f"Still burning: {title}." if loudness else None,
        )

"""Objectives as service level objectives: error budgets, and alerts on how fast they burn.

Windows and factors are those of the SRE Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts", for a budget of 30 days: a
page where 2 % of it go in an hour (14.4) or 5 % in six (6), a ticket where 10 % go in a day (3) or in three (1).
"""

from dataclasses import dataclass
from typing import NamedTuple

from catalog.base import Backend, Priority, Severity
from catalog.catalog import Catalog, Subject, collectors
from catalog.model import Objective, Service
from catalog.signal import PrometheusQuery, Signal
from catalog.units import duration_text
from rendering import measures, promql, wording
from rendering.document import Document
from rendering.site import Site

_BASE = "5m"
"""Window of the recorded rates that all longer ones are averages of: exact where traffic is, and far cheaper than raw counters."""
_ON = promql.on(())
_SLOW_INTERVAL = "5m"
"""Windows of days move slowly and read many samples."""
_SPENT_HOLD = 900
_PATIENCE = 360
"""Seconds that a budget waits, so that a symptom's own alert (most wait 5 minutes) comes first: it says more, and inhibits the ticket."""
_SILENT_AFTER = "30m"
"""The longest short window of a page: so long the budget looks as if it burnt after the fault is mended."""
_LEAST_FAILURES = 10
"""Bad events in the long window below which nobody is woken."""


class _Pair(NamedTuple):
    """A long window that says how much has burnt, and a short one that says it still burns."""

    factor: float
    long: str
    short: str
    seconds: int


_PAGE = (_Pair(14.4, "1h", "5m", 3600), _Pair(6, "6h", "30m", 21600))
_TICKET = (_Pair(3, "1d", "2h", 86400), _Pair(1, "3d", "6h", 259200))
_QUICK, _SLOW = ("30m", "1h", "2h", "6h"), ("1d", "3d")


@dataclass(frozen=True)
class Slo:
    """One objective of one service, as Prometheus sees it."""

    subject: Subject
    name: str
    objective: Objective
    signal: Signal
    query: PrometheusQuery
    pager: Backend

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return round(1 - self.objective.target, 9)

    @property
    def labels(self) -> dict[str, str]:
        """Of its recorded series."""
        return {**self.subject.labels, "slo": self.name}

    @property
    def promise(self) -> str:
        """The objective in words: `99.9% over 30d`."""
        under = f" within {duration_text(self.objective.under)}" if self.objective.under else ""
        return f"{self.objective.target * 100:g}% good{under} over {duration_text(self.objective.window)}"

    def series(self, what: str) -> str:
        """A recorded series of this objective."""
        return f"slo:{what}{{{promql.selector(self.labels)}}}"

    def alert_name(self, suffix: str) -> str:
        """`availability` and `BudgetBurn` make `AvailabilityBudgetBurn`."""
        return wording.camel(self.name) + suffix


def objectives(catalog: Catalog, site: Site) -> list[Slo]:
    """Every objective whose signal Prometheus collects, in the order of the catalog."""
    found: list[Slo] = []
    for subject in catalog.subjects():
        if not isinstance(subject.watched, Service) or not site.runs(subject):
            continue
        for name, objective in subject.watched.objectives.items():
            signal = catalog.signals[objective.signal]
            backends = collectors(subject, signal)
            if Backend.PROMETHEUS in backends and isinstance(signal.prometheus, PrometheusQuery):
                found.append(Slo(subject, name, objective, signal, signal.prometheus, backends[0]))
    return found


def pace(long: float) -> float:
    """How many times as fast as promised a budget may burn for so many seconds before an alert would tell of it."""
    return next((pair.factor for pair in (*_PAGE, *_TICKET) if long <= pair.seconds), _TICKET[-1].factor)


def groups(slos: list[Slo], site: Site) -> list[Document]:
    """Two rule groups for the objectives of one service: quick windows with the pages, slow ones with tickets and the budget."""
    if not slos:
        return []
    application, service = slos[0].subject.application, slos[0].subject.name
    quick = [rule for slo in slos for rule in (*_events(slo, site), *_ratios(slo, ("5m", *_QUICK)), _page(slo, site))]
    slow = [rule for slo in slos for rule in (*_ratios(slo, _SLOW), _remaining(slo), _ticket(slo, site), _spent(slo, site))]
    base = f"{application.application}.{service}.slo"
    return [
        {"name": base, "interval": duration_text(application.evaluation_interval), "rules": quick},
        {"name": f"{base}-slow", "interval": _SLOW_INTERVAL, "rules": slow},
    ]


def _events(slo: Slo, site: Site) -> list[Document]:
    filling = promql.parameters(slo.subject, slo.signal, 300, site) | {"by": ""}
    told = slo.series("all_events:rate5m")
    if slo.query.bad is not None and slo.query.all is not None:
        # A service that never failed has no series of failures yet: that is a rate of 0.
        bad, every = f"{promql.grouped(promql.fill(slo.query.bad, filling))} or {_ON} 0 * {told}", promql.fill(slo.query.all, filling)
    else:
        histogram = str(slo.query.histogram)
        matchers = ",".join(part for part in (filling["sel"], promql.fill(slo.query.matchers, filling)) if part)
        every = promql.rate(f"{histogram}_count", matchers, _BASE, "")
        good = promql.rate(f"{histogram}_bucket", f"{matchers},{promql.bucket(slo.objective.under or 0)}", _BASE, "")
        bad = f"{told} - {_ON} {good}"
    return [_record("all_events:rate5m", every, slo), _record("bad_events:rate5m", bad, slo)]


def _ratios(slo: Slo, windows: tuple[str, ...]) -> list[Document]:
    return [_record(f"bad_events:ratio{window}", _ratio(slo, window), slo) for window in windows]


def _ratio(slo: Slo, window: str) -> str:
    bad, every = slo.series("bad_events:rate5m"), slo.series("all_events:rate5m")
    if window == _BASE:
        return f"{bad} / {_ON} ({every} > 0)"
    return measures.bad_ratio(bad, every, f"{_ON} ", window)


def _remaining(slo: Slo) -> Document:
    """What is left of the budget: 1 all, 0 none, below 0 overdrawn. With less history than the window, of what there is."""
    window = duration_text(slo.objective.window)
    return _record("error_budget:remaining_ratio", f"1 - ({_ratio(slo, window)}) / {promql.number(slo.budget)}", slo)


def _page(slo: Slo, site: Site) -> Document:
    """Silent while another alert of the service pages, and until that fault's traces have left the windows: it was told already."""
    told = promql.selector({"alertstate": "firing", "pages": "true", "slo": "", **slo.subject.labels})
    symptom = f"max_over_time(ALERTS{{{told}}}[{_SILENT_AFTER}]) > 0"
    expression = f"(\n{_burning(slo, _PAGE)}\n)\nunless on()\n{symptom}"
    return _burn_alert(slo, expression, _PATIENCE, _PAGE, site, Severity.CRITICAL, Priority.P2, pages=True)


def _ticket(slo: Slo, site: Site) -> Document:
    return _burn_alert(slo, _burning(slo, _TICKET), _PATIENCE, _TICKET, site, Severity.WARNING, Priority.P3, pages=False)


def _burning(slo: Slo, pairs: tuple[_Pair, ...]) -> str:
    conditions: list[str] = []
    for pair in pairs:
        threshold = promql.number(round(pair.factor * slo.budget, 9))
        parts = [f"{slo.series(f'bad_events:ratio{window}')} > {threshold}" for window in (pair.long, pair.short)]
        # Mean rate times the window are events: a few failures of a quiet night are no trend, however large their share.
        failures = f"avg_over_time({slo.series('bad_events:rate5m')}[{pair.long}]) * {pair.seconds}"
        parts.append(f"{failures} >= {_LEAST_FAILURES}")
        conditions.append("(\n  " + f"\n  and {_ON} ".join(parts) + "\n)")
    return "\nor\n".join(conditions)


def _burn_alert(
    slo: Slo,
    expression: str,
    hold: float,
    pairs: tuple[_Pair, ...],
    site: Site,
    severity: Severity,
    priority: Priority,
    *,
    pages: bool,
) -> Document:
    paces = " or ".join(f"{pair.factor:g} times over {pair.long} and {pair.short}" for pair in pairs)
    notes = {
        "summary": f"{wording.words(slo.alert_name('BudgetBurn'))}: {wording.where(slo.subject)}",
        "description": f"{{{{ $value | humanizePercentage }}}} of events are bad; the promise is {slo.promise}. "
        f"Its error budget burns too fast ({paces}).\n"
        "Impact: users meet more failures than were promised; at 14.4 times the pace a budget of 30 days lasts two days.\n"
        "Action: see what changed (deployments, dependencies), roll back or shed load; the alert ends when the short window recovers.",
        **wording.links(slo.alert_name("BudgetBurn"), slo.subject, site),
    }
    return _alert(slo, "BudgetBurn", expression, hold, severity, priority, notes, pages=pages)


def _spent(slo: Slo, site: Site) -> Document:
    notes = {
        "summary": f"{wording.words(slo.alert_name('BudgetSpent'))}: {wording.where(slo.subject)}",
        "description": f"{{{{ $value | humanizePercentage }}}} of the error budget is left; the promise is {slo.promise}.\n"
        "Impact: the promise is broken for this window.\n"
        "Action: put reliability before features until the budget recovers; agree on it with the owners.",
        **wording.links(slo.alert_name("BudgetSpent"), slo.subject, site),
    }
    expression = f"{slo.series('error_budget:remaining_ratio')} < 0"
    return _alert(slo, "BudgetSpent", expression, _SPENT_HOLD, Severity.WARNING, Priority.P3, notes, pages=False)


def _alert(
    slo: Slo, suffix: str, expression: str, hold: float, severity: Severity, priority: Priority, notes: dict[str, str], *, pages: bool
) -> Document:
    team = slo.subject.application.owner.team
    told = {**slo.labels, "team": team, "severity": severity.value, "priority": priority.value}
    if slo.pager is not Backend.PROMETHEUS:
        told["pager"] = slo.pager.value
    elif pages:
        told["pages"] = "true"
    return {"alert": slo.alert_name(suffix), "expr": expression, "for": duration_text(hold), "labels": told, "annotations": notes}


def _record(what: str, expression: str, slo: Slo) -> Document:
    return {"record": f"slo:{what}", "expr": expression, "labels": slo.labels}

"""Whether a release may stay: what Prometheus is asked of a service since its release, against which limits, and what the answers mean.

What decides is what the service promised: its objectives first, then the thresholds of its own alerts and targets. Nothing here is
a number of its own, but for how many events it takes to say anything.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from catalog.base import Backend
from catalog.catalog import Catalog, Subject, collectors
from catalog.model import Objective, Service, Statistic
from catalog.signal import PrometheusQuery, Signal
from catalog.units import Unit, duration_text
from rendering import measures, promql, rules, slo
from rendering.sight import seen
from rendering.site import Site

Kind = Literal["errors", "latency", "saturation"]
Finding = Literal["ok", "no worse", "burns", "too many", "too slow", "saturated", "no data", "too few"]
Verdict = Literal["pass", "fail", "blind"]

LEAST_SECONDS = 600
"""How old a release must be: recorded rates look five minutes back, and so many more are needed to see a rate."""
_RATE = 300
_PAGE_SECONDS = 21_600
"""Judged as the slower page is, whose budget burns over six hours: the faster one would let 14.4 times pass, and comes by itself."""
_LEAST_EVENTS = 20
"""Events below which a share says nothing, where the signal names no number of its own."""
_LEAST_FAILURES = 3
"""Bad events below which a budget burns by accident: one failed request of twenty is fifty times the pace of 99.9 %."""
_TOLERANCE = 1.1
"""What was wrong before the release, and is no more than a tenth worse since, is not the release's doing."""
_STEP = "30s"
_WRONG: dict[Kind, Finding] = {"errors": "too many", "latency": "too slow", "saturation": "saturated"}
_BAD = frozenset({"burns", *_WRONG.values()})
_BLIND = frozenset({"no data", "too few"})
SATURATION = frozenset(
    {
        "cache_cpu",
        "collector_queue",
        "container_cpu",
        "container_memory",
        "container_memory_bytes",
        "database_pool",
        "filebeat_queue_used",
        "gpu_memory",
        "gpu_used",
        "inference_queue_time",
        "logstash_queue_used",
        "postgres_connections",
        "process_cpu",
        "queue_age",
        "reported_connections",
        "reported_cpu",
        "reported_memory",
        "system_cpu",
        "system_memory",
    }
)
"""Signals of what runs out: processors, memory, pools, queues."""


@dataclass(frozen=True)
class Check:
    """One question and its limit."""

    name: str
    kind: Kind
    value: str
    """PromQL over the time since the release; one sample for each thing that it is asked of."""
    limit: float
    unit: Unit | None
    """None: times as fast as the budget may burn."""
    events: str | None = None
    """PromQL: how many events the value is made of; None where it is made of none."""
    least: int = 0
    budget: float | None = None
    """Of an objective: the share of events that may be bad. None where an alert or a target asks."""


@dataclass(frozen=True)
class Answer:
    """What Prometheus says to a check: the worst of its samples, whose it is, the same before the release, and its events."""

    value: float | None
    whose: str = ""
    before: float | None = None
    events: float | None = None


@dataclass(frozen=True)
class Judged:
    """A check with its answer and what it means."""

    check: Check
    answer: Answer
    finding: Finding


def checks(catalog: Catalog, site: Site, subject: Subject, seconds: int) -> list[Check]:
    """What is asked of a service that was released so many seconds ago, at least LEAST_SECONDS; promises first."""
    promised = [_objective(each, seconds, site) for each in slo.objectives(catalog, site) if each.subject == subject]
    kept = {(each.signal, "errors") for each in _promises(subject) if each.under is None}
    found: dict[tuple[str, Statistic | None], Check] = {}
    for name, signal_name, statistic, limit in _limits(catalog, site, subject):
        signal = catalog.signals[signal_name]
        kind = _kind(signal_name, signal)
        if kind is None or (signal_name, kind) in kept:
            continue
        check = _check(name, kind, subject, signal, statistic, limit, seconds, site)
        known = found.get((signal_name, statistic))
        if known is None or check.limit < known.limit:
            found[signal_name, statistic] = check
    return [*promised, *sorted(found.values(), key=lambda each: list(_WRONG).index(each.kind))]


def judge(check: Check, answer: Answer) -> Finding:
    """What an answer means. A share of a handful of events means nothing."""
    if answer.events is not None and answer.events < check.least:
        return "too few"
    if answer.value is None or (check.events is not None and answer.events is None):
        return "no data"
    if answer.value <= check.limit:
        return "ok"
    if answer.before is not None and answer.before > check.limit and answer.value <= answer.before * _TOLERANCE:
        return "no worse"
    if check.budget is None:
        return _WRONG[check.kind]
    failed = (answer.events or 0) * answer.value * check.budget
    return "burns" if failed >= _LEAST_FAILURES else "too few"


def verdict(judged: Sequence[Judged]) -> Verdict:
    """`fail` where anything is wrong; `blind` where a kind of check saw nothing, of promises if there are any; else `pass`."""
    if any(each.finding in _BAD for each in judged):
        return "fail"
    return "blind" if not judged or list(unseen(judged)) else "pass"


def unseen(judged: Sequence[Judged]) -> Iterator[Kind]:
    """Kinds of which no check that counts saw anything."""
    for kind in _WRONG:
        asked = [each for each in judged if each.check.kind == kind]
        counting = [each for each in asked if each.check.budget is not None] or asked
        if counting and all(each.finding in _BLIND for each in counting):
            yield kind


def _promises(subject: Subject) -> list[Objective]:
    return list(subject.watched.objectives.values()) if isinstance(subject.watched, Service) else []


def _objective(promise: slo.Slo, seconds: int, site: Site) -> Check:
    """How fast a budget burnt since the release, of what rules recorded: rates that reach back behind it are left out."""
    window = duration_text(seconds - _RATE)
    bad, every = (f"slo:{what}_events:rate5m{{{promql.selector(promise.labels)},{_own(site)}}}" for what in ("bad", "all"))
    return Check(
        name=promise.name,
        kind="latency" if promise.objective.under is not None else "errors",
        value=f"({measures.bad_ratio(bad, every, f'{promql.on(())} ', window)}) / {promql.number(promise.budget)}",
        limit=slo.pace(max(seconds, _PAGE_SECONDS)),
        unit=None,
        events=f"sum(avg_over_time({every}[{window}])) * {seconds - _RATE}",
        least=promise.signal.min_samples or _LEAST_EVENTS,
        budget=promise.budget,
    )


def _own(site: Site) -> str:
    """A matcher of this cluster's series: a store of several clusters tells them apart by a label that a Prometheus of its own has not."""
    return f"cluster=~{promql.quoted(f'{site.cluster}|')}"


def _limits(catalog: Catalog, site: Site, subject: Subject) -> Iterator[tuple[str, str, Statistic | None, float]]:
    """Name, signal, statistic and highest value of each alert and target of the service that Prometheus can see."""
    for placed in rules.evaluated(catalog, site):
        if placed.subject == subject and placed.alert.above is not None:
            alert = placed.alert
            yield placed.name, alert.signal, alert.statistic, placed.signal.unit.parse(placed.alert.above)
    for name, target in subject.watched.targets.items():
        signal = catalog.signals[target.signal]
        here = Backend.PROMETHEUS in collectors(subject, signal) and isinstance(signal.prometheus, PrometheusQuery)
        if here and target.at_most is not None and signal.form != "events" and seen(signal, catalog, site):
            yield name, target.signal, target.statistic, signal.unit.parse(target.at_most)


def _kind(name: str, signal: Signal) -> Kind | None:
    if name in SATURATION:
        return "saturation"
    match signal.form:
        case "events":
            return "errors"
        case "histogram":
            return "latency"
        case _:
            return None


def _check(
    name: str, kind: Kind, subject: Subject, signal: Signal, statistic: Statistic | None, limit: float, seconds: int, site: Site
) -> Check:
    query = signal.prometheus
    if not isinstance(query, PrometheusQuery):
        raise TypeError(f"Prometheus cannot see {name}: {query.gap}")
    window = seconds if query.value is None else min(signal.window, seconds)
    filling = promql.parameters(subject, signal, window, site)
    filling |= {name: f"{filling[name]},{_own(site)}" for name in ("sel", "pods", "ns")}
    if query.value is not None:
        value = promql.fill(query.value, filling)
        return Check(name, kind, f"avg_over_time(({value})[{seconds}s:{_STEP}])", limit, signal.unit)
    least = signal.min_samples or _LEAST_EVENTS
    if query.bad is not None and query.all is not None:
        on, every = promql.on(promql.grouping(subject, signal)), promql.grouped(promql.fill(query.all, filling))
        bad = f"({promql.grouped(promql.fill(query.bad, filling))} or {on} 0 * {every})"
        # A group with a handful of events says nothing, whatever its share.
        enough = f"({every} * {seconds} >= {least})"
        return Check(name, kind, f"{bad} / {on} ({every} > 0) and {on} {enough}", limit, signal.unit, f"{every} * {seconds}", least)
    matchers = ",".join(part for part in (filling["sel"], promql.fill(query.matchers, filling)) if part)
    every = promql.rate(f"{query.histogram}_count", matchers, filling["w"], filling["by"])
    value = promql.statistic(statistic or "p95", str(query.histogram), matchers, filling["w"], filling["by"])
    on = promql.on(promql.grouping(subject, signal))
    return Check(name, kind, f"{value} and {on} ({every} * {seconds} >= {least})", limit, signal.unit, f"{every} * {seconds}", least)

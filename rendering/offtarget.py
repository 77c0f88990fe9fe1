"""Promises on a value, business metrics among them: no burn rate can page on them, so a missed one opens a ticket."""

from catalog.base import Backend, Priority, Severity
from catalog.catalog import Catalog, Subject, collectors
from catalog.model import Service, Target
from catalog.signal import PrometheusQuery, Signal
from catalog.units import Unit, duration_text
from rendering import promql, wording
from rendering.document import Document
from rendering.recording import measure
from rendering.sight import seen
from rendering.site import Site

WINDOW = 3600
"""Seconds over which a promise is looked at: ten odd minutes are an alert's business, not a promise's."""
_HOLD = 1800
SUFFIX = "OffTarget"


def promised(subject: Subject) -> dict[str, Target]:
    """All promises of a subject that have a side, by name; those without one are only shown."""
    business = subject.watched.business if isinstance(subject.watched, Service) else {}
    everything = {**subject.watched.targets, **business}
    return {name: target for name, target in everything.items() if target.at_least is not None or target.at_most is not None}


def rules(subject: Subject, catalog: Catalog, site: Site) -> tuple[list[Document], list[Document]]:
    """Recording and alerting rules for the promises of a subject that Prometheus can see."""
    recorded: list[Document] = []
    alerts: list[Document] = []
    for name, target in promised(subject).items():
        signal = catalog.signals[target.signal]
        if Backend.PROMETHEUS not in collectors(subject, signal) or not isinstance(signal.prometheus, PrometheusQuery):
            continue
        if not seen(signal, catalog, site):
            continue
        measured = measure(subject, target.signal, signal, max(WINDOW, signal.window), target.statistic, site)
        recorded += measured.rules
        guard = ""
        if measured.events is not None and signal.min_samples is not None:
            guard = f"\nand {promql.on(promql.grouping(subject, signal))} {measured.events} * {WINDOW} >= {signal.min_samples}"
        alerts.append(
            _alert(
                subject, name, target, signal, f"{_condition(target, signal, measured.value)}{guard}", site, collectors(subject, signal)[0]
            )
        )
    return recorded, alerts


def _condition(target: Target, signal: Signal, value: str) -> str:
    if target.at_most is not None:
        return f"{promql.grouped(value)} > {promql.number(signal.unit.parse(target.at_most))}"
    return f"{promql.grouped(value)} < {promql.number(signal.unit.parse(target.at_least))}"


def _alert(subject: Subject, name: str, target: Target, signal: Signal, expression: str, site: Site, owner: Backend) -> Document:
    alert = wording.camel(name) + SUFFIX
    side, promise = ("at most", target.at_most) if target.at_most is not None else ("at least", target.at_least)
    shown = f"{promise * 100:g}%" if signal.unit is Unit.RATIO and not isinstance(promise, str | None) else promise
    what = f"{target.statistic} of the {signal.title}" if target.statistic else signal.title
    notes = {
        "summary": f"{wording.words(alert)}: {wording.where(subject)}",
        "description": f"{what[0].upper()}{what[1:]}: {wording.HUMAN[signal.unit]}; "
        f"the promise is {side} {shown}, missed for {duration_text(_HOLD)}.\n"
        "Impact: users or the business get less than was promised; nothing is broken at once.\n"
        "Action: see since when on the service's dashboard, and take it to the owners' next review.",
        **wording.links(alert, subject, site),
    }
    told = {
        **subject.labels,
        "team": subject.application.owner.team,
        "severity": Severity.WARNING.value,
        "priority": Priority.P3.value,
        **({"pager": owner.value} if owner is not Backend.PROMETHEUS else {}),
    }
    return {"alert": alert, "expr": expression, "for": duration_text(_HOLD), "labels": told, "annotations": notes}

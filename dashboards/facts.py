"""What the catalog says of a signal that a graph of it should say too, whatever program draws it: levels, promises, alerts, runbooks."""

import re
from collections.abc import Iterator

from catalog.base import Priority
from catalog.catalog import Subject
from catalog.model import Service, Target
from catalog.signal import Signal
from catalog.units import Unit
from dashboards.model import Colour, Link, Threshold
from rendering import wording
from rendering.site import Site

_COLOURS: dict[Priority, Colour] = {Priority.P1: "red", Priority.P2: "red", Priority.P3: "orange", Priority.INFO: "blue"}
_TARGET: Colour = "yellow"
_ACRONYMS = re.compile(r"\b(ai|api|cpu|gpu|gdpr|http|oom)\b")
Level = tuple[float, Colour, str]
"""A value in the signal's unit, how bad it is to be beyond it, and which alert or promise says so."""


def title(name: str) -> str:
    """A signal's name as a heading: `http_errors` -> `HTTP errors`."""
    return capital(_ACRONYMS.sub(lambda word: word[0].upper(), wording.words(wording.camel(name)).lower()))


def capital(text: str) -> str:
    """The text with a great first letter."""
    return text[:1].upper() + text[1:]


def described(signal: Signal, subject: Subject, name: str) -> str:
    """What a signal is, what was promised of it, and which alerts look at it."""
    said = [f"{capital(signal.title)}."]
    for label, target in _promises(subject, name):
        side, value = ("at most", target.at_most) if target.at_most is not None else ("at least", target.at_least)
        if value is not None:
            said.append(f"Promised: {side} {_shown(value, signal.unit)} ({label}).")
    if isinstance(subject.watched, Service):
        for label, objective in subject.watched.objectives.items():
            if objective.signal == name:
                said.append(f"Objective {label}: {objective.target * 100:g} % good.")
    alerts = [alert for alert, placed in subject.watched.alerts.items() if placed.signal == name]
    if alerts:
        said.append(f"Alerts: {', '.join(alerts)}.")
    return " ".join(said)


def levels(signal: Signal, subject: Subject, name: str) -> list[Level]:
    """Values of promises and alerts, from low to high."""
    high = signal.wrong == "high"
    found: dict[float, tuple[Colour, str]] = {}
    for label, target in _promises(subject, name):
        value = target.at_most if high else target.at_least
        if value is not None:
            found[signal.unit.parse(value)] = (
                _TARGET,
                f"promised: {label} ({target.statistic})" if target.statistic else f"promised: {label}",
            )
    for label, alert in subject.watched.alerts.items():
        value = alert.above if high else alert.below
        if alert.signal == name and value is not None:
            found[signal.unit.parse(value)] = (_COLOURS[alert.priority], f"{label} ({alert.statistic})" if alert.statistic else label)
    return [(value, *found[value]) for value in sorted(found)]


def thresholds(signal: Signal, subject: Subject, name: str) -> Iterator[Threshold]:
    """Levels at which the colour changes, from low to high.

    A colour counts from its value on; where low is bad, what lies from a level on is a step better than what lies below it.
    """
    ordered: list[tuple[float, Colour]] = [(value, colour) for value, colour, _ in levels(signal, subject, name)]
    if signal.wrong == "high":
        yield from (Threshold(value, colour) for value, colour in ordered)
        return
    better: list[Colour] = [*(colour for _, colour in ordered[1:]), "green"] if ordered else []
    yield from (Threshold(value, colour) for (value, _), colour in zip(ordered, better, strict=True))


def runbooks(subject: Subject, name: str, site: Site) -> Iterator[Link]:
    """The pages of the alerts that look at a signal."""
    for alert, placed in subject.watched.alerts.items():
        if placed.signal == name:
            yield Link(f"Runbook: {wording.words(alert)}", wording.runbook(alert, site))


def _promises(subject: Subject, name: str) -> Iterator[tuple[str, Target]]:
    business = subject.watched.business if isinstance(subject.watched, Service) else {}
    for label, target in {**subject.watched.targets, **business}.items():
        if target.signal == name:
            yield label, target


def _shown(value: float | str, unit: Unit) -> str:
    return f"{float(value) * 100:g} %" if unit is Unit.RATIO and not isinstance(value, str) else str(value)

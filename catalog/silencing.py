"""Which alert's cause is meant by `inhibited_by`, and whether the one can ever silence the other."""

from collections.abc import Iterable

from catalog.aws import KINDS
from catalog.base import Backend, Severity
from catalog.catalog import Catalog, PlacedAlert, Subject
from catalog.findings import Findings
from catalog.model import Dependency, Service
from catalog.signal import CloudwatchQuery

PLATFORM = "platform"
Known = dict[tuple[str, str], list[PlacedAlert]]
"""Alerts by their application and name."""


def by_name(alerts: Iterable[PlacedAlert]) -> Known:
    """Alerts as `causes` looks them up."""
    known: Known = {}
    for placed in alerts:
        known.setdefault((placed.subject.application.application, placed.name), []).append(placed)
    return known


def causes(subject: Subject, name: str, known: Known) -> list[PlacedAlert]:
    """The alerts of this name that are meant: the subject's own, else those of what it needs, of its application, of the platform."""
    near = known.get((subject.application.application, name), [])
    own = [placed for placed in near if placed.subject.name == subject.name]
    needed = subject.watched.depends_on if isinstance(subject.watched, Service) else ()
    return own or [placed for placed in near if placed.subject.name in needed] or near or known.get((PLATFORM, name), [])


def is_cluster(subject: Subject) -> bool:
    """Whether a subject is many things at once: one node's trouble says nothing of another."""
    return isinstance(subject.watched, Dependency) and subject.watched.kind == "cluster"


def check_silencing(state: Findings) -> None:
    """Alertmanager can silence what it is told, by what it is told, and no two alerts silence each other."""
    catalog = state.catalog
    known = by_name(catalog.alerts())
    silenced_by: dict[str, list[PlacedAlert]] = {}
    for placed in catalog.alerts():
        silenced_by[_name(placed)] = [cause for name in placed.alert.inhibited_by for cause in causes(placed.subject, name, known)]
    for placed in catalog.alerts():
        for name in placed.alert.inhibited_by:
            for cause in causes(placed.subject, name, known):
                found = _why_never(catalog, placed, cause) or _mutual(placed, cause, silenced_by)
                if found is not None:
                    state.fault(placed.subject, f"alerts.{placed.name}.inhibited_by", name, *found)


def _why_never(catalog: Catalog, placed: PlacedAlert, cause: PlacedAlert) -> tuple[str, str] | None:
    """Reason and remedy where whoever notifies never sees both."""
    if _name(cause) == _name(placed):
        return "an alert cannot silence itself", "name its cause, or remove it"
    if catalog.pager(placed) is Backend.CLOUDWATCH:
        return _apart(catalog, placed, cause)
    if not catalog.evaluated_in(placed, Backend.PROMETHEUS):
        reason = "Alertmanager alone silences, and this alert never reaches it: Prometheus does not evaluate it"
        return reason, "remove it, or let Prometheus collect the signal"
    if catalog.pager(placed) is not Backend.PROMETHEUS:
        reason = f"{catalog.pager(placed).value} notifies of this alert, and Alertmanager cannot silence that"
        return reason, "remove it, or write pager: prometheus"
    if not catalog.evaluated_in(cause, Backend.PROMETHEUS):
        reason = f"Prometheus does not evaluate {_name(cause)}, so Alertmanager never hears of it"
        return reason, "name a cause that Prometheus evaluates"
    return None


def _apart(catalog: Catalog, placed: PlacedAlert, cause: PlacedAlert) -> tuple[str, str] | None:
    """Reason and remedy where no composite alarm can hold both: one is none of CloudWatch's, or they stand in different regions."""
    if not catalog.evaluated_in(cause, Backend.CLOUDWATCH):
        reason = f"CloudWatch notifies of this alert and does not evaluate {_name(cause)}, so it cannot know of it"
        return reason, "remove it, or name a cause that CloudWatch evaluates"
    mine, other = (KINDS[query.of].region if query.of else None for query in (_measured(placed), _measured(cause)))
    if mine == other:
        return None
    reason = f"its alarm stands in {mine or 'the environment'} and that of {_name(cause)} in {other or 'the environment'}"
    return reason, "remove it: no composite alarm can hold both"


def _measured(placed: PlacedAlert) -> CloudwatchQuery:
    query = placed.signal.cloudwatch
    assert isinstance(query, CloudwatchQuery)  # noqa: S101  both are evaluated there
    return query


def _mutual(placed: PlacedAlert, cause: PlacedAlert, silenced_by: dict[str, list[PlacedAlert]]) -> tuple[str, str] | None:
    """Reason and remedy where the cause is silenced in turn, directly or by way of others, by the alert that it silences."""
    if _by_severity(cause, placed):
        reason = (
            f"{cause.name} is {cause.alert.effective_severity.value} and so silenced by this critical alert: nobody would hear of either"
        )
        return reason, "remove it, or make the cause critical"
    seen, ahead = {_name(cause)}, [cause]
    while ahead:
        for above in silenced_by.get(_name(ahead.pop()), ()):
            if _name(above) == _name(placed):
                return f"{_name(cause)} is silenced by this alert in turn: nobody would hear of either", "remove one of the two"
            if _name(above) not in seen:
                seen.add(_name(above))
                ahead.append(above)
    return None


def _by_severity(cause: PlacedAlert, placed: PlacedAlert) -> bool:
    """Whether the rule that critical silences warning, of one subject and team, silences the cause by the alert."""
    return (
        placed.alert.effective_severity is Severity.CRITICAL
        and cause.alert.effective_severity is not Severity.CRITICAL
        and (cause.subject.labels, cause.team) == (placed.subject.labels, placed.team)
        and not is_cluster(placed.subject)
    )


def _name(placed: PlacedAlert) -> str:
    return "/".join(placed.identity)

"""Checks of what alerts have done about them: a target that is there, bounds that are bounds, an alert that Prometheus evaluates."""

from catalog.base import Backend
from catalog.catalog import PlacedAlert, Subject
from catalog.faults import nearest
from catalog.findings import Findings
from catalog.model import Alert
from catalog.queries import grouping
from catalog.remediation import Expand, Remediation, Scale
from catalog.units import Unit

CLAIM = "persistentvolumeclaim"
"""The label that says which claim an alert is about."""


def check_remediation(state: Findings, subject: Subject, key: str, name: str, alert: Alert) -> None:
    """Faults of an alert's remediation; none where it has none."""
    remedy = alert.remediation
    signal = state.catalog.signals.get(alert.signal)
    if remedy is None or signal is None:
        return
    place = f"{key}.remediation"
    placed = PlacedAlert(subject, name, alert, signal)
    if not state.catalog.evaluated_in(placed, Backend.PROMETHEUS):
        reason = f"Prometheus does not evaluate {name}, and only its alerts reach what acts on them"
        state.fault(subject, place, remedy.action, reason, "leave the remediation out, or let Prometheus collect the signal")
    _target(state, subject, place, remedy)
    if isinstance(remedy, Scale) and remedy.at_least > remedy.at_most:
        reason = f"no number is at least {remedy.at_least} and at most {remedy.at_most}"
        state.fault(subject, f"{place}.at_most", remedy.at_most, reason, f"at_least: {remedy.at_most}, at_most: {remedy.at_least}")
    if isinstance(remedy, Expand):
        state.value(subject, f"{place}.at_most", remedy.at_most, Unit.BYTES.parse)
        if CLAIM not in grouping(subject, signal):
            reason = f"{alert.signal} does not say which claim it is about, so none could be grown"
            state.fault(subject, f"{place}.action", remedy.action, reason, f"a signal that is told by {CLAIM}")


def _target(state: Findings, subject: Subject, place: str, remedy: Remediation) -> None:
    application = subject.application
    wanted = remedy.service or (subject.name if subject.kind == "service" else None)
    if wanted is None:
        state.fault(subject, f"{place}.service", "", "a dependency has no Deployment of its own", nearest("", application.services))
    elif wanted not in application.services:
        reason = "no service of this application has this name"
        state.fault(subject, f"{place}.service", wanted, reason, nearest(wanted, application.services))
    elif application.services[wanted].runs.platform != "eks":
        reason = f"{wanted} does not run in the cluster"
        state.fault(subject, f"{place}.service", wanted, reason, "name a service that runs on eks, or leave the remediation out")
    elif application.namespace is None and not isinstance(remedy, Expand):
        reason = "the platform's own pods belong to their operators, which would undo it"
        state.fault(subject, f"{place}.action", remedy.action, reason, "leave the remediation out; only volumes of the platform may grow")

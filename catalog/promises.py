"""Checks of what a service or dependency promises and alerts on, against the signals and backends there are."""

from catalog.base import Backend
from catalog.catalog import Subject, collectors
from catalog.faults import nearest
from catalog.findings import Findings
from catalog.model import Alert, Objective, Service, Statistic, Target, Threshold
from catalog.sight import check_messages
from catalog.signal import Gap, Signal
from catalog.spans import buckets

# A burn rate of 14.4 within a 30-day window needs an error budget below 1/14.4: a smaller target could never burn so fast.
LEAST_SLO_TARGET = 0.931
_ALERTING = (Backend.PROMETHEUS, Backend.DATADOG, Backend.CLOUDWATCH)


def check_alert(state: Findings, subject: Subject, key: str, alert: Alert) -> None:
    """Its names resolve, its threshold fits the signal, and some backend can evaluate it."""
    signal = state.signal(subject, f"{key}.signal", alert.signal)
    if alert.team is not None and alert.team not in state.catalog.teams:
        state.fault(
            subject, f"{key}.team", alert.team, "no team of this name is in catalog/teams.yaml", nearest(alert.team, state.catalog.teams)
        )
    if alert.escalation is not None and alert.escalation not in subject.application.escalations:
        remedy = nearest(alert.escalation, subject.application.escalations)
        state.fault(subject, f"{key}.escalation", alert.escalation, "no such escalation in this file", remedy)
    reachable = state.catalog.alert_names(subject.application.application) | state.catalog.alert_names("platform")
    for name in alert.inhibited_by:
        if name not in reachable:
            state.fault(
                subject,
                f"{key}.inhibited_by",
                name,
                "no alert of this name is in this application or in platform",
                nearest(name, reachable),
            )
    if signal is None:
        return
    state.statistic(subject, f"{key}.statistic", alert.statistic, signal)
    for side, wrong in (("above", "high"), ("below", "low")):
        if (text := getattr(alert, side)) is None:
            continue
        state.value(subject, f"{key}.{side}", text, signal.unit.parse)
        if signal.wrong != wrong:
            other = "below" if side == "above" else "above"
            state.fault(
                subject,
                f"{key}.{side}",
                text,
                f"{alert.signal} gets bad when it is {signal.wrong}, so this alert fires when all is well",
                f"write {other}:",
            )
    if alert.above is not None:
        _within_buckets(state, subject, f"{key}.above", alert.signal, alert.statistic, alert.above)
    check_messages(state, subject, key, alert, signal)
    _backends(state, subject, key, alert, signal)


def _backends(state: Findings, subject: Subject, key: str, alert: Alert, signal: Signal) -> None:
    collecting = [backend for backend in collectors(subject, signal) if backend in _ALERTING]
    seeing = [backend for backend in collecting if not isinstance(signal.query(backend), Gap)]
    able = [backend for backend in seeing if backend not in alert.gaps]
    if alert.anomaly is not None and Backend.PROMETHEUS in able:
        remedy = "add gaps: {prometheus: why that is acceptable}"
        state.fault(subject, f"{key}.gaps", Backend.PROMETHEUS, "PromQL has no anomaly detector", remedy)
    if not able:
        reason = f"no backend can evaluate this alert (collecting: {', '.join(collecting) or 'none'})"
        state.fault(subject, key, alert.signal, reason, "collect the signal elsewhere or define its query there")
    for backend in alert.gaps.keys() - set(seeing):
        reason = "this backend does not see the signal anyway, so there is no gap to explain here"
        state.fault(subject, f"{key}.gaps", backend, reason, "remove it")
    if alert.pager is not None and alert.pager not in able:
        state.fault(subject, f"{key}.pager", alert.pager, "this backend does not evaluate the alert", nearest(alert.pager, able))
    for backend in alert.standby.keys() - (set(able) - {alert.pager}):
        reason = "this backend does not evaluate the alert, or is its pager"
        state.fault(subject, f"{key}.standby", backend, reason, nearest(backend, set(able) - {alert.pager}))


def check_buckets(state: Findings, subject: Subject, name: str, boundaries: tuple[float, ...]) -> None:
    """Boundaries are of a histogram, and grow."""
    signal = state.signal(subject, f"buckets.{name}", name)
    if signal is not None and signal.form != "histogram":
        state.fault(subject, f"buckets.{name}", list(boundaries), f"{name} is no histogram, so it has no buckets", "remove it")
    if not boundaries or list(boundaries) != sorted(set(boundaries)) or boundaries[0] <= 0:
        reason = "boundaries are above 0 and grow"
        state.fault(subject, f"buckets.{name}", list(boundaries), reason, "write each once, the smallest first, as the service has them")


def check_target(state: Findings, subject: Subject, key: str, target: Target) -> None:
    """Its signal exists and its value lies on the right side."""
    signal = state.signal(subject, f"{key}.signal", target.signal)
    if signal is None:
        return
    state.statistic(subject, f"{key}.statistic", target.statistic, signal)
    for side, wrong in (("at_most", "high"), ("at_least", "low")):
        text = getattr(target, side)
        if text is None:
            continue
        state.value(subject, f"{key}.{side}", text, signal.unit.parse)
        if signal.wrong != wrong:
            state.fault(subject, f"{key}.{side}", text, f"{target.signal} gets bad when it is {signal.wrong}", "promise the other side")
    if target.at_most is not None:
        _within_buckets(state, subject, f"{key}.at_most", target.signal, target.statistic, target.at_most)


def _within_buckets(state: Findings, subject: Subject, key: str, name: str, statistic: Statistic | None, threshold: Threshold) -> None:
    """A percentile of a histogram is never above its highest boundary, whatever is measured."""
    signal = state.catalog.signals[name]
    if statistic in (None, "average") or signal.form != "histogram" or Backend.PROMETHEUS not in collectors(subject, signal):
        return
    boundaries = subject.watched.buckets.get(name, ()) if isinstance(subject.watched, Service) else ()
    if signal.source == "traces":
        boundaries = buckets(state.catalog)  # collectors measure, not the service
    if not boundaries:
        reason = f"nobody knows whether {statistic} can get there: the bucket boundaries of {name} are not given"
        state.fault(subject, key, threshold, reason, f"write them to the service's buckets.{name}")
        return
    try:
        reachable = signal.unit.parse(threshold) < max(boundaries)
    except ValueError:
        return  # told already
    if not reachable:
        reason = f"the highest bucket boundary of {name} is {max(boundaries):g} s, and {statistic} is never above it: this cannot fire"
        state.fault(subject, key, threshold, reason, "take a lower threshold, or give the service and `buckets` a higher boundary")


def check_objective(state: Findings, subject: Subject, key: str, objective: Objective) -> None:
    """It counts events, and its burn rates can be reached."""
    signal = state.signal(subject, f"{key}.signal", objective.signal)
    if objective.target <= LEAST_SLO_TARGET:
        reason = (
            f"its burn rates could never be reached: at a target up to {LEAST_SLO_TARGET:.1%} even a total failure burns slower than 14.4"
        )
        state.fault(subject, f"{key}.target", objective.target, reason, "make it a `targets` entry (a threshold), or raise the target")
    if signal is None:
        return
    if signal.form == "value":
        state.fault(
            subject,
            f"{key}.signal",
            objective.signal,
            "an objective counts good and all events; this signal has one value",
            "make it a `targets` entry",
        )
    if (signal.form == "histogram") != (objective.under is not None):
        reason = "a latency objective says `under`" if objective.under is None else "only a latency objective has `under`"
        state.fault(
            subject, f"{key}.under", objective.under or "", reason, "add `under: 500ms`" if objective.under is None else "remove `under`"
        )
    elif objective.under is not None and isinstance(subject.watched, Service):
        boundaries = subject.watched.buckets.get(objective.signal, ())
        if objective.under not in boundaries:
            reason = f"the service's {objective.signal} has no bucket boundary at {objective.under:g} s (buckets: {list(boundaries)})"
            state.fault(
                subject,
                f"{key}.under",
                objective.under,
                reason,
                "objective at a boundary, or add the boundary to the service and to `buckets`",
            )

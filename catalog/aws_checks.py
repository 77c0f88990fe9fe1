"""Checks of what AWS runs for an application: that CloudWatch can find it, and that alerts on it can be evaluated there."""

from collections import Counter

from catalog.aws import KINDS, kind_of, reproaches
from catalog.base import Backend
from catalog.catalog import Subject, collectors
from catalog.findings import Findings
from catalog.model import Application
from catalog.signal import CloudwatchQuery, not_a_period
from catalog.units import duration_text

_DAY, _WEEK, _HOUR = 86_400, 604_800, 3600


def check_resources(state: Findings, application: Application) -> None:
    """Names of resources are unique in the application, since settings name them without saying whose they are."""
    watched = (*application.services.values(), *application.dependencies.values())
    for name, count in Counter(name for each in watched for name in each.aws).items():
        if count > 1:
            reason = f"{count} services or dependencies of this application have an AWS resource of this name"
            state.file_fault(application.application, f"aws.{name}", name, reason, "rename all but one: settings name them by it alone")


def check_aws(state: Findings, subject: Subject) -> None:
    """Resources have their dimensions, and each alert that CloudWatch is to evaluate has one to look at."""
    for name, resource in subject.watched.aws.items():
        for key, value, reason, remedy in reproaches(resource):
            state.fault(subject, f"aws.{name}.{key}", value, reason, remedy)
    kinds = {resource.kind for resource in subject.watched.aws.values()}
    for name, alert in subject.watched.alerts.items():
        signal = state.catalog.signals.get(alert.signal)
        query = signal.cloudwatch if signal is not None else None
        if signal is None or not isinstance(query, CloudwatchQuery) or Backend.CLOUDWATCH in alert.gaps:
            continue
        if Backend.CLOUDWATCH not in collectors(subject, signal):
            continue
        key, why = f"alerts.{name}", "or add gaps: {cloudwatch: why that is acceptable}"
        if kind_of(query.namespace) not in (None, "eks") and query.of not in kinds:
            title = KINDS[query.of].title if query.of else query.namespace
            reason = f"CloudWatch is to watch {alert.signal}, which is a {title}'s, and {subject.name} has none in `aws`"
            state.fault(subject, f"{key}.signal", alert.signal, reason, f"name the {title} in `aws`, {why}")
        if alert.baseline is not None:
            reason = "CloudWatch cannot compare a metric with its own past but for an anomaly band"
            state.fault(subject, f"{key}.baseline", duration_text(alert.baseline.offset), reason, f"write `anomaly`, {why}")
        period = alert.window or query.period
        if reproach := not_a_period(period):
            state.fault(subject, f"{key}.window", duration_text(period), reproach, f"write 10s, 30s or whole minutes, {why}")
        if (length := max(alert.hold, period)) > (_WEEK if period >= _HOUR else _DAY):
            reason = f"an alarm looks back over a day, or a week at periods of an hour and more, not over {duration_text(length)}"
            state.fault(subject, f"{key}.for", duration_text(alert.hold), reason, f"shorten it, {why}")

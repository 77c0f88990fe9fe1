"""Who hears that a copy is late: a job that nobody starts fails nowhere, so what is missed is its success."""

import re
from collections.abc import Iterator
from math import ceil

from catalog.base import Priority, Severity
from catalog.catalog import Catalog, Subject
from catalog.faults import Fault
from catalog.units import duration_text
from rendering import wording
from rendering.aws import backups
from rendering.aws.settings import Kept
from rendering.cloudwatch import names
from rendering.cloudwatch.alarm import Alarm
from rendering.cloudwatch.conditions import Condition
from rendering.cloudwatch.topics import topic
from rendering.resource import Resource
from rendering.site import Site

LATE, FAILED = "BackupLate", "BackupFailed"
NAMESPACE = "AWS/Backup"
"""Metrics by `BackupVaultName` (docs.aws.amazon.com/aws-backup, «AWS Backup metrics with CloudWatch»)."""
COMPLETED = "NumberOfBackupJobsCompleted"
PRIORITY, SEVERITY = Priority.P3, Severity.WARNING
IMPACT = "What is lost now is lost since the last copy."
ACTION = "Read the vault's last jobs, mend what failed, and start a copy by hand; docs/restore.md has the commands."
_HOUR, _DAY, _WEEK = 3600, 86400, 604800
_MINUTE = 60
_OF = {backups.VOLUMES: "prometheus", backups.DATABASES: "grafana"}
"""The service of ours that owns most of each kind of copies: alarms are its."""


def owners(catalog: Catalog) -> dict[str, Subject]:
    """The service that each kind of copies is told of with."""
    subjects = {each.name: each for each in catalog.subjects() if each.application.namespace is None}
    return {what: subjects[name] for what, name in _OF.items() if name in subjects}


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Two alarms for each vault: no copy in time, and one that failed."""
    return list(_alarms(catalog, site))


def faults(site: Site, file: str, key: str) -> list[Fault]:
    """Schedules whose lateness no alarm can tell: it looks back over seven days at most. `key` is where AWS' settings stand in `file`."""
    found: list[Fault] = []
    for what, when in _kept(site).items():
        if allowed(when) > _WEEK:
            reason = f"a copy may be {duration_text(allowed(when))} old with its windows, and an alarm looks back over seven days at most"
            remedy = "make copies at least every six days, or shorten start_within and complete_within"
            found.append(Fault(file, f"{key}.backups.{what}.schedule", when.schedule, reason, remedy))
    return found


def interval(schedule: str) -> int:
    """Seconds between two copies, at the most: what may be lost. Of a cron that names days, the longest time without one."""
    rate = re.fullmatch(r"rate\((\d+) (hour|day)s?\)", schedule)
    if rate:
        return int(rate[1]) * (_HOUR if rate[2] == "hour" else _DAY)
    _, hours, days, _, weekdays, *_ = schedule.removeprefix("cron(").removesuffix(")").split()
    if weekdays not in ("*", "?"):
        return _WEEK
    if days not in ("*", "?"):
        every = re.fullmatch(r"(?:\*|\d+)/(\d+)", days)
        return int(every[1]) * _DAY if every else 31 * _DAY
    every = re.fullmatch(r"(?:\*|\d+)/(\d+)", hours)
    if every:
        return int(every[1]) * _HOUR
    return _HOUR if hours == "*" else ceil(24 / len(hours.split(","))) * _HOUR


def allowed(when: Kept) -> int:
    """Seconds that may pass between two finished copies: a start and an end may each come late by their windows."""
    return interval(when.schedule) + (when.start_within + when.complete_within) * _MINUTE


def _kept(site: Site) -> dict[str, Kept]:
    return backups.kept(site.aws.backups) if site.aws is not None and site.aws.backups is not None else {}


def _alarms(catalog: Catalog, site: Site) -> Iterator[Resource]:
    subjects = owners(catalog)
    for what, when in _kept(site).items():
        subject = subjects.get(what)
        if subject is None or not site.runs(subject):
            continue
        # All periods without a copy, or without any word of one, are wrong together; a single finished copy ends that.
        period = _HOUR if allowed(when) <= 4 * _DAY else _DAY
        periods = ceil(allowed(when) / period)
        old = (
            f"No copy of {what} was finished for {duration_text(allowed(when))}; one is due every {duration_text(interval(when.schedule))}."
        )
        late = Condition(_metric(site, what, COMPLETED, period, "LessThanThreshold", 1), periods, periods, period)
        yield _alarm(subject, LATE, what, old, late, site, missing=True)
        broken = f"A copy of {what} failed; the one before is still there."
        failed = Condition(_metric(site, what, "NumberOfBackupJobsFailed", _HOUR, "GreaterThanThreshold", 0), 1, 1, _HOUR)
        yield _alarm(subject, FAILED, what, broken, failed, site, missing=False)


def _metric(site: Site, what: str, metric: str, period: int, operator: str, threshold: int) -> dict[str, object]:
    place = site.aws.place if site.aws is not None else None
    dimensions = {"BackupVaultName": backups.vault(place, what)} if place else {}
    shared = {"namespace": NAMESPACE, "metricName": metric, "statistic": "Sum", "period": period, "dimensions": dimensions}
    return {**shared, "comparisonOperator": operator, "threshold": threshold}


def _alarm(subject: Subject, alert: str, what: str, said: str, condition: Condition, site: Site, *, missing: bool) -> Resource:
    team = subject.application.owner.team
    tags = {"environment": site.environment, "region": site.region, "cluster": site.cluster, **subject.labels, "team": team}
    tags |= {
        "severity": SEVERITY.value,
        "priority": PRIORITY.value,
        "alert": alert,
        "key": names.key(subject, alert),
        "notifies": "message",
    }
    lines = [
        f"{said} ({wording.where(subject)})",
        f"Impact: {IMPACT}",
        f"Action: {ACTION}",
        f"Runbook: {wording.runbook(LATE, site)}",
        f"Key: {names.key(subject, alert)}",
    ]
    topics = (topic(team, PRIORITY, SEVERITY),) if site.aws is not None and site.aws.cloudwatch is not None else ()
    return Alarm(
        name=names.logical(subject, alert, what),
        title=names.alarm(subject, alert, site, what),
        description="\n".join(lines),
        tags=tags,
        condition=condition,
        missing="breaching" if missing else "notBreaching",
        told=topics,
    ).resource()

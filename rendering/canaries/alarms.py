"""Who hears that a canary fails: nobody twice, so an alarm notifies only where no other backend of ours tells of the same."""

from catalog.base import Backend, Priority, Severity
from catalog.catalog import Catalog, PlacedAlert, Subject
from catalog.outside import Journey
from catalog.units import duration_text
from rendering import wording
from rendering.canaries.runs import Canary
from rendering.cloudwatch import names
from rendering.cloudwatch.alarm import LONGEST, Alarm
from rendering.cloudwatch.conditions import Condition
from rendering.cloudwatch.topics import topic
from rendering.datadog import synthetic_runs
from rendering.resource import Ref, Resource
from rendering.site import Site

SIGNAL = "probe_success"
"""The catalog's signal that a heartbeat measures."""
NAMESPACE, METRIC = "CloudWatchSynthetics", "SuccessPercent"
_GOOD = 100
_PERIODS, _WRONG = 3, 2
"""Two of three runs: one may come late and fall into its neighbour's period."""
_OWN = "HealthCheckFailing"
_JOURNEY = "JourneyFailing"
"""The page of every journey's alert."""
_DAY = 86400


def failing(canary: Canary, catalog: Catalog, site: Site) -> Resource:
    """The alarm of one canary. No runs at all are as bad as failed ones: a retired runtime ends them silently."""
    alert, loud = told_as(canary, catalog), notifies(canary, catalog, site)
    period = min(canary.pace, _DAY)
    statistic = {"namespace": NAMESPACE, "metricName": METRIC, "statistic": "Average", "period": period}
    compared = {"comparisonOperator": "LessThanThreshold", "threshold": _GOOD, "dimensions": {"CanaryName": canary.called(site)}}
    once = canary.pace == _DAY  # an alarm looks back over seven days at most, and a day's failure needs no second one
    return Alarm(
        name=names.logical(canary.subject, alert, canary.what, canary.name),
        title=names.alarm(canary.subject, alert, site, canary.what, canary.name),
        description=description(canary.subject, alert, page(canary, catalog), _said(canary, catalog), site),
        tags=tags(canary.subject, alert, team(canary, catalog), severity(canary, catalog), priority(canary, catalog), site, loud),
        condition=Condition(statistic | compared, 1 if once else _PERIODS, 1 if once else _WRONG, period),
        missing="breaching",
        told=told(canary, catalog, site),
    ).resource()


def told_as(canary: Canary, catalog: Catalog) -> str:
    """The alert that a failing canary is: the service's own of the same symptom, where it has one."""
    if isinstance(canary.about, Journey):
        return canary.about.joins or f"{wording.camel(canary.name)}Failing"
    placed = joined(canary, catalog)
    return placed.name if placed else _OWN


def joined(canary: Canary, catalog: Catalog) -> PlacedAlert | None:
    """The service's alert on its checks; several backends evaluate it."""
    alerts = (placed for placed in catalog.alerts() if placed.subject == canary.subject and placed.alert.signal == SIGNAL)
    return None if isinstance(canary.about, Journey) else next(alerts, None)


def notifies(canary: Canary, catalog: Catalog, site: Site) -> str | None:
    """`page` or `message`; None where another backend tells of the same, and this alarm only shows."""
    about = canary.about
    if isinstance(about, Journey):
        elsewhere = site.datadog and site.datadog.synthetics and not site.datadog.synthetics.paused
        place = (canary.subject.application.application, canary.subject.name)
        tried = elsewhere and any(
            test.what == "journey" and test.name == canary.name and (test.subject.application.application, test.subject.name) == place
            for test in synthetic_runs.tests(catalog, site)
        )
        return None if tried else "page" if about.pages else "message"
    placed = joined(canary, catalog)
    if placed is None:
        return "message"
    if catalog.pager(placed) is not Backend.CLOUDWATCH:
        return None
    return "page" if placed.alert.pages else "message"


def told(canary: Canary, catalog: Catalog, site: Site) -> tuple[Ref, ...]:
    """The team's topic, where there are topics and this alarm notifies."""
    if site.aws is None or site.aws.cloudwatch is None or notifies(canary, catalog, site) is None:
        return ()
    return (topic(team(canary, catalog), priority(canary, catalog), severity(canary, catalog)),)


def team(canary: Canary, catalog: Catalog) -> str:
    """Who answers for it."""
    placed = joined(canary, catalog)
    return placed.team if placed else canary.subject.application.owner.team


def priority(canary: Canary, catalog: Catalog) -> Priority:
    """A journey's own, a heartbeat's as the alert on checks has it."""
    if isinstance(canary.about, Journey):
        return canary.about.priority
    placed = joined(canary, catalog)
    return placed.alert.priority if placed else Priority.P3


def severity(canary: Canary, catalog: Catalog) -> Severity:
    """What goes with it."""
    if isinstance(canary.about, Journey):
        return canary.about.severity
    placed = joined(canary, catalog)
    return placed.alert.effective_severity if placed else Severity.WARNING


def page(canary: Canary, catalog: Catalog) -> str:
    """The runbook's page."""
    return canary.about.joins or _JOURNEY if isinstance(canary.about, Journey) else told_as(canary, catalog)


def description(subject: Subject, alert: str, page: str, said: list[str], site: Site) -> str:
    """What a notification says, as other backends' say it."""
    links = wording.links(page, subject, site)
    dashboard = [f"Dashboard: {links['dashboard_url']}"] if "dashboard_url" in links else []
    return "\n".join([*said, f"Runbook: {links['runbook_url']}", *dashboard, f"Key: {names.key(subject, alert)}"])[:LONGEST]


def tags(
    subject: Subject, alert: str, team: str, severity: Severity, priority: Priority, site: Site, notifies: str | None
) -> dict[str, str]:
    """As those of every alarm of ours, for an alert that is none of the catalog's."""
    found = {"environment": site.environment, "region": site.region, "cluster": site.cluster, **subject.labels}
    found |= {"team": team, "severity": severity.value, "priority": priority.value, "alert": alert, "key": names.key(subject, alert)}
    return found | ({"notifies": notifies} if notifies else {}) | ({"pages": "true"} if notifies == "page" else {})


def _said(canary: Canary, catalog: Catalog) -> list[str]:
    about, every = canary.about, duration_text(canary.pace)
    if isinstance(about, Journey):
        first = f"The journey {canary.name} of {wording.where(canary.subject)} fails in CloudWatch; it is tried every {every}."
        return [first, f"Impact: {about.impact}", f"Action: {about.action}"]
    first = f"Nobody reaches {about.url} as expected; CloudWatch asks every {every}."
    placed = joined(canary, catalog)
    if placed is None:
        return [first, "Impact: users may not reach the service.", "Action: ask the address by hand; see what stands before the service."]
    return [first, f"Impact: {placed.alert.impact}", f"Action: {placed.alert.action}"]

"""What a Datadog notification says, who it reaches, and the tags by which it is found: alike for every monitor."""

from urllib.parse import quote

from catalog.base import Backend, Priority, Severity
from catalog.catalog import Catalog, PlacedAlert, Subject
from catalog.model import Application, Service
from catalog.people import Team
from catalog.units import Unit, duration_text
from rendering import wording
from rendering.site import DatadogSite, Site

PRIORITIES = {Priority.P1: "1", Priority.P2: "2", Priority.P3: "3", Priority.INFO: "5"}
NAME_LIMIT = 200
"""Characters of a monitor's name; ours, since titles are cut at their receivers and Datadog documents no limit."""
RESOLVE = "-resolve"
"""What the name of a team's closing webhook ends in."""
KEY = "key"
"""The tag that holds `key`."""
_SHOWN = {
    Unit.RATIO: "{{value}} (a share: 0.05 is 5%)",
    Unit.SECONDS: "{{value}} s",
    Unit.BYTES: "{{value}} B",
    Unit.PER_SECOND: "{{value}}/s",
    Unit.STATE: "{{value}} (1: yes, 0: no)",
    Unit.SCORE: "{{value}} of 5",
}
_BEFORE, _AFTER = 15 * 60, 5 * 60
"""Seconds around the alert that its links show."""


def tags(subject: Subject, site: Site) -> list[str]:
    """Where a resource of ours belongs: the environment by the contract's names and Datadog's own, and its subject by the catalog's."""
    place = {"env": site.environment, "environment": site.environment, "region": site.region, "cluster": site.cluster}
    return [f"{key}:{value}" for key, value in (place | subject.labels).items()]


def alert_tags(
    subject: Subject, alert: str, team: str, severity: Severity, priority: Priority, site: Site, notifies: str | None = None
) -> list[str]:
    """A monitor's tags; `notifies` is `page`, `standby` or `message`, by which the teams' rules route it, and None where it only shows."""
    found = [*tags(subject, site), f"team:{team}", f"severity:{severity.value}", f"priority:{priority.value}", f"alert:{alert}"]
    found.append(f"{KEY}:{key(subject, alert)}")
    found += [f"notifies:{notifies}"] if notifies else []
    return [*found, *(["pages:true"] if notifies == "page" else [])]


def name(alert: str, subject: Subject, site: Site, suffix: str = "") -> str:
    """A monitor's name: `prod skillforge/backend: Error ratio high`."""
    return f"{site.environment} {wording.where(subject)}: {wording.words(alert)}{suffix}"


def key(subject: Subject, alert: str) -> str:
    """By which PagerDuty knows that several backends tell of one thing; in small letters, which Datadog makes of every tag."""
    return f"{wording.where(subject)}/{alert.lower()}"


def message(placed: PlacedAlert, groups: tuple[str, ...], catalog: Catalog, site: Site, *, value: bool = True) -> str:
    """Of a catalog's alert: what, how bad, what users suffer, what to do, where to look, who hears of it."""
    alert, signal = placed.alert, placed.signal
    statistic = f"{alert.statistic} of the " if alert.statistic else ""
    what = f"{statistic}{signal.title}"
    shown = f": {_shown(placed)}" if value else ""
    hold = f" for {duration_text(alert.hold)}" if alert.hold else ""
    lines = [f"{what[0].upper()}{what[1:]}{shown}; alerts {limit(placed)}{hold}."]
    lines += [f"About: {', '.join(f'{group} {{{{{group}.name}}}}' for group in groups)}"] if groups and value else []
    if alert.no_data != "ok":
        absent = f"Nothing is known of it, so {placed.name} cannot fire: see whether its source still reports."
        lines.append(f"{{{{#is_no_data}}}}{absent}{{{{/is_no_data}}}}")
    lines += ["", f"**Impact**: {alert.impact}", f"**Action**: {alert.action}", "", *links(placed.name, placed.subject, site)]
    lines.append(f"Who hears of it: {called(placed, catalog)}")
    return "\n".join([*lines, f"Key: {key(placed.subject, placed.name)}"])


def limit(placed: PlacedAlert) -> str:
    """The condition in words."""
    anomaly = placed.alert.anomaly
    if anomaly is not None:
        return f"{anomaly.deviations:g} deviations beyond the ordinary for {duration_text(anomaly.over)}"
    return wording.condition(placed)


def _shown(placed: PlacedAlert) -> str:
    if placed.alert.anomaly is not None:
        return "{{value}} of the window's points are out of the ordinary"
    return "{{value}} times what it was" if placed.alert.baseline is not None else _SHOWN.get(placed.signal.unit, "{{value}}")


def links(alert: str, subject: Subject, site: Site) -> list[str]:
    """Runbook, dashboard, logs and traces, as a list in Markdown."""
    told = wording.links(alert, subject, site)
    found = {"Runbook": told["runbook_url"]}
    found |= {"Dashboard": told["dashboard_url"]} if "dashboard_url" in told else {}
    found |= places(subject, site)
    return [f"- [{title}]({url})" for title, url in found.items()]


def places(subject: Subject, site: Site) -> dict[str, str]:
    """Where Datadog shows more of a subject, as far as it collects it: by title."""
    datadog, service = site.datadog, subject.watched
    if datadog is None:
        return {}
    if not isinstance(service, Service):
        return {"Infrastructure": f"{datadog.app_url}/infrastructure?tags={quote(f'cluster:{site.cluster}')}"}
    found: dict[str, str] = {}
    named = f"env:{site.environment} service:{service.identity.datadog}"
    if Backend.DATADOG in service.collect.traces:
        found["Service"] = f"{datadog.app_url}/apm/entity/service%3A{quote(service.identity.datadog)}?env={site.environment}"
        found["Failed traces"] = _around(f"{datadog.app_url}/apm/traces?query={quote(f'{named} status:error')}", "start", "end")
    if Backend.DATADOG in service.collect.logs:
        found["Logs"] = _around(f"{datadog.app_url}/logs?query={quote(f'{named} status:(error OR critical)')}", "from_ts", "to_ts")
    return found


def _around(url: str, start: str, end: str) -> str:
    """The time around the alert (docs.datadoghq.com/monitors/notify/variables, template variable evaluation), in milliseconds."""
    since = f'{{{{eval "last_triggered_at_epoch-{_BEFORE * 1000}"}}}}'
    until = f'{{{{eval "last_triggered_at_epoch+{_AFTER * 1000}"}}}}'
    return f"{url}&{start}={since}&{end}={until}&live=false"


def called(placed: PlacedAlert, catalog: Catalog) -> str:
    """Who hears of an alert, and from which backend."""
    pager, alert = catalog.pager(placed), placed.alert
    told = _called(
        placed.subject.application, placed.team, alert.escalation, catalog.teams[placed.team], alert.effective_severity, pages=alert.pages
    )
    by = f" through {pager.value}"
    standby = (
        f"; Datadog after {duration_text(alert.standby[Backend.DATADOG])} should that be dead" if Backend.DATADOG in alert.standby else ""
    )
    return f"{told}{by}{standby}"


def _called(application: Application, name: str, escalation: str | None, team: Team, severity: Severity, *, pages: bool) -> str:
    """The escalation's levels for a page, the team's channel for everything else."""
    if not pages:
        channel = team.slack.get(severity)
        return f"{name}, a message{f' in {channel}' if channel else ''}"
    levels = application.escalations[escalation or application.owner.escalation].levels
    return f"{name}, " + ", ".join(
        f"{' and '.join(level.notify)} {f'after {duration_text(level.after)}' if level.after else 'at once'}" for level in levels
    )


def handles(team: str, people: Team, severity: Severity, urgency: str, site: Site) -> list[str]:
    """What a notification rule calls, without `@`: the team's PagerDuty webhook for pages, its channel, its mail where neither is open."""
    found = [f"webhook-{pagerduty_webhook(team)}"] if urgency != "message" and site.pagerduty and people.pagerduty else []
    channel, workspace = people.slack.get(severity), slack_workspace(site.datadog)
    if site.slack and channel is not None and workspace is not None:
        found.append(f"slack-{workspace}-{channel.removeprefix('#')}")
    return found or [people.email]


def pagerduty_webhook(team: str) -> str:
    """The webhook that opens a team's incident with our deduplication key, which Datadog's own PagerDuty integration cannot set."""
    return f"pagerduty-{team}"


def slack_workspace(datadog: DatadogSite | None) -> str | None:
    """The name by which Datadog's Slack integration knows the workspace; None where it posts nowhere."""
    return datadog.slack_workspace if datadog is not None else None

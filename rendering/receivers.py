"""How a message reaches a team: Alertmanager's receivers, one for each team, severity and urgency.

Every option stands in Alertmanager 0.28 and 0.34 (`config/notifiers.go` of both).
"""

from typing import Literal, NamedTuple

from catalog.base import Severity
from catalog.catalog import Catalog
from catalog.people import Team
from rendering import secrets
from rendering.document import Document
from rendering.site import Jira, Site

Urgency = Literal["page", "message"]

SHOWN = "shown-only"
"""Receives what another backend notifies about: nobody."""
HEARTBEAT = "heartbeat"
UNROUTED = "unrouted"
"""Receives what no application's route takes."""

_SLACK_API = "https://slack.com/api/chat.postMessage"  # a bot's token may post to every channel; a webhook's address only to one
_COLOUR = '{{ template "observatory.colour" . }}'
_ICON = '{{ template "observatory.icon" . }}'
_TITLE = '{{ template "observatory.title" . }}'
_TEXT = '{{ template "observatory.text" . }}'
_RUNBOOK = "{{ .CommonAnnotations.runbook_url }}"
_SUBJECT = "{{ .CommonLabels.application }}/{{ .CommonLabels.service }}{{ .CommonLabels.dependency }}"
_FIELDS = (
    ("Service", _SUBJECT),
    ("Severity", "{{ .CommonLabels.severity }}"),
    ("Priority", "{{ .CommonLabels.priority }}"),
    ("Team", "{{ .CommonLabels.team }}"),
    ("Environment", "{{ .CommonLabels.environment }}"),
    ("Since", '{{ (index .Alerts 0).StartsAt.UTC.Format "2006-01-02 15:04:05 UTC" }}'),
)


class Destination(NamedTuple):
    """Whom alerts reach, and how loud."""

    team: str
    severity: Severity
    urgency: Urgency

    @property
    def receiver(self) -> str:
        """The receiver's name."""
        return f"{self.team}.{self.severity.value}.{self.urgency}"


def fallback_name(team: str) -> str:
    """The receiver of what a team gets and no severity's route takes."""
    return f"{team}.fallback"


def receivers(catalog: Catalog, used: set[Destination], site: Site) -> list[Document]:
    """All receivers; one without any way to reach people stays in, so that routes do not depend on switches."""
    owners = sorted({application.owner.team for application in catalog.applications.values()})
    return [
        {"name": UNROUTED, **_ways(_unrouted(catalog), site)},
        {"name": SHOWN},
        _heartbeat(site),
        *({"name": fallback_name(owner), **_fallback(owner, catalog.teams[owner], site)} for owner in owners),
        *({"name": place.receiver, **ways(place, catalog.teams[place.team], site)} for place in sorted(used)),
    ]


def ways(place: Destination, team: Team, site: Site) -> Document:
    """A page reaches the one on call by every way there is; a message stands in the channel, and a warning is a ticket besides."""
    found: Document = {}
    if place.urgency == "page" and site.pagerduty and team.pagerduty:
        found["pagerduty_configs"] = [_pagerduty(place.team)]
    channel = team.slack.get(place.severity)
    if site.slack and channel is not None:
        found["slack_configs"] = [_slack(channel)]
    if site.jira is not None and team.jira is not None and place.urgency == "message" and place.severity is Severity.WARNING:
        found["jira_configs"] = [_jira(site.jira, team.jira)]
    if site.smtp is not None and (place.urgency == "page" or not found):
        found["email_configs"] = [_email(team)]
    return found


def _fallback(name: str, team: Team, site: Site) -> Document:
    if site.webhooks and team.webhook:
        return {"webhook_configs": [_webhook(secrets.webhook(name))]}
    return _ways(team, site)


def _unrouted(catalog: Catalog) -> Team | None:
    """The platform's owners hear of alerts that belong to no application."""
    platform = next((application for application in catalog.applications.values() if application.namespace is None), None)
    return catalog.teams.get(platform.owner.team) if platform is not None else None


def _ways(team: Team | None, site: Site) -> Document:
    if team is None:
        return {}
    channel = team.slack.get(Severity.WARNING)
    if site.slack and channel is not None:
        return {"slack_configs": [_slack(channel)]}
    return {"email_configs": [_email(team)]} if site.smtp is not None else {}


def _heartbeat(site: Site) -> Document:
    if not site.heartbeat:
        return {"name": HEARTBEAT}
    return {"name": HEARTBEAT, "webhook_configs": [_webhook(secrets.HEARTBEAT) | {"send_resolved": False}]}


def _webhook(secret: secrets.SecretKey) -> Document:
    return {"url_file": secret.path, "send_resolved": True}


def _pagerduty(team: str) -> Document:
    return {
        "routing_key_file": secrets.pagerduty(team).path,
        "send_resolved": True,
        "client": "Observatory",
        "client_url": "{{ .ExternalURL }}",
        "description": _TITLE,
        "severity": "{{ if .CommonLabels.severity }}{{ .CommonLabels.severity }}{{ else }}error{{ end }}",
        "component": _SUBJECT,
        "group": "{{ .CommonLabels.application }}",
        "class": "{{ .GroupLabels.alertname }}",
        "links": [{"href": _RUNBOOK, "text": "Runbook"}],
        "details": {
            "summary": "{{ (index .Alerts 0).Annotations.summary }}",  # each has its own where it names a pod or a node
            "description": _TEXT,
            "runbook": _RUNBOOK,
            "priority": "{{ .CommonLabels.priority }}",
            # As Datadog's webhooks build it (rendering/datadog/messages.py, `key`), whose tags know small letters alone.
            "deduplication_key": f"{_SUBJECT}/{{{{ .CommonLabels.alertname | toLower }}}}",
        },
    }


def _jira(jira: Jira, project: str) -> Document:
    """One open ticket a group, which Alertmanager finds again by a label of its own; a person closes it, since the cause may remain."""
    return {
        "api_url": f"{jira.url.rstrip('/')}/rest/api/2",
        "http_config": {"basic_auth": {"username": jira.username, "password_file": secrets.JIRA.path}},
        "send_resolved": False,
        "project": project,
        "issue_type": "Task",
        "summary": _TITLE,
        "description": f'{_TEXT}\n{{{{ template "observatory.plain" . }}}}',
        "labels": ["observatory", "{{ .CommonLabels.application }}", "{{ .CommonLabels.service }}{{ .CommonLabels.dependency }}"],
    }


def _slack(channel: str) -> Document:
    return {
        "api_url": _SLACK_API,
        "http_config": {"authorization": {"credentials_file": secrets.SLACK.path}},
        "channel": channel,
        "send_resolved": True,
        "username": "Observatory",
        "icon_emoji": _ICON,
        "color": _COLOUR,
        "title": f"{_ICON} {_TITLE}",
        "title_link": _RUNBOOK,
        "text": '{{ template "observatory.slack" . }}',
        "fields": [{"title": title, "value": value, "short": True} for title, value in _FIELDS],
        "footer": "Observatory",
    }


def _email(team: Team) -> Document:
    return {
        "to": team.email,
        "send_resolved": True,
        "headers": {"Subject": f"{{{{ .CommonLabels.severity | toUpper }}}} {_TITLE}"},
        "text": f'{_TITLE}\n\n{_TEXT}\n{{{{ template "observatory.plain" . }}}}',
    }

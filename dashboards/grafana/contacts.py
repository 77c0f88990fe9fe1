"""How Grafana itself would tell people: the same teams, ways and words as Alertmanager's, for alerts on data that only Grafana sees.

Nothing here carries the alerts of Prometheus: those are evaluated there and told by Alertmanager. Keys are those of the Grafana
provider's `ContactPoint`, `NotificationPolicy` and `MessageTemplate`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from catalog.base import Severity
from catalog.catalog import Catalog
from catalog.people import Team
from rendering import secrets
from rendering.alertmanager import GROUP_BY, template_text
from rendering.document import Document
from rendering.site import Site

Way = Literal["email", "slack", "pagerduty"]
TEMPLATES = "observatory"
_TITLE = '{{ template "observatory.title" . }}'
_TEXT = '{{ template "observatory.text" . }}'
_SUBJECT = "{{ .CommonLabels.application }}/{{ .CommonLabels.service }}{{ .CommonLabels.dependency }}"


@dataclass(frozen=True)
class Contacts:
    """Contact points by name, the tree of policies that leads to them, and the words of the messages."""

    points: tuple[Document, ...] = ()
    policy: Document | None = None
    templates: tuple[Document, ...] = ()


def contacts(catalog: Catalog, site: Site, ways: Collection[Way]) -> Contacts:
    """One contact point for each team and severity that has an open way; none where no way is."""
    points = {
        (name, severity): point
        for name, team in catalog.teams.items()
        for severity in Severity
        if (point := _point(name, team, severity, site, ways)) is not None
    }
    if not points:
        return Contacts()
    templates = ({"name": TEMPLATES, "template": template_text()},)
    return Contacts(tuple(points.values()), _policy(catalog, points), templates)


def _point(name: str, team: Team, severity: Severity, site: Site, ways: Collection[Way]) -> Document | None:
    """What is critical pages and stands in the channel; mail goes where there is nothing else, and with every page."""
    found: Document = {}
    critical = severity is Severity.CRITICAL
    if "pagerduty" in ways and team.pagerduty and critical:
        found["pagerduties"] = [_pagerduty(name)]
    channel = team.slack.get(severity)
    if "slack" in ways and channel is not None:
        found["slacks"] = [_slack(channel)]
    if "email" in ways and site.smtp is not None and (critical or not found):
        subject = f"{severity.value.upper()} {_TITLE}"
        found["emails"] = [{"addresses": [team.email], "singleEmail": True, "subject": subject, "message": _TEXT}]
    return {"name": f"{name}.{severity.value}", **found} if found else None


def _slack(channel: str) -> Document:
    return {
        "recipient": channel,
        "token": secrets.SLACK,
        "username": "Observatory",
        "iconEmoji": '{{ template "observatory.icon" . }}',
        "color": '{{ template "observatory.colour" . }}',
        "title": f'{{{{ template "observatory.icon" . }}}} {_TITLE}',
        "text": _TEXT,
    }


def _pagerduty(team: str) -> Document:
    return {
        "integrationKey": secrets.pagerduty(team),
        "client": "Grafana",
        "clientUrl": "{{ .ExternalURL }}",
        "severity": "critical",
        "class": "{{ .GroupLabels.alertname }}",
        "component": _SUBJECT,
        "group": "{{ .CommonLabels.application }}",
        "summary": _TITLE,
    }


def _policy(catalog: Catalog, points: dict[tuple[str, Severity], Document]) -> Document:
    """Whom an alert names as its team, by its severity; the platform's team hears of those that name none."""
    platform = next((app.owner.team for app in catalog.applications.values() if app.namespace is None), None)
    order = sorted(points, key=lambda place: (place[0] != platform, place[1] is not Severity.WARNING))  # what says no severity pages nobody
    branches = [
        {
            "matchers": [_is("team", name)],
            "contactPoint": points[own[0]]["name"],
            "policies": [{"matchers": [_is("severity", place[1].value)], "contactPoint": points[place]["name"]} for place in own],
        }
        for name in catalog.teams
        if (own := [place for place in order if place[0] == name])
    ]
    return {
        "contactPoint": points[order[0]]["name"],
        "groupBies": ["grafana_folder", *GROUP_BY],
        "groupWait": "30s",
        "groupInterval": "5m",
        "repeatInterval": "4h",
        "policies": branches,
    }


def _is(label: str, value: str) -> Document:
    return {"label": label, "match": "=", "value": value}

"""Webhooks by which Datadog opens and closes a team's PagerDuty incident under the key that every backend builds alike.

Datadog's own PagerDuty integration chooses keys itself, so a standby's page would call people a second time for one symptom. Variables
are those of docs.datadoghq.com/integrations/webhooks; the body is that of PagerDuty's Events API v2. A payload has no conditions, so there
is one webhook to open an incident and one to close it: the notification rules choose by the monitor's transition.
"""

import json
from collections.abc import Iterator
from typing import Any, Literal

from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.model import Service
from catalog.people import Team
from rendering import secrets
from rendering.datadog import messages
from rendering.resource import Resource
from rendering.site import Site

WEBHOOK, VARIABLE = "datadog:index/webhook:Webhook", "datadog:index/webhookCustomVariable:WebhookCustomVariable"
KEY = f"$TAGS[{messages.KEY}]"
"""`application/service|dependency/alert` of a monitor, which it has as a tag: its groups' own tags may be another service's."""
Action = Literal["trigger", "resolve"]
_ACTIONS: tuple[tuple[str, Action], ...] = (("", "trigger"), (messages.RESOLVE, "resolve"))


def told(catalog: Catalog) -> dict[str, Team]:
    """Teams that Datadog tells of something: those of alerts that it evaluates, and owners of what it collects; by name."""
    names = {placed.team for placed in catalog.alerts() if catalog.evaluated_in(placed, Backend.DATADOG)}
    for subject in catalog.subjects():
        if isinstance(subject.watched, Service) and Backend.DATADOG in subject.watched.collect.metrics:
            names.add(subject.application.owner.team)
    return {name: catalog.teams[name] for name in sorted(names)}


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Two webhooks and the key that they send for each team that PagerDuty calls; the account has each name but once."""
    if site.datadog is None or not site.pagerduty:
        return []
    return [made for name, team in told(catalog).items() if team.pagerduty for made in _of_team(name, site.pagerduty_events)]


def _of_team(name: str, address: str) -> Iterator[Resource]:
    # Ends in a word of its own, so that no team's variable begins another's.
    variable = f"PAGERDUTY_{name.upper().replace('-', '_')}_KEY"
    value = {"name": variable, "value": secrets.pagerduty(name), "isSecret": True}
    yield Resource(VARIABLE, variable.lower(), value, account_wide=True, secrets=("value",))
    for suffix, action in _ACTIONS:
        webhook = messages.pagerduty_webhook(name) + suffix
        inputs = {"name": webhook, "url": address, "encodeAs": "json", "payload": payload(f"${variable}", action)}
        yield Resource(WEBHOOK, webhook, inputs, account_wide=True)


def payload(routing_key: str, action: Action) -> str:
    """An event of PagerDuty's (developer.pagerduty.com, Events API v2).

    A resolving one says the same: rules send each event to a service by what it says, and one that says nothing would go elsewhere.
    """
    event: dict[str, Any] = {
        "routing_key": routing_key,
        "event_action": action,
        "dedup_key": KEY,
        "client": "Datadog",
        "client_url": "$LINK",
        "payload": {
            "summary": "$EVENT_TITLE",
            "source": "$TAGS[cluster]",
            "severity": "$TAGS[severity]",  # PagerDuty knows critical, error, warning and info
            "component": "$TAGS[application]/$TAGS[service]$TAGS[dependency]",
            "group": "$TAGS[application]",
            "class": "$TAGS[alert]",
            "custom_details": {
                "deduplication_key": KEY,
                "priority": "$TAGS[priority]",
                "transition": "$ALERT_TRANSITION",
                "scope": "$ALERT_SCOPE",
                "message": "$TEXT_ONLY_MSG",
            },
        },
    }
    return json.dumps(event, indent=1)

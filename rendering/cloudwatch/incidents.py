"""Incidents: EventBridge opens and closes PagerDuty's by the key that every backend builds alike, which PagerDuty's own integration cannot.

The event is «CloudWatch Alarm State Change» (CloudWatch's guide, «Alarm events and EventBridge»), the body PagerDuty's Events API v2.
A template has no conditions, so each alert has a rule that opens and one that closes.
"""

import json
from collections.abc import Iterator
from typing import Any, Literal

from catalog.base import Backend
from catalog.catalog import Catalog, PlacedAlert
from rendering import secrets, wording
from rendering.aws.place import KEY_ARN, Place
from rendering.aws.policies import allow, document, service_trust
from rendering.cloudwatch import names
from rendering.cloudwatch.alarms import asked, notifies, titles
from rendering.resource import Json, Ref, Resource
from rendering.site import Site

RULE, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
CONNECTION, DESTINATION = "aws:cloudwatch/eventConnection:EventConnection", "aws:cloudwatch/eventApiDestination:EventApiDestination"
ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
EVENTS = "https://events.pagerduty.com/v2/enqueue"
Action = Literal["trigger", "resolve"]
_ACTIONS: dict[Action, str] = {"trigger": "ALARM", "resolve": "OK"}
"""By the state that an alarm enters."""
_LONGEST_NAME = 64
_PATHS = {"alarm": "$.detail.alarmName", "reason": "$.detail.state.reason", "time": "$.time"}
_RETRIES, _OLDEST = 20, 3600
"""A page that is an hour late helps nobody: the alarm's own actions and other backends have told by then."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """What opens incidents of the alerts for which CloudWatch pages; none where PagerDuty hears of them otherwise."""
    aws = site.aws
    if aws is None or aws.cloudwatch is None or not site.pagerduty or aws.cloudwatch.pagerduty != "events":
        return []
    found: list[Resource] = []
    ways: dict[tuple[str, str | None], Resource] = {}
    role = Resource(
        ROLE,
        "incidents",
        {
            "name": aws.place.name("incidents"),
            "description": "EventBridge calls PagerDuty for alarms",
            "assumeRolePolicy": service_trust(aws.place, "events"),
        },
    )
    for placed, _, aims in asked(catalog, site):
        if notifies(placed, catalog) not in ("page", "standby") or not catalog.teams[placed.team].pagerduty:
            continue
        region = aims[0].region
        if (placed.team, region) not in ways:
            connection, destination = _way(placed.team, region, aws.place)
            ways[placed.team, region] = destination
            found += [connection, destination]
        found += _rules(placed, titles(placed, aims, site), region, ways[placed.team, region].arn, role.arn, catalog, site)
    return [role, _calls(list(ways.values()), role), *found] if found else []


def _way(team: str, region: str | None, place: Place) -> tuple[Resource, Resource]:
    """The address that is called, and what is sent along each time: the team's routing key, kept by EventBridge as a secret."""
    there = {"region": region} if region else {}
    name = ".".join(("pagerduty", team, *([region] if region else [])))
    key = secrets.pagerduty(team)
    login = {
        "apiKey": {"key": "X-Routing-Key", "value": key},
        "invocationHttpParameters": {"bodies": [{"key": "routing_key", "value": key, "isValueSecret": True}]},
    }
    own = {} if region else {"kmsKeyIdentifier": KEY_ARN}
    connection = Resource(
        CONNECTION, name, {"name": place.name(f"pagerduty-{team}"), "authorizationType": "API_KEY", "authParameters": login, **own, **there}
    )
    inputs = {
        "name": place.name(f"pagerduty-{team}"),
        "connectionArn": connection.arn,
        "httpMethod": "POST",
        "invocationEndpoint": EVENTS,
        "invocationRateLimitPerSecond": 10,
    }
    return connection, Resource(DESTINATION, name, {**inputs, **there})


def _calls(destinations: list[Resource], role: Resource) -> Resource:
    policy = document(allow("Call", ["events:InvokeApiDestination"], [each.arn for each in destinations]))
    return Resource(ROLE_POLICY, "incidents", {"name": "call", "role": role.ref, "policy": policy})


def _rules(
    placed: PlacedAlert, alarms: list[str], region: str | None, destination: Ref, role: Ref, catalog: Catalog, site: Site
) -> Iterator[Resource]:
    there = {"region": region} if region else {}
    for action, state in _ACTIONS.items():
        name = names.logical(placed.subject, placed.name, action)
        pattern = {
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "detail": {"alarmName": alarms, "state": {"value": [state]}},
        }
        inputs = {
            "name": names.bounded(f"{site.environment}.{name}", _LONGEST_NAME),
            "description": f"{'Opens' if action == 'trigger' else 'Closes'} the incident {names.key(placed.subject, placed.name)}",
            "eventPattern": Json(pattern),
            "state": "ENABLED",
            "tags": names.tags(placed, site, None),
        }
        rule = Resource(RULE, name, {**inputs, **there})
        yield rule
        yield Resource(
            TARGET,
            name,
            {
                "rule": Ref(RULE, name, "name"),
                "arn": destination,
                "roleArn": role,
                "targetId": action,
                "inputTransformer": {"inputPaths": _PATHS, "inputTemplate": template(placed, action, catalog, site)},
                "retryPolicy": {"maximumRetryAttempts": _RETRIES, "maximumEventAgeInSeconds": _OLDEST},
                **there,
            },
        )


def template(placed: PlacedAlert, action: Action, catalog: Catalog, site: Site) -> str:
    """The body; `<reason>` stands without quotes, so that EventBridge quotes and escapes what CloudWatch writes there."""
    subject, alert = placed.subject, placed.alert
    event: dict[str, Any] = {"event_action": action, "dedup_key": names.key(subject, placed.name)}
    if action == "trigger":
        event |= {
            "client": "CloudWatch",
            "payload": {
                "summary": f"{site.environment} {wording.where(subject)}: {wording.words(placed.name)}",
                "source": site.cluster,
                "severity": alert.effective_severity.value,
                "timestamp": "<time>",
                "component": wording.where(subject),
                "group": subject.application.application,
                "class": placed.name,
                "custom_details": {
                    "deduplication_key": names.key(subject, placed.name),
                    "priority": alert.priority.value,
                    "impact": alert.impact,
                    "action": alert.action,
                    "after": _after(placed, catalog),
                    "alarm": "<alarm>",
                    "reason": "@reason@",
                },
            },
            "links": [{"href": wording.runbook(placed.name, site), "text": "Runbook"}],
        }
    return json.dumps(event, ensure_ascii=False).replace('"@reason@"', "<reason>")


def _after(placed: PlacedAlert, catalog: Catalog) -> str:
    """Whether this is the first who tells."""
    return "first" if catalog.pager(placed) is Backend.CLOUDWATCH else f"standby of {catalog.pager(placed).value}"

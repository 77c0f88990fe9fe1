"""Incidents: EventBridge opens and closes PagerDuty's by the key that every backend builds alike, which PagerDuty's own integration cannot.

The event is «CloudWatch Alarm State Change» (CloudWatch's guide, «Alarm events and EventBridge»), the body PagerDuty's Events API v2.
A template has no conditions, so each alert has a rule that opens and one that closes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from catalog.catalog import Catalog
from rendering import secrets, wording
from rendering.aws.place import KEY_ARN, Place
from rendering.aws.policies import allow, document, service_trust
from rendering.cloudwatch import names
from rendering.cloudwatch.alarm import COMPOSITE, METRIC
from rendering.resource import Json, Ref, Resource
from rendering.site import Site

RULE, TARGET = "aws:cloudwatch/eventRule:EventRule", "aws:cloudwatch/eventTarget:EventTarget"
CONNECTION, DESTINATION = "aws:cloudwatch/eventConnection:EventConnection", "aws:cloudwatch/eventApiDestination:EventApiDestination"
ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
Action = Literal["trigger", "resolve"]
_ACTIONS: dict[Action, str] = {"trigger": "ALARM", "resolve": "OK"}
"""By the state that an alarm enters."""
_LONGEST_NAME = 64
_PATHS = {"alarm": "$.detail.alarmName", "reason": "$.detail.state.reason", "time": "$.time"}
_RETRIES, _OLDEST = 20, 3600
"""A page that is an hour late helps nobody: the alarm's own actions and other backends have told by then."""


@dataclass(frozen=True)
class Incident:
    """What some alarms of one key open together."""

    tags: Mapping[str, str]
    description: str
    """Of the first of them."""
    alarms: tuple[str, ...]
    region: str | None

    @property
    def subject(self) -> str:
        """The service or dependency."""
        return self.tags.get("service") or self.tags["dependency"]

    @property
    def name(self) -> str:
        """Of its resources."""
        return ".".join((self.tags["application"], self.subject, self.tags["alert"]))

    def told(self, what: str) -> str:
        """A line of the description, as `Impact`."""
        found = (line.removeprefix(f"{what}: ") for line in self.description.split("\n") if line.startswith(f"{what}: "))
        return next(found, "")


def resources(catalog: Catalog, site: Site, rendered: Iterable[Resource]) -> list[Resource]:
    """What opens incidents of every alarm that pages, whoever rendered it; none where PagerDuty hears of them otherwise."""
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
    for incident in incidents(rendered):
        team, region = incident.tags["team"], incident.region
        if not catalog.teams[team].pagerduty:
            continue
        if (team, region) not in ways:
            connection, destination = _way(team, region, aws.place, site.pagerduty_events)
            ways[team, region] = destination
            found += [connection, destination]
        found += _rules(incident, ways[team, region].arn, role.arn, site)
    return [role, _calls(list(ways.values()), role), *found] if found else []


def incidents(rendered: Iterable[Resource]) -> list[Incident]:
    """Alarms that page at once or as a standby, those of one key and region together: several canaries may see one symptom."""
    found: dict[tuple[str, str | None], Incident] = {}
    for each in rendered:
        tags: dict[str, str] = each.inputs.get("tags", {}) if each.kind in (METRIC, COMPOSITE) else {}
        if tags.get("notifies") not in ("page", "standby"):
            continue
        region = each.inputs.get("region")
        title = str(each.inputs.get("name") or each.inputs["alarmName"])
        known = found.get((tags["key"], region))
        alarms = (*(known.alarms if known else ()), title)
        first = known or Incident(tags, str(each.inputs["alarmDescription"]), (), region)
        found[tags["key"], region] = replace(first, alarms=alarms)
    return list(found.values())


def _way(team: str, region: str | None, place: Place, address: str) -> tuple[Resource, Resource]:
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
        "invocationEndpoint": address,
        "invocationRateLimitPerSecond": 10,
    }
    return connection, Resource(DESTINATION, name, {**inputs, **there})


def _calls(destinations: list[Resource], role: Resource) -> Resource:
    policy = document(allow("Call", ["events:InvokeApiDestination"], [each.arn for each in destinations]))
    return Resource(ROLE_POLICY, "incidents", {"name": "call", "role": role.ref, "policy": policy})


def _rules(incident: Incident, destination: Ref, role: Ref, site: Site) -> Iterator[Resource]:
    there = {"region": incident.region} if incident.region else {}
    for action, state in _ACTIONS.items():
        name = ".".join((incident.name, *([incident.region] if incident.region else []), action))
        pattern = {
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "detail": {"alarmName": list(incident.alarms), "state": {"value": [state]}},
        }
        inputs = {
            "name": names.bounded(f"{site.environment}.{name}", _LONGEST_NAME),
            "description": f"{'Opens' if action == 'trigger' else 'Closes'} the incident {incident.tags['key']}",
            "eventPattern": Json(pattern),
            "state": "ENABLED",
            "tags": {key: value for key, value in incident.tags.items() if key not in ("notifies", "pages")},
        }
        yield Resource(RULE, name, {**inputs, **there})
        yield Resource(
            TARGET,
            name,
            {
                "rule": Ref(RULE, name, "name"),
                "arn": destination,
                "roleArn": role,
                "targetId": action,
                "inputTransformer": {"inputPaths": _PATHS, "inputTemplate": template(incident, action, site)},
                "retryPolicy": {"maximumRetryAttempts": _RETRIES, "maximumEventAgeInSeconds": _OLDEST},
                **there,
            },
        )


def template(incident: Incident, action: Action, site: Site) -> str:
    """The body; `<reason>` stands without quotes, so that EventBridge quotes and escapes what CloudWatch writes there.

    One that resolves says as much as one that triggers: PagerDuty's rules send each to a service by what it says.
    """
    tags = incident.tags
    where = f"{tags['application']}/{incident.subject}"
    event: dict[str, Any] = {
        "event_action": action,
        "dedup_key": tags["key"],
        "client": "CloudWatch",
        "payload": {
            "summary": f"{site.environment} {where}: {wording.words(tags['alert'])}",
            "source": site.cluster,
            "severity": tags["severity"],
            "timestamp": "<time>",
            "component": where,
            "group": tags["application"],
            "class": tags["alert"],
            "custom_details": {
                "deduplication_key": tags["key"],
                "priority": tags["priority"],
                "impact": incident.told("Impact"),
                "action": incident.told("Action"),
                "alarm": "<alarm>",
                "reason": "@reason@",
            },
        },
        "links": [{"href": incident.told("Runbook"), "text": "Runbook"}],
    }
    return json.dumps(event, ensure_ascii=False).replace('"@reason@"', "<reason>")

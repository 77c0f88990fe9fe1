"""What each backend sends to PagerDuty of a page, made of what is rendered as the backend itself would."""

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from rendering.cloudwatch import incidents
from rendering.datadog import messages, webhooks
from rendering.resource import Resource
from stacks.prepared import Prepared

Document = dict[str, Any]
TARGET, CONNECTION = incidents.TARGET, incidents.CONNECTION


class Page(NamedTuple):
    """A page that some backend sends: its team, and what tells it."""

    team: str
    key: str
    trigger: Document
    resolve: Document


def keys(teams: list[str]) -> dict[str, str]:
    """Routing keys of teams, of the length that PagerDuty's have."""
    return {team: f"{number:032x}" for number, team in enumerate(teams, start=1)}


def of_prometheus(prepared: Prepared, routing: Mapping[str, str]) -> Iterator[Page]:
    """As Alertmanager sends it (notify/pagerduty): the payload with what resolves as well, and a key of its own."""
    for rule in chain.from_iterable(group["rules"] for groups in prepared.documents.groups.values() for group in groups):
        labels: dict[str, str] = rule.get("labels", {})
        if "alert" not in rule or labels.get("pages") != "true" or "application" not in labels:
            continue
        where = f"{labels['application']}/{labels.get('service', '')}{labels.get('dependency', '')}"
        payload = {
            "summary": rule["alert"],
            "source": "Observatory",
            "severity": labels["severity"],
            "component": where,
            "group": labels["application"],
            "class": rule["alert"],
            "custom_details": {"deduplication_key": f"{where}/{rule['alert'].lower()}", "num_firing": "1"},
        }
        event = {"routing_key": routing[labels["team"]], "dedup_key": "5f" * 32, "client": "Observatory", "payload": payload}
        yield Page(
            labels["team"], f"{where}/{rule['alert'].lower()}", event | {"event_action": "trigger"}, event | {"event_action": "resolve"}
        )


def of_datadog(prepared: Prepared, routing: Mapping[str, str]) -> Iterator[Page]:
    """As Datadog fills in its webhooks (docs.datadoghq.com/integrations/webhooks): of tags, in small letters."""
    assert prepared.account
    hooks = {each.name: each for each in prepared.account.resources if each.kind == webhooks.WEBHOOK}
    for each in prepared.account.resources:
        tags = told(each)
        if tags.get("notifies") in {"page", "standby"} and messages.pagerduty_webhook(tags["team"]) in hooks:
            name = messages.pagerduty_webhook(tags["team"])
            opens, closes = (datadog_filled(hooks[f"{name}{end}"], tags, routing[tags["team"]]) for end in ("", messages.RESOLVE))
            yield Page(tags["team"], tags["key"], opens, closes)


def told(resource: Resource) -> dict[str, str]:
    """A monitor's tags."""
    given = resource.inputs.get("tags")
    if not isinstance(given, list):
        return {}
    return {key: value for key, _, value in (str(tag).lower().partition(":") for tag in given)}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def datadog_filled(hook: Resource, tags: Mapping[str, str], routing_key: str) -> Document:
    """A webhook's body with its variables filled in; tags that a monitor has not are nothing."""
    variables = {
        **{f"$TAGS[{tag}]": tags.get(tag, "") for tag in (*tags, "service", "dependency")},
        "$EVENT_TITLE": "[Triggered] a title",
        "$LINK": "https://app.datadoghq.eu/monitors/1",
        "$ALERT_TRANSITION": "Triggered",
        "$ALERT_SCOPE": "env:prod",
        "$TEXT_ONLY_MSG": "a message",
        f"$PAGERDUTY_{tags['team'].upper().replace('-', '_')}_KEY": routing_key,
    }

    def filled(value: Any) -> Any:  # noqa: ANN401  JSON
        if isinstance(value, dict):
            return {key: filled(part) for key, part in value.items()}  # pyright: ignore[reportUnknownVariableType]
        for variable, text in variables.items():
            value = value.replace(variable, text)
        assert "$" not in value, value
        return value

    return filled(json.loads(hook.inputs["payload"]))


def of_cloudwatch(prepared: Prepared, routing: Mapping[str, str]) -> Iterator[Page]:
    """As EventBridge fills in its templates, with what the connection sends along each time."""
    assert prepared.aws
    targets = {each.name: each.inputs["inputTransformer"] for each in prepared.aws.resources if each.kind == TARGET}
    for incident in incidents.incidents(prepared.aws.resources):
        name = ".".join((incident.name, *([incident.region] if incident.region else [])))
        key = routing[incident.tags["team"]]
        opens, closes = (cloudwatch_filled(targets[f"{name}.{action}"]["inputTemplate"], key) for action in ("trigger", "resolve"))
        yield Page(incident.tags["team"], incident.tags["key"], opens, closes)


def cloudwatch_filled(template: str, routing_key: str) -> Document:
    """A variable outside of quotes is quoted and escaped."""
    text = template.replace("<reason>", json.dumps('crossed "50"')).replace("<alarm>", "an alarm").replace("<time>", "2026-03-04T12:00:00Z")
    return json.loads(text) | {"routing_key": routing_key}

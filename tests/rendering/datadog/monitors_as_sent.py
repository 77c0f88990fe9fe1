"""Monitors, objectives, downtimes, teams and rules as the provider sends them to Datadog's API: from its inputs to the API's own models.

The mapping is that of terraform-provider-datadog (`buildMonitorStruct`, `buildServiceLevelObjectiveStructs` and their like), of whose
schema the inputs are; references stand as the ids that they become.
"""

from typing import Any

from datadog_api_client.v1.model.monitor import Monitor
from datadog_api_client.v1.model.service_level_objective_request import ServiceLevelObjectiveRequest
from datadog_api_client.v2.model.downtime_create_request import DowntimeCreateRequest
from datadog_api_client.v2.model.monitor_notification_rule_create_request import MonitorNotificationRuleCreateRequest
from datadog_api_client.v2.model.team_create_request import TeamCreateRequest
from datadog_api_client.v2.model.team_link_create_request import TeamLinkCreateRequest

from rendering.datadog.downtimes import DOWNTIME
from rendering.datadog.monitor import MONITOR
from rendering.datadog.routes import RULE
from rendering.datadog.slos import OBJECTIVE
from rendering.datadog.teams import LINK, TEAM
from rendering.resource import Resource
from tests.rendering.datadog.walk import complaints

_OPTIONS = {
    "includeTags": "include_tags",
    "notifyAudit": "notify_audit",
    "requireFullWindow": "require_full_window",
    "evaluationDelay": "evaluation_delay",
    "onMissingData": "on_missing_data",
    "notifyNoData": "notify_no_data",
    "newGroupDelay": "new_group_delay",
    "renotifyInterval": "renotify_interval",
    "renotifyStatuses": "renotify_statuses",
    "escalationMessage": "escalation_message",
}


def faults(resource: Resource) -> list[str]:
    """What Datadog's models do not take of a resource, in lines that name it."""
    model, payload = _SENT[resource.kind][0], _SENT[resource.kind][1](resource.inputs)
    return [f"{resource.name}: {told}" for told in complaints(model, payload)]


def _monitor(inputs: dict[str, Any]) -> dict[str, Any]:
    given = dict(inputs)
    options = {name: given.pop(key) for key, name in _OPTIONS.items() if key in given}
    if thresholds := given.pop("monitorThresholds", None):
        options["thresholds"] = {_snake(name): float(value) for name, value in thresholds.items()}
    if windows := given.pop("monitorThresholdWindows", None):
        options["threshold_windows"] = {_snake(name): value for name, value in windows.items()}
    assets = [{"category": each["category"], "name": each["name"], "url": each["url"]} for each in given.pop("assets", [])]
    return given | {"query": str(given["query"]), "priority": int(given["priority"]), "options": options, "assets": assets}


def _objective(inputs: dict[str, Any]) -> dict[str, Any]:
    found = {_snake(name): value for name, value in inputs.items() if name != "sliSpecification"}
    if "sliSpecification" in inputs:
        slices = inputs["sliSpecification"]["timeSlice"]
        query = slices["query"]
        queries = [{_snake(name): value for name, value in each["metricQuery"].items()} for each in query["queries"]]
        sent = {"formulas": [{"formula": query["formula"]["formulaExpression"]}], "queries": queries}
        others = {_snake(name): value for name, value in slices.items() if name != "query"}
        found["sli_specification"] = {"time_slice": others | {"query": sent}}
    return found


def _downtime(inputs: dict[str, Any]) -> dict[str, Any]:
    told = {_snake(name): value for name, value in inputs.items() if name not in ("monitorIdentifier", "recurringSchedule")}
    told["monitor_identifier"] = {_snake(name): value for name, value in inputs["monitorIdentifier"].items()}
    told["schedule"] = inputs["recurringSchedule"]
    return {"data": {"type": "downtime", "attributes": told}}


def _rule(inputs: dict[str, Any]) -> dict[str, Any]:
    told = {_snake(name): value for name, value in inputs.items()}
    told["conditional_recipients"] = {_snake(name): value for name, value in inputs["conditionalRecipients"].items()}
    return {"data": {"type": "monitor-notification-rule", "attributes": told}}


def _team(inputs: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"type": "team", "attributes": inputs}}


def _link(inputs: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"type": "team_links", "attributes": {name: value for name, value in inputs.items() if name != "teamId"}}}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


_SENT = {
    MONITOR: (Monitor, _monitor),
    OBJECTIVE: (ServiceLevelObjectiveRequest, _objective),
    DOWNTIME: (DowntimeCreateRequest, _downtime),
    RULE: (MonitorNotificationRuleCreateRequest, _rule),
    TEAM: (TeamCreateRequest, _team),
    LINK: (TeamLinkCreateRequest, _link),
}

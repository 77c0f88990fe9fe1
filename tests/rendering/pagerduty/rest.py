"""What PagerDuty's REST API and its provider take of each resource: fields, enumerations and limits, as they publish them.

From PagerDuty/api-schema (reference/REST/openapiv3.json) and the checks of PagerDuty/terraform-provider-pagerduty, in the provider's words.
"""

import re
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from rendering.resource import Resource, shown
from tests.rendering.pagerduty import pcl


def _condition(text: str) -> str:
    pcl.holds(text, {"event": {}, "raw_event": {}}, datetime.fromisoformat("2026-01-05T00:00:00+00:00"))
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except ZoneInfoNotFoundError as error:
        raise ValueError("no zone of the tz database") from error
    return text


def _moment(text: str) -> str:
    assert datetime.fromisoformat(text).utcoffset() is not None, "RFC 3339 wants an offset"
    return text


def _pattern(text: str) -> str:
    re.compile(text)
    return text


# `ValidateIsAllowedString(NoNonPrintableCharsOrSpecialChars)`.
Name = Annotated[str, Field(pattern=r"^[^\s\\/&<>][^\x00-\x1f\\/&<>]*$", max_length=100)]
Id = Annotated[str, Field(pattern=r"^(<.+ id>|P[A-Z0-9]+)$")]
"""Another resource's, or one that is looked up."""
Team = Service = Policy = Id


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class Target(Body):
    type: Literal["user_reference", "schedule_reference"]
    id: Id


class Level(Body):
    escalation_delay_in_minutes: int = Field(ge=1)
    targets: list[Target] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _patient(self) -> "Level":
        """«The minimum escalation timeout is 1 minute for a single target, 5 minutes for more than one.»"""
        assert len(self.targets) == 1 or self.escalation_delay_in_minutes >= 5, "more than one target wants five minutes"
        return self


class EscalationPolicy(Body):
    name: Name
    description: str
    teams: Team
    num_loops: int = Field(ge=0, le=9)
    rules: list[Level] = Field(min_length=1, max_length=20)


class Layer(Body):
    name: str
    start: Annotated[str, AfterValidator(_moment)]
    rotation_virtual_start: Annotated[str, AfterValidator(_moment)]
    rotation_turn_length_seconds: int = Field(ge=3600, le=365 * 24 * 3600)
    users: list[Id] = Field(min_length=1)


class Schedule(Body):
    name: Name
    description: str
    time_zone: Annotated[str, AfterValidator(_zone)]
    layers: list[Layer] = Field(min_length=1)
    teams: list[Team]


class Urgency(Body):
    type: Literal["constant"]
    urgency: Literal["high", "low", "severity_based"]


class ServiceBody(Body):
    name: Name
    description: str
    escalation_policy: Policy
    acknowledgement_timeout: str = Field(pattern=r"^(\d+|null)$")
    auto_resolve_timeout: str = Field(pattern=r"^(\d+|null)$")
    alert_creation: Literal["create_alerts_and_incidents"]
    incident_urgency_rule: Urgency


class Orchestration(Body):
    name: Name
    description: str
    team: Team


class Integration(Body):
    event_orchestration: Id
    label: str = Field(min_length=1)


class Condition(Body):
    expression: Annotated[str, AfterValidator(_condition)]


class RouteActions(Body):
    route_to: Id | Literal["unrouted"]


class RouterRule(Body):
    label: str
    conditions: list[Condition]
    actions: RouteActions


class RouterSet(Body):
    id: Literal["start"]
    rules: list[RouterRule]


class Others(Body):
    actions: RouteActions


class Router(Body):
    event_orchestration: Id
    set: RouterSet
    catch_all: Others


class Extraction(Body):
    """By a regular expression and its source, the one of two ways that we use."""

    target: str = Field(pattern=r"^event\.[a-z_]+(\.[a-z_]+)*$")
    source: str = Field(pattern=r"^(event|raw_event)\.[a-z_]+(\.[a-z_]+)*$")
    regex: Annotated[str, AfterValidator(_pattern)]


class Actions(Body):
    extractions: list[Extraction] = Field(default_factory=list[Extraction])
    suppress: bool | None = None
    escalation_policy: Policy | None = None


class Rule(Body):
    label: str
    conditions: list[Condition]
    actions: Actions


class RuleSet(Body):
    id: Literal["start"]
    rules: list[Rule]


class AllOthers(Body):
    actions: Actions


class Rules(Body):
    service: Service
    enable_event_orchestration_for_service: Literal[True]
    sets: list[RuleSet] = Field(min_length=1, max_length=1)
    catch_all: AllOthers


class User(Body):
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=100)
    name: str = Field(min_length=1, max_length=100)
    role: Literal["admin", "limited_user", "observer", "owner", "read_only_user", "read_only_limited_user", "restricted_access", "user"]


class TeamBody(Body):
    name: str = Field(min_length=1, max_length=100)
    description: str = Field(max_length=1024)


class Membership(Body):
    team_id: Team
    user_id: Id
    role: Literal["observer", "responder", "manager"]


_EVENTS = (
    *("triggered", "acknowledged", "escalated", "resolved", "reassigned", "annotated", "unacknowledged", "delegated", "priority_updated"),
    *("responder.added", "responder.replied", "status_update_published", "reopened"),
)


class SlackConfig(Body):
    events: list[Annotated[str, Field(pattern=f"^incident\\.({'|'.join(re.escape(event) for event in _EVENTS)})$")]]
    priorities: list[str]

    @model_validator(mode="after")
    def _opens(self) -> "SlackConfig":
        assert "incident.triggered" in self.events, "incident.triggered is required"
        return self


class Slack(Body):
    source_id: Id
    source_type: Literal["team_reference", "service_reference"]
    workspace_id: str = Field(pattern=r"^T[A-Z0-9]+$")
    channel_id: str = Field(pattern=r"^[CG][A-Z0-9]+$")
    notification_type: Literal["responder", "stakeholder"]
    configs: list[SlackConfig] = Field(min_length=1, max_length=1)


KINDS: dict[str, type[Body]] = {
    "escalationPolicy:EscalationPolicy": EscalationPolicy,
    "eventOrchestration:EventOrchestration": Orchestration,
    "eventOrchestrationIntegration:EventOrchestrationIntegration": Integration,
    "eventOrchestrationRouter:EventOrchestrationRouter": Router,
    "eventOrchestrationService:EventOrchestrationService": Rules,
    "schedule:Schedule": Schedule,
    "service:Service": ServiceBody,
    "slackConnection:SlackConnection": Slack,
    "team:Team": TeamBody,
    "teamMembership:TeamMembership": Membership,
    "user:User": User,
}
UNPUBLISHED = {"jiraCloudAccountMappingRule:JiraCloudAccountMappingRule"}
"""Of a connection to Jira only its SDK says what it takes."""


def complaints(resource: Resource) -> list[str]:
    """What would be refused."""
    kind = resource.kind.removeprefix("pagerduty:index/")
    if kind in UNPUBLISHED:
        return []
    if kind not in KINDS:
        return [f"{resource.name}: {kind} is in no table here"]
    inputs: Any = shown(resource.inputs)
    try:
        TypeAdapter(KINDS[kind]).validate_python(inputs)
    except ValidationError as error:
        return [f"{resource.name}: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    return []

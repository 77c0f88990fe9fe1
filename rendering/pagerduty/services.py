"""Services, and the rules by which an event of any backend finds its service, its incident and the people to call.

All senders of a team share one routing key: PagerDuty joins events of one deduplication key only where they came by the same one, and
drops a resolve that comes by another (developer.pagerduty.com, «Send an Alert Event»). Rules are PagerDuty's condition language (PCL).
"""

from collections.abc import Iterator
from typing import Any

from catalog.catalog import Catalog
from catalog.people import Day, MaintenanceWindow
from rendering.pagerduty import people, policies
from rendering.pagerduty.calls import Call, senders
from rendering.pagerduty.settings import Account
from rendering.resource import Ref, Resource

SERVICE = "pagerduty:index/service:Service"
ORCHESTRATION = "pagerduty:index/eventOrchestration:EventOrchestration"
INTEGRATION = "pagerduty:index/eventOrchestrationIntegration:EventOrchestrationIntegration"
ROUTER = "pagerduty:index/eventOrchestrationRouter:EventOrchestrationRouter"
RULES = "pagerduty:index/eventOrchestrationService:EventOrchestrationService"
KEY = "event.custom_details.deduplication_key"
"""Where every backend writes the key; Alertmanager cannot choose the event's own (`dedup_key`), which is a hash of its group."""
_SAME = {"extractions": [{"target": "event.dedup_key", "source": KEY, "regex": "(.*)"}]}
_START = "start"
_DAYS: dict[Day, str] = {
    "monday": "Mon",
    "tuesday": "Tue",
    "wednesday": "Wed",
    "thursday": "Thu",
    "friday": "Fri",
    "saturday": "Sat",
    "sunday": "Sun",
}


def service(call: Call) -> Ref:
    """A service's id."""
    return Ref(SERVICE, call.name)


def parameters(team: str) -> Ref:
    """What the integration of a team's senders is told, its routing key among it."""
    return Ref(INTEGRATION, team, "parameters")


def resources(catalog: Catalog, calls: list[Call], account: Account) -> list[Resource]:
    """Each application's services, and each team's way in."""
    found = [made for call in calls for made in (_service(call, account), _rules(call, account))]
    for team in dict.fromkeys(call.team for call in calls):
        found += _entrance(team, [call for call in calls if call.team == team], catalog, account)
    return found


def title(call: Call, account: Account) -> str:
    """What people read."""
    return f"{account.environment} {call.name}"


def _service(call: Call, account: Account) -> Resource:
    """Whatever comes here pages, so everything is urgent: a warning that pages would wait till morning else."""
    usual = next(iter(call.policies))
    inputs = {
        "name": title(call, account),
        "description": f"{call.application.title}: what {call.team} is paged for",
        "escalationPolicy": policies.policy(call, usual),
        "acknowledgementTimeout": str(int(account.acknowledged_for)),
        "autoResolveTimeout": "null",
        "alertCreation": "create_alerts_and_incidents",
        "incidentUrgencyRule": {"type": "constant", "urgency": "high"},
    }
    return Resource(SERVICE, call.name, inputs)


def _entrance(team: str, calls: list[Call], catalog: Catalog, account: Account) -> Iterator[Resource]:
    """One key for all senders of a team, and the applications behind it; what names none of them still calls the team."""
    told = ", ".join(backend.value for backend in senders(catalog, team))
    inputs = {"name": f"{account.environment} {team}", "description": f"Events of {told}", "team": people.team(team, catalog, account)}
    orchestration = Resource(ORCHESTRATION, team, inputs)
    yield orchestration
    label = f"observatory: {told}"
    yield Resource(INTEGRATION, team, {"eventOrchestration": orchestration.ref, "label": label}, secrets=("parameters",))
    rules = [
        {
            "label": call.application.title,
            "conditions": [{"expression": f"event.group matches '{call.application.application}'"}],
            "actions": {"routeTo": service(call)},
        }
        for call in calls
    ]
    yield Resource(
        ROUTER,
        team,
        {
            "eventOrchestration": orchestration.ref,
            "set": {"id": _START, "rules": rules},
            "catchAll": {"actions": {"routeTo": service(calls[0])}},
        },
    )


def _rules(call: Call, account: Account) -> Resource:
    """A window keeps quiet, else the alert's escalation is chosen; whatever is chosen, the shared key becomes the event's own.

    Only the first rule that matches acts, so each does all of it; rules that lead to further rules are not in every plan.
    """
    quiet = list(_windows(call)) if account.scheduled_conditions and call.owned else []
    chosen: list[dict[str, Any]] = [
        {
            "label": f"Escalation {name}",
            "conditions": [{"expression": f"{KEY} matches '{key}'"} for key in keys],
            "actions": {**_SAME, "escalationPolicy": policies.policy(call, name)},
        }
        for name, keys in call.policies.items()
        if keys
    ]
    inputs: dict[str, Any] = {
        "service": service(call),
        "enableEventOrchestrationForService": True,
        "sets": [{"id": _START, "rules": [*quiet, *chosen]}],
        "catchAll": {"actions": _SAME},
    }
    return Resource(RULES, call.name, inputs)


def _windows(call: Call) -> Iterator[dict[str, Any]]:
    """Maintenance windows, week after week. PagerDuty's own are single dates, which a catalog that always reads alike cannot name."""
    for name, window in call.application.maintenance.items():
        subjects = [f"{call.application.application}/{each}" for each in window.services]
        when = f"{schedule(window)} and not raw_event.event_action matches 'resolve'"
        conditions = [f"{when} and event.component matches '{subject}'" for subject in subjects] or [when]
        yield {
            "label": f"Maintenance window {name}",
            "conditions": [{"expression": condition} for condition in conditions],
            "actions": {**_SAME, "suppress": True},
        }


def schedule(window: MaintenanceWindow) -> str:
    """A window in PCL, which lets one that ends before it starts end on the next day."""
    days = ",".join(_DAYS[day] for day in _DAYS if day in window.days)
    return f"now in {days} {window.start}:00 to {window.end}:00 {people.zone(window.timezone)}"

"""Escalation policies: the catalog's levels, each with the time that it has before the next is called."""

from itertools import pairwise
from typing import Any

from catalog.catalog import Catalog
from catalog.people import Escalation
from rendering.pagerduty import people
from rendering.pagerduty.calls import Call
from rendering.pagerduty.settings import Account
from rendering.resource import Ref, Resource

POLICY = "pagerduty:index/escalationPolicy:EscalationPolicy"


def policy(call: Call, name: str) -> Ref:
    """The id of one of a call's policies."""
    return Ref(POLICY, f"{call.name}.{name}")


def resources(catalog: Catalog, calls: list[Call], account: Account) -> list[Resource]:
    """One for each escalation that some page of a team's takes."""
    return [_policy(call, name, catalog, account) for call in calls for name in call.policies]


def title(call: Call, name: str, account: Account) -> str:
    """What people read; unlike in URNs, no stroke may stand in it."""
    return f"{account.environment} {call.name}: {name}"


def _policy(call: Call, name: str, catalog: Catalog, account: Account) -> Resource:
    escalation = call.escalation(name)
    levels = zip(escalation.levels, waits(escalation), strict=True)
    inputs = {
        "name": title(call, name, account),
        "description": f"{call.application.title}, as catalog/applications/{call.application.application}.yaml says",
        "teams": people.team(call.team, catalog, account),
        "numLoops": escalation.repeats,
        "rules": [
            {
                "escalationDelayInMinutes": minutes,
                "targets": [_target(role, call, catalog, account) for role in dict.fromkeys(level.notify)],
            }
            for level, minutes in levels
        ],
    }
    return Resource(POLICY, policy(call, name).name, inputs)


def waits(escalation: Escalation) -> list[int]:
    """Minutes that each level has: until the next one is called, and of the last until everything begins again."""
    steps = [after.after - before.after for before, after in pairwise(escalation.levels)]
    return [int(seconds // 60) for seconds in (*steps, escalation.patience)]


def _target(role: str, call: Call, catalog: Catalog, account: Account) -> dict[str, Any]:
    person = catalog.teams[call.team].people[role]
    if person.schedule:
        return {"type": "schedule_reference", "id": people.schedule(person, account)}
    return {"type": "user_reference", "id": people.user(person.email, account)}

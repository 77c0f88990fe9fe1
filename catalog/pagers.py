"""What PagerDuty can call by: levels in minutes, as many as it takes, and schedules that mean one rota each.

Limits are those of support.pagerduty.com, «Escalation Policies», of its REST API (`EscalationRule.targets`) and of its Terraform provider
(`rotation_turn_length_seconds`).
"""

from collections.abc import Iterator
from datetime import UTC
from itertools import pairwise

from catalog.catalog import Catalog
from catalog.faults import Fault
from catalog.findings import Findings
from catalog.model import Application
from catalog.people import Escalation, Person, Rotation
from catalog.units import duration_text
from catalog.windows import zone

_TEAMS = "catalog/teams.yaml"
MOST_LEVELS, MOST_TARGETS, MOST_REPEATS = 20, 10, 9
LEAST_WAIT, LEAST_WAIT_OF_MANY = 60, 300
"""Seconds that a level has at the least: one that calls several has five minutes."""
SHORTEST_TURN, LONGEST_TURN = 3600, 365 * 24 * 3600
Complaint = tuple[str, object, str, str]


def check_escalations(state: Findings, application: Application) -> None:
    """Faults of every escalation of an application, in a catalog that has a team whom PagerDuty calls."""
    if not any(team.pagerduty for team in state.catalog.teams.values()):
        return
    for name, escalation in application.escalations.items():
        for key, value, reason, remedy in _complaints(escalation):
            state.file_fault(application.application, f"escalations.{name}.{key}", value, reason, remedy)


def _complaints(escalation: Escalation) -> Iterator[Complaint]:
    levels = escalation.levels
    if levels[0].after:
        yield "levels.0.after", duration_text(levels[0].after), "PagerDuty calls the first level at once", "write after: 0s"
    if len(levels) > MOST_LEVELS:
        yield "levels", len(levels), f"PagerDuty has {MOST_LEVELS} levels at the most", "call several roles at one level"
    if escalation.repeats > MOST_REPEATS:
        yield "repeats", escalation.repeats, f"PagerDuty begins again {MOST_REPEATS} times at the most", f"write {MOST_REPEATS}"
    for i, level in enumerate(levels):
        if len(set(level.notify)) > MOST_TARGETS:
            reason = f"PagerDuty calls {MOST_TARGETS} at one level at the most"
            yield f"levels.{i}.notify", len(set(level.notify)), reason, "call the others at a level of their own"
    waits = [(f"levels.{i}.after", after.after - before.after) for i, (before, after) in enumerate(pairwise(levels), start=1)]
    for level, (key, wait) in zip(levels, [*waits, ("patience", escalation.patience)], strict=True):
        if 0 < wait != wait // 60 * 60:
            yield key, duration_text(wait), "PagerDuty waits whole minutes", "round it to minutes"
        least = LEAST_WAIT_OF_MANY if len(set(level.notify)) > 1 else LEAST_WAIT
        if 0 < wait < least or (key == "patience" and wait <= 0):
            whom = "several" if least == LEAST_WAIT_OF_MANY else "one"
            reason = f"a level that calls {whom} has {duration_text(least)} at the least before PagerDuty goes on"
            yield key, duration_text(wait), reason, f"let at least {duration_text(least)} pass"


def check_schedules(catalog: Catalog) -> list[Fault]:
    """Faults of who takes turns: one schedule has one rota, and a rota can be lived by."""
    found: list[Fault] = []
    known: dict[str, tuple[str, Person]] = {}
    people = {f"{name}.people.{role}": person for name, team in catalog.teams.items() for role, person in team.people.items()}
    for key, person in people.items():
        if person.rotation and person.schedule is None:
            reason = "a rotation without a schedule calls nobody"
            found.append(Fault(_TEAMS, f"{key}.rotation", "", reason, "name the schedule, or leave the rotation out"))
        if person.rotation:
            for part, value, reason, remedy in _turns(person.rotation):
                found.append(Fault(_TEAMS, f"{key}.rotation.{part}", str(value), reason, remedy))
        if person.schedule is None:
            continue
        first, other = known.setdefault(person.schedule, (key, person))
        if (other.email, other.rotation) != (person.email, person.rotation):
            reason = f"{first} has the same schedule with other people, and a schedule has but one rota"
            found.append(Fault(_TEAMS, f"{key}.schedule", person.schedule, reason, "give it a name of its own, or the same people"))
    return found


def _turns(rotation: Rotation) -> Iterator[Complaint]:
    found = zone(rotation.timezone)
    if found is None:
        remedy = "write a name of the IANA database, as Europe/Berlin or UTC"
        yield "timezone", rotation.timezone, "no time zone has this name", remedy
    elif found is UTC and rotation.timezone != "UTC":
        reason = "this machine has no database of time zones, so nobody can say when a turn begins"
        yield "timezone", rotation.timezone, reason, "install the package tzdata of the system or of Python"
    if not SHORTEST_TURN <= rotation.turn <= LONGEST_TURN:
        yield "turn", duration_text(rotation.turn), "PagerDuty's turns take from an hour to a year", "write 1w"
    if len(set(rotation.members)) < len(rotation.members):
        yield "members", ", ".join(rotation.members), "somebody stands twice in it", "name each once; two turns in a row are a longer turn"

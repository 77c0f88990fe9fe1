"""Who is called: owners and escalations that lead to people, whichever team a page goes to."""

from collections.abc import Iterator

from catalog.catalog import PlacedAlert
from catalog.faults import nearest
from catalog.findings import Findings
from catalog.model import Application
from catalog.people import Escalation, Team


def check_calling(state: Findings, application: Application) -> None:
    """The owner exists, escalations come in order, and every level calls somebody of the team that is paged by it."""
    name, owner = application.application, application.owner
    team = state.catalog.teams.get(owner.team)
    if team is None:
        remedy = nearest(owner.team, state.catalog.teams)
        state.file_fault(name, "owner.team", owner.team, "no team of this name is in catalog/teams.yaml", remedy)
    if owner.escalation not in application.escalations:
        remedy = nearest(owner.escalation, application.escalations)
        state.file_fault(name, "owner.escalation", owner.escalation, "no such escalation in this file", remedy)
    for policy, escalation in application.escalations.items():
        waits = [level.after for level in escalation.levels]
        if waits != sorted(set(waits)):
            reason = "a level must come later than the one before it"
            state.file_fault(name, f"escalations.{policy}.levels", waits, reason, "order levels by `after`, each once")
    _owners_people(state, application, team)
    for placed in _pages_of_others(state, application):
        _others_people(state, placed, application)


def _owners_people(state: Findings, application: Application, team: Team | None) -> None:
    """Escalations that pages of the owner's team take; the ones that nobody takes yet count among them."""
    if team is None:
        return  # told already
    owner = application.owner
    own = {_policy(placed) for placed in _pages(state, application) if placed.team == owner.team} | {owner.escalation}
    others = {_policy(placed) for placed in _pages_of_others(state, application)}
    for policy in application.escalations.keys() - (others - own):
        for i, role in _nobody(application.escalations[policy], team):
            reason = f"the owner's team ({team.title}) has nobody in this role"
            key = f"escalations.{policy}.levels.{i}.notify"
            state.file_fault(application.application, key, role, reason, nearest(role, team.people))


def _others_people(state: Findings, placed: PlacedAlert, application: Application) -> None:
    policy, team = _policy(placed), state.catalog.teams.get(placed.team)
    if team is None or policy not in application.escalations:
        return  # told already
    for i, role in _nobody(application.escalations[policy], team):
        reason = f"level {i + 1} of {policy!r} calls {role}, and {placed.team}, whom this alert pages, has nobody in this role"
        remedy = f"add the role to {placed.team}'s people, or name an escalation of roles that it has: {', '.join(sorted(team.people))}"
        state.fault(placed.subject, f"alerts.{placed.name}.escalation", policy, reason, remedy)


def _nobody(escalation: Escalation, team: Team) -> Iterator[tuple[int, str]]:
    """Levels and roles of an escalation in which a team has nobody."""
    for i, level in enumerate(escalation.levels):
        for role in dict.fromkeys(level.notify):
            if role not in team.people:
                yield i, role


def _policy(placed: PlacedAlert) -> str:
    return placed.alert.escalation or placed.subject.application.owner.escalation


def _pages(state: Findings, application: Application) -> Iterator[PlacedAlert]:
    return (placed for placed in state.catalog.alerts() if placed.alert.pages and placed.subject.application is application)


def _pages_of_others(state: Findings, application: Application) -> Iterator[PlacedAlert]:
    return (placed for placed in _pages(state, application) if placed.team != application.owner.team)

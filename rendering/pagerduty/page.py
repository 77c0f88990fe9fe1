"""The tables of docs/people.md: who is called, when and for what, made of the catalog so that they cannot differ from it."""

import re
from collections.abc import Callable, Iterable, Iterator

from catalog.catalog import Catalog
from catalog.people import EscalationLevel, Person
from catalog.units import duration_text
from rendering.pagerduty.calls import calls


def filled(text: str, catalog: Catalog) -> str:
    """The page with each table made anew between its marks; ValueError where a mark is missing."""
    for name, make in _TABLES.items():
        mark, end = f"<!-- generated: {name} -->", "<!-- /generated -->"
        pattern = re.compile(f"{re.escape(mark)}.*?{re.escape(end)}", re.DOTALL)
        table = "\n".join(make(catalog))
        if not pattern.search(text):
            raise ValueError(f"{mark} … {end} is missing")
        text = pattern.sub(lambda _, made=f"{mark}\n{table}\n{end}": made, text)
    return text


def _escalations(catalog: Catalog) -> Iterator[str]:
    yield from _head("team", "is paged for", "escalation", "alerts", "calls, and when")
    for call in calls(catalog):
        for name, keys in call.policies.items():
            escalation = call.escalation(name)
            levels = "; ".join(_level(level) for level in escalation.levels)
            pause = duration_text(escalation.patience)
            again = f"; all of it again after {pause}, {escalation.repeats} times" if escalation.repeats else ""
            which = "all others" if len(call.policies) > 1 and not keys else "all" if not keys else _alerts(keys)
            yield f"| {call.team} | {call.application.application} | {name} | {which} | {levels}{again} |"


def _alerts(keys: Iterable[str]) -> str:
    return ", ".join(f"`{key.partition('/')[2]}`" for key in keys)


def _level(level: EscalationLevel) -> str:
    when = f"after {duration_text(level.after)}" if level.after else "at once"
    return f"{when} {' and '.join(level.notify)}"


def _roles(catalog: Catalog) -> Iterator[str]:
    yield from _head("team", "role", "is", "turns")
    for name, team in catalog.teams.items():
        for role, person in team.people.items():
            yield f"| {name} | {role} | {_who(person)} | {_turns(person)} |"


def _who(person: Person) -> str:
    return f"schedule `{person.schedule}`" if person.schedule else f"`{person.email}`"


def _turns(person: Person) -> str:
    turns = person.rotation
    if turns is None:
        return "kept in PagerDuty" if person.schedule else ""
    when = f"{turns.turn / 86400:g} days each, from {turns.since:%A} {turns.handoff} ({turns.timezone})"
    return f"{', '.join(f'`{member}`' for member in turns.members)}; {when}"


def _windows(catalog: Catalog) -> Iterator[str]:
    yield from _head("application", "window", "when", "services")
    for application in catalog.applications.values():
        for name, window in application.maintenance.items():
            when = f"{', '.join(window.days)} {window.start}-{window.end} {window.timezone}"
            yield f"| {application.application} | {name} | {when} | {', '.join(window.services) or 'all'} |"


def _head(*titles: str) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"|{'---|' * len(titles)}"


_TABLES: dict[str, Callable[[Catalog], Iterable[str]]] = {"escalations": _escalations, "roles": _roles, "windows": _windows}

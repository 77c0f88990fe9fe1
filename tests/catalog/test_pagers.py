"""Who is called, as PagerDuty can call: every wish that it cannot fulfil is told with its place and its remedy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import pytest

from catalog.loading import load
from stacks.program import ROOT
from tests.catalog.shop import Change, faults, write

PEOPLE = "shop.people.on-call"
ROTATION = {"members": ["a@example.com", "b@example.com"], "since": "2026-01-05", "handoff": "09:00", "timezone": "UTC", "turn": "1w"}


def levels(*given: dict[str, Any], **others: object) -> Change:
    def change(files: dict[str, Any]) -> None:
        people = files["teams.yaml"]["shop"]["people"]
        people |= {f"p{n}": {"email": f"p{n}@example.com"} for n in range(11)}
        files["applications/shop.yaml"]["escalations"]["critical"] = {"levels": list(given), **others}

    return change


def rota(*, schedule: str | None = "shop-on-call", **others: object) -> Change:
    def change(files: dict[str, Any]) -> None:
        files["teams.yaml"]["shop"]["people"]["on-call"] = {
            "email": "on-call@example.com",
            "schedule": schedule,
            "rotation": {**ROTATION, **others},
        }

    return change


def twice(files: dict[str, Any]) -> None:
    rota()(files)
    people = files["teams.yaml"]["shop"]["people"]
    people["second"] = people["on-call"] | {"rotation": {**ROTATION, "members": ["c@example.com"]}}


AT_ONCE: dict[str, Any] = {"after": "0s", "notify": ["on-call"]}
BROKEN: dict[str, tuple[Change, str, str, str]] = {
    # name: change, key, part of the reason, part of the remedy
    "a first level that waits": (levels({"after": "2m", "notify": ["on-call"]}), "escalations.critical.levels.0.after", "at once", "0s"),
    "half a minute": (levels(AT_ONCE, {"after": "90s", "notify": ["p1"]}), "escalations.critical.levels.1.after", "whole minutes", "round"),
    "seconds": (levels(AT_ONCE, {"after": "30s", "notify": ["p1"]}), "escalations.critical.levels.1.after", "1m at the least", "1m"),
    "two who have three minutes": (
        levels({"after": "0s", "notify": ["on-call", "p1"]}, {"after": "3m", "notify": ["p2"]}),
        "escalations.critical.levels.1.after",
        "several has 5m at the least",
        "5m",
    ),
    "a last level without time": (levels(AT_ONCE, patience="0s"), "escalations.critical.patience", "1m at the least", "1m"),
    "too many times again": (levels(AT_ONCE, repeats=10), "escalations.critical.repeats", "9 times", "9"),
    "too many levels": (
        levels(*({"after": f"{n}m", "notify": ["on-call"]} for n in range(21))),
        "escalations.critical.levels",
        "20 levels",
        "several roles",
    ),
    "too many at one level": (
        levels({"after": "0s", "notify": [f"p{n}" for n in range(11)]}),
        "escalations.critical.levels.0.notify",
        "calls 10",
        "level of their own",
    ),
    "a rota that is no schedule": (rota(schedule=None), f"{PEOPLE}.rotation", "calls nobody", "name the schedule"),
    "an unknown time zone": (rota(timezone="Mars/Olympus"), f"{PEOPLE}.rotation.timezone", "no time zone", "Europe/Berlin"),
    "turns of a minute": (rota(turn="1m"), f"{PEOPLE}.rotation.turn", "an hour to a year", "1w"),
    "somebody twice": (rota(members=["a@example.com"] * 2), f"{PEOPLE}.rotation.members", "stands twice", "longer turn"),
    "one schedule with two rotas": (twice, "shop.people.second.schedule", "other people", "name of its own"),
    "a schedule's name that PagerDuty refuses": (rota(schedule="shop/on-call"), f"{PEOPLE}.schedule", "match", ""),
    "a schedule's name without end": (rota(schedule="x" * 101), f"{PEOPLE}.schedule", "match", ""),
    "a handoff that is no time": (rota(handoff="9"), f"{PEOPLE}.rotation.handoff", "match", ""),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_wish_that_pagerduty_cannot_fulfil_is_told(tmp_path: Path, name: str) -> None:
    change, key, reason, remedy = BROKEN[name]
    told = {fault.key: fault for fault in faults(tmp_path, change)}
    assert key in told, told
    assert reason in told[key].reason
    assert remedy in told[key].remedy
    place = "catalog/teams.yaml" if key.startswith("shop.") else "catalog/applications/shop.yaml"
    assert told[key].file == place


@pytest.mark.parametrize(
    "change",
    [
        levels(AT_ONCE, {"after": "1m", "notify": ["p1", "p2"]}, {"after": "6m", "notify": ["p3"]}, repeats=9, patience="1m"),
        rota(),
        rota(timezone="America/New_York", turn="1h"),
    ],
)
def test_a_wish_within_the_limits_is_none(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    assert load(write(tmp_path, change))


def test_where_nobody_is_called_by_pagerduty_its_limits_bind_nobody(tmp_path: Path) -> None:
    def change(files: dict[str, Any]) -> None:
        levels(AT_ONCE, {"after": "90s", "notify": ["p1"]})(files)
        files["teams.yaml"]["shop"]["pagerduty"] = False

    assert load(write(tmp_path, change))


def test_a_machine_that_knows_no_time_zones_cannot_say_when_a_turn_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_name: str) -> None:
        raise ZoneInfoNotFoundError

    monkeypatch.setattr("catalog.windows.ZoneInfo", nothing)
    told = {fault.key: fault for fault in faults(tmp_path, rota(timezone="Europe/Berlin"))}
    assert "tzdata" in told[f"{PEOPLE}.rotation.timezone"].remedy


def test_every_rotating_role_of_ours_says_who_takes_turns() -> None:
    roles = [person for team in load(ROOT).teams.values() for person in team.people.values() if person.schedule]
    assert len(roles) == 6
    assert all(person.rotation and len(person.rotation.members) > 1 for person in roles)

"""Maintenance windows that are nothing, or two at once for one service, are refused."""

from pathlib import Path
from typing import Any

import pytest

from catalog.loading import load
from tests.catalog.shop import Change, api, faults, write

Window = dict[str, Any]
NIGHT: Window = {"days": ["saturday"], "start": "22:00", "end": "02:00"}


def windows(**found: Window) -> Change:
    def change(files: dict[str, Any]) -> None:
        application = files["applications/shop.yaml"]
        application["maintenance"] = {name: {**NIGHT, **window} for name, window in found.items()}
        application["services"]["web"] = {**api(files), "alerts": {}}

    return change


BROKEN: dict[str, tuple[Change, str, str]] = {
    "a window that is nothing or a whole day": (windows(a={"start": "03:00", "end": "03:00"}), "maintenance.a.end", "ends when it starts"),
    "an unknown time zone": (windows(a={"timezone": "Europe/Berlim"}), "maintenance.a.timezone", "no time zone"),
    "a time zone that is a folder": (windows(a={"timezone": "Europe"}), "maintenance.a.timezone", "no time zone"),
    "a day twice": (windows(a={"days": ["sunday", "sunday"]}), "maintenance.a.days", "stands twice"),
    "a service that is not there": (windows(a={"services": ["apy"]}), "maintenance.a.services", "no such service"),
    "two at once": (windows(a={}, b={"start": "23:00", "end": "23:30"}), "maintenance.b", "overlaps the window 'a' for api, web"),
    "one past midnight into another": (
        windows(a={}, b={"days": ["sunday"], "start": "01:00", "end": "03:00"}),
        "maintenance.b",
        "overlaps",
    ),
    "one past the week's end into another": (
        windows(a={"days": ["sunday"]}, b={"days": ["monday"], "start": "01:00", "end": "03:00"}),
        "maintenance.b",
        "overlaps",
    ),
    "one of all services and one of a single one": (windows(a={}, b={"services": ["api"]}), "maintenance.b", "for api"),
    "two at once in different zones": (
        windows(a={"timezone": "Europe/Berlin"}, b={"start": "16:30", "end": "17:00", "timezone": "America/New_York"}),
        "maintenance.b",
        "overlaps",
    ),
    "two at once in summer only": (
        # 22:00 in Berlin is 21:00 UTC in winter, and 20:00 in summer.
        windows(a={"timezone": "Europe/Berlin"}, b={"start": "20:00", "end": "21:00", "timezone": "UTC"}),
        "maintenance.b",
        "overlaps",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_refuses(name: str, tmp_path: Path) -> None:
    change, key, reason = BROKEN[name]
    (found,) = faults(tmp_path, change)
    assert (found.file, found.key) == ("catalog/applications/shop.yaml", key)
    assert reason in found.reason
    assert found.remedy


RIGHT: dict[str, Change] = {
    "one after the other": windows(a={}, b={"days": ["sunday"], "start": "02:00", "end": "03:00"}),
    "the same time for different services": windows(a={"services": ["api"]}, b={"services": ["web"]}),
    "the same clock in zones that are never as late": windows(a={"timezone": "Asia/Tokyo"}, b={"timezone": "America/New_York"}),
    "the whole week, night by night": windows(
        a={"days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], "end": "21:59"}
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_lets_pass(name: str, tmp_path: Path) -> None:
    load(write(tmp_path, RIGHT[name]))

"""Maintenance windows: times that exist, and no two at once for the same service, since nobody could say which one still mutes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import combinations, product
from typing import get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from catalog.faults import nearest
from catalog.findings import Findings
from catalog.model import Application
from catalog.people import Day, MaintenanceWindow

_DAYS: tuple[Day, ...] = get_args(Day)
_DAY, _WEEK = 24 * 60, 7 * 24 * 60
_YEAR = 2026
"""Rules of summer time are looked up in one year, so that the same catalog is always judged alike."""


def check_windows(state: Findings, application: Application) -> None:
    """Faults of every window, and of every two that overlap for a service."""
    name = application.application
    zones: dict[str, tzinfo] = {}
    for key, window in application.maintenance.items():
        place = f"maintenance.{key}"
        for service in sorted(set(window.services) - application.services.keys()):
            remedy = nearest(service, application.services)
            state.file_fault(name, f"{place}.services", service, "no such service in this file", remedy)
        if window.start == window.end:
            reason = "the window ends when it starts: it is nothing, or a whole day"
            state.file_fault(name, f"{place}.end", window.end, reason, 'write another end; a whole day is start: "00:00", end: "23:59"')
        if len(set(window.days)) < len(window.days):
            state.file_fault(name, f"{place}.days", list(window.days), "a day stands twice", "name each day once")
        found = zone(window.timezone)
        if found is None:
            remedy = "write a name of the IANA database, as Europe/Berlin or UTC"
            state.file_fault(name, f"{place}.timezone", window.timezone, "no time zone has this name", remedy)
        else:
            zones[key] = found
    for (key, window), (other, second) in combinations(application.maintenance.items(), 2):
        shared = _services(window, application) & _services(second, application)
        if shared and key in zones and other in zones and _overlap(window, zones[key], second, zones[other]):
            reason = f"it overlaps the window {key!r} for {', '.join(sorted(shared))}"
            state.file_fault(
                name, f"maintenance.{other}", f"{second.start}-{second.end}", reason, "make them one window, or move one of them"
            )


def _services(window: MaintenanceWindow, application: Application) -> set[str]:
    return set(window.services or application.services)


def _overlap(one: MaintenanceWindow, its: tzinfo, two: MaintenanceWindow, zone: tzinfo) -> bool:
    """Whether two windows ever share a minute, in any week of the year."""
    return any(
        start < other_end + shift + week and other_start + shift + week < end
        for (start, end), (other_start, other_end) in product(_minutes(one), _minutes(two))
        for shift in _shifts(its, zone)
        for week in (-_WEEK, 0, _WEEK)
    )


def _minutes(window: MaintenanceWindow) -> Iterator[tuple[int, int]]:
    """Start and end of each day's window in minutes of its own week; past midnight the end lies on the next day."""
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (window.start, window.end))
    for day in window.days:
        monday = _DAYS.index(day) * _DAY
        yield monday + start, monday + end + (_DAY if end <= start else 0)


def _shifts(one: tzinfo, two: tzinfo) -> set[int]:
    """Minutes by which the first zone's clock is ahead of the second's: more than one where summer times differ."""
    days = (datetime(_YEAR, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(366))
    return {int((_offset(day, one) - _offset(day, two)).total_seconds()) // 60 for day in days} if one is not two else {0}


def _offset(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def zone(name: str) -> tzinfo | None:
    """The zone of this name; None where there is none."""
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None if _has_zones() else UTC


def _has_zones() -> bool:
    """Whether this machine knows time zones at all: without its database, none can be called unknown."""
    try:
        ZoneInfo("Etc/UTC")
    except ZoneInfoNotFoundError:
        return False
    return True

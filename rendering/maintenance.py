"""Maintenance windows as Alertmanager's time intervals: when nobody is told."""

from collections.abc import Iterator

from catalog.catalog import Catalog
from catalog.model import Application
from catalog.people import Day, MaintenanceWindow
from rendering.document import Document

_DAYS: tuple[Day, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MIDNIGHT = "24:00"


def time_intervals(catalog: Catalog) -> list[Document]:
    """Every maintenance window, named `<application>.<window>`."""
    return [
        {"name": interval_name(application, name), "time_intervals": list(_intervals(window))}
        for application in catalog.applications.values()
        for name, window in application.maintenance.items()
    ]


def interval_name(application: Application, window: str) -> str:
    """A window's name among those of all applications."""
    return f"{application.application}.{window}"


def mutes_by_services(application: Application) -> tuple[tuple[tuple[str, ...], list[str]], ...]:
    """Which windows mute which services: pairs of services and interval names; the last pair has no services, it is for all others."""
    common = [interval_name(application, name) for name, window in application.maintenance.items() if not window.services]
    found: dict[tuple[str, ...], list[str]] = {}
    for service in application.services:
        own = tuple(interval_name(application, name) for name, window in application.maintenance.items() if service in window.services)
        if own:
            found.setdefault(own, []).append(service)
    return (*((tuple(services), [*common, *own]) for own, services in found.items()), ((), common))


def _intervals(window: MaintenanceWindow) -> Iterator[Document]:
    """Alertmanager's intervals end within their day: one that passes midnight is two."""
    if window.start < window.end:
        yield _interval(window.days, window.start, window.end, window.timezone)
        return
    yield _interval(window.days, window.start, _MIDNIGHT, window.timezone)
    if window.end > "00:00":
        following: tuple[Day, ...] = tuple(_DAYS[(_DAYS.index(day) + 1) % len(_DAYS)] for day in window.days)
        yield _interval(following, "00:00", window.end, window.timezone)


def _interval(days: tuple[Day, ...], start: str, end: str, timezone: str) -> Document:
    return {"weekdays": list(days), "times": [{"start_time": start, "end_time": end}], "location": timezone}

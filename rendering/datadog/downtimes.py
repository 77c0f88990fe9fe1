"""Maintenance windows as Datadog's downtimes: when its monitors of an application notify nobody."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from catalog.catalog import Catalog
from catalog.model import Application
from catalog.people import MaintenanceWindow
from rendering.resource import Resource
from rendering.site import Site

DOWNTIME = "datadog:index/downtimeSchedule:DowntimeSchedule"
_DAYS: dict[str, str] = {
    "monday": "MO",
    "tuesday": "TU",
    "wednesday": "WE",
    "thursday": "TH",
    "friday": "FR",
    "saturday": "SA",
    "sunday": "SU",
}
_FIRST = date(2026, 1, 5)
"""A Monday before any environment of ours: recurrences begin on the first of their days from then, so that a catalog always reads alike."""
_DAY = 24 * 60


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """One downtime for each window; for each service where a window names some, since the tags of a downtime must all match."""
    if site.datadog is None:
        return []
    return [
        made
        for application in catalog.applications.values()
        for name, window in application.maintenance.items()
        for made in _downtimes(application, name, window, site)
    ]


def _downtimes(application: Application, name: str, window: MaintenanceWindow, site: Site) -> Iterator[Resource]:
    everything = [f"environment:{site.environment}", f"cluster:{site.cluster}", f"application:{application.application}"]
    for service in window.services or (None,):
        tags = [*everything, *([f"service:{service}"] if service else [])]
        where = f"{application.application}/{service}" if service else application.application
        inputs = {
            "monitorIdentifier": {"monitorTags": tags},
            "scope": "*",
            "displayTimezone": window.timezone,
            "message": f"Maintenance window {name} of {where}: nobody is told.",
            "muteFirstRecoveryNotification": True,
            "recurringSchedule": {"timezone": window.timezone, "recurrences": [recurrence(window)]},
        }
        yield Resource(DOWNTIME, ".".join(part for part in (application.application, service, name) if part), inputs)


def recurrence(window: MaintenanceWindow) -> dict[str, str]:
    """Every week on its days, as long as it lasts: one that passes midnight ends on the next day. Times are local to its zone."""
    days = [day for day in _DAYS if day in window.days]
    first = _FIRST + timedelta(days=list(_DAYS).index(days[0]))
    start = datetime.fromisoformat(f"{first.isoformat()}T{window.start}:00")
    begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (window.start, window.end))
    minutes = (end - begin) % _DAY
    return {
        "rrule": f"FREQ=WEEKLY;INTERVAL=1;BYDAY={','.join(_DAYS[day] for day in days)}",
        "duration": f"{minutes}m",
        "start": start.isoformat(),
    }

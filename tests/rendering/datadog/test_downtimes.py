"""Maintenance windows mute Datadog's monitors when they mute Alertmanager's messages."""

from copy import deepcopy
from datetime import datetime

import pytest

from catalog.catalog import Catalog
from catalog.people import MaintenanceWindow
from rendering.datadog import downtimes
from rendering.resource import Resource
from rendering.site import Site
from tests.rendering.datadog.monitors_as_sent import faults
from tests.rendering.datadog.sites import SITE


def test_a_window_of_an_application_mutes_its_monitors_here(real: Catalog) -> None:
    (downtime,) = [each for each in downtimes.resources(real, SITE) if each.name == "skillforge.weekly"]
    assert downtime.inputs["monitorIdentifier"] == {
        "monitorTags": ["environment:prod", "cluster:observatory-prod", "application:skillforge"],
    }
    schedule = downtime.inputs["recurringSchedule"]
    assert schedule["timezone"] == "UTC"
    (recurrence,) = schedule["recurrences"]
    assert recurrence["rrule"] == "FREQ=WEEKLY;INTERVAL=1;BYDAY=SU"
    assert recurrence["duration"] == "120m"


def test_a_window_of_services_is_a_downtime_for_each(small: Catalog) -> None:
    named = {
        (application.application, name, service)
        for application in small.applications.values()
        for name, window in application.maintenance.items()
        for service in window.services
    }
    made = {
        tuple(tag.partition(":")[2] for tag in each.inputs["monitorIdentifier"]["monitorTags"][2:])
        for each in downtimes.resources(small, SITE)
    }
    assert named
    assert {(application, service) for application, _, service in named} <= made


def test_a_window_past_midnight_lasts_into_the_next_day() -> None:
    found = downtimes.recurrence(MaintenanceWindow(days=("friday", "monday"), start="23:30", end="01:00"))
    assert found == {"rrule": "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,FR", "duration": "90m", "start": "2026-01-05T23:30:00"}


@pytest.mark.parametrize("day", ["monday", "wednesday", "sunday"])
def test_a_recurrence_begins_on_one_of_its_days(day: str) -> None:
    found = downtimes.recurrence(MaintenanceWindow.model_validate({"days": [day], "start": "03:00", "end": "05:00"}))
    assert datetime.fromisoformat(found["start"]).strftime("%A").lower() == day


def test_datadogs_model_takes_every_downtime_and_refuses_a_broken_one(real: Catalog) -> None:
    found = downtimes.resources(real, SITE)
    assert found
    assert [fault for resource in found for fault in faults(resource)] == []
    inputs = deepcopy(found[0].inputs)
    inputs["recurringSchedule"]["recurrences"][0]["duration"] = 120
    assert faults(Resource(downtimes.DOWNTIME, "broken", inputs))


def test_nothing_is_rendered_where_datadog_is_off(real: Catalog, site: Site) -> None:
    assert not downtimes.resources(real, site)

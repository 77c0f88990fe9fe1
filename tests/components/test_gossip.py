"""Alertmanager's members agree before any of them looks again."""

from pathlib import Path

from catalog.loading import load
from catalog.units import seconds
from components.alertmanager import PEER_TIMEOUT
from rendering.documents import render
from rendering.site import Site
from tests.rendering.reading import alertmanager, routes

MOST_MEMBERS = 5
SITE = Site(environment="test", region="eu-central-1", cluster="test-1", runbooks_url="https://example.com/runbooks")


def test_the_last_member_has_waited_for_all_others_before_the_shortest_group_interval_is_over(root: Path) -> None:
    intervals = {name: each.notifications.group_interval for name, each in load(root).applications.items()}
    shortest = min(intervals, key=lambda name: intervals[name])
    waits = (MOST_MEMBERS - 1) * PEER_TIMEOUT
    assert waits < intervals[shortest], (
        f"{shortest} looks every {intervals[shortest]:g} s, the last member waits {waits} s: resolved fires again"
    )


def test_so_it_is_for_the_routes_that_belong_to_no_application(root: Path) -> None:
    """The settings' checks compare the applications' own intervals; those of the rest stand in the renderer."""
    configuration = alertmanager(render(load(root), SITE))
    intervals = [seconds(route["group_interval"]) for route in routes(configuration["route"]) if "group_interval" in route]
    assert len(intervals) > len(load(root).applications)
    assert min(intervals) > (MOST_MEMBERS - 1) * PEER_TIMEOUT

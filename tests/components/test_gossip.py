"""Alertmanager's members agree before any of them looks again."""

from pathlib import Path

from catalog.loading import load
from components.alertmanager import PEER_TIMEOUT

MOST_MEMBERS = 5


def test_the_last_member_has_waited_for_all_others_before_the_shortest_group_interval_is_over(root: Path) -> None:
    intervals = {name: each.notifications.group_interval for name, each in load(root).applications.items()}
    shortest = min(intervals, key=lambda name: intervals[name])
    waits = (MOST_MEMBERS - 1) * PEER_TIMEOUT
    assert waits < intervals[shortest], (
        f"{shortest} looks every {intervals[shortest]:g} s, the last member waits {waits} s: resolved fires again"
    )

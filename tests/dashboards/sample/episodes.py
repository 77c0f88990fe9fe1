"""Alerts of the sample environment's last month: most never fired, some did a few times, a few fire now."""

from collections.abc import Iterable, Iterator
from typing import Any
from zlib import crc32

import numpy as np

from rendering import alert_quality
from tests.dashboards.sample.curves import INCIDENT, SUFFERING
from tests.dashboards.sample.moments import NOW, STEP, Floats
from tests.dashboards.sample.places import EXTERNAL, Labels
from tests.dashboards.sample.series import Series

_MONTH = 30 * 86400
_FIRED, _FIRES = 5, 31
"""One alert in so many has fired in the last month; one warning in so many fires now."""
_PENDING = 300
_OF_INCIDENTS = ("Error", "Slow", "Latency", "Timeout", "Response", "BudgetBurn")
_WATCHDOG = "Watchdog"

FIRED, ENDED, ENDED_SOON, UNFOUNDED = "alert:fired:timestamp", "alert:ended:seconds", "alert:ended_soon:seconds", "alert:unfounded:seconds"
MADE = frozenset({FIRED, ENDED, ENDED_SOON, UNFOUNDED})
"""Recorded series that are made here: their rules read what they recorded a minute ago, which no query about the past can repeat."""

Rule = dict[str, Any]
Episode = tuple[float, float]
"""From when to when it fired."""


def alerts(rules: Iterable[Rule]) -> Iterator[Series]:
    """`ALERTS`, `ALERTS_FOR_STATE` and their recorded histories, as the alerting rules among these would have made them."""
    for rule in rules:
        if "alert" not in rule:
            continue
        labels = {"alertname": rule["alert"], **rule["labels"]}
        if rule["alert"] == _WATCHDOG:
            yield from _fired(labels, [(NOW - _MONTH, NOW)], 300)
        elif episodes := sorted(set(_episodes(labels))):
            yield from _fired(labels, episodes, STEP)


def _episodes(labels: Labels) -> Iterator[Episode]:
    number = crc32(str(sorted(labels.items())).encode())
    subject = (labels.get("application", ""), labels.get("service", ""))
    if subject in SUFFERING and any(word in labels["alertname"] for word in _OF_INCIDENTS):
        yield INCIDENT[0] + _PENDING, INCIDENT[1]
    if number % _FIRES == 0 and labels["severity"] == "warning":
        yield NOW - 2400, NOW
    if number % _FIRED == 0:
        for count in range(1 + number // 5 % 3):
            days, minutes = 2 + (number // 7 + 9 * count) % 27, 3 + (number // 11 + 17 * count) % 50
            end = NOW - days * 86400 + number % 1440 * 60
            yield end - minutes * 60, end


def _fired(labels: Labels, episodes: list[Episode], step: int) -> Iterator[Series]:
    firing = _union(_steps(start, end + 1, step) for start, end in episodes)
    since = np.zeros_like(firing)
    for start, end in episodes:
        since[(firing >= start - STEP) & (firing <= end)] = start
    own = {**labels, **EXTERNAL}
    yield Series("ALERTS", own | {"alertstate": "firing"}, firing, np.ones_like(firing))
    yield Series("ALERTS_FOR_STATE", own, firing, since - _PENDING)
    if labels["alertname"] != _WATCHDOG:
        pending = np.setdiff1d(_union(_steps(start - _PENDING, start - step, step) for start, _ in episodes), firing)
        yield Series("ALERTS", own | {"alertstate": "pending"}, pending, np.ones_like(pending))
        yield Series(FIRED, own, firing, since)
        yield from _ended(own, [(start, end) for start, end in episodes if end < NOW])


def _ended(labels: Labels, episodes: list[Episode]) -> Iterator[Series]:
    """What is recorded once, a minute after an alert's end: how long it lasted, and whether that was short."""
    at = np.array([_aligned(end) + STEP for _, end in episodes], dtype=np.float64)
    lasted = np.array([end - start for start, end in episodes], dtype=np.float64)
    short = lasted <= alert_quality.SHORT
    for name, chosen in ((ENDED, lasted > 0), (ENDED_SOON, short), (UNFOUNDED, short & (labels.get("pages") == "true"))):
        if chosen.any():
            yield Series(name, labels, at[chosen], lasted[chosen])


def _steps(start: float, end: float, step: int) -> Floats:
    return np.arange(_aligned(start), end, step, dtype=np.float64)


def _aligned(moment: float) -> float:
    return moment - moment % STEP


def _union(parts: Iterable[Floats]) -> Floats:
    return np.unique(np.concatenate(list(parts)))

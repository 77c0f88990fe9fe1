"""As much of PagerDuty's condition language as our rules speak, by its manual (developer.pagerduty.com, «PCL Overview»).

Comparisons know no case; a path that leads nowhere is nil, with which nothing compares; `not` binds closer than `and`.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MATCHES = re.compile(r"(?P<path>(?:event|raw_event)(?:\.[A-Za-z_][A-Za-z0-9_]*)+) matches '(?P<text>(?:[^'\\]|\\['\\])*)'")
_WHEN = re.compile(
    r"now in (?P<days>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:,(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun))*) "
    r"(?P<start>\d\d:\d\d:\d\d) to (?P<end>\d\d:\d\d:\d\d) (?P<zone>[A-Za-z_+-]+(?:/[A-Za-z0-9_+-]+)*)"
)


def holds(expression: str, context: Mapping[str, Any], now: datetime) -> bool:
    """Whether a condition does; ValueError for one that PagerDuty would refuse."""
    parts = [_one(part, context, now) for part in expression.split(" and ")]
    return all(parts)


def _one(part: str, context: Mapping[str, Any], now: datetime) -> bool:
    if part.startswith("not "):
        return not _one(part.removeprefix("not "), context, now)
    if found := _MATCHES.fullmatch(part):
        value = path(context, found["path"])
        wanted = re.sub(r"\\(['\\])", r"\1", found["text"])
        return value is not None and str(value).lower() == wanted.lower()
    if found := _WHEN.fullmatch(part):
        start, end = time.fromisoformat(found["start"]), time.fromisoformat(found["end"])
        return _within(now.astimezone(ZoneInfo(found["zone"])), found["days"].split(","), start, end)
    raise ValueError(f"no condition of PCL: {part!r}")


def path(context: Mapping[str, Any], text: str) -> Any:  # noqa: ANN401  whatever the event says there
    """What stands there; None where nothing does."""
    here: Any = context
    for name in text.split("."):
        here = cast("Mapping[str, Any]", here).get(name) if isinstance(here, Mapping) else None
    return here


def _within(local: datetime, days: list[str], start: time, end: time) -> bool:
    """Days are those on which a window starts; one that ends before it starts, or as it starts, ends on the next day."""
    if start < end:
        return DAYS[local.weekday()] in days and start <= local.time() < end
    before = local - timedelta(days=1)
    return (DAYS[local.weekday()] in days and local.time() >= start) or (DAYS[before.weekday()] in days and local.time() < end)

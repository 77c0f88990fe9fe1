"""The time that a report is about: a calendar month in UTC, or as much of it as has passed."""

import re
from calendar import month_name
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = 86400
EXAMPLE = "2026-10"


@dataclass(frozen=True)
class Month:
    """From its first second to its end, or to now where it has not ended."""

    year: int
    number: int
    now: datetime
    """With its zone."""

    @property
    def start(self) -> datetime:
        """Its first second."""
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def last(self) -> datetime:
        """The first second after it."""
        return (self.start + timedelta(days=31)).replace(day=1)

    @property
    def end(self) -> datetime:
        """Until when there can be data."""
        return min(self.last, self.now)

    @property
    def seconds(self) -> int:
        """How long it is, or has been."""
        return int((self.end - self.start).total_seconds())

    @property
    def days(self) -> int:
        """How many days it has, those to come included."""
        return (self.last - self.start).days

    @property
    def complete(self) -> bool:
        """Whether it has ended."""
        return self.now >= self.last

    @property
    def key(self) -> str:
        """`2026-10`."""
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def title(self) -> str:
        """`October 2026`."""
        return f"{month_name[self.number]} {self.year}"


def read(text: str | None, now: datetime) -> Month:
    """The month of a text like `2026-10`, the last complete one where there is none; ValueError says what is wrong with it."""
    if text is None:
        before = now.astimezone(UTC).replace(day=1) - timedelta(days=1)
        return Month(before.year, before.month, now)
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if not found or not 1 <= int(found[2]) <= len(month_name) - 1 or not int(found[1]):
        raise ValueError(f"it is no month; write the year and the month, as {EXAMPLE}")
    month = Month(int(found[1]), int(found[2]), now)
    if month.start >= now:
        raise ValueError(f"it has not begun: now it is {now.astimezone(UTC):%Y-%m}")
    return month

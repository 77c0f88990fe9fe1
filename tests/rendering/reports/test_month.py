"""A report's time: a month in UTC, or as much of it as has passed."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from rendering.reports.month import read

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


def test_a_month_begins_with_its_first_second_and_ends_before_the_next() -> None:
    october = read("2026-10", NOW)
    assert (october.start, october.end) == (datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    assert (october.days, october.seconds, october.complete) == (31, 31 * 86400, True)


@pytest.mark.parametrize(("text", "days"), [("2024-02", 29), ("2026-02", 28), ("2025-12", 31), ("2026-04", 30)])
def test_every_month_has_its_days(text: str, days: int) -> None:
    assert read(text, NOW).days == days


def test_the_month_that_runs_ends_now() -> None:
    november = read("2026-11", NOW)
    assert (november.end, november.complete, november.days) == (NOW, False, 30)


@pytest.mark.parametrize(
    ("now", "key"),
    [
        (NOW, "2026-10"),
        (datetime(2027, 1, 1, tzinfo=UTC), "2026-12"),
        (datetime(2027, 1, 1, 1, tzinfo=timezone(timedelta(hours=3))), "2026-11"),
    ],
)
def test_without_a_word_it_is_the_last_complete_one_in_utc(now: datetime, key: str) -> None:
    assert read(None, now).key == key


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "0000-01", "2026", "october", "2026-1", "2026-10-01", ""])
def test_what_is_no_month_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="no month; write the year and the month, as 2026-10"):
        read(text, NOW)


def test_a_month_that_has_not_begun_is_refused() -> None:
    with pytest.raises(ValueError, match="has not begun: now it is 2026-11"):
        read("2026-12", NOW)

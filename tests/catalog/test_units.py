"""Quantities as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.units import Unit, duration_text, seconds


@pytest.mark.parametrize(
    ("text", "expected"), [("500ms", 0.5), ("15s", 15), ("5m", 300), ("1h30m", 5400), ("30d", 2592000), ("2w", 1209600)]
)
def test_reads_durations_as_prometheus_writes_them(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "5", "5 m", "m5", "5minutes", "-5m", None, [], True])
def test_refuses_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        seconds(text)


@given(st.integers(min_value=0, max_value=10**9))
def test_a_duration_survives_being_written_and_read(value: int) -> None:
    assert seconds(duration_text(value)) == value


@pytest.mark.parametrize(
    ("unit", "text", "expected"),
    [
        (Unit.RATIO, 0.05, 0.05),
        (Unit.SECONDS, "2s", 2),
        (Unit.BYTES, "8GB", 8 * 10**9),
        (Unit.BYTES, "512MiB", 512 * 2**20),
        (Unit.PER_SECOND, "10/s", 10),
        (Unit.PER_SECOND, "6/min", 0.1),
        (Unit.COUNT, 100, 100),
        (Unit.STATE, 1, 1),
        (Unit.SCORE, 4.5, 4.5),
    ],
)
def test_reads_a_threshold_in_its_base_unit(unit: Unit, text: object, expected: float) -> None:
    assert unit.parse(text) == expected


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        (Unit.RATIO, 5),
        (Unit.RATIO, "5%"),
        (Unit.RATIO, -0.1),
        (Unit.SECONDS, 2),
        (Unit.BYTES, 8),
        (Unit.BYTES, "8 apples"),
        (Unit.PER_SECOND, 10),
        (Unit.PER_SECOND, "10/fortnight"),
        (Unit.STATE, 2),
        (Unit.SCORE, 90),
        (Unit.COUNT, -1),
        (Unit.COUNT, True),
    ],
)
def test_refuses_a_threshold_outside_its_unit_and_says_what_is_right(unit: Unit, text: object) -> None:
    with pytest.raises(ValueError, match=";") as refused:
        unit.parse(text)
    assert str(text) in str(refused.value)

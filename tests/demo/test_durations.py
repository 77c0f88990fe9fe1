"""Every duration passes faster, and nothing else changes."""

import pytest

from demo import durations


@pytest.mark.parametrize(
    ("duration", "expected"), [("5m", "30000ms"), ("1h30m", "540000ms"), ("0s", "0s"), ("0", "0s"), ("4ms", "1ms"), ("30d", "259200000ms")]
)
def test_a_duration_is_divided_by_the_factor(duration: str, expected: str) -> None:
    assert durations.scaled(duration, 10) == expected


def test_what_is_no_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="no duration"):
        durations.scaled("5 minutes", 10)


@pytest.mark.parametrize(
    ("promql", "expected"),
    [
        ('rate(x{route=~"[5m]"}[5m])', 'rate(x{route=~"[5m]"}[30000ms])'),
        ("max_over_time(x[1h:5m])", "max_over_time(x[360000ms:30000ms])"),
        ("max_over_time(x[1h:])", "max_over_time(x[360000ms:])"),
        ("x offset 7d / x offset -1m", "x offset 60480000ms / x offset -6000ms"),
        ("service:errors:bad_ratio5m > 300", "service:errors:bad_ratio5m > 300"),
        (r"""x{a="\"[5m]",b='[5m]',c=`[5m]`}""", r"""x{a="\"[5m]",b='[5m]',c=`[5m]`}"""),
    ],
)
def test_windows_subqueries_and_offsets_are_scaled_but_not_names_or_text(promql: str, expected: str) -> None:
    assert durations.expression(promql, 10) == expected


def test_labels_and_annotations_stay_as_people_read_them() -> None:
    rule = {"alert": "A", "expr": "x[5m]", "for": "2m", "labels": {"for": "2m"}, "annotations": {"description": "for 2m"}}
    assert durations.document({"groups": [{"interval": "15s", "rules": [rule]}]}, 10) == {
        "groups": [{"interval": "1500ms", "rules": [rule | {"expr": "x[30000ms]", "for": "12000ms"}]}]
    }

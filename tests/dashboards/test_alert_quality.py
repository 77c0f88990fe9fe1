"""The review of alerts: what it counts, and what it says of a stand-in."""

from dashboards.grafana.shared import ALERT_QUALITY
from tests.dashboards.drawn import all_of_them, panel

REVIEW = all_of_them()[ALERT_QUALITY]


def test_all_that_a_review_asks_is_answered() -> None:
    assert {each.title for each in REVIEW.panels} >= {
        "Pages a person-week",
        "False positives",
        "Short-lived",
        "Never fired",
        "Alerts by team",
        "Most frequent",
        "Noisiest",
        "Time to resolve by alert",
        "Time to resolve by team",
        "Never fired in this time",
    }


def test_false_positives_are_said_to_be_a_stand_in_and_held_against_the_promise() -> None:
    shown = panel(REVIEW, "False positives")
    assert "stand-in" in shown.description
    assert [level.value for level in shown.thresholds] == [0.05]


def test_only_alerts_that_never_fired_are_there_without_any_alert() -> None:
    assert {each.title for each in REVIEW.panels if each.empty is None} == {"Never fired", "Never fired in this time"}

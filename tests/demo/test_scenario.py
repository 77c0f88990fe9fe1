"""The whole chain as real processes: application, two Prometheus, three Alertmanagers, and the people they reach."""

import json
import time
from collections import Counter
from collections.abc import Callable

import pytest

from demo.configuration import LEAST_GROUP_INTERVAL
from demo.notification import Notification
from demo.processes import get
from demo.scenario import Stage
from tests.demo.conftest import Silences

pytestmark = [pytest.mark.cluster, pytest.mark.tools]

WAYS = 3
"""A page goes to PagerDuty, Slack and by mail."""
PATIENCE = 40.0
SYMPTOM, BUDGET = "HighErrorRate", "AvailabilityBudgetBurn"


def told(notifications: list[Notification], status: str, alert: str = "AIRequestFailures") -> Counter[str]:
    """How often people were told, by each way that reaches them."""
    return Counter(each.way for each in notifications if each.status == status and each.alert == alert)


def wait_until_told(stage: Stage, status: str, times: int, alert: str = "AIRequestFailures") -> None:
    def reached(found: list[Notification]) -> bool:
        counted = told(found, status, alert)
        return len(counted) == WAYS and min(counted.values()) >= times

    known = stage.receiver.wait(reached, PATIENCE)
    assert known, f"{status} reached people {told(stage.receiver.notifications, status, alert)}, not {times} times by each way"


def assert_nobody_is_told_again(
    stage: Stage, status: str, times: int, alert: str = "AIRequestFailures", seconds: float = 1.5 * LEAST_GROUP_INTERVAL
) -> None:
    """Looks on, by default until every member has looked at its groups again."""
    stage.receiver.wait(lambda found: max(told(found, status, alert).values()) > times, seconds)
    counted = told(stage.receiver.notifications, status, alert)
    assert set(counted.values()) == {times}, f"{status}: {counted}"


def wait_until_quiet(stage: Stage) -> None:
    deadline = time.monotonic() + PATIENCE
    while stage.demo.alerts():
        assert time.monotonic() < deadline, f"still alerting: {stage.demo.alerts()}"
        time.sleep(0.1)


def test_one_fault_is_one_notification_whoever_dies_and_silence_raises_the_alarm(
    stage: Callable[[bool], Stage], silences: Silences
) -> None:
    began = time.monotonic()
    begun = stage(True)
    demo = begun.demo

    demo.break_("ai-errors")
    wait_until_told(begun, "FIRING", 1)
    assert_nobody_is_told_again(begun, "FIRING", 1)
    demo.kill("prometheus")
    demo.kill("alertmanager")
    assert_nobody_is_told_again(begun, "FIRING", 1)

    demo.mend()
    wait_until_told(begun, "RESOLVED", 1)
    wait_until_quiet(begun)

    demo.break_("ai-errors")
    wait_until_told(begun, "FIRING", 2)
    assert_nobody_is_told_again(begun, "FIRING", 2)
    assert set(told(begun.receiver.notifications, "RESOLVED").values()) == {1}, "resolved was told more than once"
    others = {each.alert for each in begun.receiver.notifications} - {"AIRequestFailures"}
    assert not others, f"one fault also told of {others}"

    assert begun.receiver.heartbeat.beats > 1, "the Watchdog was not heard"
    assert not silences, "the dead man's switch raised the alarm while a Prometheus was alive"
    demo.kill("prometheus")
    deadline = time.monotonic() + PATIENCE
    while not silences:
        assert time.monotonic() < deadline, "both Prometheus are dead, and nobody noticed"
        time.sleep(0.1)
    assert not begun.receiver.refused, begun.receiver.refused
    print(f"HA scenario: {time.monotonic() - began:.0f} s")


def firing(stage: Stage) -> set[tuple[str, str]]:
    """Name and severity of the alerts that the first Prometheus says are firing, the Watchdog apart."""
    answer = get(stage.demo.processes.ports["prometheus-0"], "/api/v1/alerts")
    assert answer, "Prometheus does not answer"
    found = [alert["labels"] for alert in json.loads(answer)["data"]["alerts"] if alert["state"] == "firing"]
    return {(labels["alertname"], labels["severity"]) for labels in found} - {("Watchdog", "none")}


def test_failing_requests_page_once_while_the_budget_that_they_burn_stays_silent(stage: Callable[[bool], Stage]) -> None:
    begun = stage(True)
    begun.demo.break_("errors")
    wait_until_told(begun, "FIRING", 1, SYMPTOM)
    deadline = time.monotonic() + PATIENCE
    while (BUDGET, "warning") not in firing(begun):
        assert time.monotonic() < deadline, "the budget does not burn, so that its silence proves nothing"
        time.sleep(0.1)
    assert_nobody_is_told_again(begun, "FIRING", 1, SYMPTOM)
    alerts = firing(begun)
    assert (SYMPTOM, "critical") in alerts
    assert (BUDGET, "critical") not in alerts, "the budget pages beside its symptom"
    assert {each.alert for each in begun.receiver.notifications} == {SYMPTOM}


def test_without_gossip_every_alertmanager_notifies(stage: Callable[[bool], Stage]) -> None:
    begun = stage(False)
    begun.demo.break_("ai-errors")
    wait_until_told(begun, "FIRING", 3)
    assert set(told(begun.receiver.notifications, "FIRING").values()) == {3}

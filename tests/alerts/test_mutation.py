"""Every threshold, operator, duration, selector and window of the rules is held by a test: changed, it is noticed."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from local.tools import ensure
from tests.alerts.everything import every_scenario
from tests.alerts.hunt import Fate, Prey, hunt
from tests.alerts.mutants import mutants
from tests.alerts.rendered import every_alert
from tests.alerts.scenario import Scenario
from tests.alerts.survivors import Excuse, judged
from tests.alerts.test_scenarios import by_shape

_LEAST = 0.95


def prey(scenario: Scenario) -> Prey:
    """What a scenario is about."""
    sliced = every_alert()[scenario.identity]
    return Prey(sliced.title, sliced.rules, scenario)


def error_ratio() -> Prey:
    """An alert that reads recorded series, has a guard and waits."""
    return prey(next(scenario for scenario in every_scenario() if scenario.identity == ("ai-platform", "api", "ErrorRatioHigh")))


@pytest.fixture(scope="module")
def promtool() -> Path:
    """The real one."""
    return ensure(["promtool"], print)["promtool"]


@pytest.mark.tools
def test_every_change_of_a_rule_is_noticed(promtool: Path, tmp_path: Path, figures: list[str]) -> None:
    fates = hunt(promtool, tmp_path, [prey(scenario) for scenario in by_shape().values()])
    survivors = [fate for fate in fates if fate.killed_by is None]
    share = 1 - len(survivors) / len(fates)
    judgement = judged(survivors)
    figures.append(f"mutation: {len(fates)} mutants, {share:.1%} killed ({_by_kind(fates)})")
    figures += [f"  {count} survive: {reason}" for reason, count in judgement.excused.most_common()]
    figures += [f"  survives unexplained: {title}" for title in judgement.unexplained]
    assert not judgement.unexplained, "strengthen the scenarios, or say in survivors.py why nothing can notice them"
    assert not judgement.stale, "no survivor has these excuses any more: remove them from survivors.py"
    assert share >= _LEAST


def _by_kind(fates: list[Fate]) -> str:
    every, killed = Counter(fate.mutant.kind for fate in fates), Counter(fate.mutant.kind for fate in fates if fate.killed_by)
    return ", ".join(f"{kind}s {killed[kind]}/{every[kind]}" for kind in sorted(every))


def test_thresholds_operators_durations_selectors_and_windows_are_all_mutated() -> None:
    found = error_ratio()
    alert = len(found.rules) - 1
    changes = {mutant.change for mutant in mutants(found.rules) if mutant.changed == alert}
    series = "service:http_errors:bad_ratio5m#1"
    assert changes >= {f"{series}{{service}} dropped", f"{series}{{service}} asks for another value", "for 5m -> 150s", "for 5m -> 10m"}
    assert {change.rpartition(": ")[2] for change in changes} >= {"0.05 -> 0.045", "0.05 -> 0.055", "> -> <", ">= -> <=", "and -> unless"}
    rates = {mutant.change.rpartition(": ")[2] for mutant in mutants(found.rules) if mutant.rule.get("record", "").endswith("all_rate5m")}
    assert rates >= {"5m -> 150s", "5m -> 10m"}
    assert {mutant.kind for mutant in mutants(found.rules)} == {"threshold", "operator", "duration", "selector", "window"}


@pytest.mark.tools
def test_a_weak_scenario_leaves_a_survivor_that_is_named(promtool: Path, tmp_path: Path) -> None:
    strong = error_ratio()
    calm = next(case for case in strong.scenario.cases if case.name == "quiet where nothing ever failed")
    weak = replace(strong, scenario=replace(strong.scenario, cases=(calm,)))
    survivors = [fate for fate in hunt(promtool, tmp_path, [weak]) if fate.killed_by is None]
    judgement = judged(survivors, (Excuse("no such mutant", "none"),))
    assert [title for title in judgement.unexplained if title.endswith("0.05 -> 0.045")]
    assert all(title.startswith("ai-platform/api/ErrorRatioHigh (critical): ") for title in judgement.unexplained)
    assert judgement.stale == ["no such mutant"]

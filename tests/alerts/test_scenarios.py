"""Every alert that Prometheus evaluates fires when it should, exactly then, and stays quiet otherwise."""

from pathlib import Path

import pytest

from local.tools import ensure
from tests.alerts.everything import every_scenario
from tests.alerts.judge import judge, trials
from tests.alerts.rendered import every_alert
from tests.alerts.scenario import Scenario


def by_shape() -> dict[str, Scenario]:
    """One scenario for each shape of rules: subjects that differ by their names alone count once."""
    alerts, found = every_alert(), dict[str, Scenario]()
    for scenario in every_scenario():
        found.setdefault(alerts[scenario.identity].shape(), scenario)
    return found


def test_every_alert_has_cases_in_which_it_fires_and_others_in_which_it_stays_quiet(figures: list[str]) -> None:
    covered = {scenario.identity: scenario for scenario in every_scenario()}
    assert covered.keys() == every_alert().keys(), "alerts without a scenario, or scenarios without an alert"
    for identity, scenario in covered.items():
        fires = {case.fires_after is not None for case in scenario.cases}
        wanted = {True} if scenario.alert.endswith("NoData") else {True, False}  # what is there says nothing of absence, by its form
        assert fires >= wanted, f"{identity} lacks a firing or a quiet case"
    shapes = by_shape().values()
    figures.append(
        f"coverage: {len(covered)} of {len(every_alert())} alerts have scenarios; {sum(len(found.cases) for found in shapes)} cases of the "
        f"{len(shapes)} that differ by more than names are tried"
    )


@pytest.mark.tools
def test_alerts_fire_when_they_should_and_not_an_evaluation_before(tmp_path: Path) -> None:
    alerts = every_alert()
    found = {
        trial.key: trial
        for number, scenario in enumerate(by_shape().values())
        for trial in trials(scenario, alerts[scenario.identity].rules, f"t{number}")
    }
    failed = judge(ensure(["promtool"], print)["promtool"], tmp_path, list(found.values()))
    assert not failed, {f"{found[key].rules[-1]['alert']} {found[key].case.name}": said for key, said in failed.items()}

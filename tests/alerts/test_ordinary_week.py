"""An ordinary week pages nobody: nights near zero, deployments, counter resets, a drained node, lost scrapes, a weekend."""

from dataclasses import replace
from pathlib import Path

import pytest

from catalog.units import duration_text
from local.tools import ensure
from tests.alerts import week
from tests.alerts.everything import every_scenario
from tests.alerts.exposed.watching import certificate
from tests.alerts.judge import Trial, judge
from tests.alerts.place import Place
from tests.alerts.rendered import every_alert
from tests.alerts.scenario import Case, Scenario, World, at, nothing
from tests.alerts.series import Phase
from tests.alerts.slices import Rule

pytestmark = pytest.mark.tools


class Week(Case):
    """A case whose course is the week's."""

    def phases(self, place: Place) -> tuple[Phase, ...]:
        return week.phases(place, self.before)


def ordinary(scenario: Scenario) -> World:
    """The world in which this alert has nothing to say."""
    if scenario.alert.startswith("Certificate"):
        return at(certificate, 60 * week.DAY)  # the scenario's own, just before its limit, would run out within the week
    quiet = [case for case in scenario.cases if case.fires_after is None]
    # A counter that stands at one would be born anew at one with each deployment, which is news.
    return next((case for case in quiet if case.name == "quiet on a counter of none"), quiet[0]).before


def trial(scenario: Scenario, key: str, rules: tuple[Rule, ...], world: World) -> Trial:
    """A week of a world, seen every two minutes."""
    course = Week(key, world, ((duration_text(week.WEEK), world),), nothing, "0s", None)
    return Trial(key, rules, scenario.place, replace(scenario.rhythm, scrape=120, evaluation=120), course)


def paging() -> dict[str, Trial]:
    """One trial for each shape of rules that pages; subjects that differ by their names alone count once."""
    alerts = every_alert()
    found: dict[str, Trial] = {}
    for number, scenario in enumerate(every_scenario()):
        sliced = alerts[scenario.identity]
        if sliced.labels.get("pages") == "true":
            found.setdefault(sliced.shape(), trial(scenario, f"week-{number}", sliced.rules, ordinary(scenario)))
    return {trial.key: trial for trial in found.values()}


def test_an_ordinary_week_pages_nobody(tmp_path: Path) -> None:
    trials = paging()
    assert len(trials) > 30
    paged = judge(ensure(["promtool"], print)["promtool"], tmp_path, list(trials.values()))
    assert not paged, {trials[key].rules[-1]["alert"]: said for key, said in paged.items()}


def test_a_week_with_an_outage_would_page(tmp_path: Path) -> None:
    chosen = next(scenario for scenario in every_scenario() if scenario.identity == ("ai-platform", "api", "ErrorRatioHigh"))
    broken = next(case for case in chosen.cases if case.fires_after is not None)
    outage = trial(chosen, "outage", every_alert()[chosen.identity].rules, broken.then[0][1])
    assert judge(ensure(["promtool"], print)["promtool"], tmp_path, [outage])

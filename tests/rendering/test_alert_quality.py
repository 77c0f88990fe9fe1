"""Histories of alerts: each firing is counted once, with how long it lasted and whether anything was down meanwhile."""

from pathlib import Path

import pytest

from catalog.catalog import Catalog
from local import tools as built
from rendering.alert_quality import groups
from rendering.document import Document
from rendering.rules import object_groups
from rendering.site import Site
from tests.rendering.timeline import complaint

PAGE = 'application="shop",service="web",severity="critical",team="shop",pages="true"'
FIRING = f'ALERTS{{alertname="Down",{PAGE},alertstate="firing"}}'
ALERT = f'alertname="Down",{PAGE}'


@pytest.fixture(scope="module")
def promtool() -> Path:
    return built.ensure(["promtool"], print)["promtool"]


@pytest.fixture(scope="module")
def history() -> list[Document]:
    return groups([])["alert-history"]


@pytest.mark.tools
def test_every_firing_is_counted_once_with_its_length(history: list[Document], promtool: Path, tmp_path: Path) -> None:
    # Fires for 3 minutes and for 20.
    series = {FIRING: "_x9 1x2 stale _x20 1x19 stale _x30"}
    wanted = {
        "count_over_time(alert:ended:seconds[2h])": {f"{{{ALERT}}}": 2.0},
        "sum_over_time(alert:ended:seconds[2h])": {f"{{{ALERT}}}": 23 * 60.0},
        "count_over_time(alert:ended_soon:seconds[2h])": {f"{{{ALERT}}}": 1.0},
        "alert:fired:timestamp": {},
    }
    assert not complaint(promtool, tmp_path, history, series, wanted, "90m")


@pytest.mark.tools
def test_an_alert_that_goes_on_has_not_ended_and_keeps_its_start(history: list[Document], promtool: Path, tmp_path: Path) -> None:
    wanted: dict[str, dict[str, float]] = {
        "alert:fired:timestamp": {f"alert:fired:timestamp{{{ALERT}}}": 9 * 60.0},
        "count_over_time(alert:ended:seconds[2h])": {},
    }
    assert not complaint(promtool, tmp_path, history, {FIRING: "_x9 1x60"}, wanted, "60m")


@pytest.mark.tools
@pytest.mark.parametrize(
    ("up", "unfounded"),
    [
        pytest.param("1x40", {f"{{{ALERT}}}": 1.0}, id="a short page while all was up counts as a false positive"),
        pytest.param("1x8 0x2 1x30", {}, id="one after a moment of real downtime does not"),
    ],
)
def test_a_short_page_is_judged_by_what_was_down(
    history: list[Document], promtool: Path, tmp_path: Path, up: str, unfounded: dict[str, float]
) -> None:
    series = {FIRING: "_x9 1x2 stale _x20", 'service:available:bool{application="shop",service="web"}': up}
    wanted = {"count_over_time(alert:unfounded:seconds[2h])": unfounded}
    assert not complaint(promtool, tmp_path, history, series, wanted, "40m")


@pytest.mark.tools
def test_the_watchdog_is_no_alert_to_review(history: list[Document], promtool: Path, tmp_path: Path) -> None:
    series = {'ALERTS{alertname="Watchdog",alertstate="firing"}': "1x20"}
    assert not complaint(promtool, tmp_path, history, series, {"alert:fired:timestamp": {}}, "20m")


def test_every_alert_is_known_whether_it_ever_fired_or_not(real: Catalog, site: Site) -> None:
    found = object_groups(real, site)
    rules = [rule for made in found.values() for group in made for rule in group["rules"]]
    alerts = {
        (rule["labels"]["application"], rule["alert"], rule["labels"]["team"], rule["labels"]["severity"])
        for rule in rules
        if "alert" in rule and "application" in rule["labels"]
    }
    known = [rule["labels"] for rule in rules if rule.get("record") == "alert:known:info"]
    assert {(each["application"], each["alertname"], each["team"], each["severity"]) for each in known} == alerts
    assert len(known) == len(alerts), "one series for each, however many services have it"

"""The matrix accounts for every alert in every backend."""

from dataclasses import replace

import pytest

from catalog.base import Backend
from catalog.catalog import PlacedAlert
from rendering import evaluated, parity
from rendering.canaries import everything as canaries
from rendering.cloudwatch import alarms
from rendering.datadog import monitors, slos
from rendering.document import Document
from rendering.evaluated import Identity, State
from rendering.parity import Cell, Row
from tests.docs.conftest import ROOT, Told


@pytest.fixture(scope="module")
def rows(told: Told) -> list[Row]:
    return parity.rows(told.catalog, told.groups, told.site)


@pytest.fixture(scope="module")
def shown(told: Told) -> dict[Identity, State]:
    watching = replace(told.site, datadog=evaluated.WATCHING)
    return evaluated.monitored([*monitors.resources(told.catalog, watching), *slos.resources(told.catalog, watching)])


@pytest.fixture(scope="module")
def alarmed(told: Told) -> dict[Identity, State]:
    watching = replace(told.site, region="eu-central-1", aws=evaluated.in_aws(told.catalog))
    return evaluated.alarmed([*alarms.resources(told.catalog, watching), *canaries.resources(told.catalog, watching)])


def _alert(told: Told, application: str, subject: str, name: str) -> PlacedAlert:
    return next(
        placed
        for placed in told.catalog.alerts()
        if (placed.subject.application.application, placed.subject.name, placed.name) == (application, subject, name)
    )


def test_the_committed_matrix_is_fresh(rows: list[Row]) -> None:
    assert (ROOT / "docs" / "parity.md").read_text(encoding="utf-8") == parity.text(rows), "run: make generate"


def test_no_gap_is_unexplained(told: Told, rows: list[Row]) -> None:
    assert parity.unexplained(rows, told.groups) == []


def test_datadogs_column_is_what_its_monitors_do(told: Told, rows: list[Row], shown: dict[Identity, State]) -> None:
    assert parity.unexplained(rows, told.groups, shown) == []
    evaluated = {row.identity for row in rows if row.cells[Backend.DATADOG].alerts}
    assert set(shown) == evaluated
    assert len(evaluated) > 50


def test_cloudwatchs_column_is_what_its_alarms_do(told: Told, rows: list[Row], alarmed: dict[Identity, State]) -> None:
    assert parity.unexplained(rows, told.groups, alarms=alarmed) == []
    evaluated_there = {row.identity for row in rows if row.cells[Backend.CLOUDWATCH].alerts}
    assert evaluated_there <= set(alarmed)
    assert len(evaluated_there) >= 28
    assert sum(row.cells[Backend.CLOUDWATCH].state == "pages" for row in rows) >= 8


def test_an_alarm_that_is_missing_or_too_loud_is_told(told: Told, rows: list[Row], alarmed: dict[Identity, State]) -> None:
    row = next(row for row in rows if row.identity[2] == "DatabaseCpuHigh")
    without: dict[Identity, State] = {identity: state for identity, state in alarmed.items() if identity != row.identity}
    loud: dict[Identity, State] = {row.identity: "pages"}
    assert "no alarm does" in parity.unexplained([row], told.groups, alarms=without)[0]
    assert "its alarm pages" in parity.unexplained([row], told.groups, alarms=loud)[0]


def test_a_monitor_that_is_missing_or_too_loud_is_told(told: Told, rows: list[Row], shown: dict[Identity, State]) -> None:
    row = next(row for row in rows if row.identity[2] == "DataAccessAnomaly")
    without: dict[Identity, State] = {identity: state for identity, state in shown.items() if identity != row.identity}
    loud: dict[Identity, State] = {row.identity: "pages"}
    assert "no monitor does" in parity.unexplained([row], told.groups, without)[0]
    assert "its monitor pages" in parity.unexplained([row], told.groups, loud)[0]


def test_every_alert_of_the_catalog_and_of_the_rules_has_one_row(told: Told, rows: list[Row]) -> None:
    identities = [row.identity for row in rows]
    assert len(identities) == len(set(identities))
    assert {(*placed.identity[:3], placed.identity[3].value) for placed in told.catalog.alerts()} <= set(identities)
    rendered = {
        parity.identity_of(rule)
        for file in told.groups.values()
        for group in file
        for rule in group["rules"]
        if "alert" in rule and rule["alert"] != "Watchdog" and not rule["alert"].endswith("NoData")
    }
    assert rendered <= set(identities)


@pytest.mark.parametrize(
    ("where", "backend", "expected"),
    [
        (("skillforge", "ai-services", "InferenceErrors"), Backend.PROMETHEUS, Cell("pages")),
        (("skillforge", "ai-services", "InferenceErrors"), Backend.DATADOG, Cell("standby", after="5m")),
        (("skillforge", "ai-services", "InferenceErrors"), Backend.CLOUDWATCH, Cell("not collected")),
        (("skillforge", "backend", "ApiLatencyHigh"), Backend.PROMETHEUS, Cell("tells")),
        (("skillforge", "backend", "ApiLatencyHigh"), Backend.CLOUDWATCH, Cell("shows")),
        (("skillforge", "backend", "DataAccessAnomaly"), Backend.DATADOG, Cell("tells")),
    ],
)
def test_a_cell_says_what_the_backend_does(told: Told, where: tuple[str, str, str], backend: Backend, expected: Cell) -> None:
    assert parity.cell(_alert(told, *where), backend, told.catalog) == expected


def test_a_gap_carries_the_signals_reason(told: Told) -> None:
    cell = parity.cell(_alert(told, "skillforge", "backend", "DataAccessAnomaly"), Backend.PROMETHEUS, told.catalog)
    assert cell.state == "gap"
    assert "user id as a label would grow without bound" in cell.reason


def test_one_page_a_symptom(rows: list[Row]) -> None:
    for row in rows:
        notifying = [backend for backend, cell in row.cells.items() if cell.state in ("pages", "tells")]
        assert len(notifying) == 1, row.identity


def test_a_gap_without_a_reason_is_unexplained(told: Told, rows: list[Row]) -> None:
    broken = replace(rows[0], cells={**rows[0].cells, Backend.DATADOG: Cell("gap", reason=" no ")})
    assert "datadog has a gap and no reason" in parity.unexplained([broken], told.groups)[0]


def test_an_alert_that_no_rule_makes_is_unexplained(told: Told, rows: list[Row]) -> None:
    without: dict[str, list[Document]] = {}
    assert "the catalog says that prometheus evaluates it, and no rule does" in parity.unexplained(rows[:1], without)[0]
    assert parity.unexplained(rows[:1], told.groups) == []


def test_an_alert_that_nobody_evaluates_is_unexplained(told: Told, rows: list[Row]) -> None:
    blind = replace(rows[0], cells=dict.fromkeys(parity.BACKENDS, Cell("not collected")))
    assert "no backend evaluates it" in parity.unexplained([blind], told.groups)[0]


def test_the_same_reason_is_one_footnote_and_counts_stand_first(rows: list[Row]) -> None:
    gap = {
        Backend.PROMETHEUS: Cell("pages"),
        Backend.DATADOG: Cell("standby", after="5m"),
        Backend.CLOUDWATCH: Cell("gap", reason="it cannot see"),
    }
    text = parity.text([replace(row, cells=gap) for row in rows[:2]])
    assert text.count("[^1]: It cannot see.") == 1
    assert "[^2]" not in text
    assert text.index("| cloudwatch | 0 | 0 | 0 | 0 | 2 | 0 | 2 |") < text.index("| Application |")
    assert text.count("| pages | standby after 5m | gap [^1] |") == 2

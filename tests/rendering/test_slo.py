"""Objectives: budgets that burn page, promises on values open tickets."""

from pathlib import Path

import pytest
import yaml

from catalog.catalog import Catalog
from local import tools as built
from rendering.documents import Rendered, render
from rendering.site import Site
from rendering.slo import objectives
from tests.rendering.reading import alert, rules
from tests.rendering.test_tools import run, write

TARGET = 'application="store",service="web"'


@pytest.fixture(scope="module")
def promtool() -> Path:
    return built.ensure(["promtool"], print)["promtool"]


def judge(promtool: Path, rendered: Rendered, folder: Path, series: dict[str, str], at: str, firing: dict[tuple[str, str], int]) -> str:
    """What promtool says of how many alerts of a name and severity fire at a time; empty where all is as expected."""
    wanted = [
        {
            "expr": f'count(ALERTS{{alertname="{name}",severity="{severity}",alertstate="firing"}}) or vector(0)',
            "eval_time": at,
            "exp_samples": [{"value": count}],
        }
        for (name, severity), count in firing.items()
    ]
    alive = {f"up{{{TARGET}}}": "1x500"}  # or the service would be down, which pages instead
    inputs = [{"series": name, "values": values} for name, values in (alive | series).items()]
    unit = {
        "rule_files": ["prometheus/rules/store.yaml"],
        "evaluation_interval": "1m",
        "tests": [{"interval": "1m", "input_series": inputs, "promql_expr_test": wanted}],
    }
    path = write(rendered, folder) / "test.yaml"
    path.write_text(yaml.safe_dump(unit))
    done = run(promtool, "test", "rules", path)
    return "" if done.returncode == 0 else done.stdout + done.stderr


PAGE, TICKET = ("AvailabilityBudgetBurn", "critical"), ("AvailabilityBudgetBurn", "warning")


@pytest.mark.tools
@pytest.mark.parametrize(
    ("good", "bad", "at", "firing"),
    [
        pytest.param(
            "0+980x90",
            "0+20x90",
            "60m",
            {PAGE: 1},
            id="two per cent of failures against a promise of 99.9 burn a month's budget in a day and page",
        ),
        pytest.param("0+990x90", "0+10x90", "60m", {PAGE: 1}, id="one per cent burns ten times too fast, which six hours' window notices"),
        pytest.param("0+9998x90", "0+2x90", "60m", {PAGE: 0, TICKET: 0}, id="a fifth of the budget's pace is what a budget is for"),
        pytest.param("0+9996x90", "0+4x90", "60m", {PAGE: 0}, id="failures within the budget page nobody"),
        pytest.param("0+9980x400", "0+20x400", "390m", {PAGE: 0, TICKET: 1}, id="twice the budget's pace opens a ticket and wakes nobody"),
        pytest.param("0+0.02x400", "0+0.02x400", "390m", {PAGE: 0}, id="seven failures of a quiet night wake nobody"),
        pytest.param("0+1000x90", "0+1000x30 30000+0x60", "85m", {PAGE: 0}, id="what has recovered stops paging though the hour was bad"),
    ],
)
def test_a_budget_burns(
    promtool: Path, rendered_small: Rendered, tmp_path: Path, good: str, bad: str, at: str, firing: dict[tuple[str, str], int]
) -> None:
    series = {f'http_requests_total{{{TARGET},code="200"}}': good, f'http_requests_total{{{TARGET},code="500"}}': bad}
    assert judge(promtool, rendered_small, tmp_path, series, at, firing) == ""


@pytest.mark.tools
def test_a_fault_that_a_symptoms_alert_pages_about_is_not_paged_again_by_the_budget(
    promtool: Path, rendered_small: Rendered, tmp_path: Path
) -> None:
    series = {
        f'http_requests_total{{{TARGET},code="200"}}': "0+800x90",
        f'http_requests_total{{{TARGET},code="500"}}': "0+200x60 12000+0x30",
    }
    while_it_lasts = {("HighErrors", "critical"): 1, PAGE: 0}
    assert judge(promtool, rendered_small, tmp_path, series, "50m", while_it_lasts) == ""
    mended = {("HighErrors", "critical"): 0, PAGE: 0}
    assert judge(promtool, rendered_small, tmp_path, series, "75m", mended) == ""


@pytest.mark.tools
def test_the_judge_sees_a_wrong_expectation(promtool: Path, rendered_small: Rendered, tmp_path: Path) -> None:
    series = {f'http_requests_total{{{TARGET},code="500"}}': "0+100x90"}
    assert "exp" in judge(promtool, rendered_small, tmp_path, series, "60m", {("HighErrors", "critical"): 0})


@pytest.mark.tools
@pytest.mark.parametrize("boundary", ["1", "1.0"])
def test_latency_counts_what_took_longer_than_promised_however_the_client_writes_its_boundary(
    promtool: Path, small: Catalog, site: Site, rendered_small: Rendered, tmp_path: Path, boundary: str
) -> None:
    got = f'{TARGET},method="GET"'
    name = next(str(slo.query.histogram) for slo in objectives(small, site) if slo.name == "fast")
    series = {
        f"{name}_count{{{got}}}": "0+100x90",
        f'{name}_bucket{{{got},le="{boundary}"}}': "0+50x90",
        f'{name}_bucket{{{got},le="+Inf"}}': "0+100x90",
    }
    assert judge(promtool, rendered_small, tmp_path, series, "60m", {("FastBudgetBurn", "critical"): 1}) == ""


def test_every_objective_that_prometheus_sees_pages_opens_tickets_and_counts_its_budget(real: Catalog, site: Site) -> None:
    rendered = render(real, site)
    for slo in objectives(real, site):
        labels = {**slo.subject.labels, "slo": slo.name}
        burning = slo.alert_name("BudgetBurn")
        page, ticket = (alert(rendered, burning, severity=severity, **labels) for severity in ("critical", "warning"))
        assert f"> {round(14.4 * slo.budget, 9):g}"[:7] in page["expr"]
        assert page["labels"].get("pages") == "true" or page["labels"]["pager"]
        assert "pages" not in ticket["labels"]
        alert(rendered, slo.alert_name("BudgetSpent"), **labels)
    assert len(objectives(real, site)) > 10


def test_a_promise_on_a_value_opens_a_ticket_and_one_without_a_side_is_only_shown(rendered_small: Rendered) -> None:
    missed = alert(rendered_small, "MeanLatencyOffTarget")
    assert missed["expr"].startswith('service:latency:average_1h{application="store",service="web"} > 0.5')
    assert missed["labels"]["priority"] == "P3"
    assert not any(rule.get("alert") == "ShownOffTarget" for rule in rules(rendered_small))

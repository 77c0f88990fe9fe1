"""The real promtool, amtool and Alertmanager accept what is rendered, and refuse what is broken."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from catalog.catalog import Catalog
from local.tools import ensure
from rendering.documents import Rendered, render
from rendering.site import Site

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def tools() -> dict[str, Path]:
    return ensure(["promtool", "amtool"], print)


@pytest.fixture
def written(rendered: Rendered, tmp_path: Path) -> Path:
    return write(rendered, tmp_path)


def write(rendered: Rendered, folder: Path) -> Path:
    """Rendered files under a folder, Alertmanager's templates found there."""
    for name, text in rendered.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("/etc/alertmanager/config/", f"{folder}/alertmanager/"))
    return folder


def run(tool: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([tool, *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_promtool_accepts_every_rule_file(tools: dict[str, Path], written: Path) -> None:
    result = run(tools["promtool"], "check", "rules", "--lint=all", "--lint-fatal", *sorted(written.glob("prometheus/rules/*.yaml")))
    assert result.returncode == 0, result.stdout + result.stderr


def test_promtool_refuses_a_rule_that_is_no_promql(tools: dict[str, Path], rendered_small: Rendered, tmp_path: Path) -> None:
    path = write(rendered_small, tmp_path) / "prometheus/rules/store.yaml"
    path.write_text(path.read_text().replace("histogram_quantile(", "histogram_quantil("))
    assert run(tools["promtool"], "check", "rules", path).returncode != 0


def test_amtool_accepts_the_configuration_and_its_templates(tools: dict[str, Path], written: Path) -> None:
    result = run(tools["amtool"], "check-config", written / "alertmanager/alertmanager.yaml")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 templates" in result.stdout


def test_amtool_accepts_the_configuration_with_every_way_switched_off(
    tools: dict[str, Path], small: Catalog, quiet_site: Site, tmp_path: Path
) -> None:
    folder = write(render(small, quiet_site), tmp_path)
    assert run(tools["amtool"], "check-config", folder / "alertmanager/alertmanager.yaml").returncode == 0


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("receiver: shop.critical.page", "receiver: nobody"), ("routing_key_file", "routing_key_fil"), ("store.nightly", "store.unknown")],
)
def test_amtool_refuses_a_broken_configuration(
    tools: dict[str, Path], rendered_small: Rendered, tmp_path: Path, right: str, wrong: str
) -> None:
    path = write(rendered_small, tmp_path) / "alertmanager/alertmanager.yaml"
    text = path.read_text()
    assert right in text
    path.write_text(text.replace(right, wrong, 1))
    assert run(tools["amtool"], "check-config", path).returncode != 0


def test_amtool_routes_each_team_and_priority_as_the_catalog_says(tools: dict[str, Path], rendered_small: Rendered, tmp_path: Path) -> None:
    path = write(rendered_small, tmp_path) / "alertmanager/alertmanager.yaml"
    for labels, receiver in [
        ("application=store team=shop severity=critical pages=true service=web", "shop.critical.page"),
        ("application=store team=shop severity=warning service=web", "shop.warning.message"),
        ("application=store team=guards severity=critical pages=true service=worker", "guards.critical.page"),
        ("application=store team=shop severity=critical pager=datadog", "shown-only"),
        ("alertname=Watchdog severity=none", "heartbeat"),
        ("application=unheard-of", "unrouted"),
    ]:
        result = run(
            tools["amtool"], "config", "routes", "test", f"--config.file={path}", f"--verify.receivers={receiver}", *labels.split()
        )
        assert result.returncode == 0, f"{labels}: {result.stdout}"


def test_the_alertmanager_that_runs_here_loads_the_same_configuration(rendered_small: Rendered, tmp_path: Path) -> None:
    """It is older than amtool and than the one deployed: only what both know may be rendered."""
    alertmanager = ensure(["alertmanager"], print)["alertmanager"]
    path = write(rendered_small, tmp_path) / "alertmanager/alertmanager.yaml"
    command = [
        alertmanager,
        f"--config.file={path}",
        f"--storage.path={tmp_path}",
        "--web.listen-address=127.0.0.1:0",
        "--cluster.listen-address=",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if "Completed loading" in line or "Loading configuration file failed" in line:
                break
        process.terminate()
    assert "Completed loading" in said, said


TARGET = 'application="store",service="web"'


def judge(tools: dict[str, Path], rendered: Rendered, folder: Path, test: Mapping[str, object]) -> subprocess.CompletedProcess[str]:
    """One promtool test on the rules of the small catalog's store."""
    unit = {"rule_files": ["prometheus/rules/store.yaml"], "evaluation_interval": "15s", "tests": [{"interval": "15s", **test}]}
    path = write(rendered, folder) / "test.yaml"
    path.write_text(yaml.safe_dump(unit))
    return run(tools["promtool"], "test", "rules", path)


def requests(**codes: str) -> list[dict[str, str]]:
    return [
        {"series": f'http_requests_total{{{TARGET},code="{code.removeprefix("c")}"}}', "values": values} for code, values in codes.items()
    ]


@pytest.mark.parametrize(
    ("series", "firing"),
    [
        pytest.param(requests(c200="0+0x60", c500="0+0.1x60"), 0, id="a few errors in a quiet night say nothing"),
        pytest.param(requests(c200="0+80x60", c500="0+20x60"), 1, id="a fifth of much traffic failing fires"),
        pytest.param(requests(c200="0+80x60"), 0, id="a service that never failed is at zero"),
    ],
)
def test_a_ratio_fires_on_traffic_that_fails(
    tools: dict[str, Path], rendered_small: Rendered, tmp_path: Path, series: list[dict[str, str]], firing: int
) -> None:
    expectations = [
        ('count(ALERTS{alertname="HighErrors",alertstate="firing"}) or vector(0)', firing),
        (f"count(service:errors:bad_ratio5m{{{TARGET}}} >= 0)", 1),
    ]
    samples = [{"expr": expr, "eval_time": "14m", "exp_samples": [{"labels": "{}", "value": value}]} for expr, value in expectations]
    result = judge(tools, rendered_small, tmp_path, {"input_series": series, "promql_expr_test": samples})
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_message_says_how_much_and_what_to_do(tools: dict[str, Path], rendered_small: Rendered, tmp_path: Path) -> None:
    alert = {
        "exp_labels": {
            "application": "store",
            "service": "web",
            "team": "shop",
            "severity": "critical",
            "priority": "P2",
            "pages": "true",
        },
        "exp_annotations": {
            "summary": "High errors: store/web",
            "description": (
                "Share of requests that fail: 20%; alerts above 5% for 5m.\nImpact: Users see errors.\nAction: Read the error logs."
            ),
            "runbook_url": "https://example.com/runbooks/HighErrors.md",
        },
    }
    test = {
        "input_series": requests(c200="0+80x60", c500="0+20x60"),
        "alert_rule_test": [{"alertname": "HighErrors", "eval_time": "14m", "exp_alerts": [alert]}],
    }
    result = judge(tools, rendered_small, tmp_path, test)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_service_slower_than_before_fires(tools: dict[str, Path], rendered_small: Rendered, tmp_path: Path) -> None:
    total = f'http_request_duration_seconds_sum{{{TARGET},method="GET"}}'
    count = f'http_request_duration_seconds_count{{{TARGET},method="GET"}}'
    firing = 'count(ALERTS{alertname="SlowerThanBefore",alertstate="firing"}) or vector(0)'
    test = {
        "interval": "1m",  # four hours of 0.1 s a request, then 0.2 s
        "input_series": [{"series": total, "values": "0+60x240 14460+120x90"}, {"series": count, "values": "0+600x330"}],
        "promql_expr_test": [
            {"expr": firing, "eval_time": when, "exp_samples": [{"labels": "{}", "value": value}]}
            for when, value in [("235m", 0), ("310m", 1)]
        ],
    }
    result = judge(tools, rendered_small, tmp_path, test)
    assert result.returncode == 0, result.stdout + result.stderr


def test_data_that_ends_is_told_as_missing(tools: dict[str, Path], rendered_small: Rendered, tmp_path: Path) -> None:
    up = {"series": 'pg_up{application="store",dependency="postgres"}', "values": "1x40 _x120"}
    expressions = [("9m", 0), ("39m", 1)]
    test = {
        "input_series": [up],
        "promql_expr_test": [
            {
                "expr": 'count(ALERTS{alertname="DatabaseDownNoData",alertstate="firing",pages="true"}) or vector(0)',
                "eval_time": when,
                "exp_samples": [{"labels": "{}", "value": value}],
            }
            for when, value in expressions
        ],
    }
    result = judge(tools, rendered_small, tmp_path, test)
    assert result.returncode == 0, result.stdout + result.stderr

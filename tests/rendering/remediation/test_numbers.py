"""How much a target should have is Prometheus' reckoning: one step in its time, within bounds, no number where nothing may be done."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.catalog import Catalog
from local.tools import ensure
from rendering.remediation.places import annotation
from rendering.rules import rule_groups
from rendering.site import Site
from tests.rendering.test_tools import run

pytestmark = pytest.mark.tools

HAS = 'kube_deployment_spec_replicas{namespace="jac-learning",deployment="backend"}'
CLAIM = "prometheus-observatory-db-prometheus-observatory-0"
SIZE = f'kube_persistentvolumeclaim_resource_requests_storage_bytes{{namespace="monitoring",persistentvolumeclaim="{CLAIM}"}}'
GIB = 2**30


@pytest.fixture(scope="module")
def promtool() -> Path:
    return ensure(["promtool"], print)["promtool"]


def carrying(real: Catalog, acting: Site, alert: str, told: dict[str, str]) -> dict[str, Any]:
    """The rendered rule, which fires whenever the series `fire` is there; its annotations but for the number left out."""
    found = [
        rule
        for groups in rule_groups(real, acting).values()
        for group in groups
        for rule in group["rules"]
        if rule.get("alert") == alert and told.items() <= rule["labels"].items()
    ]
    (rule,) = found
    return {"alert": alert, "expr": "fire", "annotations": {"remediation": rule["annotations"]["remediation"]}}


def said(promtool: Path, folder: Path, rule: dict[str, Any], series: dict[str, str], at: str) -> str:
    """What the alert's annotation is at a time, by promtool's own expansion; each value of a series is five minutes."""
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": [{"name": "it", "rules": [rule]}]}))
    given = [{"series": name, "values": values} for name, values in series.items()]
    expected = [{"eval_time": at, "alertname": rule["alert"], "exp_alerts": [{"exp_labels": {}, "exp_annotations": {"remediation": "?"}}]}]
    unit = {"rule_files": ["rules.yaml"], "tests": [{"interval": "5m", "input_series": given, "alert_rule_test": expected}]}
    (folder / "test.yaml").write_text(yaml.safe_dump(unit))
    done = run(promtool, "test", "rules", folder / "test.yaml")
    line = [line for line in (done.stdout + done.stderr).splitlines() if "Annotations:" in line and "?" not in line][-1]
    return line.partition('remediation="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("course", "wanted"),
    [
        ("2x24", "3"),  # two for two hours: one more
        ("2x20 3x3", ""),  # a quarter of an hour ago it got one more: not yet
        ("2x10 3x13", "4"),  # an hour ago
        ("4x24", ""),  # as many as there may be
        ("6x24", ""),  # somebody gave it more: it is not taken away
        ("0x24", ""),  # somebody stopped it
        ("_x24", ""),  # nobody knows
    ],
)
def test_replicas(real: Catalog, acting: Site, promtool: Path, tmp_path: Path, course: str, wanted: str) -> None:
    rule = carrying(real, acting, "HighCpu", {"application": "jac-learning", "service": "backend"})
    assert said(promtool, tmp_path, rule, {"fire": "1x24", HAS: course}, "2h") == wanted


@pytest.mark.parametrize(
    ("course", "wanted"),
    [
        (f"{100 * GIB}x100", str(120 * GIB)),
        (f"{100 * GIB}x90 {120 * GIB}x10", ""),  # it grew within the last six hours
        (f"{390 * GIB}x100", str(400 * GIB)),  # the most there may be
        (f"{400 * GIB}x100", ""),
    ],
)
def test_sizes(real: Catalog, acting: Site, promtool: Path, tmp_path: Path, course: str, wanted: str) -> None:
    rule = carrying(real, acting, "VolumeFilling", {"application": "platform"})
    fire = f'fire{{persistentvolumeclaim="{CLAIM}"}}'
    assert said(promtool, tmp_path, rule, {fire: "1x100", SIZE: course}, "500m") == wanted


def test_a_restart_needs_no_number(real: Catalog, acting: Site) -> None:
    found = [placed for placed in real.alerts() if placed.alert.remediation and placed.alert.remediation.action == "restart"]
    assert found
    assert not [placed.name for placed in found if annotation(placed, acting)]

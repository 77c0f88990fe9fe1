"""What an alert has done about it is refused where it has no target, no bounds, or nobody who would hear of it."""

from pathlib import Path
from typing import Any

import pytest

from catalog.loading import load
from tests.catalog.shop import SERVICE, Change, alert, api, faults, setting, write

PLACE = f"{SERVICE}.alerts.ManyErrors.remediation"
RESTART = {"action": "restart"}
SCALE = {"action": "scale", "at_least": 2, "at_most": 6}
GROW = {"action": "expand", "service": "api", "claims": ["data-api-0"], "by": 0.2, "at_most": "100GiB"}


def doing(remediation: dict[str, Any]) -> Change:
    return setting(alert, remediation=remediation)


def beyond(files: dict[str, Any]) -> None:
    """The signal is Datadog's alone."""
    files["signals/shop.yaml"]["errors"] |= {
        "prometheus": {"gap": "not exposed to it at all"},
        "datadog": {"ingest": "apm", "bad": "sum:x{$tags}", "all": "sum:y{$tags}"},
    }
    api(files)["collect"] = {"metrics": ["datadog"]}
    api(files)["objectives"] = {}
    alert(files).update(remediation=RESTART)


def elsewhere(files: dict[str, Any]) -> None:
    api(files)["runs"] = {"platform": "ecs", "port": 8080, "monitor": "none"}
    alert(files).update(remediation=RESTART)


def of_a_dependency(files: dict[str, Any]) -> None:
    files["applications/shop.yaml"]["dependencies"]["postgres"]["alerts"] = {"Lost": {**alert(files), "remediation": RESTART}}


BROKEN: dict[str, tuple[Change, str, str, str]] = {
    "an action that is not on the list": (doing({"action": "delete"}), PLACE, "restart", ""),
    "a service that is not there": (doing({**RESTART, "service": "apy"}), f"{PLACE}.service", "no service of this application", "'api'"),
    "no service at all": (
        of_a_dependency,
        "dependencies.postgres.alerts.Lost.remediation.service",
        "a dependency has no Deployment",
        "api",
    ),
    "bounds that are the wrong way round": (
        doing({**SCALE, "at_least": 6, "at_most": 2}),
        f"{PLACE}.at_most",
        "no number is at least 6 and at most 2",
        "at_least: 2, at_most: 6",
    ),
    "a size without a unit": (doing({**GROW, "at_most": "100"}), f"{PLACE}.at_most", "no unit", "GB"),
    "a signal that names no claim": (doing(GROW), f"{PLACE}.action", "does not say which claim", "persistentvolumeclaim"),
    "an alert that Prometheus does not evaluate": (beyond, PLACE, "Prometheus does not evaluate ManyErrors", "leave the remediation out"),
    "a service outside of the cluster": (elsewhere, f"{PLACE}.service", "does not run in the cluster", "eks"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_refuses(name: str, tmp_path: Path) -> None:
    change, key, reason, remedy = BROKEN[name]
    told = faults(tmp_path, change)
    found = [fault for fault in told if fault.key.startswith(key) and reason in fault.reason]
    assert found, told
    assert remedy in found[0].remedy


@pytest.mark.parametrize(
    "bad", [{**SCALE, "step": 0}, {**SCALE, "at_most": 101}, {**GROW, "by": 2}, {**GROW, "claims": []}, {**RESTART, "x": 1}]
)
def test_refuses_what_no_bound_allows(bad: dict[str, Any], tmp_path: Path) -> None:
    assert [fault for fault in faults(tmp_path, doing(bad)) if fault.key.startswith(PLACE)]


@pytest.mark.parametrize("right", [RESTART, SCALE, {**SCALE, "service": "api", "step": 2}])
def test_lets_pass(right: dict[str, Any], tmp_path: Path) -> None:
    found = load(write(tmp_path, doing(right)))
    assert found.applications["shop"].services["api"].alerts["ManyErrors"].remediation


def test_the_platforms_own_pods_are_left_to_their_operators(tmp_path: Path) -> None:
    def ours(files: dict[str, Any]) -> None:
        del files["applications/shop.yaml"]["namespace"]
        alert(files).update(remediation=RESTART)

    assert any("belong to their operators" in fault.reason for fault in faults(tmp_path, ours))

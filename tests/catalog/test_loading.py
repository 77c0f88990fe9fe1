"""A user's mistakes in the catalog: all at once, each with its place and its remedy."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.base import Backend
from catalog.faults import FaultsError
from catalog.loading import examine, load
from tests.catalog.shop import SERVICE, TEAMS, Change, alert, api, fast, faults, objective, owner, removing, setting, write


def latency_alert(files: dict[str, Any]) -> None:
    alert(files).update(signal="latency", above="500ms")


def negative_examples(files: dict[str, Any]) -> None:
    files["signals/shop.yaml"]["errors"]["examples"] = {"quiet": 0.5, "fires": 0.1}


def two_forms(files: dict[str, Any]) -> None:
    files["signals/shop.yaml"]["errors"]["prometheus"]["value"] = "up"


def levels_without_order(files: dict[str, Any]) -> None:
    levels = files["applications/shop.yaml"]["escalations"]["critical"]["levels"]
    levels.append({"after": "0s", "notify": ["cto"]})


def mistyped_file(files: dict[str, Any]) -> None:
    files["applications/shop.yaml"]["application"] = "shoppe"


def homeless(files: dict[str, Any]) -> None:
    api(files).update(collect={"metrics": ["prometheus"], "errors": ["sentry"]}, sdk="go")
    files["applications/shop.yaml"].pop("namespace")


BROKEN: dict[str, tuple[Change, str, str, str]] = {
    # name: change, key, part of the reason, part of the remedy
    "a misspelt key": (setting(alert, thresold=1), f"{SERVICE}.alerts.ManyErrors.thresold", "no key here", "one of"),
    "a misspelt key of a service": (setting(api, alrets={}), f"{SERVICE}.alrets", "no key here", "'alerts'"),
    "an unknown signal": (setting(alert, signal="erors"), f"{SERVICE}.alerts.ManyErrors.signal", "no signal", "'errors'"),
    "a dangling dependency": (setting(api, depends_on=["postgress"]), f"{SERVICE}.depends_on", "no dependency", "'postgres'"),
    "a dangling team": (setting(owner, team="shopp"), "owner.team", "no team", "'shop'"),
    "a dangling escalation": (setting(owner, escalation="criticl"), "owner.escalation", "no such escalation", "'critical'"),
    "an alert for a team that nobody defines": (setting(alert, team="security"), f"{SERVICE}.alerts.ManyErrors.team", "no team", "shop"),
    "a ratio of five": (setting(alert, above=5), f"{SERVICE}.alerts.ManyErrors.above", "no ratio", "5 % is 0.05"),
    "a threshold on the wrong side": (
        lambda files: alert(files).update(above=None, below=0.1),
        f"{SERVICE}.alerts.ManyErrors.below",
        "fires when all is well",
        "above",
    ),
    "a latency without unit": (
        lambda files: (latency_alert(files), alert(files).update(statistic="p95", above=2))[0],
        f"{SERVICE}.alerts.ManyErrors.above",
        "has no unit",
        "500ms",
    ),
    "a latency without statistic": (latency_alert, f"{SERVICE}.alerts.ManyErrors.statistic", "needs a statistic", "p95"),
    "a duration that does not parse": (setting(alert, **{"for": "5 minutes"}), f"{SERVICE}.alerts.ManyErrors.for", "no duration", "5m"),
    "a duration without unit": (setting(alert, **{"for": 300}), f"{SERVICE}.alerts.ManyErrors.for", "has no unit", "5m"),
    "an objective that no burn rate reaches": (
        setting(objective, target=0.9),
        f"{SERVICE}.objectives.availability.target",
        "never be reached",
        "targets",
    ),
    "an objective beside the buckets": (
        setting(fast, under="200ms"),
        f"{SERVICE}.objectives.fast.under",
        "no bucket boundary at 0.2",
        "boundary",
    ),
    "an objective on a single value": (
        setting(objective, signal="ready"),
        f"{SERVICE}.objectives.availability.signal",
        "one value",
        "targets",
    ),
    "a required choice left out": (removing(alert, "priority"), f"{SERVICE}.alerts.ManyErrors.priority", "required", "add this key"),
    "two conditions": (setting(alert, below=0.01), f"{SERVICE}.alerts.ManyErrors", "exactly one", ""),
    "a severity that the priority decides": (setting(alert, severity="warning"), f"{SERVICE}.alerts.ManyErrors", "only for P2", ""),
    "an inhibition that nothing can set off": (
        setting(alert, inhibited_by=["PostgresDown"]),
        f"{SERVICE}.alerts.ManyErrors.inhibited_by",
        "no alert",
        "ManyErrors",
    ),
    "a pager that does not collect": (
        setting(alert, pager="datadog"),
        f"{SERVICE}.alerts.ManyErrors.pager",
        "does not evaluate",
        "prometheus",
    ),
    "a signal that nobody collects": (
        setting(api, collect={"metrics": ["datadog"]}),
        f"{SERVICE}.alerts.ManyErrors",
        "no backend can evaluate",
        "collect",
    ),
    "errors of what nobody knows the language of": (
        setting(api, collect={"metrics": ["prometheus"], "errors": ["sentry"]}),
        SERVICE,
        "says what it is written in",
        "",
    ),
    "an agent that there is not": (
        setting(api, collect={"metrics": ["prometheus"], "apm": ["newrelic"]}, sdk="rust"),
        SERVICE,
        "no agent for sdk rust",
        "",
    ),
    "an address that reaches nobody": (homeless, f"{SERVICE}.collect.errors", "no namespace", "namespace"),
    "a gap where there is none": (
        setting(alert, gaps={"cloudwatch": "no need"}),
        f"{SERVICE}.alerts.ManyErrors.gaps",
        "no gap to explain",
        "remove",
    ),
    "a service that cannot be scraped": (setting(api, runs={"platform": "eks"}), f"{SERVICE}.runs.port", "without a port", "monitor: none"),
    "an escalation without order": (levels_without_order, "escalations.critical.levels", "must come later", "order levels"),
    "examples on the wrong sides": (negative_examples, "errors.examples", "other side", "swap"),
    "a query in two forms": (two_forms, "errors.prometheus", "either `value`", ""),
    "a file under another name": (mistyped_file, "application", "file's name", "shoppe.yaml"),
    "no YAML": (lambda files: files.update({"teams.yaml": "{"}), "(file)", "no YAML", "syntax"),
    "an empty folder": (lambda files: files.pop("applications/shop.yaml"), "(folder)", "no application", "write one file"),
}


def test_a_right_catalog_loads_and_says_who_evaluates_what(tmp_path: Path) -> None:
    catalog = load(write(tmp_path))
    (placed,) = catalog.alerts()
    assert placed.identity == ("shop", "api", "ManyErrors", "critical")
    assert catalog.pager(placed) is Backend.PROMETHEUS
    assert placed.subject.labels == {"application": "shop", "service": "api"}
    assert placed.alert.hold == 300


@pytest.mark.parametrize("name", BROKEN)
def test_refuses(name: str, tmp_path: Path) -> None:
    change, key, reason, remedy = BROKEN[name]
    found = [fault for fault in faults(tmp_path, change) if fault.key == key]
    assert found, f"no fault at {key}"
    assert any(reason in fault.reason and remedy in fault.remedy and fault.remedy for fault in found), found


def test_tells_all_faults_of_all_files_at_once(tmp_path: Path) -> None:
    def change(files: dict[str, Any]) -> None:
        alert(files).update(above=5, signal="errors")
        owner(files)["team"] = "shopp"
        objective(files)["target"] = 0.5
        files["teams.yaml"]["shop"]["email"] = "nobody"

    found = {fault.key for fault in faults(tmp_path, change)}
    assert {f"{SERVICE}.alerts.ManyErrors.above", f"{SERVICE}.objectives.availability.target", "shop.email"} <= found


def test_a_key_said_twice_does_not_silently_win(tmp_path: Path) -> None:
    root = write(tmp_path)
    path = root / "catalog/teams.yaml"
    path.write_text(path.read_text() + yaml.safe_dump(TEAMS))
    _, found = examine(root)
    assert [(fault.file, fault.key) for fault in found] == [("catalog/teams.yaml", "shop")]
    assert "stands twice" in found[0].reason


def test_a_broken_signal_is_told_once_and_not_at_every_use(tmp_path: Path) -> None:
    found = faults(tmp_path, two_forms)
    assert [fault.file for fault in found] == ["catalog/signals/shop.yaml"]


def test_the_report_names_file_key_value_reason_and_remedy(tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as told:
        load(write(tmp_path, setting(alert, above=5)))
    report = str(told.value)
    assert report.startswith("1 fault; nothing was registered")
    for part in (
        "catalog/applications/shop.yaml",
        "services.api.alerts.ManyErrors.above = 5",
        "no ratio",
        "remedy: a ratio lies in 0..1, so 5 % is 0.05",
    ):
        assert part in report

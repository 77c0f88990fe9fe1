"""A user's mistakes: all of them in one report, nothing registered, and no traceback."""

import re
import shutil
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

import stacks.program
from catalog.faults import Fault, FaultsError
from local import monitor, program
from stacks import settings
from stacks.program import ROOT, prepare
from tests.stacks.real import prepared

KEY = "observatory:settings"
GONE = object()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what a user writes."""
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for path in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def edit(project: Path, changes: dict[str, object], stack: str = "prod") -> None:
    """Writes values at dotted places of a stack's settings."""
    path = project / f"Pulumi.{stack}.yaml"
    data = yaml.safe_load(path.read_text())
    for place, value in changes.items():
        *parents, last = place.split(".")
        here: dict[str, Any] = data["config"][KEY]
        for parent in parents:
            here = here[parent]
        if value is GONE:
            del here[last]
        else:
            here[last] = value
    path.write_text(yaml.safe_dump(data))


def faults(project: Path, stack: str = "prod") -> tuple[Fault, ...]:
    with pytest.raises(FaultsError) as error:
        prepare(stack, project)
    return error.value.faults


def refused(project: Path, monkeypatch: pytest.MonkeyPatch, place: str, value: object, key: str, reason: str) -> None:
    """That prod with this value at that dotted place has a fault at the key, with the reason and a remedy."""
    catalog = prepared("prod").catalog
    monkeypatch.setattr(stacks.program.loading, "examine", lambda _root: (catalog, []))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    edit(project, {place: value})
    found = [fault for fault in faults(project) if fault.key == f"{KEY}.{key}"]
    assert found, faults(project)
    assert any(reason in fault.reason for fault in found), found
    assert all(fault.remedy and fault.file == "Pulumi.prod.yaml" for fault in found)


def test_the_copy_itself_is_right(project: Path) -> None:
    assert prepare("prod", project).plan.context.environment == "prod"


@pytest.mark.parametrize(
    ("place", "value", "key", "reason"),
    [
        ("environment", GONE, "environment", "Field required"),
        ("cluster.zones", GONE, "cluster.zones", "Field required"),
        ("operators.elastic", GONE, "operators.elastic", "Field required"),
        ("promtheus", {}, "promtheus", "is no key here"),
        ("prometheus.replicas", 7, "prometheus.replicas", "less than or equal to 2"),
        ("prometheus.retention", "thirty days", "prometheus.retention", "no duration"),
        ("cluster.network.services", "172.20.0.1/16", "cluster.network.services", "no address range"),
        ("prometheus.volume", "250GB", "prometheus.volume", "no size"),
        ("prometheus.retention_size", "240Gi", "prometheus.retention_size", "too little of a volume"),
        ("prometheus.remote_write", GONE, "prometheus.query", "nothing is written"),
        ("prometheus.remote_write.region", "us-east-1", "prometheus.remote_write.workspace", "is not in us-east-1"),
        ("cluster.zones", 1, "alertmanager.replicas", "one zone"),
        ("operators.external_secrets", "simulated", "secrets.source", "nobody would copy"),
        ("secrets.source", "config", "operators.reloader", "nobody but this program"),
        ("secrets.source", "simulated", "secrets.create_store", "no store is read"),
        ("notifications", {"pagerduty": False, "slack": False, "webhooks": True, "heartbeat": True}, "notifications", "nobody is told"),
        ("namespaces.quotas.tracing", GONE, "namespaces.quotas", "no quota for tracing"),
        ("namespaces.logging", "monitoring", "namespaces", "share this namespace"),
        ("namespaces.logging", "skillforge", "namespaces.logging", "application skillforge lives"),
        ("namespaces.quotas.monitoring.memory", "8Gi", "namespaces.quotas.monitoring.memory", "asks for"),
        ("namespaces.quotas.monitoring.pods", 5, "namespaces.quotas.monitoring.pods", "asks for"),
        ("prometheus.most_series_a_target", 1000, "prometheus.most_series_a_target", "by its budget"),
    ],
)
def test_a_fault_names_file_key_reason_and_remedy(
    project: Path, monkeypatch: pytest.MonkeyPatch, place: str, value: object, key: str, reason: str
) -> None:
    refused(project, monkeypatch, place, value, key, reason)


def test_an_alert_that_no_open_way_takes_to_its_team_is_refused(project: Path) -> None:
    teams = project / "catalog" / "teams.yaml"
    teams.write_text(teams.read_text().replace(', info: "#jac-learning-info"', ""))
    assert prepare("prod", project), "mail takes it there"
    (fault,) = faults(project, "dev")
    assert (fault.file, fault.key) == ("catalog/teams.yaml", "learning.slack")
    assert "reach nobody: no way to this team is open in dev" in fault.reason


def test_members_that_look_again_before_all_have_heard_are_refused(project: Path) -> None:
    """Three members wait 4 s at most: a group looked at every 4 s is told twice, one looked at every 5 s is not."""
    path = project / "catalog" / "applications" / "skillforge.yaml"
    text = path.read_text()
    (interval,) = set(re.findall(r"group_interval: (\w+)", text))
    path.write_text(text.replace(f"group_interval: {interval}", "group_interval: 5s"))
    assert prepare("prod", project)
    path.write_text(text.replace(f"group_interval: {interval}", "group_interval: 4s"))
    (fault,) = faults(project)
    assert (fault.file, fault.key, fault.value) == ("Pulumi.prod.yaml", f"{KEY}.alertmanager.replicas", "3")
    assert "skillforge is looked at every 4 s: people may be told twice" in fault.reason
    assert fault.remedy == "at most 2, or a longer group_interval than 4s in catalog/applications/skillforge.yaml"
    assert prepare("dev", project), "one member waits for nobody"


def test_faults_of_settings_and_catalog_are_told_in_one_report(project: Path) -> None:
    edit(project, {"cluster.zones": 1, "notifications.slack": GONE, "prometheus.volume": "much"})
    teams = project / "catalog" / "teams.yaml"
    teams.write_text(teams.read_text().replace("pagerduty: true", "pagerduty: maybe", 1))
    files = [fault.file for fault in faults(project)]
    assert files.count("Pulumi.prod.yaml") >= 2
    assert "catalog/teams.yaml" in files


def test_conflicts_are_all_told_at_once(project: Path) -> None:
    edit(project, {"cluster.zones": 1, "prometheus.retention_size": "249Gi", "operators.external_secrets": "simulated"})
    found = {fault.key.removeprefix(f"{KEY}.") for fault in faults(project)}
    assert {"prometheus.retention_size", "secrets.source", "prometheus.replicas", "traces.replicas.min", "elastic.kibana_replicas"} < found
    assert len(found) == 12


def test_an_unknown_stack_names_those_that_there_are(project: Path) -> None:
    (fault,) = faults(project, "staging")
    assert fault.remedy == "use one of: dev, local, prod"


def test_a_stack_without_settings_says_where_they_go(project: Path) -> None:
    (project / "Pulumi.empty.yaml").write_text("config: {}\n")
    (fault,) = faults(project, "empty")
    assert "write them below config" in fault.remedy


def test_settings_load_alone(project: Path) -> None:
    assert settings.load("dev", project).prometheus.replicas == 1
    edit(project, {"region": "Frankfurt"}, "dev")
    with pytest.raises(FaultsError, match="region"):
        settings.load("dev", project)


def test_nothing_is_registered_and_the_engine_sees_a_report_only(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(project, {"cluster.zones": 1})
    monkeypatch.setattr(stacks.program, "ROOT", project)
    recorder = monitor.Recorder("prod", "observatory")
    broken = program.load("prod", project)
    seen: list[BaseException] = []

    def main() -> None:
        try:
            stacks.program.run()
        except pulumi.RunError as error:
            seen.append(error)
            raise

    with pytest.raises(FaultsError):
        program.run(program.Program("prod", "observatory", main, broken.config, project), recorder, preview=True, inline=True)
    assert [resource.type for resource in recorder.seen.values()] in ([], ["pulumi:pulumi:Stack"])
    assert "10 faults; nothing was registered" in str(seen[0])

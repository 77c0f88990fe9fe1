"""Choices about Datadog that cannot be are refused by name; turning it off removes all of it and nothing else."""

import json
from pathlib import Path

import pytest
import yaml

from local import monitor, program
from local.render import documents as files_of
from stacks.program import ROOT, prepare
from tests.stacks.test_bad_input import GONE, edit, faults, project, refused

__all__ = ["project"]

TESTED = "datadog.synthetics.runs_per_month"


@pytest.mark.parametrize(
    ("place", "value", "key", "reason"),
    [
        ("datadog.site", "datadoghq.org", "datadog.site", "Input should be 'datadoghq.com'"),
        ("datadog.site", GONE, "datadog.site", "Field required"),
        ("datadog.cluster_state", GONE, "datadog.cluster_state", "Field required"),
        ("datadog.cluster_state", "datadog", "datadog.cluster_state", "paid for twice"),
        ("datadog.tags", {"Cost Center": "x"}, "datadog.tags.Cost Center", "String should match"),
        ("datadog.tags", {"team": "Größe"}, "datadog.tags.team", "String should match"),
        ("datadog.tags", {"team": "ends-in:"}, "datadog.tags.team", "String should match"),
        ("datadog.agents.cluster_agents", 0, "datadog.agents.cluster_agents", "greater than or equal to 1"),
        ("datadog.agents.cloud", True, "datadog.agents.cloud", "is no key here"),
        ("datadog.aws.account_id", "12", "datadog.aws.account_id", "String should match"),
        (TESTED, 1000, TESTED, "runs in 30 days; the most:"),
        (
            "datadog.logs.environments",
            {"dev": {"retention": 3, "daily_limit": 1, "keep": 1}},
            "datadog.logs.environments",
            "records of prod fit no index",
        ),
        ("account_wide", False, "datadog.logs", "does not own"),
        ("account_wide", False, "datadog.aws", "does not own"),
        ("namespaces.quotas.agents.memory", "1Gi", "namespaces.quotas.agents.memory", "asks for"),
    ],
)
def test_a_fault_names_key_reason_and_remedy(
    project: Path, monkeypatch: pytest.MonkeyPatch, place: str, value: object, key: str, reason: str
) -> None:
    refused(project, monkeypatch, place, value, key, reason)


def test_a_name_over_its_limit_and_a_tag_with_other_letters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are put together of the catalog's, which are short; a renderer that forgets it is found all the same."""
    from rendering.datadog import check, judging
    from rendering.datadog.monitors import resources

    def longer(*arguments: object) -> list[check.Resource]:
        first, *rest = resources(*arguments)  # type: ignore[arg-type]
        inputs = first.inputs | {"name": "x" * 300, "tags": ["team:a b"]}
        return [check.Resource(first.kind, first.name, inputs), *rest]

    monkeypatch.setattr(judging, "monitors", longer)
    reasons = " ".join(fault.reason for fault in faults(ROOT))
    assert "the name has 300 characters" in reasons
    assert "team:a b" in " ".join(fault.value for fault in faults(ROOT))


def without(project: Path, *systems: str) -> monitor.Recording:
    """Prod without some systems, and without those that were left out of the project before."""
    edit(project, dict.fromkeys(systems, GONE))
    settings = json.dumps(yaml.safe_load((project / "Pulumi.prod.yaml").read_text())["config"]["observatory:settings"])
    loaded = program.load("prod", ROOT)
    return monitor.record(program.Program("prod", "observatory", loaded.main, {**loaded.config, "observatory:settings": settings}, ROOT))


def test_turning_it_off_removes_all_of_it_and_nothing_else(project: Path) -> None:
    """Amazon's canaries are left out on both sides: where Datadog tells nobody any more, their alarms do."""
    before, left = ({r.urn: r for r in without(project, *systems)} for systems in (("aws",), ("datadog",)))
    assert not left.keys() - before.keys(), sorted(left.keys() - before.keys())
    gone = before.keys() - left.keys()
    theirs = ("datadog", "Datadog", "observatory-agents")
    handed = {"ai-platform/observatory", "skillforge/observatory"}
    assert [urn for urn in gone if not any(word in urn for word in theirs) and before[urn].name not in handed] == []
    assert [urn for urn in left if any(word in urn for word in theirs)] == []

    changed = [urn for urn in left if left[urn].visible != before[urn].visible]
    assert all(left[urn].name.split("/")[0] in {"ai-platform", "skillforge"} for urn in changed), changed
    for urn in changed:
        old, new = before[urn].visible["data"], left[urn].visible["data"]
        assert {key for key in old if old.get(key) != new.get(key)} <= {key for key in old if key.startswith("DD_")}
        assert new.keys() <= old.keys()


def test_turning_it_off_leaves_no_file_of_it_and_changes_no_other(project: Path) -> None:
    with_it = files_of(without(project, "aws"), prepare("prod", project).files)
    left = files_of(without(project, "datadog"), prepare("prod", project).files)
    assert not [path for path in left if "datadog" in path]
    assert not left.keys() - with_it.keys()
    changed = {path for path in left if left[path] != with_it[path]}
    handed = {path for path in changed if ".configmap.observatory-" in path}
    assert changed - handed == {"resources.json", "outputs.json"}
    assert "DD_" not in left["outputs.json"]
    assert "datadog" not in json.loads(left["outputs.json"])

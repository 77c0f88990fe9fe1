"""Choices about Amazon that cannot be are refused by name; turning it off removes all of it and leaves a stack that works."""

import asyncio
import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

import pulumi
import pytest
import yaml

from local import monitor, program
from local.render import documents as files_of
from rendering.resource import Ref
from stacks.program import ROOT, prepare
from tests.stacks.real import prepared, recording
from tests.stacks.test_bad_input import GONE, edit, project, refused

__all__ = ["project"]

ROLE = "arn:aws:iam::123456789012:role/observatory-prod-prometheus"
FUNCTION = "arn:aws:lambda:eu-central-1:123456789012:function:renew"
RENEWED = {"function": FUNCTION, "schedule": "rate(30 days)"}
DAILY = "cron(0 3 * * ? *)"


@pytest.mark.parametrize(
    ("place", "value", "key", "reason"),
    [
        ("aws.account_id", "12", "aws.account_id", "String should match"),
        ("aws.account_id", "000000000000", "aws", "nobody's account"),
        ("aws.account_id", "999999999999", "prometheus.remote_write.role_arn", "of another account than 999999999999"),
        ("aws.region", "eu-central-9", "aws.region", "is no region of Amazon's"),
        ("aws.region", "cn-north-1", "prometheus.remote_write.role_arn", "of another partition than cn-north-1"),
        ("region", "xx-nowhere-1", "aws.region", "is no region of Amazon's"),
        ("aws.simulated", True, "aws.simulated", "entries that nobody made"),
        ("aws.tags", {"aws:x": "y"}, "aws.tags.aws:x", "String should match"),
        ("aws.identity", {"by": "irsa"}, "aws.identity", "roles would trust nobody"),
        ("aws.identity", {}, "aws.identity.oidc_issuer", "Elasticsearch's role would trust nobody"),
        ("aws.identity.boundary", "mine", "aws.identity.boundary", "String should match"),
        ("aws.addons", {"istio": None}, "aws.addons.istio", "Input should be"),
        ("aws.key", {"rotation_days": 30}, "aws.key.rotation_days", "greater than or equal to 90"),
        ("aws.key", {"deletion_days": 3}, "aws.key.deletion_days", "greater than or equal to 7"),
        ("aws.entries", {"recovery_days": 3}, "aws.entries.recovery_days", "greater than or equal to 7"),
        ("aws.entries", {"rotation": {"slak": RENEWED}}, "aws.entries.rotation.slak", "no Secret of this environment"),
        (
            "aws.entries",
            {"rotation": {"slack": {"function": FUNCTION, "schedule": "monthly"}}},
            "aws.entries.rotation.slack.schedule",
            "String should match",
        ),
        ("aws.buckets.elasticsearch.name", "Other_Bucket", "aws.buckets.elasticsearch.name", "String should match"),
        ("aws.buckets.elasticsearch.name", "another-one", "aws.buckets.elasticsearch.name", "elastic.snapshots.bucket is"),
        ("aws.buckets.loki", {"name": "company-loki"}, "aws.buckets.loki", "nothing is kept there"),
        ("aws.buckets.archives.infrequent_days", 5, "aws.buckets.archives.infrequent_days", "greater than or equal to 30"),
        ("aws.buckets.archives.expire_days", 20, "aws.buckets.archives", "deleted after 20 days and moved after 30"),
        ("aws.amp.retention_days", 2000, "aws.amp.retention_days", "less than or equal to 1095"),
        ("aws.amp.log_days", 31, "aws.amp.log_days", "no retention of 31 days"),
        ("aws.backups.volumes", {"schedule": "rate(1 day)", "keep_days": 7}, "aws.backups.volumes.schedule", "String should match"),
        ("aws.backups.volumes", {"schedule": DAILY, "keep_days": 40, "cold_days": 7}, "aws.backups.volumes", "must be kept for 97"),
        ("aws.backups.locked_days", 365, "aws.backups", "takes no copy that is kept for only"),
        ("aws.backups.database_arns", [], "aws.backups", "write both or neither"),
        ("account_wide", False, "aws.budgets", "does not own"),
        ("grafana.role_arn", ROLE, "grafana.role_arn", "two workloads would share this role"),
    ],
)
def test_a_fault_names_key_reason_and_remedy(
    project: Path, monkeypatch: pytest.MonkeyPatch, place: str, value: object, key: str, reason: str
) -> None:
    refused(project, monkeypatch, place, value, key, reason)


def off(project: Path) -> monitor.Recording:
    """Prod without Amazon."""
    edit(project, {"aws": GONE})
    settings = json.dumps(yaml.safe_load((project / "Pulumi.prod.yaml").read_text())["config"]["observatory:settings"])
    loaded = program.load("prod", ROOT)
    return monitor.record(program.Program("prod", "observatory", loaded.main, {**loaded.config, "observatory:settings": settings}, ROOT))


def test_turning_it_off_removes_all_of_it_and_nothing_else(project: Path) -> None:
    without, with_it = off(project), recording("prod")
    left, before = ({r.urn: r for r in found} for found in (without, with_it))
    assert not left.keys() - before.keys()
    gone = [before[urn] for urn in before.keys() - left.keys()]
    kept = [r.urn for r in gone if not r.type.startswith(("aws:", "pulumi:providers:aws", "observatory:components:Aws"))]
    assert kept == []
    assert not [r for r in without if r.type.startswith("aws:")]
    assert [r.name for r in without if r.type == "kubernetes:core/v1:Namespace"]


def test_turning_it_off_leaves_no_file_of_it(project: Path) -> None:
    without = files_of(off(project), prepare("prod", project).files)
    assert not [path for path in without if path.startswith(("aws/", "cloudwatch/"))]
    assert not json.loads(without["outputs.json"]).get("aws")


def test_what_is_written_says_no_secret_and_is_the_same_twice() -> None:
    account = prepared("prod").aws
    assert account
    assert len(account.files) == len(account.resources), "two resources would share a file"
    assert {path.split("/")[0] for path in account.files} == {"aws", "cloudwatch"}


def test_the_stack_promises_names_and_tells_the_workspaces_address() -> None:
    told = recording("prod").exports["aws"]
    assert told["key_alias"] == "alias/observatory-prod"
    assert told["entries"] == "observatory/prod/"
    assert told["buckets"]["elasticsearch"] == "company-observatory-prod-elasticsearch"
    assert told["workspace"].startswith("https://aps-workspaces.")
    assert not told["workspace"].endswith("/")


class Filled:
    """An account in which the workspace has an address."""

    def __init__(self, address: str) -> None:
        self.address = address

    def output(self, ref: Ref) -> pulumi.Output[str]:
        assert ref.output == "prometheusEndpoint"
        return pulumi.Output.from_input(f"{self.address}/")


def test_whoever_writes_to_another_workspace_than_the_one_that_was_made_is_told_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    account = prepared("prod").aws
    assert account
    assert account.written
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)

    async def told(address: str) -> object:
        exports = account.told({"aws": {}}, cast("Any", Filled(address)))
        return await exports["aws"]["workspace"].future()

    assert asyncio.run(told(account.written)) == account.written
    assert said == []
    other = account.written.replace("ws-0", "ws-1")
    assert asyncio.run(told(other)) == other
    assert other in said[0]
    assert "prometheus.remote_write.workspace" in said[0]


CLAIMS = {
    "prometheus-observatory-db-prometheus-observatory-0": "prometheus",
    "prometheus-observatory-db-prometheus-observatory-1": "prometheus",
    "data-grafana-0": "grafana",
    "alertmanager-observatory-db-alertmanager-observatory-0": None,
    "queues-otel-sampler-0": None,
}
"""Names that the real operator and the real StatefulSet controller gave on the local control plane, and what they are copied as."""


@pytest.mark.parametrize("claim", CLAIMS)
def test_copies_are_made_of_the_claims_that_hold_what_nothing_else_has(claim: str) -> None:
    account = prepared("local").aws
    assert account
    found: list[str] = []
    for each in account.resources:
        for condition in cast("list[dict[str, Any]]", each.inputs.get("conditions", []) if each.kind.endswith(":Selection") else []):
            equal = {every["key"]: every["value"] for every in condition["stringEquals"]}
            assert equal["aws:ResourceTag/kubernetes.io/created-for/pvc/namespace"] == "monitoring"
            assert equal["aws:ResourceTag/kubernetes.io/cluster/observatory-local"] == "owned"
            found += [each.name for like in condition["stringLikes"] if fnmatchcase(claim, like["value"])]
    assert found == ([CLAIMS[claim]] if CLAIMS[claim] else [])

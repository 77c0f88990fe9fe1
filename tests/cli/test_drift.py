"""Drift is told by provider, with who and when; secrets are only said to differ, and what cannot be compared is no pass."""

import argparse
import json
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from catalog.faults import MissingError
from cli import drift, drift_pulumi, pulumi_cli, target
from cli.__main__ import main
from local.cluster import Cluster
from local.drift_found import PROGRAM, Drift, Drifts, Field, marked, secrets, shown
from local.drift_owners import By, owners, whose
from local.paths import private, state
from local.values import Secret

URN = "urn:pulumi:prod::observatory"
DEPLOYMENT = f"{URN}::observatory:components:Query$kubernetes:apps/v1:Deployment::monitoring/prometheus-query"
MONITOR = f"{URN}::observatory:components:Datadog$datadog:index/monitor:Monitor::backend-errors"
GONE = f"{URN}::observatory:components:Aws$aws:s3/bucket:Bucket::archives"
LEFT = f"{URN}::observatory:components:Datadog$datadog:index/monitor:Monitor::old"
SECRET = f"{URN}::observatory:components:Secrets$kubernetes:core/v1:Secret::monitoring/grafana"
NEW = f"{URN}::observatory:components:Aws$aws:s3/bucket:Bucket::new"


def web(replicas: int) -> dict[str, Any]:
    metadata = {"name": "prometheus-query", "namespace": "monitoring"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"replicas": replicas}}


def step(op: str, urn: str, old: dict[str, Any] | None, new: dict[str, Any] | None, **more: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    """A step as pkg/display/json.go of the CLI writes it."""
    sides = {"oldState": old, "newState": new}
    common = {"urn": urn, "custom": True, "type": urn.rpartition("$")[2].partition("::")[0]}
    return {"op": op, "urn": urn, **{side: {**common, "inputs": inputs} for side, inputs in sides.items() if inputs is not None}, **more}


SAME = step("same", DEPLOYMENT, web(2), web(2))
STACK = {"op": "same", "urn": "urn:pulumi:prod::observatory::pulumi:pulumi:Stack::observatory-prod"}
REFRESHED = {
    "config": {},
    "steps": [
        STACK,
        {"op": "refresh", "urn": MONITOR},
        step("update", DEPLOYMENT, web(5), web(2), detailedDiff={"spec.replicas": {"kind": "update", "inputDiff": True}}),
        step("update", MONITOR, {"name": "renamed", "message": "new"}, {"name": "backend-errors", "message": "newer"}),
        step(
            "update",
            SECRET,
            {"stringData": {"p": "[secret]"}},
            {"stringData": {"p": "[secret]"}},
            detailedDiff={"data.p": {"kind": "update"}},
        ),
        step("create", GONE, None, {"bucket": "archives"}),
        step("create", NEW, None, {"bucket": "new"}),
        step("delete", LEFT, {"name": "old"}, None),
        step("create-replacement", f"{URN}::aws:s3/bucket:Bucket::parts", {}, {}),
    ],
    "diagnostics": [{"message": "a warning", "severity": "warning"}],
    "changeSummary": {"same": 1, "update": 3, "create": 2, "delete": 1},
}
ALONE = {
    "steps": [
        step("update", MONITOR, {"name": "backend-errors", "message": "new"}, {"name": "backend-errors", "message": "newer"}),
        step("create", NEW, None, {"bucket": "new"}),
        step("delete", LEFT, {"name": "old"}, None),
    ]
}
STAND_IN = """#!/usr/bin/env python3
import pathlib, sys
pathlib.Path({calls!r}).open("a").write(" ".join(sys.argv[1:]) + "\\n")
answer = pathlib.Path({folder!r}, "refreshed.json" if "--refresh" in sys.argv else "alone.json")
print(answer.read_text())
sys.exit({code})
"""


class Cli:
    """A `pulumi` on PATH that answers from files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def answers(self, refreshed: object, alone: object, code: int = 0) -> None:
        for name, content in (("refreshed", refreshed), ("alone", alone)):
            (self.folder / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content))
        program = self.folder / "pulumi"
        program.write_text(STAND_IN.format(calls=str(self.folder / "calls"), folder=str(self.folder), code=code))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("KUBECONFIG", "")
    return Cli(folder)


def test_each_providers_drift_is_read_from_pulumis_own_refresh(cli: Cli) -> None:
    cli.answers(REFRESHED, ALONE)
    found = drift_pulumi.look("prod", None, embedded=False)
    assert cli.calls == [
        "preview --json --refresh --show-sames --stack prod --non-interactive",
        "preview --json --stack prod --non-interactive",
    ]
    assert [(each.provider, each.kind, each.name) for each in found.found] == [
        ("aws", "missing", "aws:s3/bucket:Bucket archives"),
        ("aws", "missing", "aws:s3/bucket:Bucket new"),
        ("datadog", "changed", "datadog:index/monitor:Monitor backend-errors"),
        ("datadog", "extra", "datadog:index/monitor:Monitor old"),
        ("kubernetes", "changed", "Deployment monitoring/prometheus-query"),
        ("kubernetes", "changed", "kubernetes:core/v1:Secret monitoring/grafana"),
    ]
    gone, new, monitor, left, deployment, secret = found.found
    assert (gone.by, "CloudTrail" in gone.note) == (None, True)
    assert (new.by, left.by) == (PROGRAM, PROGRAM), "what the program alone would do is nobody's doing"
    assert monitor.fields == (Field("message", "newer", "new", PROGRAM), Field("name", "backend-errors", "renamed"))
    assert deployment.fields == (Field("spec.replicas", 2, 5),)
    assert secret.fields == (Field("data.p", "(differs)", "(differs)"),)
    assert found.compared == {"aws": 2, "datadog": 2, "kubernetes": 2}


def test_no_difference_takes_one_preview_and_is_status_zero(cli: Cli) -> None:
    cli.answers({"steps": [STACK, SAME], "changeSummary": {"same": 2}}, ALONE)
    found = drift_pulumi.look("prod", None, embedded=False)
    assert (found.found, drift.status(found), len(cli.calls)) == ([], 0, 1)
    assert found.compared == {"kubernetes": 1}


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("", 255, "it said nothing"),
        ({"steps": [], "diagnostics": [{"message": "no credentials for aws", "severity": "error"}]}, 255, "no credentials for aws"),
        ({"steps": [], "diagnostics": [{"message": "Elastic refused", "severity": "error"}]}, 0, "Elastic refused"),
    ],
)
def test_a_preview_that_fails_is_nothing_to_compare_with(cli: Cli, answer: object, code: int, said: str) -> None:
    cli.answers(answer, "", code)
    with pytest.raises(MissingError, match=f"nothing can be compared: {said}"):
        drift_pulumi.look("prod", None, embedded=False)


def test_without_the_cli_a_real_stack_has_nothing_to_compare_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", "")
    assert main(["drift", "--stack", "prod"]) == 3
    assert "pulumi CLI" in capsys.readouterr().err


def test_a_stack_that_does_not_exist_is_the_users_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "--stack", "nowhere"]) == 2
    assert "there is no such stack" in capsys.readouterr().err


def test_without_a_cluster_there_is_nothing_to_compare_with(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("KUBECONFIG", "")
    assert main(["drift"]) == 3
    assert "run `make up` first" in capsys.readouterr().err


def test_an_embedded_stack_that_the_cli_brought_up_is_asked_of_the_cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def running(_: str) -> Cluster:
        return Cluster(tmp_path / "kubeconfig", "https://127.0.0.1:1", {"etcd": 1})

    def asked(stack: str, *options: str, kubeconfig: Path | None = None) -> dict[str, Any]:
        assert (stack, kubeconfig) == ("local", tmp_path / "kubeconfig")
        return {"steps": [SAME], "options": options}

    (tmp_path / "kubeconfig").write_text(
        "current-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n"
        "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:9'}}]\nusers: [{name: u, user: {}}]\n"
    )
    monkeypatch.setattr(target, "running", running)
    monkeypatch.setattr(pulumi_cli, "preview_json", asked)
    private(state("local") / "pulumi")
    with pytest.raises(MissingError, match=r"127\.0\.0\.1:9"):  # extra objects are asked of the cluster, which is not there
        drift.run_drift(argparse.Namespace(stack="local", json=False))


FOUND = Drifts(
    [
        Drift(
            "changed",
            "kubernetes",
            "Deployment a/web",
            "urn",
            (Field("spec.replicas", 2, 5, By("kubectl-edit", "Update", "2026-03-01T12:00:00Z")),),
        ),
        Drift("extra", "kubernetes", "ConfigMap a/copied", by=By("kubectl-create")),
    ],
    Counter(kubernetes=7),
    Counter(datadog=3),
    ["Secret a/b: forbidden"],
)


def looked(found: Drifts, monkeypatch: pytest.MonkeyPatch, *, as_json: bool) -> int:
    def look(*_: object, **__: object) -> Drifts:
        return found

    monkeypatch.setattr(drift, "_looked", look)
    return drift.run_drift(argparse.Namespace(stack="local", json=as_json))


def test_the_table_names_field_values_and_whoever_did_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert looked(FOUND, monkeypatch, as_json=False) == 1
    told = " ".join(capsys.readouterr().out.split())
    for words in ("Deployment a/web", "spec.replicas 2 → 5", "kubectl-edit (Update, 2026-03-01T12:00:00Z)", "extra ConfigMap a/copied"):
        assert words in told
    assert "not compared: Secret a/b: forbidden" in told
    assert "kubernetes: 1 changed, 1 extra; 7 resources compared" in told
    assert "3 resources are only recorded here (datadog 3)" in told


def test_json_says_the_same_and_the_status(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert looked(FOUND, monkeypatch, as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["compared"], told["not_compared"]) == (1, {"kubernetes": 7}, ["Secret a/b: forbidden"])
    field = {"path": "spec.replicas", "ours": 2, "theirs": 5, "by": "kubectl-edit (Update, 2026-03-01T12:00:00Z)"}
    assert told["drift"][0]["fields"] == [field]


def test_what_could_not_be_compared_is_no_pass() -> None:
    assert drift.status(Drifts(unseen=["x"])) == 3
    assert drift.status(Drifts()) == 0


def test_who_holds_a_field_is_read_from_the_api_servers_own_record() -> None:
    fields: dict[str, Any] = {
        "f:metadata": {"f:labels": {".": {}, "f:a.b/c": {}}},
        "f:spec": {
            "f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}, "f:ports": {'k:{"containerPort":80}': {".": {}, "f:name": {}}}}}
        },
    }
    live: dict[str, Any] = {
        "metadata": {
            "labels": {"a.b/c": "x"},
            "managedFields": [
                {"manager": "observatory", "operation": "Apply", "time": "2026-03-01T00:00:00Z", "fieldsV1": {"f:spec": {}}},
                {"manager": "kubectl-edit", "operation": "Update", "time": "2026-03-02T00:00:00Z", "fieldsV1": fields},
                {
                    "manager": "kubelet",
                    "operation": "Update",
                    "time": "2026-03-03T00:00:00Z",
                    "subresource": "status",
                    "fieldsV1": {"f:status": {}},
                },
            ],
        },
        "spec": {"containers": [{"name": "side"}, {"name": "web", "image": "i", "ports": [{"containerPort": 80, "name": "http"}]}]},
    }
    held = owners(live)
    assert [owner.by.manager for owner in held] == ["kubectl-edit", "observatory"]
    assert held[0].values == {
        "metadata.labels.a.b/c": "x",
        "spec.containers[web].image": "i",
        "spec.containers[web].ports[http].name": "http",
    }
    assert str(whose("spec.containers[web].image", held)) == "kubectl-edit (Update, 2026-03-02T00:00:00Z)"
    assert str(whose("data.gone", held)).startswith("perhaps kubectl-edit")
    assert whose("data.gone", owners({"metadata": {}})) is None


@pytest.mark.parametrize(
    "manager", ["kube-controller-manager", "PrometheusOperator", "elastic-operator", "cluster-autoscaler", "external-secrets"]
)
def test_a_controller_at_its_work_is_nobody(manager: str) -> None:
    (owner,) = owners({"metadata": {"managedFields": [{"manager": manager, "fieldsV1": {}}]}})
    assert not owner.somebody


@pytest.mark.parametrize("path", ["spec.containers[web].env[DB_PASSWORD].value", "data.api-key", "metadata.annotations.my-token"])
def test_what_is_called_a_secret_is_never_shown(path: str) -> None:
    assert shown(path, "hunter2") == "[secret]"
    assert shown(path.rpartition(".")[0], {path.rpartition(".")[2]: "hunter2"}) == {path.rpartition(".")[2]: "[secret]"}
    assert shown(path, None) is None
    assert shown("spec.replicas", 3) == 3


def test_what_lies_beside_a_secret_may_be_seen() -> None:
    inputs = {"spec": {"replicas": 2, "annotations": {"digest": Secret("x")}, "list": [{"a": Secret("y"), "b": 1}]}}
    live = {"spec": {"replicas": 5, "annotations": {"digest": "z", "more": 1}, "list": [{"a": "q", "b": 2}]}, "status": {}}
    found = marked(live, inputs)
    assert found["spec"]["replicas"] == 5
    assert found["spec"]["annotations"] == {"digest": Secret("z"), "more": 1}
    assert found["spec"]["list"] == [{"a": Secret("q"), "b": 2}]
    assert list(secrets(found)) == ["spec.annotations.digest", "spec.list"]
    assert marked([1, 2], [Secret(1)]) == Secret([1, 2]), "where places do not fit, all of it is hidden"

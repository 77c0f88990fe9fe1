"""The doctor tells what is missing and what to do, and does not fall ill itself."""

import argparse
import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli import doctor, target
from cli.doctor import Finding, State
from cli.enforcement import enforcer
from local import kubernetes
from local.cluster import Cluster
from local.kubernetes import RefusedError


def daemon_set(name: str, arguments: list[str] | None = None) -> dict[str, Any]:
    containers = [{"name": "main"}, {"name": "agent", "args": arguments or []}]
    return {"metadata": {"name": name, "namespace": "kube-system"}, "spec": {"template": {"spec": {"containers": containers}}}}


def network(monkeypatch: pytest.MonkeyPatch, cluster: Cluster | None, found: list[dict[str, Any]] | RefusedError) -> Finding:
    """The doctor's word on a cluster that has these DaemonSets, or refuses to list them."""

    class Api:
        def __init__(self, _: Path) -> None: ...

        def list(self, *_: str) -> list[dict[str, Any]]:
            if isinstance(found, RefusedError):
                raise found
            return found

    def running(_: str) -> Cluster | None:
        return cluster

    monkeypatch.setattr(target, "running", running)
    monkeypatch.setattr(kubernetes, "Client", Api)
    (check,) = (check for check in doctor.checks("dev") if check.__name__ == "network_policies")
    return check()


class Usage(NamedTuple):
    """What shutil returns."""

    total: int
    used: int
    free: int


def test_optional_tools_are_a_note_and_not_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for check in (doctor.go, doctor.kubectl, doctor.pulumi):
        finding = check()
        assert finding.state is State.NOTE
        assert finding.remedy


def test_a_disk_that_is_too_small_is_noted_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def usage(_: os.PathLike[str]) -> Usage:
        return Usage(10, 9, 1)

    monkeypatch.setattr(doctor.shutil, "disk_usage", usage)
    assert doctor.disk().state is State.NOTE
    assert "OBSERVATORY_CACHE" in doctor.disk().remedy


def test_loopback_gives_ports_here() -> None:
    assert doctor.loopback().state is State.OK


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("aws-node", ["--enable-network-policy=true"], "the Amazon VPC CNI"),
        ("calico-node", [], "Calico"),
        ("cilium", [], "Cilium"),
        ("aws-node", ["--enable-network-policy=false"], None),
        ("kube-proxy", [], None),
    ],
)
def test_the_network_plugin_says_whether_policies_bind(name: str, arguments: list[str], told: str | None) -> None:
    by = enforcer([daemon_set("node-exporter"), daemon_set(name, arguments)])
    assert by is None if told is None else by is not None and told in by


def test_nothing_enforces_policies_where_there_is_no_daemon_set() -> None:
    assert enforcer([]) is None


@pytest.mark.parametrize(
    ("found", "state", "words"),
    [
        ([daemon_set("calico-node")], State.OK, "enforced by Calico"),
        ([daemon_set("aws-node")], State.NOTE, "no plugin that enforces"),
        (RefusedError(403, "daemonsets.apps is forbidden"), State.NOTE, "cannot be listed"),
    ],
)
def test_a_cluster_whose_policies_bind_nobody_is_noted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, found: list[dict[str, Any]] | RefusedError, state: State, words: str
) -> None:
    finding = network(monkeypatch, Cluster(tmp_path / "kubeconfig", "https://api.example.com", {}), found)
    assert (finding.state, words in finding.detail) == (state, True)
    assert bool(finding.remedy) == (state is State.NOTE)


def test_the_embedded_clusters_simulated_pods_need_no_enforcement(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    embedded = Cluster(tmp_path / "kubeconfig", "https://127.0.0.1:7000", {"etcd": 1})
    assert "not enforced on the embedded cluster" in network(monkeypatch, embedded, []).detail
    assert network(monkeypatch, None, []).detail == "no cluster is running to look at"


def test_a_check_that_fails_itself_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def go() -> Finding:
        raise ValueError("no idea")

    monkeypatch.setattr(doctor, "go", go)
    assert any(finding.detail == "ValueError: no idea" for finding in doctor.findings("local"))


@pytest.mark.parametrize(("state", "status"), [(State.OK, 0), (State.NOTE, 0), (State.MISSING, 3)])
def test_only_something_missing_fails(monkeypatch: pytest.MonkeyPatch, state: State, status: int) -> None:
    def findings(_: str) -> list[Finding]:
        return [Finding("x", state, "y", "z")]

    monkeypatch.setattr(doctor, "findings", findings)
    assert doctor.run_doctor(argparse.Namespace(stack="local")) == status

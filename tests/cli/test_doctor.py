"""The doctor tells what is missing and what to do, and does not fall ill itself."""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from catalog.faults import Fault, FaultsError
from cli import doctor, doctor_after, doctor_machine, target
from cli.__main__ import main
from cli.doctor_cluster import Looked
from cli.enforcement import enforcer
from local.cluster import Cluster
from local.kubernetes import Client
from rendering.doctor.finding import Finding, State, status
from rendering.doctor.wanted import Wanted
from tests.stacks.real import prepared

KUBECONFIG = """
apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "http://127.0.0.1:9"}}]
users: [{name: u, user: {token: swordfish}}]
"""


def daemon_set(name: str, arguments: list[str] | None = None) -> dict[str, Any]:
    containers = [{"name": "main"}, {"name": "agent", "args": arguments or []}]
    return {"metadata": {"name": name, "namespace": "kube-system"}, "spec": {"template": {"spec": {"containers": containers}}}}


class Usage(NamedTuple):
    """What shutil returns."""

    total: int
    used: int
    free: int


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Lets the doctor find a stack prepared already, or faults, and no cluster."""

    def with_(stack: str, faults: list[Fault] | None = None) -> None:
        def prepare(*_: object) -> object:
            if faults:
                raise FaultsError(faults)
            return prepared(stack)

        def running(_: str) -> None:
            return None

        monkeypatch.setattr(doctor, "prepare", prepare)
        monkeypatch.setattr(target, "running", running)
        monkeypatch.setenv("KUBECONFIG", "")

    return with_


def arguments(stack: str, **given: Any) -> argparse.Namespace:  # noqa: ANN401  options of any kind
    nothing: dict[str, Any] = {
        "after": False,
        "json": False,
        "prometheus": [],
        "alertmanager": [],
        "grafana": None,
        "elasticsearch": None,
        "wait": 1.0,
    }
    return argparse.Namespace(stack=stack, **nothing | given)


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_optional_tools_are_a_note_and_not_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for finding in (doctor_machine.go(), doctor_machine.kubectl(), doctor_machine.pulumi(needed=False)):
        assert finding.state is State.NOTE
        assert finding.remedy


def test_a_stack_of_the_clis_cannot_do_without_the_cli(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert doctor_machine.pulumi(needed=True).state is State.MISSING


@pytest.mark.parametrize(("version", "state"), [("v3.1.0", State.NOTE), ("v99.0.0", State.OK)])
def test_a_cli_that_is_older_than_its_sdk_is_noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, state: State) -> None:
    tool = tmp_path / "pulumi"
    tool.write_text(f"#!/bin/sh\necho {version}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert doctor_machine.pulumi(needed=True).state is state


def test_a_disk_that_is_too_small_is_noted_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def usage(_: os.PathLike[str]) -> Usage:
        return Usage(10, 9, 1)

    monkeypatch.setattr(doctor_machine.shutil, "disk_usage", usage)
    assert doctor_machine.disk().state is State.NOTE
    assert "OBSERVATORY_CACHE" in doctor_machine.disk().remedy


def test_loopback_gives_ports_here() -> None:
    assert doctor_machine.loopback().state is State.OK


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


def test_a_check_that_fails_itself_is_a_finding(monkeypatch: pytest.MonkeyPatch, quick: Callable[[str], None]) -> None:
    def broken(*, embedded: bool) -> tuple[Callable[[], Finding], ...]:
        del embedded

        def go() -> Finding:
            raise ValueError("no idea")

        return (go,)

    quick("local")
    monkeypatch.setattr(doctor_machine, "checks", broken)
    found = list(doctor.before("local", prepared("local"), lambda _: None, embedded=True))
    assert found[0] == Finding("go", State.MISSING, "ValueError: no idea", "see the log")
    assert found[-1].detail == "none is running"


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([State.OK], 0),
        ([State.OK, State.NOTE, State.SIMULATED], 0),
        ([State.OK, State.MISSING], 3),
        ([State.MISSING, State.WRONG], 1),
    ],
)
def test_the_worst_finding_is_the_status(states: list[State], code: int) -> None:
    assert status(Finding("x", state, "y", "z") for state in states) == code


def test_json_holds_what_the_table_holds_and_the_status(
    monkeypatch: pytest.MonkeyPatch, quick: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def found(*_: object, **__: object) -> Iterator[Finding]:
        yield Finding("targets up", State.WRONG, "2 of 3 are down", "look at them")

    quick("local")
    monkeypatch.setattr(doctor, "before", found)
    assert doctor.run_doctor(arguments("local")) == 1
    table = capsys.readouterr().out
    assert all(word in table for word in ("wrong", "targets up", "2 of 3 are down", "look at them"))
    assert doctor.run_doctor(arguments("local", json=True)) == 1
    line = {"name": "targets up", "state": "wrong", "detail": "2 of 3 are down", "remedy": "look at them"}
    assert told(capsys) == {"stack": "local", "when": "before", "status": 1, "findings": [line]}


def test_a_stack_that_does_not_exist_is_the_users_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--stack", "nowhere"]) == 2
    assert "there is no such stack" in capsys.readouterr().err


def test_faults_of_the_settings_are_all_told_and_end_with_status_two(
    quick: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    quick("local", [Fault("Pulumi.local.yaml", "a", "1", "is wrong", "mend it"), Fault("x.yaml", "b", "2", "is bad", "mend that")])
    assert main(["doctor", "--json"]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["findings"][-1] | {"remedy": ""} == {
        "name": "input",
        "state": "wrong",
        "detail": "2 faults",
        "remedy": "",
    }
    assert "is wrong" in captured.err
    assert "is bad" in captured.err


def test_a_real_stack_without_a_kubeconfig_is_told_how_to_get_one(quick: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    quick("prod")
    monkeypatch.setenv("HOME", "/nowhere")
    found = {each.name: each for each in doctor.before("prod", prepared("prod"), lambda _: None, embedded=False)}
    assert (found["cluster"].state, "update-kubeconfig" in found["cluster"].remedy) == (State.MISSING, True)


def test_a_cluster_that_does_not_answer_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(KUBECONFIG)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    found = list(doctor._looked("prod", prepared("prod"), lambda _: None, embedded=False))
    assert [each.state for each in found] == [State.MISSING]
    assert "127.0.0.1:9" in found[0].detail
    assert "swordfish" not in str(found)


def test_another_context_than_the_settings_name_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(KUBECONFIG)
    cluster = Cluster(tmp_path / "config", "http://127.0.0.1:9", {})
    finding = doctor._context(prepared("prod"), cluster, embedded=False)
    assert (finding.state, finding.remedy.split(",")[0]) == (State.WRONG, "kubectl config use-context observatory-prod")
    assert doctor._context(prepared("local"), cluster, embedded=True).state is State.OK


def test_simulated_pods_are_told_as_simulated_neither_ok_nor_failed(
    monkeypatch: pytest.MonkeyPatch, quick: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def looked(*_: object, **__: object) -> Iterator[Finding]:
        yield from ()

    quick("local")
    monkeypatch.setattr(doctor, "_looked", looked)
    assert doctor.run_doctor(arguments("local", after=True, json=True)) == 0
    found = {each["name"]: each["state"] for each in told(capsys)["findings"]}
    assert set(found.values()) == {"simulated"}
    assert {"targets up", "rules loaded", "Alertmanager cluster", "delivery path", "data sources", "traces arriving"} <= found.keys()


def test_an_address_that_is_named_is_asked_even_where_pods_are_simulated(
    quick: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    quick("local")
    assert doctor.run_doctor(arguments("local", after=True, json=True, prometheus=["http://127.0.0.1:9"])) == 3
    found = {each["name"]: each["state"] for each in told(capsys)["findings"]}
    assert (found["targets up"], found["delivery path"]) == ("missing", "simulated")


def test_the_way_into_the_cluster_is_the_api_servers_proxy(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(KUBECONFIG)
    client = Client(tmp_path / "config")
    asked = doctor_after.proxied(client, "http://prometheus-observatory-0.prometheus-operated.monitoring.svc:9090")
    assert asked.url == "http://127.0.0.1:9/api/v1/namespaces/monitoring/pods/prometheus-observatory-0:9090/proxy"
    assert doctor_after.proxied(client, "http://grafana.monitoring.svc:3000").url.endswith("/monitoring/services/grafana:3000/proxy")
    assert asked.headers == {"Authorization": "Bearer swordfish"}
    assert "swordfish" not in repr(asked)


def test_nothing_is_asked_of_a_system_that_the_stack_does_not_have() -> None:
    wanted = Wanted(["http://a"], ["http://b"], {}, heartbeat=True)
    given = doctor_after.Given([], [], None, None, None)
    assert [each.name for each in doctor_after.findings(doctor_after.systems(wanted, given, None))] == [
        "targets up",
        "rules loaded",
        "Alertmanager cluster",
        "delivery path",
    ]


def test_what_is_looked_at_is_what_the_program_registers(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(KUBECONFIG)
    looked = Looked(Cluster(tmp_path / "config", "http://127.0.0.1:9", {}), Client(tmp_path / "config"), prepared("prod"), [], charts=True)
    assert looked.api.url == "http://127.0.0.1:9"

"""Which engine brings a stack up, what is told, and which status it ends with; engine and cluster are stand-ins."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cli import __main__ as entry
from cli import pulumi_cli, target, up
from local.cluster import Cluster
from local.paths import state
from local.plan import Plan, Result, Step

WEB = Step("create", "urn", "kubernetes:apps/v1:Deployment", "web", "real")
FAILED = Step("create", "urn", "kubernetes:apps/v1:Deployment", "web", "real", error="0 of 1 available")


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster that is up as soon as it is asked for, a catalog that is right, and no CLI on PATH."""
    made = Cluster(tmp_path / "kubeconfig", "https://127.0.0.1:7000", {"etcd": 1}, tmp_path / "built" / "kubectl")

    def ready(*_: object, **__: object) -> Cluster:
        return made

    def prepare(*_: object) -> object:
        return SimpleNamespace(plan=SimpleNamespace(context=SimpleNamespace(applications=("shop",))))

    monkeypatch.setattr(target, "ready", ready)
    monkeypatch.setattr(up, "prepare", prepare)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", "")
    return made


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Lets every engine call end with the given plan, and notes the calls."""
    calls: list[str] = []

    def with_(made: Plan) -> list[str]:
        def call(name: str) -> Callable[..., Plan]:
            def engine(*_: object) -> Plan:
                calls.append(name)
                return made

            return engine

        for name in ("up", "preview", "down"):
            monkeypatch.setattr(up.engine, name, call(name))
        return calls

    return with_


@pytest.mark.usefixtures("cluster")
def test_up_tells_what_is_simulated_the_outputs_and_what_to_do_next(
    ends: Callable[..., list[str]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert ends(Result([WEB], {"endpoints": {"prometheus": "http://p"}}, seconds=1)) == []
    assert entry.main(["up"]) == 0
    shown = capsys.readouterr().out
    for words in (
        "local: 1 created",
        "pods are simulated",
        "endpoints.prometheus",
        f"export KUBECONFIG={tmp_path}/kubeconfig",
        f"{tmp_path}/built/kubectl get prometheus,alertmanager -A",
        "make down",
    ):
        assert words in shown, words


@pytest.mark.usefixtures("cluster")
def test_a_kubectl_of_the_users_own_is_named_before_the_built_one(
    ends: Callable[..., list[str]], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "kubectl"  # PATH is this folder
    own.touch()
    own.chmod(0o755)
    ends(Result([WEB]))
    assert entry.main(["up"]) == 0
    assert "\n  kubectl get prometheus,alertmanager -A" in capsys.readouterr().out


@pytest.mark.usefixtures("cluster")
def test_a_failed_resource_is_status_1_with_its_reason(ends: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    ends(Result([FAILED]))
    assert entry.main(["up"]) == 1
    shown = capsys.readouterr().out
    assert "0 of 1 available" in shown
    assert "goes on from here" in shown
    assert "KUBECONFIG" not in shown


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize("argv", [["up", "--stack", "dev"], ["down", "--stack", "prod"], ["up", "--engine", "pulumi"]])
def test_what_needs_the_cli_ends_with_status_3_where_there_is_none(
    argv: list[str], ends: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    calls = ends(Result())
    assert entry.main(argv) == 3
    assert "install it" in capsys.readouterr().err
    assert calls == []


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize("command", ["up", "down"])
def test_the_in_process_engine_never_touches_a_stack_on_a_real_cluster(command: str, ends: Callable[..., list[str]]) -> None:
    calls = ends(Result())
    assert entry.main([command, "--stack", "prod", "--engine", "in-process"]) == 2
    assert calls == []


@pytest.mark.usefixtures("cluster")
def test_an_unknown_stack_is_the_user_s_mistake(ends: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    ends(Result())
    assert entry.main(["down", "--stack", "staging"]) == 2
    assert "there is no such stack" in capsys.readouterr().err


@pytest.mark.usefixtures("cluster")
def test_prod_is_previewed_here_where_there_is_no_cli(ends: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    calls = ends(Plan([WEB]))
    assert entry.main(["preview", "--stack", "prod"]) == 0
    shown = capsys.readouterr().out
    assert calls == ["preview"]
    assert "in this process" in shown
    assert "prod: 1 to create" in shown


@pytest.mark.usefixtures("cluster")
def test_down_leaves_nothing_even_where_the_catalog_is_wrong_by_now(
    ends: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise AssertionError("down reads no catalog")

    monkeypatch.setattr(up, "prepare", broken)
    assert ends(Result()) == []
    (state("local") / "pulumi").mkdir(parents=True)
    assert entry.main(["down"]) == 0
    assert not state("local").exists()


def test_with_the_cli_the_embedded_stack_is_handed_its_kubeconfig(
    cluster: Cluster, ends: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[Any] = []

    def run_embedded(*arguments: object) -> int:
        called.append(arguments)
        return 0

    def required(_: str) -> Path:
        return Path("/usr/bin/pulumi")

    monkeypatch.setattr(pulumi_cli, "required", required)
    monkeypatch.setattr(pulumi_cli, "run_embedded", run_embedded)
    calls = ends(Result())
    assert entry.main(["up", "--engine", "pulumi"]) == 0
    assert called == [("up", "local", cluster.kubeconfig)]
    assert calls == []


@pytest.mark.usefixtures("cluster")
def test_an_engine_does_not_take_over_what_the_other_one_made(ends: Callable[..., list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    calls = ends(Result())
    (state("local") / "pulumi").mkdir(parents=True)
    assert entry.main(["up"]) == 3
    assert "make down ENGINE=pulumi" in capsys.readouterr().err
    assert calls == []

"""What becomes of the embedded control plane: left alone when it runs, mended when it breaks, gone when it is told to."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.faults import MissingError
from local import cluster as embedded
from local.cluster import Cluster
from local.controlplane import DAEMONS
from local.launch import identity
from local.processes import running, taken

pytestmark = pytest.mark.cluster
Eventually = Callable[..., bool]


def quiet(_: str) -> None:
    """Takes progress and drops it."""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder for the tests that break a cluster of their own; the last one takes it down."""
    return tmp_path_factory.mktemp("own")


@pytest.fixture
def up(own: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Cluster]:
    monkeypatch.setenv("OBSERVATORY_STATE", str(own))
    return lambda: embedded.up(quiet)


def test_a_start_that_was_killed_half_way_is_completed_by_the_next(own: Path, up: Callable[[], Cluster], eventually: Eventually) -> None:
    first = subprocess.Popen([sys.executable, "-c", "from local.cluster import up; up(print)"], cwd=Path(__file__).parents[2])
    assert eventually((own / "local" / "cluster" / "run" / "kube-apiserver.pid").exists)
    first.kill()
    first.wait()
    apiserver = running(own / "local" / "cluster" / "run" / "kube-apiserver.pid")
    assert embedded.find() is None
    cluster = up()
    assert cluster.pids.keys() == set(DAEMONS)
    assert cluster.pids["kube-apiserver"] == apiserver, "what already ran was started again"
    assert embedded.find() == cluster


def test_a_running_cluster_is_left_alone_also_by_two_runs_at_a_time(up: Callable[[], Cluster]) -> None:
    found: list[Cluster] = []
    runs = [threading.Thread(target=lambda: found.append(up())) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert found == [up(), up()]


@pytest.mark.parametrize("victims", [("etcd", "kwok"), ("kube-apiserver",), DAEMONS], ids="+".join)
def test_dead_processes_are_started_again_on_the_same_data_and_the_others_left_alone(
    up: Callable[[], Cluster], victims: tuple[str, ...], run_kubectl: Callable[..., str], eventually: Eventually
) -> None:
    before = up()
    run_kubectl(before, "create", "namespace", f"kept-{len(victims)}")
    for name in victims:
        os.kill(before.pids[name], signal.SIGKILL)
    assert eventually(lambda: embedded.find() is None)
    after = up()
    assert (after.server, after.kubeconfig) == (before.server, before.kubeconfig)
    assert {name for name in DAEMONS if after.pids[name] != before.pids[name]} == set(victims)
    assert f"kept-{len(victims)}" in run_kubectl(after, "get", "namespaces", "-o", "name")
    assert run_kubectl(after, "auth", "can-i", "create", "pods").strip() == "yes"


def test_a_port_that_somebody_took_meanwhile_is_told_in_one_sentence(own: Path, up: Callable[[], Cluster], eventually: Eventually) -> None:
    cluster = up()
    port = json.loads((own / "local" / "cluster" / "ports.json").read_text())["kube-scheduler"]
    os.kill(cluster.pids["kube-scheduler"], signal.SIGKILL)
    assert eventually(lambda: embedded.find() is None and not taken(port))
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", port))
        stranger.listen()
        with pytest.raises(MissingError, match=f"^port {port} of kube-scheduler is in use by another program; "):
            up()
    assert up().pids.keys() == set(DAEMONS)


def test_down_leaves_nothing_and_may_be_said_twice(own: Path, up: Callable[[], Cluster]) -> None:
    cluster = up()
    embedded.down(quiet)
    assert list(own.rglob("*")) == []
    assert not any(map(identity, cluster.pids.values())), "something still runs"
    assert embedded.find() is None
    embedded.down(quiet)

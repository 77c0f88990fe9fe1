"""A user's way with the real stack on a real control plane, by the commands that the README names."""

import base64
import gzip
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.kubernetes import Client, Ref
from local.tools import ensure
from rendering.alertmanager import template_text

pytestmark = pytest.mark.cluster

MONITORING = "monitoring.coreos.com/v1"
SERVICE = "chat-service"


class Checkout:
    """A copy of the project, with commands that run in it."""

    def __init__(self, folder: Path, state: Path) -> None:
        self.folder = folder
        self.state = state
        self.command = (sys.executable, "-P", "-m", "cli")
        self.environment = {**os.environ, "PYTHONPATH": str(folder), "OBSERVATORY_STATE": str(state), "COLUMNS": "200"}
        self.environment.pop("KUBECONFIG", None)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self.command, *arguments], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def killed(self, *arguments: str, after: str) -> None:
        """Starts a command and kills it, without a chance to tidy up, as soon as it has said something."""
        with subprocess.Popen(
            [*self.command, *arguments], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout is not None
            said: list[str] = []
            for line in process.stdout:
                said.append(line)
                if after in line:
                    break
            assert after in said[-1], "".join(said)
            process.send_signal(signal.SIGKILL)

    def replace(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new))

    @property
    def client(self) -> Client:
        return Client(self.state / "local" / "kubeconfig")


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Iterator[Checkout]:
    ignored = shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", ".*_cache")
    made = Checkout(Path(shutil.copytree(root, tmp_path / "project", ignore=ignored)), tmp_path / "own-state")
    yield made
    made.run("down")


def steps(output: str, action: str) -> set[str]:
    """Names of Kubernetes objects that a run acted on."""
    return {line.split()[3] for line in output.splitlines() if f" {action} kubernetes:" in line}


def judged(tool: str, arguments: list[str], text: str, folder: Path) -> int:
    path = folder / "judged.yaml"
    path.write_text(text)
    binary = ensure([tool], print)[tool]
    return subprocess.run([binary, *arguments, path], capture_output=True, check=False).returncode


def unpacked(client: Client, name: str, key: str) -> str:
    secret = client.get(Ref("v1", "Secret", "monitoring", name))
    assert secret is not None
    return gzip.decompress(base64.b64decode(secret["data"][key])).decode()


def test_a_stack_is_killed_half_way_completed_changed_and_taken_down(checkout: Checkout, tmp_path: Path) -> None:
    checkout.killed("up", after="created kubernetes:core/v1:Secret")
    first = checkout.run("up")
    assert "created" in first, "the killed run cannot have made everything"
    client = checkout.client
    for kind, replicas in (("Prometheus", 2), ("Alertmanager", 3)):
        (found,) = client.list(MONITORING, kind, "monitoring")
        assert found["status"]["availableReplicas"] == replicas
    assert "no changes" in checkout.run("up")

    prometheus = unpacked(client, "prometheus-observatory", "prometheus.yaml.gz")
    assert judged("promtool", ["check", "config", "--syntax-only"], prometheus, tmp_path) == 0
    assert judged("promtool", ["check", "config", "--syntax-only"], prometheus + "no_such_key: 1\n", tmp_path) != 0
    alertmanager = unpacked(client, "alertmanager-observatory-generated", "alertmanager.yaml.gz").replace(
        "/etc/alertmanager/config", str(tmp_path)
    )
    (tmp_path / "observatory.tmpl").write_text(template_text())
    assert judged("amtool", ["check-config"], alertmanager, tmp_path) == 0
    assert judged("amtool", ["check-config"], alertmanager + "no_such_key: 1\n", tmp_path) != 0

    checkout.replace("Pulumi.local.yaml", "retention: 2d", "retention: 3d")
    changed = checkout.run("up")
    assert steps(changed, "updated") == {"monitoring/observatory"}
    assert not steps(changed, "created") | steps(changed, "deleted")

    remove_service(checkout.folder / "catalog/applications/universal-ai-tools.yaml")
    removed = checkout.run("up")
    assert f"universal-ai-tools/observatory-{SERVICE}" in steps(removed, "deleted")
    assert all(SERVICE in name for name in steps(removed, "deleted")), "only what was the service's is deleted"
    assert client.get(Ref("v1", "ConfigMap", "universal-ai-tools", f"observatory-{SERVICE}")) is None

    checkout.run("down")
    assert not (checkout.state / "local" / "kubeconfig").exists()


def remove_service(path: Path) -> None:
    """Takes a service's block out of an application's file."""
    lines = path.read_text().splitlines(keepends=True)
    start = lines.index(f"  {SERVICE}:\n")
    end = next(i for i in range(start + 1, len(lines)) if not lines[i].startswith(("    ", "\n", "  #")))
    path.write_text("".join(lines[:start] + lines[end:]))

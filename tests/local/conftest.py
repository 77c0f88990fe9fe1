"""What tests of the engine and the embedded control plane share: a fake API server, kubectl on a real one, and patience."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local import awaiting
from local.cluster import Cluster
from local.tools import ensure
from tests.local.fake_api import FakeApi


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApi]:
    monkeypatch.setattr(awaiting, "TIMEOUT", 5.0)
    fake = FakeApi(tmp_path)
    yield fake
    fake.close()


@pytest.fixture(scope="session")
def run_kubectl() -> Callable[..., str]:
    """Runs kubectl on a cluster, with a document on its standard input where one is given; its complaint fails the test."""

    def run(cluster: Cluster, *arguments: str, document: dict[str, Any] | None = None) -> str:
        command = [str(ensure(["kubectl"], print)["kubectl"]), f"--kubeconfig={cluster.kubeconfig}", *arguments]
        command += ["-f", "-"] if document else []
        done = subprocess.run(command, input=json.dumps(document), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def eventually() -> Callable[..., bool]:
    """Whether a condition is met within some seconds."""

    def wait(condition: Callable[[], bool], seconds: float = 20) -> bool:
        deadline = time.monotonic() + seconds
        while not (met := condition()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return met

    return wait

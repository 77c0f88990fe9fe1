"""What the guide promises of Prometheus is tried: a copy of a running server's volume is whole to another server."""

import json
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from local import tools
from local.processes import free_ports

pytestmark = pytest.mark.tools

CONFIGURATION = """
global: {scrape_interval: 1s}
scrape_configs: [{job_name: itself, static_configs: [{targets: ["127.0.0.1:%d"]}]}]
"""


@contextmanager
def prometheus(folder: Path, data: Path, configuration: str) -> Generator[int]:
    binary = tools.ensure(["prometheus"], print)["prometheus"]
    (port,) = free_ports(1)
    file = folder / f"{port}.yaml"
    file.write_text(configuration % port if "%d" in configuration else configuration)
    with (folder / f"{port}.log").open("w") as log:
        command = [str(binary), f"--config.file={file}", f"--storage.tsdb.path={data}", f"--web.listen-address=127.0.0.1:{port}"]
        server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            until(lambda: _ready(port), 60)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def until(done: Callable[[], bool], limit: float) -> None:
    end = time.monotonic() + limit
    while not done():
        assert time.monotonic() < end, "it did not come up"
        time.sleep(0.1)


def _count(port: int, at: float) -> float:
    query = urllib.parse.urlencode({"query": 'count_over_time(up{job="itself"}[1h])', "time": f"{at:.3f}"})
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/query?{query}", timeout=5) as answer:
        found = json.loads(answer.read())["data"]["result"]
    return float(found[0]["value"][1]) if found else 0


def test_a_copy_of_a_running_servers_volume_is_whole_to_another_one(tmp_path: Path) -> None:
    volume, copy = tmp_path / "volume", tmp_path / "copy"
    with prometheus(tmp_path, volume, CONFIGURATION) as port:
        until(lambda: _count(port, time.time()) >= 5, 30)
        taken = time.time()
        before = _count(port, taken)
        shutil.copytree(volume, copy, ignore=shutil.ignore_patterns("lock", "queries.active"))
    began = time.monotonic()
    with prometheus(tmp_path, copy, "scrape_configs: []") as port:
        found = _count(port, taken)
        took = time.monotonic() - began
    assert found >= before - 1, "all samples but perhaps the one that was being written"
    assert took < 60

"""A real Elasticsearch on loopback: the server of Maven Central, with HTTP, without the modules that are not published there.

It judges templates, mappings, settings and what records become. It has no lifecycles, roles, snapshots or pipelines: their documents
are judged by the specification alone, and `wildcard` and `match_only_text` stand for `keyword` and `text`.
"""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local import maven

SOURCES = Path(__file__).with_name("node")
KNOWN = ("/_component_template", "/_index_template", "/_cluster")
"""Paths of the API that the node has, beside indices themselves."""


class Node:
    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and answer."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)  # noqa: S310  loopback
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def knows(self, path: str) -> bool:
        """Whether a document can be put there: an index, or what the server itself keeps."""
        return path.startswith(KNOWN) or not path.startswith("/_")


@contextmanager
def running(folder: Path) -> Generator[Node]:
    """A node until the end of the block; its log is `node.log`."""
    java, jars = maven.java(print), maven.jars(print)
    path = os.pathsep.join(map(str, jars))
    compiler = next(jar for jar in jars if jar.name.startswith("ecj-"))
    compile_ = [java, "-jar", compiler, "-source", "21", "-target", "21", "-nowarn", "-cp", path, "-d", folder / "classes", SOURCES]
    compiled = subprocess.run(compile_, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stderr
    http, transport = _free(), _free()
    (folder / "config").mkdir()
    log = folder / "node.log"
    command = [
        java,
        "-Xmx512m",
        "-cp",
        f"{folder / 'classes'}{os.pathsep}{path}",
        "org.elasticsearch.node.JudgeNode",
        folder,
        str(http),
        str(transport),
    ]
    with log.open("wb") as output, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output) as process:
        try:
            deadline = time.monotonic() + 120
            while "\nstarted" not in log.read_text(errors="replace"):
                assert process.poll() is None, log.read_text(errors="replace")[-2000:]
                assert time.monotonic() < deadline, log.read_text(errors="replace")[-2000:]
                time.sleep(0.2)
            yield Node(f"http://127.0.0.1:{http}")
        finally:
            process.kill()


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]

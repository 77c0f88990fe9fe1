"""A real Prometheus on loopback that holds sample series: written as OpenMetrics, made blocks by promtool."""

import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import local
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from local.processes import free_ports
from tests.dashboards.sample.series import Series

_HOST = "127.0.0.1"
_LONGEST_BLOCK = "1500h"
"""promtool reads its input once for each block: few long blocks are made much faster than many short ones."""
_PARTS = 2
_START = 30
Answer = list[dict[str, Any]]
"""Series of a query's result, as Prometheus' API gives them."""


class QueryError(Exception):
    """Prometheus refused a query; its own words."""


@dataclass
class Store:
    """Blocks in a folder, and a Prometheus that serves them while this is entered."""

    folder: Path
    tools: Mapping[str, Path]
    _process: subprocess.Popen[bytes] | None = None
    _port: int = 0

    def __post_init__(self) -> None:
        self._mine = local()
        self._connections: list[HTTPConnection] = []

    def write(self, series: Iterable[Series], name: str) -> int:
        """Makes blocks of the series and returns how many samples they have; seen by the next Prometheus that starts."""
        files = [self.folder / f"{name}-{part}.om" for part in range(_PARTS)]
        count = 0
        handles = [file.open("w") for file in files]
        for number, each in enumerate(series):
            handles[number % _PARTS].write(_text(each))
            count += len(each.at)
        for handle in handles:
            handle.write("# EOF\n")
            handle.close()
        with ThreadPoolExecutor(_PARTS) as pool:
            list(pool.map(self._blocks, files))
        return count

    def _blocks(self, file: Path) -> None:
        if file.stat().st_size > len("# EOF\n"):
            command = [
                self.tools["promtool"],
                "tsdb",
                "create-blocks-from",
                "openmetrics",
                "--quiet",
                f"--max-block-duration={_LONGEST_BLOCK}",
            ]
            run = subprocess.run([*command, file, self.folder / "data"], env=_environment(), capture_output=True, text=True, check=False)
            if run.returncode:
                raise RuntimeError(f"promtool made no blocks of {file}: {run.stderr.strip()[-2000:]}")
        file.unlink()

    def __enter__(self) -> Self:
        """Starts Prometheus over the blocks written so far; it scrapes nothing and evaluates no rules."""
        (self.folder / "data").mkdir(parents=True, exist_ok=True)
        (self.folder / "prometheus.yaml").write_text("global: {scrape_interval: 1h}\n")
        self._port = free_ports(1)[0]
        flags = (
            f"--config.file={self.folder / 'prometheus.yaml'}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            "--storage.tsdb.retention.time=100y",
            "--query.max-samples=200000000",
            f"--web.listen-address={_HOST}:{self._port}",
            "--log.level=warn",
        )
        with (self.folder / "prometheus.log").open("ab") as log:
            self._process = subprocess.Popen([self.tools["prometheus"], *flags], stdout=log, stderr=log, env=_environment())
        deadline = time.monotonic() + _START
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Prometheus did not start: {(self.folder / 'prometheus.log').read_text()[-2000:]}")
            time.sleep(0.05)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        for connection in self._connections:
            connection.close()
        self._mine, self._connections = local(), []

    def at(self, expression: str, moment: float) -> Answer:
        """A query's value at a moment, in seconds since the epoch."""
        return self._ask("query", {"query": expression, "time": str(moment)})

    def over(self, expression: str, start: float, end: float, step: float) -> Answer:
        """A query's values from one moment to another."""
        return self._ask("query_range", {"query": expression, "start": str(start), "end": str(end), "step": str(step)})

    def _ask(self, path: str, parameters: Mapping[str, str]) -> Answer:
        body = urlencode(parameters)
        connection = self._connection()
        connection.request("POST", f"/api/v1/{path}", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = json.loads(connection.getresponse().read())
        if answer["status"] != "success":
            raise QueryError(answer.get("error", answer))
        data = answer["data"]
        if data["resultType"] in {"scalar", "string"}:
            return [{"metric": {}, "value": data["result"]}]
        return data["result"]

    def _connection(self) -> HTTPConnection:
        """One for each thread that asks."""
        if not hasattr(self._mine, "connection"):
            self._mine.connection = HTTPConnection(_HOST, self._port, timeout=120)
            self._connections.append(self._mine.connection)
        return self._mine.connection

    def _ready(self) -> bool:
        connection = HTTPConnection(_HOST, self._port, timeout=2)
        try:
            connection.request("GET", "/-/ready")
            return connection.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "GOGC": "400"}


def _text(series: Series) -> str:
    labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in series.labels.items() if value)
    head = f"{series.name}{{{labels}}} "
    return "".join(f"{head}{value:.9g} {moment:.0f}\n" for moment, value in zip(series.at.tolist(), series.values.tolist(), strict=True))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

"""Real processes on loopback: an agent, two gateways, a sink that writes traces down, and Prometheus."""

import http.client
import json
import signal
import subprocess
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml

from local.processes import free_ports, freed
from rendering.document import Document, to_yaml
from tests.traces.loopback import HOST, Ports, on_loopback, sink, to_gateways, to_sink

AGENT, GATEWAYS, SINK, PROMETHEUS = "agent", ("gateway-0", "gateway-1"), "sink", "prometheus"
PATIENCE = 45.0  # seconds


@dataclass
class Process:
    """One program, its configuration and log."""

    name: str
    command: list[str]
    log: Path
    port: int
    path: str = "/"
    run: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, and returns at once."""
        with self.log.open("ab") as log:
            self.run = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={"K8S_NODE_NAME": "node-1"})

    def alive(self) -> bool:
        """Whether it runs, and answers its health check with 200."""
        return self.run is not None and self.run.poll() is None and get(self.port, self.path) is not None

    def wait(self) -> None:
        """Returns once it works; says its last words where it does not."""

        def works() -> bool:
            assert self.run is not None, f"{self.name} was never started"
            assert self.run.poll() is None, f"{self.name} ended\n{self._last_words()}"
            return self.alive()

        wait_for(works, f"{self.name} to start", self._last_words)

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-1500:]

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ends it by a signal and waits until its ports are free."""
        if self.run is None:
            return
        self.run.send_signal(number)
        try:
            self.run.wait(20)
        except subprocess.TimeoutExpired:
            self.run.kill()
            self.run.wait()
        self.run = None
        assert freed(self.port)

    def memory(self) -> float:
        """MiB of resident memory."""
        assert self.run is not None
        pages = int(Path(f"/proc/{self.run.pid}/statm").read_text().split()[1])
        return pages * 4096 / 2**20

    def processor(self) -> float:
        """Seconds of processor time so far."""
        assert self.run is not None
        fields = Path(f"/proc/{self.run.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


@dataclass
class Stage:
    """All processes of one test; ends them on exit."""

    folder: Path
    tools: dict[str, Path]
    ports: dict[str, Ports] = field(default_factory=dict[str, Ports])
    processes: dict[str, Process] = field(default_factory=dict[str, Process])
    _read: int = 0
    _lines: list[Document] = field(default_factory=list[Document])
    _spans: list[Document] = field(default_factory=list[Document])
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, agent: Document, gateway: Document, *, prometheus: bool = False) -> None:
        """Starts everything, backends first."""
        names = (AGENT, *GATEWAYS, SINK)
        found = free_ports(6 * len(names) + 1)
        self.ports = {name: Ports(*found[6 * i : 6 * i + 6]) for i, name in enumerate(names)}
        to = self.ports[SINK].grpc
        self.collector(SINK, sink(self.ports[SINK], self.folder / "sink.jsonl"))
        for name in GATEWAYS:
            self.collector(name, to_sink(on_loopback(gateway, self.ports[name], self.folder / name), to))
        balanced = to_gateways(on_loopback(agent, self.ports[AGENT], self.folder), [self.ports[name].grpc for name in GATEWAYS])
        self.collector(AGENT, to_sink(balanced, self.ports[SINK].http))
        if prometheus:
            self._prometheus(found[-1])
        for process in self.processes.values():
            process.start()
        for process in self.processes.values():
            process.wait()

    def collector(self, name: str, configuration: Document) -> None:
        """Writes a collector's configuration; it is ended with the stage."""
        file = self.folder / f"{name}.yaml"
        file.write_text(to_yaml(configuration))
        command = [str(self.tools["otelcol"]), f"--config={file}"]
        self._add(Process(name, command, self.folder / f"{name}.log", self.ports[name].health))

    def _prometheus(self, port: int) -> None:
        targets = [f"{HOST}:{self.ports[name].metrics}" for name in (*GATEWAYS, AGENT)]
        own = [f"{HOST}:{self.ports[name].telemetry}" for name in (*GATEWAYS, AGENT)]
        jobs = [
            {"job_name": "spans", "honor_labels": True, "static_configs": [{"targets": targets}]},
            {"job_name": "collectors", "static_configs": [{"targets": own}]},
        ]
        file = self.folder / "prometheus.yaml"
        file.write_text(yaml.safe_dump({"global": {"scrape_interval": "1s"}, "scrape_configs": jobs}))
        command = [
            str(self.tools["prometheus"]),
            f"--config.file={file}",
            f"--storage.tsdb.path={self.folder / 'tsdb'}",
            f"--web.listen-address={HOST}:{port}",
            "--enable-feature=exemplar-storage",
            "--log.level=warn",
        ]
        self._add(Process(PROMETHEUS, command, self.folder / "prometheus.log", port, "/-/ready"))

    def _add(self, process: Process) -> None:
        self.processes[process.name] = process
        self._stack.callback(process.end, signal.SIGKILL)

    @property
    def entry(self) -> int:
        """The port that applications send to over HTTP."""
        return self.ports[AGENT].http

    def stored(self) -> dict[str, Counter[str]]:
        """What reached the sink: how often each span id, by trace id."""
        found: dict[str, Counter[str]] = {}
        for span in self.spans():
            found.setdefault(span.get("traceId", ""), Counter())[span.get("spanId", "")] += 1
        return found

    def spans(self) -> list[Document]:
        """Every span in the sink, with its resource's attributes under `resource`."""
        self.lines()
        return self._spans

    def lines(self) -> list[Document]:
        """Whole lines of the sink's file; each is read once, however often somebody waits for more."""
        file = self.folder / "sink.jsonl"
        if not file.exists():
            return []
        with file.open("rb") as opened:
            opened.seek(self._read)
            new = opened.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        found = [json.loads(line) for line in whole.splitlines()]
        self._lines += found
        self._spans += [
            span | {"resource": attributes(resource["resource"])}
            for line in found
            for resource in line.get("resourceSpans", [])
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]
        return self._lines

    def settled(self, seconds: float = 1.0) -> dict[str, Counter[str]]:
        """What is stored once no collector holds anything and nothing has arrived for so long."""
        size, since = -1, time.monotonic()
        end = since + PATIENCE
        while time.monotonic() - since < seconds:
            assert time.monotonic() < end, "spans keep arriving"
            now = (self.folder / "sink.jsonl").stat().st_size
            if now != size or self._held():
                size, since = now, time.monotonic()
            time.sleep(0.1)
        return self.stored()

    def _held(self) -> bool:
        """Whether a trace is undecided, or a span waits in a queue."""
        holding = ("otelcol_processor_tail_sampling_sampling_traces_on_memory", "otelcol_exporter_queue_size")
        return any(self.own_metric(name, metric) for name in (AGENT, *GATEWAYS) for metric in holding)

    def own_metric(self, name: str, metric: str) -> float:
        """The sum of what a collector says of itself under one name."""
        exposed = (get(self.ports[name].telemetry, "/metrics") or b"").decode()
        return sum(float(line.rpartition(" ")[2]) for line in exposed.splitlines() if line.startswith(metric))

    def ask(self, path: str, **parameters: str) -> Any:  # noqa: ANN401 - Prometheus' answer
        """Prometheus' answer, its `data`."""
        found = get(self.processes[PROMETHEUS].port, f"/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
        assert found is not None, f"Prometheus refuses {path} {parameters}"
        return json.loads(found)["data"]

    def value(self, query: str) -> float:
        """The one value of an instant query; 0 where there is none."""
        result = self.ask("query", query=query)["result"]
        assert len(result) <= 1, f"{query} has {len(result)} results"
        return float(result[0]["value"][1]) if result else 0.0


def attributes(holder: Document) -> dict[str, str]:
    """OTLP's attributes as a mapping, values as text."""
    return {each["key"]: str(next(iter(each["value"].values()), "")) for each in holder.get("attributes", [])}


def wait_for(holds: Callable[[], bool], what: str, why: Callable[[], str] = str, seconds: float = PATIENCE) -> None:
    """Returns once a condition holds; fails with what was waited for."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}\n{why()}"
        time.sleep(0.1)


def get(port: int, path: str) -> bytes | None:
    """What a process answers; None where it does not, or not with 200."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            return None
        return body if response.status == http.client.OK else None

"""What a sampler costs: a real collector with our configuration, and the same one without our processors and connectors.

Spans a second of processor time, so that a busy machine makes a run longer and not worse; memory is the process's own high-water mark.
"""

import copy
import shutil
import tempfile
import time
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import grpc

from catalog.loading import load
from cli.arguments import ROOT
from cli.console import log
from cli.figure import Figure
from cli.synthetic_spans import SPANS_OF_A_REQUEST, requests
from demo.processes import HOST, get
from local.certificates import write
from local.processes import Daemon, free_ports, stop
from local.tools import ensure
from rendering.document import Document, to_yaml
from rendering.otel.gateway import gateway
from rendering.otel.parts import QUEUE
from rendering.otel.settings import TracesSettings
from rendering.site import Site

LOAD, SENDERS = 20.0, 4
"""Seconds of load, and how many requests are under way at once."""
PATIENCE, _STILL = 120.0, 2.0
"""Seconds that it may take to empty a collector, and after which nothing more is thought to come."""
MEMORY = 512
"""MiB that a sampler may take."""
SHARE = 0.1
_SITE = Site(environment="bench", region="any", cluster="any", runbooks_url="https://runbooks.example.com")
_SETTINGS = TracesSettings.model_validate({"sampling": {"share": SHARE}, "replicas": {"min": 1, "max": 1}, "gateway_memory": MEMORY})
_EXPORTER = "otlp_grpc/jaeger"
_SERVICE = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
_TICKS, _MIB = 100, 2**20
_BUSY = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.DEADLINE_EXCEEDED)


class _Export(Protocol):
    """One call over gRPC."""

    def __call__(self, request: bytes, timeout: float) -> bytes: ...


@dataclass(frozen=True)
class Run:
    """What one collector did."""

    spans: int
    processor: float
    """Seconds."""
    memory: float
    """MiB at most."""
    refused: int
    """Requests that it asked to send again."""
    seconds: float

    @property
    def pace(self) -> float:
        """Spans a second of processor time."""
        return self.spans / self.processor


def traces() -> Iterator[Figure]:
    """The sampler, then the bare collector."""
    ours = gateway(load(ROOT), _SITE, _SETTINGS)
    sampler, bare = _measure(ours), _measure(without(ours))
    how = f"real collector, {LOAD:.0f} s of load, {SHARE:.0%} kept"
    note = f"{sampler.spans} spans in {sampler.seconds:.0f} s, until all are decided and sent; {sampler.refused} requests asked to wait"
    yield Figure("a sampler", sampler.pace, None, "spans/s per core", how, note)
    yield Figure("its memory", sampler.memory, MEMORY, "MiB", how, "resident, at most")
    note = f"{bare.spans} spans, {bare.memory:.0f} MiB; all of them sent on"
    yield Figure("without our processors", bare.pace, None, "spans/s per core", "the same collector, receiver and exporter alone", note)
    yield Figure("the sampler's, of that", sampler.pace / bare.pace, None, "times", how)


def without(configuration: Document) -> Document:
    """The same receiver, queue and exporter with nothing in between."""
    found = copy.deepcopy(configuration)
    exporters = {_EXPORTER: found["exporters"][_EXPORTER]}
    pipelines = {"traces": {"receivers": ["otlp"], "exporters": [_EXPORTER]}}
    return {
        **{kind: found[kind] for kind in ("extensions", "receivers")},
        "exporters": exporters,
        "service": {**found["service"], "pipelines": pipelines},
    }


def on_loopback(configuration: Document, folder: Path, grpc_port: int, own: tuple[int, int, int], sink: int) -> Document:
    """A gateway's configuration on this machine; `own` are the ports of its health, its telemetry and its metrics."""
    health, telemetry, metrics = own
    found = copy.deepcopy(configuration)
    found["receivers"]["otlp"]["protocols"]["grpc"]["endpoint"] = f"{HOST}:{grpc_port}"
    found["exporters"][_EXPORTER]["endpoint"] = f"{HOST}:{sink}"
    if "prometheus" in found["exporters"]:
        found["exporters"]["prometheus"]["endpoint"] = f"{HOST}:{metrics}"
    found["extensions"]["health_check"]["endpoint"] = f"{HOST}:{health}"
    queue = found["extensions"][QUEUE]
    queue["directory"] = queue["compaction"]["directory"] = str(folder / "queue")
    found["service"]["telemetry"]["metrics"]["readers"][0]["pull"]["exporter"]["prometheus"] |= {"host": HOST, "port": telemetry}
    return found


def _sink(port: int, health: int) -> Document:
    """A collector that takes all and keeps nothing."""
    return {
        "extensions": {"health_check": {"endpoint": f"{HOST}:{health}"}},
        "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": f"{HOST}:{port}"}}}},
        "exporters": {"nop": {}},
        "service": {
            "extensions": ["health_check"],
            "telemetry": {"metrics": {"level": "none"}},
            "pipelines": {"traces": {"receivers": ["otlp"], "exporters": ["nop"]}},
        },
    }


def _measure(configuration: Document) -> Run:
    folder = Path(tempfile.mkdtemp(prefix="observatory-bench-"))
    port, health, telemetry, metrics, sink, sink_health = free_ports(6)
    try:
        ports = (health, telemetry, metrics)
        with (
            _collector("sink", _sink(sink, sink_health), folder, sink_health),
            _collector("sampler", on_loopback(configuration, folder, port, ports, sink), folder, health) as pid,
        ):
            before, start = _processor(pid), time.monotonic()
            sent, refused = _load(port)
            _settled(telemetry, sent)
            return Run(sent, _processor(pid) - before, _most(pid), refused, time.monotonic() - start)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _collector(name: str, configuration: Document, folder: Path, health: int) -> Generator[int]:
    """A collector's process; gone afterwards."""
    binary = ensure(["otelcol"], log.info)["otelcol"]
    file = folder / f"{name}.yaml"
    write(file, to_yaml(configuration).encode())
    daemon = Daemon(name, (str(binary), f"--config={file}"), folder, lambda: get(health, "/") is not None)
    try:
        daemon.start({"PATH": "", "HOME": str(folder), "GOMEMLIMIT": f"{int(0.8 * MEMORY)}MiB"})
        daemon.wait(PATIENCE)
        pid = daemon.pid()
        if pid is None:
            raise RuntimeError(f"{name} ended: {daemon.last_words()}")
        yield pid
    finally:
        stop([daemon.pid_file])


def _load(port: int) -> tuple[int, int]:
    """Spans accepted, and how many requests had to be sent again."""
    end = time.monotonic() + LOAD

    def send(number: int) -> tuple[int, int]:
        accepted = refused = 0
        with grpc.insecure_channel(f"{HOST}:{port}") as channel:
            export = cast("_Export", channel.unary_unary(_SERVICE))  # bytes as they are: what a sender costs is not measured
            for request in requests(number):
                if time.monotonic() > end:
                    break
                while not _accepted(export, request):
                    refused += 1
                    time.sleep(0.1)
                accepted += SPANS_OF_A_REQUEST
        return accepted, refused

    with ThreadPoolExecutor(SENDERS) as pool:
        found = list(pool.map(send, range(SENDERS)))
    return sum(accepted for accepted, _ in found), sum(refused for _, refused in found)


def _accepted(export: _Export, request: bytes) -> bool:
    try:
        export(request, timeout=10)
    except grpc.RpcError as error:
        if isinstance(error, grpc.Call) and error.code() in _BUSY:
            return False
        raise
    return True


def _settled(telemetry: int, sent: int) -> None:
    """Returns once all is decided and on its way: nothing waits, and nothing more is sent for two seconds."""
    deadline = time.monotonic() + PATIENCE
    gone, since = -1.0, time.monotonic()
    while time.monotonic() < deadline:
        own = (get(telemetry, "/metrics") or b"").decode()
        held, left = _sum(own, "sampling_traces_on_memory"), _sum(own, "exporter_sent_spans")
        if left != gone:
            gone, since = left, time.monotonic()
        idle = held == 0 and _sum(own, "exporter_queue_size") == 0 and _sum(own, "receiver_accepted_spans") >= sent
        if idle and time.monotonic() - since > _STILL:
            return
        time.sleep(0.2)
    raise RuntimeError(f"the collector still holds spans after {PATIENCE:.0f} s")


def _sum(exposed: str, name: str) -> float:
    return sum(float(line.rpartition(" ")[2]) for line in exposed.splitlines() if name in line.partition("{")[0] and line[0] != "#")


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _most(pid: int) -> float:
    (line,) = (line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / _MIB

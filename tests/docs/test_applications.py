"""The guide for applications: its snippets run where their libraries are, and its words are the catalog's."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as rpc

from catalog.catalog import Catalog
from demo.processes import get
from local.processes import free_ports
from local.toolchain import SETS, toolchain
from tests.docs.conftest import Told
from tests.docs.guides import ROOT, files

PAGE = ROOT / "docs" / "applications.md"
TRACE = "0af7651916cd43dd8448eb211c80319c"
SENT = f"00-{TRACE}-b7ad6b7169203331-01"


class Traces(rpc.TraceServiceServicer):
    """Takes spans as the agent on a node does."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802, ANN401, ARG002 - the name and the signature are OTLP's
        self.requests.append(request)
        return service.ExportTraceServiceResponse()

    @property
    def spans(self) -> list[tuple[str, str, str]]:
        """Service, name and trace of each."""
        return [
            (
                next(each.value.string_value for each in part.resource.attributes if each.key == "service.name"),
                span.name,
                span.trace_id.hex(),
            )
            for request in self.requests
            for part in request.resource_spans
            for scope in part.scope_spans
            for span in scope.spans
        ]


@pytest.fixture
def agent() -> Iterator[tuple[Traces, str]]:
    taken, server = Traces(), grpc.server(futures.ThreadPoolExecutor(2))
    rpc.add_TraceServiceServicer_to_server(taken, server)  # pyright: ignore[reportUnknownMemberType] - generated without types
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield taken, f"http://127.0.0.1:{port}"
    server.stop(None)


def saved(folder: Path, *names: str) -> None:
    for name in names:
        (folder / Path(name).name).write_text(files(PAGE)[name])


def run(folder: Path, code: str, endpoint: str) -> list[str]:
    """The lines that a Python program prints, beside the snippets, in the environment that a service is handed."""
    handed = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_SERVICE_NAME": "greeter", "OBSERVATORY_ENVIRONMENT": "dev"}
    (folder / "main.py").write_text(code)
    command = [sys.executable, "main.py"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **handed}, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


ONE_REQUEST = """
import urllib.request
from opentelemetry import trace
import telemetry
telemetry.set_up({port})
with telemetry.measured("GET", "/hello", {{"traceparent": "{sent}"}}) as answer:
    answer["status"] = 200
try:
    with telemetry.measured("GET", "/hello", {{}}):
        raise ValueError
except ValueError:
    pass
trace.get_tracer_provider().shutdown()
opener = urllib.request.build_opener(urllib.request.ProxyHandler({{}}))
print(opener.open("http://127.0.0.1:{port}/metrics").read().decode())
"""


def test_python_s_snippet_counts_times_traces_and_logs(tmp_path: Path, agent: tuple[Traces, str]) -> None:
    taken, endpoint = agent
    saved(tmp_path, "python/telemetry.py")
    (port,) = free_ports(1)
    lines = run(tmp_path, ONE_REQUEST.format(port=port, sent=SENT), endpoint)
    record = json.loads(lines[0])
    assert record.items() >= {"level": "info", "service": "greeter", "environment": "dev", "trace_id": TRACE, "status": 200}.items()
    assert {"timestamp", "span_id", "message"} <= record.keys()
    for status in ("200", "500"):
        assert f'http_requests_total{{method="GET",route="/hello",status="{status}"}} 1.0' in lines
    assert 'http_request_duration_seconds_bucket{le="0.25",method="GET",route="/hello"} 2.0' in lines
    assert ("greeter", "GET /hello", TRACE) in taken.spans


SIGNALS = """
class Signal:
    def __init__(self):
        self.receivers = []
    def connect(self, function):
        self.receivers.append(function)
        return function
    def send(self, **arguments):
        for each in self.receivers:
            each(**arguments)
before_task_publish, task_prerun, task_postrun, worker_process_init = (Signal() for _ in range(4))
"""
ONE_TASK = """
import telemetry
telemetry.set_up, start = (lambda metrics_port: start({port})), telemetry.set_up
from types import SimpleNamespace
from celery import signals
import tasks_telemetry
from opentelemetry import trace
from prometheus_client import generate_latest
signals.worker_process_init.send()
headers = {{}}
with trace.get_tracer("sender").start_as_current_span("ask") as asking:
    signals.before_task_publish.send(headers=headers)
task = SimpleNamespace(name="grade", request=SimpleNamespace(headers=headers))
for number, state in (("1", "SUCCESS"), ("2", "FAILURE")):
    signals.task_prerun.send(task_id=number, task=task)
    signals.task_postrun.send(task_id=number, task=task, state=state)
trace.get_tracer_provider().shutdown()
print(generate_latest().decode())
print(f"trace {{asking.get_span_context().trace_id:032x}}")
"""


def test_celery_s_snippet_counts_tasks_and_goes_on_with_the_sender_s_trace(tmp_path: Path, agent: tuple[Traces, str]) -> None:
    """Celery is not installed: its signals are a stand-in's, with the arguments that Celery documents."""
    taken, endpoint = agent
    saved(tmp_path, "python/telemetry.py", "celery/tasks_telemetry.py")
    (tmp_path / "celery").mkdir()
    (tmp_path / "celery" / "__init__.py").write_text("")
    (tmp_path / "celery" / "signals.py").write_text(SIGNALS)
    (port,) = free_ports(1)
    lines = run(tmp_path, ONE_TASK.format(port=port), endpoint)
    for status in ("success", "error"):
        assert f'celery_tasks_total{{status="{status}",task="grade"}} 1.0' in lines
    asked = lines[-1].removeprefix("trace ")
    assert [trace for _, name, trace in taken.spans if name == "run grade"] == [asked, asked]
    records = [json.loads(line) for line in lines if line.startswith("{")]
    assert [(each["task"], each["status"], each["trace_id"]) for each in records] == [
        ("grade", "success", asked),
        ("grade", "error", asked),
    ]


@pytest.mark.parametrize("name", ["node/telemetry.mjs", "browser/telemetry.mjs"])
def test_javascript_is_at_least_understood_by_node(tmp_path: Path, name: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node on PATH: the snippet's syntax was not looked at")
    saved(tmp_path, name)
    checked = subprocess.run([node, "--check", "telemetry.mjs"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    (tmp_path / "telemetry.mjs").write_text(files(PAGE)[name].replace("(", "[", 1))
    assert subprocess.run([node, "--check", "telemetry.mjs"], cwd=tmp_path, capture_output=True, check=False).returncode != 0


@pytest.mark.tools
def test_go_s_snippet_compiles_and_shows_what_it_did(tmp_path: Path, agent: tuple[Traces, str]) -> None:
    """With the versions of these libraries that Prometheus itself is built with here."""
    taken, endpoint = agent
    saved(tmp_path, "go/main.go")
    for name in ("go.mod", "go.sum"):
        shutil.copy(SETS / "prometheus" / name, tmp_path)
    chain = toolchain(print)
    build = [str(chain.go), "build", "-mod=mod", "-o", "greeter", "main.go"]
    made = subprocess.run(build, cwd=tmp_path, env=chain.environment(), capture_output=True, text=True, check=False, timeout=900)
    assert made.returncode == 0, made.stderr
    (port,) = free_ports(1)
    handed = {"ADDRESS": f"127.0.0.1:{port}", "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_SERVICE_NAME": "greeter"}
    with subprocess.Popen([tmp_path / "greeter"], env={**os.environ, **handed}, stdout=subprocess.PIPE, text=True) as process:
        try:
            for _ in range(100):
                if get(port, "/hello"):
                    break
                futures.wait([], 0.1)
            exposed = (get(port, "/metrics") or b"").decode()
        finally:
            process.terminate()
        printed, _ = process.communicate(timeout=20)
    assert 'http_requests_total{method="GET",route="/hello",status="200"} 1' in exposed
    assert 'http_request_duration_seconds_bucket{method="GET",route="/hello",le="0.25"} 1' in exposed
    record = json.loads(printed.splitlines()[0])
    assert record.items() >= {"service": "greeter", "message": "request", "level": "INFO", "status": 200}.items()
    assert ("greeter", "GET /hello", record["trace_id"]) in taken.spans


def rows() -> dict[str, list[str]]:
    """The table of words, by application."""
    lines = PAGE.read_text(encoding="utf-8").partition("## The words to use")[2].partition("\n- ")[0].splitlines()
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {row[0]: row[1:] for row in found[1:]}


def test_the_table_s_words_are_the_catalog_s(told: Told) -> None:
    catalog: Catalog = told.catalog
    shown = rows()
    applications = {name: each for name, each in catalog.applications.items() if each.namespace}
    assert shown.keys() == {"a new one", *applications}
    for name, application in applications.items():
        labels, of_durations, buckets = shown[name]
        services = [each for each in application.services.values() if "http_request_duration_seconds" in each.exposes]
        assert services
        for each in services:
            assert words(labels) == set(each.exposes["http_requests_total"])
            assert words(of_durations) == set(each.exposes["http_request_duration_seconds"]) - {"le"}
            assert tuple(map(float, buckets.split())) == each.buckets["http_latency"]


def words(cell: str) -> set[str]:
    return {word for word in cell.replace("`", "").replace(",", " ").split() if word}

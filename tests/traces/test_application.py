"""The sample application sends its traces with what the stack hands it and nothing else; a request is one whole trace."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from local.processes import free_ports
from rendering.document import Document
from rendering.otel.agent import agent
from rendering.otel.gateway import gateway
from stacks.program import prepare
from tests.traces.conftest import ROOT, SITE, settings
from tests.traces.stage import HOST, Stage, attributes, get, wait_for

pytestmark = pytest.mark.tools

APPLICATION, SERVICE = "universal-ai-tools", "chat-service"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture(scope="module")
def handed() -> dict[str, str]:
    """What the service's ConfigMap holds."""
    return prepare("local", ROOT).plan.outputs.applications[APPLICATION].services[SERVICE].environment


@contextmanager
def running(environment: dict[str, str], log: Path) -> Generator[tuple[int, int]]:
    """The application's ports: its own, and that of its switches."""
    port, control = free_ports(2)
    command = [sys.executable, "-P", "-m", "examples.application", "--port", str(port), "--control", str(control), "--rate", "0"]
    with log.open("wb") as output:
        run = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        wait_for(lambda: get(port, "/health/live") is not None, "the application", log.read_text)
        yield port, control
    finally:
        run.terminate()
        run.wait(20)


def ask(port: int, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    with closing(http.client.HTTPConnection(HOST, port, timeout=10)) as connection:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode()


def test_a_request_to_the_application_is_one_whole_trace_that_its_log_and_its_metrics_name(
    stage: Stage, catalog: Catalog, handed: dict[str, str]
) -> None:
    stage.start(agent(catalog, SITE, settings()), gateway(catalog, SITE, settings()), prometheus=True)
    # The name that the outputs give resolves inside the cluster only; where they give none yet, nothing answers there yet.
    environment = {
        **handed,
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{HOST}:{stage.ports['agent'].grpc}",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "PATH": os.defpath,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    log = stage.folder / "application.log"
    with running(environment, log) as (port, control):
        assert ask(port, "POST", "/api/chat", {"traceparent": f"00-{TRACE}-{PARENT}-01"})[0] == 200
        _, exposed = ask(port, "GET", "/metrics", {"Accept": "application/openmetrics-text; version=1.0.0"})
        ask(control, "PUT", "/errors")
        while ask(port, "GET", "/api/history")[0] != 500:
            pass
        examples = _examples(stage, port)
    spans: dict[str, Document] = {}

    def whole() -> bool:
        spans.update({span["name"]: span for span in stage.spans() if span["traceId"] == TRACE})
        return len(spans) == 3

    wait_for(whole, "three spans of one trace", lambda: str(stage.stored()))
    request = spans["POST /api/chat"]
    assert request["parentSpanId"] == PARENT
    calls = [span for name, span in spans.items() if name != "POST /api/chat"]
    assert {span["parentSpanId"] for span in calls} == {request["spanId"]}
    assert {span["resource"]["service"] for span in spans.values()} == {SERVICE}
    model = next(span for span in calls if span["name"].startswith("chat "))
    assert attributes(model).keys() >= {"ai.model", "ai.provider", "ai.request_size"}
    assert f'trace_id="{TRACE}"' in exposed
    wait_for(lambda: examples <= stage.stored().keys(), "the traces that span metrics name", lambda: str(examples))
    records: list[Document] = [json.loads(line) for line in log.read_text().splitlines()]
    assert any(record.get("trace_id") == TRACE and record.get("span_id") == request["spanId"] for record in records)
    wait_for(
        lambda: stage.value(f'sum(traces_span_metrics_calls_total{{service="{SERVICE}",status_code="STATUS_CODE_ERROR"}})') >= 1,
        "the error to be counted",
    )
    wait_for(
        lambda: stage.value(f'sum(traces_service_graph_request_total{{client="{SERVICE}",server="postgres"}})') >= 1,
        "the database to be in the service graph",
        lambda: str(stage.ask("query", query="traces_service_graph_request_total")["result"]),
    )


def _examples(stage: Stage, port: int) -> set[str]:
    """Traces that Prometheus knows as examples of a bucket; a connector shows those of its last flush only, so requests go on."""
    found: set[str] = set()

    def seen() -> bool:
        ask(port, "GET", "/api/history")
        query = {"query": "traces_span_metrics_duration_seconds_bucket", "start": f"{time.time() - 600}", "end": f"{time.time() + 5}"}
        found.update(each["labels"]["trace_id"] for series in stage.ask("query_exemplars", **query) for each in series["exemplars"])
        return bool(found)

    wait_for(seen, "a bucket to name a trace")
    return found


def test_without_an_address_the_application_records_nothing_and_works(tmp_path: Path, handed: dict[str, str]) -> None:
    environment = {key: value for key, value in handed.items() if key != "OTEL_EXPORTER_OTLP_ENDPOINT"}
    with running({**environment, "PATH": os.defpath, "PYTHONPATH": str(ROOT)}, tmp_path / "application.log") as (port, _):
        assert ask(port, "POST", "/api/chat")[0] == 200

"""The sample service exposes what the catalog's signals read, and breaks only when it is told to."""

import http.client
import io
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from examples.application import logs, server
from examples.application.chat import Chat
from examples.application.metrics import AI_BUCKETS, HTTP_BUCKETS, Metrics
from examples.application.switches import Switches


class Application:
    def __init__(self) -> None:
        self.chat = Chat(Metrics("chat-service"), Switches(), chance=lambda: 0.1, sleep=lambda _: None)
        self.servers = [server.service(0, self.chat), server.control(0, self.chat)]
        for each in self.servers:
            threading.Thread(target=each.serve_forever, args=(0.01,), daemon=True).start()

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, *, control: bool = False) -> tuple[int, str]:
        port = self.servers[control].server_address[1]
        with closing(http.client.HTTPConnection(server.HOST, port, timeout=5)) as connection:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def turn_on(self, way: str) -> None:
        assert self.ask("PUT", f"/{way}", control=True)[0] == 200

    def metrics(self) -> str:
        return self.ask("GET", "/metrics")[1]


@pytest.fixture
def application() -> Iterator[Application]:
    found = Application()
    yield found
    for each in found.servers:
        each.shutdown()
        each.server_close()


def test_requests_and_model_calls_are_counted_with_the_catalog_s_labels_and_buckets(application: Application) -> None:
    assert application.ask("POST", "/api/chat")[0] == 200
    exposed = application.metrics()
    assert 'http_requests_total{method="POST",route="/api/chat",status_code="200"} 1.0' in exposed
    assert 'ai_requests_total{model="llama-3-8b",provider="local",status="success"} 1.0' in exposed
    for name, labels, buckets in (
        ("http_request_duration_seconds", 'method="POST",route="/api/chat",status_code="200"', HTTP_BUCKETS),
        ("ai_request_duration_seconds", 'model="llama-3-8b",provider="local"', AI_BUCKETS),
    ):
        for bucket in buckets:
            assert f'{name}_bucket{{le="{float(bucket)}",{labels}}} 1.0' in exposed
    for gauge in ("active_connections", "memory_usage_bytes", "cpu_usage_percent"):
        assert f'{gauge}{{service="chat-service"}}' in exposed


def test_users_cannot_make_series(application: Application) -> None:
    for path in ("/wp-login.php", "/api/chat/42"):
        assert application.ask("GET", path)[0] == 404
    assert 'http_requests_total{method="GET",route="unknown",status_code="404"} 2.0' in application.metrics()


def test_monitoring_is_not_counted_as_traffic(application: Application) -> None:
    for path in ("/health", "/health/ready", "/health/live", "/metrics"):
        assert application.ask("GET", path)[0] == 200
    assert "http_requests_total{" not in application.metrics()


def test_errors_fail_requests_and_health(application: Application) -> None:
    application.turn_on("errors")
    assert application.ask("POST", "/api/chat")[0] == 500
    assert application.ask("GET", "/health")[0] == 503
    assert 'status_code="500"} 1.0' in application.metrics()


def test_slow_is_degraded_but_ready_and_alive(application: Application) -> None:
    application.turn_on("slow")
    status, body = application.ask("GET", "/health")
    assert (status, json.loads(body)["status"]) == (503, "degraded")
    assert [application.ask("GET", f"/health/{path}")[0] for path in ("ready", "live")] == [200, 200]


def test_a_model_that_fails_costs_no_request(application: Application) -> None:
    application.turn_on("ai-errors")
    assert application.ask("POST", "/api/chat")[0] == 200
    assert 'ai_requests_total{model="llama-3-8b",provider="local",status="error"} 1.0' in application.metrics()


def test_down_answers_nothing_until_it_is_mended(application: Application) -> None:
    application.turn_on("down")
    with pytest.raises((http.client.HTTPException, OSError)):
        application.metrics()
    assert application.ask("DELETE", "/", control=True) == (200, json.dumps(application.chat.switches.state()))
    assert application.ask("GET", "/health")[0] == 200


def test_memory_is_only_claimed(application: Application) -> None:
    application.turn_on("memory")
    claimed = next(line for line in application.metrics().splitlines() if line.startswith("memory_usage_bytes{"))
    assert float(claimed.split()[-1]) > 8e9


def test_an_unknown_way_to_break_is_refused(application: Application) -> None:
    assert application.ask("PUT", "/burn", control=True)[0] == 404
    assert application.chat.switches.state()["broken"] == []


def test_records_are_json_and_belong_to_the_caller_s_trace(application: Application) -> None:
    stream, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    try:
        logs.set_up("chat-service", stream)
        trace = "0af7651916cd43dd8448eb211c80319c"
        application.ask("POST", "/api/chat", {"traceparent": f"00-{trace}-b7ad6b7169203331-01", "X-Correlation-ID": "abc"})
        # The record of the request is written after its answer was sent.
        for _ in range(100):
            if '"message": "request"' in stream.getvalue():
                break
            threading.Event().wait(0.02)
    finally:
        root.handlers[:], root.level = before
    records = [json.loads(each) for each in stream.getvalue().splitlines()]
    assert {record["type"] for record in records} == {"business_event", "performance_event"}
    for record in records:
        assert (record["service"], record["trace_id"], record["correlation_id"]) == ("chat-service", trace, "abc")
        assert {"timestamp", "level", "environment", "version", "span_id"} <= record.keys()

"""What a collector must bear: garbage, far too much, and a backend that never answers. It refuses, drops and says so, and goes on."""

import gzip
import json
from http.client import OK

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from catalog.catalog import Catalog
from rendering.otel.agent import agent
from rendering.otel.gateway import gateway
from rendering.otel.parts import MOST_MESSAGE
from tests.traces.conftest import SITE, settings
from tests.traces.spans import CALLED, MALFORMED, Maker, post, requests, send
from tests.traces.stage import AGENT, GATEWAYS, SINK, Stage, attributes, wait_for

pytestmark = pytest.mark.tools

MEBIBYTE = 2**20
QUEUE = 10_000
"""Spans of one gateway; the least that settings allow."""


def enclosed(*spans: Span) -> bytes:
    """Spans in a request without a resource."""
    scopes = [ScopeSpans(spans=spans)]
    return ExportTraceServiceRequest(resource_spans=[ResourceSpans(scope_spans=scopes)]).SerializeToString()


def named(name: str, length: int = 1, start: int = 0, parent: bytes = b"") -> Span:
    """A span with ids of its name."""
    return Span(
        trace_id=name.encode().ljust(16, b"-"),
        span_id=b"S" * 8,
        parent_span_id=parent,
        name=name * length,
        start_time_unix_nano=start,
        end_time_unix_nano=1,
    )


MALICE: dict[str, bytes] = {
    "no protobuf": MALFORMED,
    "nothing": b"",
    "half a request": requests([Maker().trace()])[0][:-7],
    "a span of nothing": enclosed(Span()),
    "ids of a wrong length": enclosed(Span(trace_id=b"short", span_id=b"x", name="wrong")),
    "no ids": enclosed(Span(trace_id=bytes(16), span_id=bytes(8), name="zeroes")),
    "an end before its start": enclosed(named("back", start=2**62)),
    "its own parent": enclosed(named("circle", parent=b"S" * 8)),
    "one span five thousand times": enclosed(*[named("many")] * 5000),
    "a name of a megabyte": enclosed(named("x", MEBIBYTE)),
    "more than a request may have": enclosed(named("y", (MOST_MESSAGE + 1) * MEBIBYTE)),
}


def test_malformed_and_oversized_spans_take_no_collector_down(stage: Stage, catalog: Catalog) -> None:
    stage.start(agent(catalog, SITE, settings()), gateway(catalog, SITE, settings()))
    statuses = {name: post(stage.entry, body) for name, body in MALICE.items()}
    assert {name: statuses[name] for name in ("no protobuf", "half a request", "more than a request may have")} == {
        "no protobuf": 400,
        "half a request": 400,
        "more than a request may have": 400,
    }
    bomb = gzip.compress(bytes(200 * MEBIBYTE))
    assert post(stage.entry, bomb, content_type="application/x-protobuf") != OK
    huge = Maker(7).trace(attributes={"huge": "x" * MEBIBYTE})
    send(stage.entry, [huge])
    good = Maker(8).trace()
    send(stage.entry, [good])
    wait_for(lambda: {huge.trace_id, good.trace_id} <= stage.stored().keys(), "good spans to pass as before")
    stored = next(attributes(span)["huge"] for span in stage.spans() if "huge" in attributes(span))
    assert len(stored) == 8192
    assert all(process.alive() for process in stage.processes.values())


def test_a_store_that_stays_down_fills_the_queue_and_what_is_too_much_is_dropped_and_counted(stage: Stage, catalog: Catalog) -> None:
    stage.start(agent(catalog, SITE, settings()), gateway(catalog, SITE, settings(queue=QUEUE)))
    stage.processes[SINK].end()
    maker = Maker()
    for _ in range(60):
        send(stage.entry, [maker.trace() for _ in range(200)])
    wait_for(
        lambda: sum(stage.own_metric(name, "otelcol_exporter_enqueue_failed_spans") for name in GATEWAYS) > 0,
        "spans to be dropped",
        lambda: str([stage.own_metric(name, "otelcol_exporter_queue_size") for name in GATEWAYS]),
    )
    assert all(stage.processes[name].alive() for name in (AGENT, *GATEWAYS))
    assert all(stage.own_metric(name, "otelcol_exporter_queue_size") <= QUEUE for name in GATEWAYS)
    stage.processes[SINK].start()
    stage.processes[SINK].wait()
    late = Maker(9).trace()
    wait_for(lambda: sum(stage.own_metric(name, "otelcol_exporter_queue_size") for name in GATEWAYS) == 0, "the queue to be sent")
    send(stage.entry, [late])
    wait_for(lambda: late.trace_id in stage.stored(), "new spans to pass as before")


def test_each_backend_gets_the_services_that_the_catalog_gives_it(stage: Stage, catalog: Catalog) -> None:
    both = gateway(catalog, SITE, settings(datadog=True))
    # One sink stands for both backends: what goes to Datadog says so.
    both["processors"]["resource/told"] = {"attributes": [{"key": "sent.to", "value": "datadog", "action": "insert"}]}
    both["service"]["pipelines"]["traces/datadog"]["processors"].append("resource/told")
    stage.start(agent(catalog, SITE, settings()), both)
    for service in ("skillforge-backend", "ai-platform-api", "jac-backend", "a-stranger"):
        trace = Maker(len(service)).trace()
        trace.by_service.pop("api-gateway")
        trace.by_service[service] = trace.by_service.pop(CALLED)
        send(stage.entry, [trace])

    def sent() -> set[tuple[str, str]]:
        return {(span["resource"]["service.name"], span["resource"].get("sent.to", "jaeger")) for span in stage.spans()}

    kept = {(service, "jaeger") for service in ("skillforge-backend", "jac-backend", "a-stranger")}
    expected = kept | {(service, "datadog") for service in ("skillforge-backend", "ai-platform-api")}
    wait_for(lambda: len(sent()) >= len(expected), "all to arrive", lambda: str(sent()))
    stage.settled()
    assert sent() == expected


def test_an_old_application_sends_by_zipkin(stage: Stage, catalog: Catalog) -> None:
    stage.start(agent(catalog, SITE, settings(zipkin=True)), gateway(catalog, SITE, settings()))
    span = {
        "traceId": "5af7183fb1d4cf5f5af7183fb1d4cf5f",
        "id": "352bff9a74ca9ad2",
        "name": "get /learn",
        "kind": "SERVER",
        "timestamp": 1_795_247_030_000_000,
        "duration": 1500,
        "localEndpoint": {"serviceName": "jac-backend"},
    }
    assert post(stage.ports[AGENT].zipkin, json.dumps([span]).encode(), "/api/v2/spans", "application/json") == 202
    wait_for(lambda: span["traceId"] in stage.stored(), "the trace to be stored")
    assert stage.spans()[0]["resource"]["application"] == "jac-learning"

"""The sampler's measurement: the load is of different traces, and what it is compared with is the same collector with nothing in it."""

from itertools import islice

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from catalog.loading import load
from cli.arguments import ROOT
from cli.bench_traces import without
from cli.synthetic_spans import SPANS_OF_A_REQUEST, SPANS_OF_A_TRACE, TRACES_OF_A_REQUEST, requests
from rendering.document import Document
from rendering.otel.gateway import gateway
from rendering.otel.settings import TracesSettings
from rendering.site import Site


@pytest.fixture(scope="module")
def ours() -> Document:
    settings = TracesSettings.model_validate({"sampling": {"share": 0.1}, "replicas": {"min": 1, "max": 1}})
    return gateway(load(ROOT), Site("bench", "any", "any", "https://runbooks.example.com"), settings)


def test_no_trace_is_sent_twice_whoever_sends_and_each_is_sent_whole() -> None:
    spans: dict[bytes, int] = {}
    for sender in (0, 1):
        for request in islice(requests(sender), 20):
            read = ExportTraceServiceRequest.FromString(request)
            found = [span for resource in read.resource_spans for scope in resource.scope_spans for span in scope.spans]
            assert len(found) == SPANS_OF_A_REQUEST
            for span in found:
                spans[span.trace_id] = spans.get(span.trace_id, 0) + 1
    assert len(spans) == 2 * 20 * TRACES_OF_A_REQUEST
    assert set(spans.values()) == {SPANS_OF_A_TRACE}


def test_the_bare_collector_receives_queues_and_sends_alike_and_does_nothing_else(ours: Document) -> None:
    bare = without(ours)
    assert bare["receivers"] == ours["receivers"]
    assert bare["exporters"] == {"otlp_grpc/jaeger": ours["exporters"]["otlp_grpc/jaeger"]}
    assert bare["service"]["pipelines"] == {"traces": {"receivers": ["otlp"], "exporters": ["otlp_grpc/jaeger"]}}
    assert "processors" not in bare
    assert len(ours["processors"]) > 5, "ours was left as it is"

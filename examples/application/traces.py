"""Traces by OpenTelemetry: where they go and what the service is called stands in the environment that the stack hands over.

Without `OTEL_EXPORTER_OTLP_ENDPOINT` nothing is recorded. Attributes are OpenTelemetry's semantic conventions, and `ai.*` for
calls of models as the catalog's owners agreed.
"""

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_SERVER_ERROR = 500

_tracer = trace.get_tracer("examples.application")
_propagator = TraceContextTextMapPropagator()


def set_up() -> Callable[[], None]:
    """Sends spans in batches from now on; call what is returned before the process ends, or its last ones are lost.

    Address, service name and resource attributes are read from `OTEL_*` by the SDK itself.
    """
    if not os.environ.get(ENDPOINT):
        return lambda: None
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return provider.shutdown


@contextmanager
def request(method: str, route: str, traceparent: str | None) -> Generator[Span]:
    """A request being answered, as part of the trace that it came with."""
    came = _propagator.extract({"traceparent": traceparent} if traceparent else {})
    attributes = {"http.request.method": method, "http.route": route}
    with _tracer.start_as_current_span(f"{method} {route}", came, SpanKind.SERVER, attributes) as span:
        yield span


@contextmanager
def call(name: str, peer: str, attributes: Mapping[str, str | int]) -> Generator[Span]:
    """A call of something else, on which this request waits; `peer` is its name in the service graph."""
    with _tracer.start_as_current_span(name, kind=SpanKind.CLIENT, attributes={"peer.service": peer, **attributes}) as span:
        yield span


def answered(span: Span, status: int) -> None:
    """What a request was answered with; the client's own mistakes are no errors of ours."""
    span.set_attribute("http.response.status_code", status)
    if status >= _SERVER_ERROR:
        failed(span, str(status))


def failed(span: Span, reason: str) -> None:
    """An error: its trace is kept, whatever the share of sampling."""
    span.set_attribute("error.type", reason)
    span.set_status(StatusCode.ERROR, reason)


def ids(span: Span) -> tuple[str, str] | None:
    """Trace and span id as logs write them; None where nothing is recorded."""
    context = span.get_span_context()
    if not span.is_recording():
        return None
    return trace.format_trace_id(context.trace_id), trace.format_span_id(context.span_id)


def exemplar() -> dict[str, str] | None:
    """The trace that a measurement was made in, for a histogram's bucket; None where none is recorded."""
    found = ids(trace.get_current_span())
    return {"trace_id": found[0], "span_id": found[1]} if found else None

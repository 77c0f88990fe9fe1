"""Spans for measurements: requests of an ordinary shape that are made once and sent again and again under other trace ids."""

import itertools
import random
import time
from collections.abc import Iterator
from functools import cache

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

SPANS_OF_A_TRACE, TRACES_OF_A_REQUEST = 8, 64
SPANS_OF_A_REQUEST = SPANS_OF_A_TRACE * TRACES_OF_A_REQUEST
ERRORS = 0.005
"""Share of traces with an error."""
_MARK = b"\xfe\xffbench\xfe"
"""First half of every trace id, replaced before each sending."""
_SERVICE = "chat-service"
"""A service of the catalog, by its name in OpenTelemetry."""
_VARIANTS = 8


def requests(sender: int) -> Iterator[bytes]:
    """Without an end; each trace id comes once, whoever sends."""
    for number in itertools.count():
        fresh = (1 << 63 | sender << 40 | number).to_bytes(8)
        yield _variants()[number % _VARIANTS].replace(_MARK, fresh)


@cache
def _variants() -> tuple[bytes, ...]:
    chance = random.Random(1)  # noqa: S311 - the same load in every run
    resource = Resource(attributes=_pairs({"service.name": _SERVICE, "service.version": "1.4.2", "k8s.pod.name": "chat-service-0"}))
    return tuple(
        ExportTraceServiceRequest(
            resource_spans=[
                ResourceSpans(
                    resource=resource,
                    scope_spans=[ScopeSpans(spans=[span for _ in range(TRACES_OF_A_REQUEST) for span in _trace(chance)])],
                )
            ]
        ).SerializeToString()
        for _ in range(_VARIANTS)
    )


def _trace(chance: random.Random) -> Iterator[Span]:
    """One request with calls of a database, a cache and a model below it."""
    trace_id, root = _MARK + chance.randbytes(8), chance.randbytes(8)
    now, failed = time.time_ns(), chance.random() < ERRORS
    status = 500 if failed else 200
    asked = {"http.request.method": "POST", "http.route": "/api/chat", "url.path": "/api/chat", "server.port": 8016,
             "http.response.status_code": status, "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64)"}  # fmt: skip
    request = Span(span_id=root, name="POST /api/chat", kind=Span.SPAN_KIND_SERVER, attributes=_pairs(asked))
    if failed:
        request.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message="it failed"))
    spans = [request]
    for number in range(SPANS_OF_A_TRACE - 1):
        called = {"db.system.name": "postgresql", "db.namespace": "universal_ai_tools", "db.operation.name": "SELECT",
                  "db.query.text": "SELECT id, title FROM chats WHERE owner = $1 ORDER BY changed DESC LIMIT 20",
                  "server.address": "postgres.universal-ai-tools.svc", "server.port": 5432, "peer.service": "postgres"}  # fmt: skip
        own = chance.randbytes(8)
        spans.append(
            Span(span_id=own, parent_span_id=root, name=f"SELECT chats {number}", kind=Span.SPAN_KIND_CLIENT, attributes=_pairs(called))
        )
    for span in spans:
        span.trace_id = trace_id
        span.start_time_unix_nano, span.end_time_unix_nano = now - int(chance.uniform(1e6, 5e7)), now
        yield span


def _pairs(attributes: dict[str, str] | dict[str, str | int]) -> list[KeyValue]:
    return [
        KeyValue(key=key, value=AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=value))
        for key, value in attributes.items()
    ]

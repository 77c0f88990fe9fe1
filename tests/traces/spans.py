"""Spans as applications send them: OTLP over HTTP, built by hand so that each test knows every id that it sent."""

import http.client
import random
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

CALLER, CALLED = "api-gateway", "chat-service"
"""Two services of the catalog, by their names in OpenTelemetry."""
SPANS = 3
"""Of one trace: the caller's request, its call, the called one's request."""
MALFORMED = b"\x0a\xff\xff\xff\xff\x0fno protobuf"


@dataclass(frozen=True)
class Sent:
    """One trace: its id as the stores write it, and its spans by service."""

    trace_id: str
    by_service: dict[str, list[Span]]


@dataclass
class Maker:
    """Makes traces with ids from a seed."""

    seed: int = 1
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - ids of a test, the same in every run

    def trace(
        self, *, error: bool = False, seconds: float = 0.02, operation: str = "GET /chats", attributes: dict[str, str] | None = None
    ) -> Sent:
        """One request that a service answers by calling another; `attributes` and an error are the called one's."""
        trace_id = self.chance.randbytes(16)
        now = time.time_ns()
        request, call, answer = (self.chance.randbytes(8) for _ in range(SPANS))

        def span(name: str, own: bytes, parent: bytes, kind: Span.SpanKind.ValueType, share: float) -> Span:
            return Span(
                trace_id=trace_id,
                span_id=own,
                parent_span_id=parent,
                name=name,
                kind=kind,
                start_time_unix_nano=now - int(seconds * share * 1e9),
                end_time_unix_nano=now,
            )

        answered = span(operation, answer, call, Span.SPAN_KIND_SERVER, 0.8)
        answered.attributes.extend(pairs(attributes or {}))
        if error:
            answered.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message="it failed"))
        calling = span("call", call, request, Span.SPAN_KIND_CLIENT, 0.9)
        calling.attributes.extend(pairs({"server.address": "10.0.3.4", "peer.service": CALLED}))
        mine = [span("GET /", request, b"", Span.SPAN_KIND_SERVER, 1), calling]
        return Sent(trace_id.hex(), {CALLER: mine, CALLED: [answered]})


def pairs(attributes: dict[str, str]) -> list[KeyValue]:
    """Attributes as OTLP has them."""
    return [KeyValue(key=key, value=AnyValue(string_value=value)) for key, value in attributes.items()]


def requests(traces: Iterable[Sent], resource: dict[str, str] | None = None) -> list[bytes]:
    """One request for each service, as each sends for itself."""
    by_service: dict[str, list[Span]] = {}
    for trace in traces:
        for service, spans in trace.by_service.items():
            by_service.setdefault(service, []).extend(spans)
    return [
        ExportTraceServiceRequest(
            resource_spans=[
                ResourceSpans(
                    resource=Resource(attributes=pairs({"service.name": service, **(resource or {})})),
                    scope_spans=[ScopeSpans(spans=spans)],
                )
            ]
        ).SerializeToString()
        for service, spans in by_service.items()
    ]


def post(port: int, body: bytes, path: str = "/v1/traces", content_type: str = "application/x-protobuf") -> int:
    """The status that a collector answers with; 0 where it does not."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        try:
            connection.request("POST", path, body, {"Content-Type": content_type})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            return 0
        return response.status


def send(port: int, traces: Iterable[Sent], resource: dict[str, str] | None = None) -> None:
    """Sends until all is accepted, as an SDK does that is asked to wait."""
    for body in requests(traces, resource):
        for _ in range(100):
            status = post(port, body)
            if status == http.client.OK:
                break
            assert status in {0, 429, 502, 503, 504}, f"the collector answered {status}"
            time.sleep(0.1)
        else:
            raise AssertionError("the collector took nothing for 10 s")

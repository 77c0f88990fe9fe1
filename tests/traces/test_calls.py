"""A real collector names whom each call calls, whatever attributes its SDK writes, and lets no sender choose that name."""

from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from catalog.catalog import Catalog
from rendering.otel.agent import agent
from rendering.otel.gateway import gateway
from tests.traces.conftest import SITE, settings
from tests.traces.spans import CALLER, Maker, Sent, pairs, send
from tests.traces.stage import Stage, attributes, wait_for

pytestmark = pytest.mark.tools

CALLS: dict[str, tuple[dict[str, str], str]] = {
    "peer.service goes before all else": ({"peer.service": "payments", "server.address": "pay.example.com"}, "payments"),
    "a database by its kind": ({"db.system": "postgresql", "server.address": "10.1.2.3"}, "postgresql"),
    "a database by its newer name": ({"db.system.name": "redis", "db.system": "other"}, "redis"),
    "a model by its provider": ({"ai.provider": "openai", "server.address": "api.openai.com"}, "openai"),
    "a model by the conventions' provider": ({"gen_ai.provider.name": "anthropic"}, "anthropic"),
    "a broker by its kind": ({"messaging.system": "rabbitmq"}, "rabbitmq"),
    "a host by its name": ({"server.address": "api.example.com"}, "api.example.com"),
    "a host by its older name": ({"net.peer.name": "old.example.com"}, "old.example.com"),
    "no address": ({"server.address": "10.1.2.3"}, "unnamed"),
    "no address with a port": ({"net.peer.name": "10.1.2.3:8080"}, "unnamed"),
    "no newer address": ({"server.address": "2001:db8::1"}, "unnamed"),
    "nothing": ({}, "unnamed"),
    "no name of the sender's choice": ({"upstream": "chosen"}, "unnamed"),
}


@pytest.fixture(scope="module")
def named(tools: dict[str, Path], catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """What each span's call is named in the end, by the span's name."""
    with Stage(tmp_path_factory.mktemp("calls"), tools) as stage:
        stage.start(agent(catalog, SITE, settings()), gateway(catalog, SITE, settings()))
        maker = Maker()
        sent: list[Sent] = []
        for kind in (Span.SPAN_KIND_CLIENT, Span.SPAN_KIND_PRODUCER, Span.SPAN_KIND_SERVER):
            for name, (written, _) in CALLS.items():
                trace = maker.trace()
                span = trace.by_service[CALLER][0]
                span.name, span.kind = f"{Span.SpanKind.Name(kind)} {name}", kind
                span.attributes.extend(pairs(written))
                sent.append(Sent(trace.trace_id, {CALLER: [span]}))
        send(stage.entry, sent)
        wait_for(lambda: len(stage.stored()) == len(sent), "all spans")
        return {span["name"]: attributes(span).get("upstream") for span in stage.spans()}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_counted_under(named: dict[str, str | None], name: str) -> None:
    expected = CALLS[name][1]
    assert named[f"SPAN_KIND_CLIENT {name}"] == named[f"SPAN_KIND_PRODUCER {name}"] == expected
    assert named[f"SPAN_KIND_SERVER {name}"] is None

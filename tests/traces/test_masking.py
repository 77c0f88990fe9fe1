"""Canaries in every place where a span or a log record can hold a secret: none arrives, and what is no secret does."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from catalog.catalog import Catalog
from rendering.otel.agent import agent
from rendering.otel.gateway import gateway
from rendering.otel.logs import LogsRoute
from tests.traces.conftest import SITE, settings
from tests.traces.spans import CALLED, CALLER, Maker, Sent, pairs, send
from tests.traces.stage import AGENT, GATEWAYS, Stage, attributes, get, wait_for

pytestmark = pytest.mark.tools

# Under a telling key any value is a secret; elsewhere it is told by its look. All are made up.
BY_KEY = {
    "password": "hunter2canary",
    "user.passwd": "canary-one",
    "http.request.header.authorization": "canary-two",
    "http.request.header.cookie": "sid=canary-three",
    "api_key": "canary-four",
    "AccessToken": "canary-five",
    "card_number": "canary-six",
    "db.connection.secret": "canary-seven",
}
BY_LOOK = {
    "a card": "4111 1111 1111 1111",
    "another card": "378282246310005",
    "a token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl",
    "a header": "Bearer canaryabcdefgh",
    "a cloud key": "AKIACANARYCANARY1234",
    "a repository's token": "ghp_canarycanarycanarycanary",
    "an address": "postgres://admin:canarypass@db:5432/x",
    "a query": "https://x.example/reset?token=canaryreset&page=2",
    "a setting": '{"password": "canaryjson"}',
    "an e-mail": "canary.person@mail.example.org",
}
LOOKS = (
    "canary", "4111 1111", "378282246310005", "eyJhbGci", "AKIACANARY", "ghp_",
)  # fmt: skip
HARMLESS = {
    "gen_ai.usage.input_tokens": "512",
    "user.id": "u-17",
    "url.path": "/api/chats/1700000000000",
    "order.id": "1234567890123456",
    "build": "3f786850e387550fdab836ed7e6dc881de23001b",
}


def poisoned(maker: Maker) -> Sent:
    """A trace with canaries in attributes, names, messages and events."""
    trace = maker.trace(error=True, attributes={**BY_KEY, **BY_LOOK, **HARMLESS})
    span = trace.by_service[CALLED][0]
    span.name = f"GET {BY_LOOK['a query']}"
    span.status.CopyFrom(Status(code=Status.STATUS_CODE_ERROR, message=f"cannot log in: {BY_LOOK['an address']}"))
    event = Span.Event(name=f"sent {BY_LOOK['an e-mail']}")
    event.attributes.extend(pairs({"exception.message": f"refused {BY_LOOK['a header']}", **BY_KEY}))
    event.attributes.add(key="numbers").value.array_value.values.add(string_value=BY_LOOK["a card"])
    event.attributes.add(key="card").value.int_value = 378282246310005
    span.events.append(event)
    call = trace.by_service[CALLER][1]
    del call.attributes[:]
    call.attributes.extend(pairs({"peer.service": BY_LOOK["an address"]}))  # becomes a label
    return trace


def test_no_secret_of_a_span_is_stored_or_becomes_a_label_and_nothing_else_is_masked(stage: Stage, catalog: Catalog) -> None:
    stage.start(agent(catalog, SITE, settings()), gateway(catalog, SITE, settings()))
    trace = poisoned(Maker())
    send(stage.entry, [trace], {"process.command_line": BY_LOOK["a setting"], "db.password": "canary-eight"})
    wait_for(lambda: trace.trace_id in stage.stored(), "the trace to be stored")
    stage.settled()
    written = (stage.folder / "sink.jsonl").read_text()
    assert [look for look in LOOKS if look in written] == []
    exposed = "".join((get(stage.ports[name].metrics, "/metrics") or b"").decode() for name in GATEWAYS)
    assert "traces_span_metrics_calls_total" in exposed
    assert [look for look in LOOKS if look in exposed] == []
    span = next(span for span in stage.spans() if span["resource"]["service.name"] == CALLED)
    assert {key: attributes(span)[key] for key in HARMLESS} == HARMLESS
    assert attributes(span)["a query"] == "https://x.example/reset?****&page=2"
    assert span["name"] == "GET https://x.example/reset?****&page=2"


def test_log_records_are_joined_counted_masked_and_sent_to_loki(stage: Stage, catalog: Catalog) -> None:
    route = LogsRoute(("jac-learning", "skillforge"), "http://loki:3100")
    mine = {"service": "jac-backend"}
    _write(
        stage.folder / "var/log/pods/jac-learning_backend-1_0b1c2d3e-0000-4000-8000-000000000001/app/0.log",
        {**mine, "level": "ERROR", "message": "refused", "type": "security_event", "trace_id": "ab" * 16, "span_id": "cd" * 8},
        {**mine, "level": "info", "message": f"card {BY_LOOK['a card']}", "event": "registration", **BY_KEY},
        "no JSON, but Bearer canaryabcdefgh",
    )
    _write(
        stage.folder / "var/log/pods/skillforge_backend-1_0b1c2d3e-0000-4000-8000-000000000002/app/0.log",
        {"service": "skillforge-backend", "level": "info", "message": "elsewhere kept"},
    )
    stage.start(agent(catalog, SITE, settings(), route), gateway(catalog, SITE, settings()))
    wait_for(lambda: len(_records(stage)) == 3, "three records", lambda: str(_records(stage)))
    first = next(record for record in _records(stage) if record.get("traceId"))
    assert (first["traceId"], first["spanId"], first["severityText"]) == ("ab" * 16, "cd" * 8, "ERROR")
    written = (stage.folder / "sink.jsonl").read_text()
    assert [look for look in LOOKS if look in written] == []
    assert "elsewhere kept" not in written

    def counted() -> set[str]:
        exposed = (get(stage.ports[AGENT].metrics, "/metrics") or b"").decode()
        return {line for line in exposed.splitlines() if line.startswith("log_events_total")}

    wait_for(lambda: len(counted()) == 4, "four series", lambda: "\n".join(counted()))
    mine, theirs = 'application="jac-learning"', 'application="skillforge"'
    assert counted() == {
        f'log_events_total{{{mine},event="security_event",level="error",service="backend"}} 1',
        f'log_events_total{{{mine},event="registration",level="info",service="backend"}} 1',
        f'log_events_total{{{theirs},event="none",level="info",service="backend"}} 1',
        'log_events_total{application="",event="none",level="unknown",service=""} 1',
    }


def test_log_records_of_all_pods_and_times_add_up(stage: Stage, catalog: Catalog) -> None:
    record = {"service": "jac-backend", "level": "info", "message": "hello", "event": "registration"}
    files = [stage.folder / f"var/log/pods/jac-learning_backend-{i}_0b1c2d3e-0000-4000-8000-00000000000{i}/app/0.log" for i in range(3)]
    stage.start(agent(catalog, SITE, settings(), LogsRoute(("jac-learning",))), gateway(catalog, SITE, settings()))
    for file in files:
        _write(file, *[record] * 100)
    line = 'log_events_total{application="jac-learning",event="registration",level="info",service="backend"}'

    def counted() -> str:
        exposed = (get(stage.ports[AGENT].metrics, "/metrics") or b"").decode()
        return "".join(found for found in exposed.splitlines() if found.startswith(line))

    wait_for(lambda: counted() == f"{line} 300", "300 records to be counted", counted)
    with files[0].open("a") as stream:
        stream.write(_line(json.dumps(record), datetime.now(UTC) - timedelta(hours=1)))
    wait_for(lambda: counted() == f"{line} 301", "a late record to be counted", counted)


def _records(stage: Stage) -> list[dict[str, str]]:
    return [
        record
        for line in stage.lines()
        for resource in line.get("resourceLogs", [])
        for scope in resource["scopeLogs"]
        for record in scope["logRecords"]
    ]


def _write(file: Path, *records: dict[str, str] | str) -> None:
    file.parent.mkdir(parents=True)
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    file.write_text("".join(_line(line, datetime.now(UTC)) for line in lines))


def _line(text: str, when: datetime) -> str:
    """A line of a container's log as the runtime writes it."""
    return f"{when:%Y-%m-%dT%H:%M:%S.%f000Z} stdout F {text}\n"

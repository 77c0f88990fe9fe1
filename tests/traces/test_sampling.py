"""Ten thousand traces through an agent and two gateways: which are kept, whether they are whole, and what is counted of all."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.spans import buckets
from rendering.document import Document
from rendering.otel.agent import agent
from rendering.otel.gateway import gateway
from tests.traces.conftest import SITE, settings
from tests.traces.spans import CALLED, CALLER, SPANS, Maker, Sent, send
from tests.traces.stage import GATEWAYS, Stage, get, wait_for

pytestmark = pytest.mark.tools

TRACES, ERRORS, SLOW, SHARE = 10_000, 100, 100, 0.2
SLOWER = 0.3
"""Seconds: the caller's objective in the catalog is 0.1 s, the environment's 5 s."""
TOLERANCE = 4 * (SHARE * (1 - SHARE) / TRACES) ** 0.5
"""Four standard deviations: one run in 16,000 is outside."""
AT_ONCE = 250


@dataclass(frozen=True)
class Past:
    """What was sent, and the stage on which it was."""

    stage: Stage
    errors: list[Sent]
    slow: list[Sent]
    rest: list[Sent]
    stored: dict[str, Counter[str]]
    spans: list[Document]


@pytest.fixture(scope="module")
def past(tools: dict[str, Path], catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    """One run for all tests here."""
    with Stage(tmp_path_factory.mktemp("traces"), tools) as stage:
        stage.start(agent(catalog, SITE, settings()), gateway(catalog, SITE, settings(SHARE)), prometheus=True)
        maker = Maker()
        errors = [maker.trace(error=True) for _ in range(ERRORS)]
        slow = [maker.trace(seconds=SLOWER) for _ in range(SLOW)]
        rest = [maker.trace() for _ in range(TRACES)]
        sent = [*errors, *slow, *rest]
        for first in range(0, len(sent), AT_ONCE):
            send(stage.entry, sent[first : first + AT_ONCE], {"service.namespace": "universal-ai-tools"})
        stored = stage.settled(3)
        yield Past(stage, errors, slow, rest, stored, stage.spans())


def test_every_error_is_kept(past: Past) -> None:
    assert [trace.trace_id for trace in past.errors if trace.trace_id not in past.stored] == []


def test_a_request_slower_than_its_service_s_objective_is_kept(past: Past) -> None:
    assert [trace.trace_id for trace in past.slow if trace.trace_id not in past.stored] == []


def test_of_the_rest_a_share_is_kept(past: Past) -> None:
    kept = sum(trace.trace_id in past.stored for trace in past.rest) / len(past.rest)
    print(f"share {SHARE}: {kept:.4f} of {len(past.rest)} traces kept, tolerance {TOLERANCE:.4f}")
    assert kept == pytest.approx(SHARE, abs=TOLERANCE)


def test_every_kept_trace_is_whole_and_none_of_its_spans_is_stored_twice(past: Past) -> None:
    assert Counter(len(spans) for spans in past.stored.values()) == {SPANS: len(past.stored)}
    assert {times for spans in past.stored.values() for times in spans.values()} == {1}


def test_both_gateways_had_their_part(past: Past) -> None:
    each = [past.stage.own_metric(name, "otelcol_receiver_accepted_spans") for name in GATEWAYS]
    assert sum(each) == SPANS * (ERRORS + SLOW + TRACES)
    assert min(each) > 0.3 * sum(each)


def test_a_span_says_where_it_is_from_and_whose_it_is(past: Past) -> None:
    span = next(span for span in past.spans if span["resource"]["service.name"] == CALLED)
    assert span["resource"] == span["resource"] | {
        "application": "universal-ai-tools",
        "service": "chat-service",
        "deployment.environment.name": "test",
        "cloud.region": "eu-central-1",
        "k8s.cluster.name": "here",
        "k8s.node.name": "node-1",
        "os.type": "linux",
    }


def test_span_metrics_count_every_span_whatever_is_kept(past: Past) -> None:
    wait_for(lambda: _calls(past, CALLED) == ERRORS + SLOW + TRACES, "all calls to be counted", lambda: str(_calls(past, CALLED)))
    assert past.stage.value('sum(traces_span_metrics_calls_total{status_code="STATUS_CODE_ERROR"})') == ERRORS
    assert _calls(past, CALLER) == 2 * (ERRORS + SLOW + TRACES)


def test_span_metrics_have_the_names_labels_and_buckets_that_the_catalog_promises(past: Past, catalog: Catalog) -> None:
    for metric, labels in catalog.exporters["span-metrics"].metrics.items():
        name = f"{metric}_bucket" if "le" in labels else metric
        series = past.stage.ask("query", query=f'{name}{{service="api-gateway"}}')["result"]
        own = {label for each in series for label in each["metric"]} - {"__name__", "job", "instance"}
        assert own == {*labels, "application", "service"}
    found = past.stage.ask("query", query='count by (le) (traces_span_metrics_duration_seconds_bucket{service="chat-service"})')["result"]
    assert {float(each["metric"]["le"]) for each in found} == {*buckets(catalog), float("inf")}


def test_calls_are_counted_by_whom_they_call(past: Past) -> None:
    calls = 'traces_span_metrics_calls_total{service="api-gateway",span_kind="SPAN_KIND_CLIENT"}'
    found = past.stage.ask("query", query=f"sum by (upstream) ({calls})")["result"]
    assert {each["metric"]["upstream"]: float(each["value"][1]) for each in found} == {CALLED: ERRORS + SLOW + TRACES}
    assert past.stage.value('count(traces_span_metrics_calls_total{span_kind="SPAN_KIND_SERVER",upstream!=""})') == 0


def test_the_service_graph_knows_who_calls_whom(past: Past) -> None:
    edge = f'{{client="{CALLER}",server="{CALLED}"}}'
    wait_for(
        lambda: past.stage.value(f"sum(traces_service_graph_request_total{edge})") == ERRORS + SLOW + TRACES,
        "all calls to be in the graph",
        lambda: str(past.stage.ask("query", query="traces_service_graph_request_total")["result"]),
    )
    assert past.stage.value(f"sum(traces_service_graph_request_failed_total{edge})") == ERRORS


def test_the_collector_says_what_it_received_dropped_and_queues(past: Past) -> None:
    exposed = (get(past.stage.ports[GATEWAYS[0]].telemetry, "/metrics") or b"").decode()
    for metric in ("otelcol_receiver_accepted_spans", "otelcol_exporter_queue_size", "otelcol_exporter_sent_spans"):
        assert metric in exposed


def _calls(past: Past, service: str) -> float:
    return past.stage.value(f'sum(traces_span_metrics_calls_total{{application="universal-ai-tools",service_name="{service}"}})')

"""A service's own dashboard: the sections that its signals make, its neighbours, and the way to its records and traces."""

import json
from urllib.parse import parse_qs, urlparse

import pytest

from catalog.model import Service
from dashboards.model import Dashboard
from dashboards.naming import service_uid
from tests.dashboards.drawn import all_of_them, panel, reader, row

GATEWAY, ASSISTANT = ("universal-ai-tools", "api-gateway"), ("universal-ai-tools", "assistantd")


def of(application: str, name: str) -> Dashboard:
    return all_of_them()[service_uid(application, name)]


def titles(dashboard: Dashboard, heading: str) -> set[str]:
    return {panel.title for panel in row(dashboard, heading)}


def test_it_begins_with_the_alerts_that_fire() -> None:
    first = of(*GATEWAY).rows[0].panels[0]
    assert first.title == "Alerts now"
    assert 'ALERTS{application="universal-ai-tools",service="api-gateway"}' in first.queries[0].expression
    assert first.empty


def test_requests_are_told_by_rate_errors_and_latency() -> None:
    requests = titles(of(*GATEWAY), "Requests")
    assert {"HTTP requests", "HTTP errors", "HTTP latency"} <= requests
    assert [query.legend for query in panel(of(*GATEWAY), "HTTP latency").queries] == ["p50", "p95", "p99"]


def test_each_application_tells_its_routes_apart_by_its_own_label() -> None:
    for name, label in ((GATEWAY, "route"), (("jac-learning", "backend"), "endpoint")):
        query = panel(of(*name), "HTTP requests by route").queries[0]
        assert f"by({label})" in query.expression
        assert query.expression.startswith("topk(10,"), "paths may be many"
    assert not titles(of("jac-learning", "celery"), "Requests by route"), "it counts none"


def test_a_recorded_series_is_read_instead_of_what_it_was_made_of() -> None:
    its = 'slo:all_events:rate5m{application="universal-ai-tools",service="api-gateway",slo="availability"}'
    expression = panel(of(*GATEWAY), "HTTP errors").queries[0].expression
    assert expression.endswith(f" / (sum({its}) > 0)"), "summed: the recorded one has a label more than what it is divided into"
    assert panel(of(*GATEWAY), "HTTP requests").queries[0].expression.startswith("slo:all_events:rate5m{")


def test_signals_of_logs_and_of_traces_stand_beside_each_other() -> None:
    assert titles(of(*GATEWAY), "What its logs and traces tell") >= {"Span errors", "Span latency", "Error logs", "Records logged"}


def test_what_cannot_be_there_is_not_shown() -> None:
    assert "Certificate expiry" not in titles(of(*GATEWAY), "From outside"), "its probes speak no TLS"
    assert "Certificate expiry" in titles(of("skillforge", "openai"), "From outside")
    assert not row(of("skillforge", "postgres"), "Resources")[1:], "RDS has no pods; its exporter has a scrape"
    assert "Container memory" in titles(of("jac-learning", "postgres"), "Resources")


def test_own_work_is_what_is_left() -> None:
    assert "Inference latency" in titles(of("skillforge", "ai-services"), "Requests"), "an objective is made of it"
    assert {"Model accuracy", "Model drift"} <= titles(of("skillforge", "ai-services"), "Its work")
    assert {"Third party errors", "Third party latency"} <= titles(of("skillforge", "backend"), "Dependencies")


def test_no_signal_is_shown_twice() -> None:
    for uid, dashboard in all_of_them().items():
        if uid.startswith("svc-"):
            found = [panel.title for panel in dashboard.panels]
            assert len(found) == len(set(found)), uid


def test_it_shows_and_links_what_it_depends_on() -> None:
    shown = panel(of(*ASSISTANT), "Dependencies that are up")
    assert [query.expression for query in shown.queries] == [
        'dependency:available:bool{application="universal-ai-tools",dependency=~"postgres|redis"}',
        'service:available:bool{application="universal-ai-tools",service=~"llm-router|memory-service"}',
    ]
    assert {link.url for link in shown.links} == {
        f"/d/{service_uid('universal-ai-tools', name)}" for name in ("postgres", "redis", "llm-router", "memory-service")
    }
    latency = panel(of(*ASSISTANT), "Latency of dependencies")
    assert {"postgres", "llm-router", "memory-service"} <= {query.legend for query in latency.queries}
    assert f"/d/{service_uid(*ASSISTANT)}" in panel(of("universal-ai-tools", "redis"), "Where to go on").text, "and who needs it"


@pytest.mark.parametrize(
    ("application", "name"), [("universal-ai-tools", "api-gateway"), ("jac-learning", "backend"), ("ai-platform", "api")]
)
def test_logs_and_traces_are_asked_by_the_services_own_identity(application: str, name: str) -> None:
    service = reader().subject(application, name).watched
    assert isinstance(service, Service)
    opened = [link for link in of(application, name).links if link.url.startswith("/explore")]
    sources = set[str | None]()
    for link in opened:
        (panes,) = parse_qs(urlparse(link.url).query)["panes"]
        pane = json.loads(panes)["a"]
        (query,) = pane["queries"]
        assert query["datasource"]["uid"] == pane["datasource"]
        assert service.identity.otel in json.dumps({key: value for key, value in query.items() if key != "datasource"})
        sources.add({"elasticsearch": "elastic"}.get(pane["datasource"], pane["datasource"]))
    wanted = {*service.collect.logs, *service.collect.traces} - {"datadog", "cloudwatch"}
    assert sources == {backend.value for backend in wanted}


def test_every_alert_of_the_catalog_stands_there_with_its_runbook() -> None:
    for subject in reader().subjects:
        text = panel(of(subject.application.application, subject.name), "Alerts and runbooks").text
        assert all(f"https://example.com/runbooks/{alert}.md" in text for alert in subject.watched.alerts), subject.name


def test_a_state_is_red_until_it_is_there() -> None:
    shown = panel(of(*GATEWAY), "Up")
    assert shown.base == "red"
    assert [(level.value, level.colour) for level in shown.thresholds] == [(1, "green")]

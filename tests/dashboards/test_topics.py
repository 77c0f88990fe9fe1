"""The dashboards of topics: what they show follows from the catalog, and what they cannot show they say."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from catalog.exposure import waiting
from catalog.loading import load
from catalog.model import Application, Service
from dashboards.grafana import (
    api,
    api_queries,
    business,
    cache,
    database,
    infrastructure,
    kubernetes,
    models,
    platform_health,
    security,
    telemetry_cost,
    telemetry_queries,
    topics,
)
from dashboards.grafana.build import document
from dashboards.model import CLOUDWATCH, Dashboard, Panel
from dashboards.panels import across
from dashboards.reading import Reader
from rendering.rules import rule_groups
from rendering.site import Site

TOPICS = (api, business, cache, database, infrastructure, kubernetes, models, platform_health, security, telemetry_cost)
SITE = Site("test", "eu-central-1", "test-1", "https://example.com/runbooks/")


def read(site: Site = SITE) -> Reader:
    catalog = load(Path(__file__).resolve().parents[2])
    return Reader(catalog, site, rule_groups(catalog, site))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return read()


@pytest.fixture(scope="module")
def found(reader: Reader) -> dict[str, Dashboard]:
    return {dashboard.uid: dashboard for topic in TOPICS for dashboard in topic.dashboards(reader)}


def panel(found: dict[str, Dashboard], uid: str, title: str) -> Panel:
    return next(each for each in found[uid].panels if each.title == title)


def application(reader: Reader, name: str) -> Application:
    return reader.catalog.applications[name]


def test_no_two_panels_of_a_dashboard_have_one_title(found: dict[str, Dashboard]) -> None:
    for uid, dashboard in found.items():
        twice = [title for title, count in Counter(each.title for each in dashboard.panels).items() if count > 1]
        assert not twice, f"{uid}: {twice}"


def test_every_dashboard_stands_in_the_folder_of_an_application(reader: Reader, found: dict[str, Dashboard]) -> None:
    assert {dashboard.folder for dashboard in found.values()} == set(reader.catalog.applications)


def test_every_business_measure_that_prometheus_sees_is_shown(reader: Reader, found: dict[str, Dashboard]) -> None:
    for subject in reader.subjects:
        if not isinstance(subject.watched, Service):
            continue
        for target in subject.watched.business.values():
            statistic = "p95" if reader.signal(target.signal).form == "histogram" else None
            shown = {query.expression for each in found[f"business-{subject.application.application}"].panels for query in each.queries}
            assert reader.of(subject, target.signal, statistic).expression in shown, target.signal


def test_a_business_target_is_a_threshold_of_its_panel(found: dict[str, Dashboard]) -> None:
    assert [(each.value, each.colour) for each in panel(found, "business-skillforge", "User satisfaction").thresholds] == [(4.5, "green")]
    matched = panel(found, "business-skillforge", "Job match success").thresholds
    assert [(each.value, each.colour) for each in matched] == [(0.3, "yellow"), (0.7, "green")]
    executed = panel(found, "business-jac-learning", "Code execution success")
    assert (executed.base, [each.value for each in executed.thresholds]) == ("yellow", [0.95])
    assert executed.queries[0].expression.startswith("1 - (")


def test_endpoints_are_told_by_the_metrics_that_name_them(reader: Reader) -> None:
    assert api_queries.by_endpoint(application(reader, "ai-platform")) == api_queries.Counted(
        "aiplatform_requests_total", "aiplatform_request_duration_seconds", "endpoint"
    )
    assert api_queries.by_endpoint(application(reader, "universal-ai-tools")) == api_queries.Counted(
        "http_requests_total", "http_request_duration_seconds", "route"
    )


def test_errors_are_told_by_the_applications_own_words_for_failure(found: dict[str, Dashboard]) -> None:
    assert 'status=~"error|5.."' in panel(found, "api-jac-learning", "Top endpoints by errors").queries[0].expression
    assert 'status_code=~"5.."' in panel(found, "api-universal-ai-tools", "Top endpoints by errors").queries[0].expression


def test_what_is_recorded_for_every_service_is_read_recorded(reader: Reader) -> None:
    shown = across(reader, application(reader, "universal-ai-tools"), "http_latency", "p95")
    assert shown.queries[0].expression == 'service:http_latency:p95_5m{application="universal-ai-tools",service=~"$service"}'


def test_a_latency_by_model_keeps_the_models_apart(found: dict[str, Dashboard]) -> None:
    legends = [query.legend for query in panel(found, "models-skillforge", "Inference latency: p50, p95, p99").queries]
    assert legends == [f"{statistic} {{{{model_name}}}} {{{{model_version}}}}" for statistic in ("p50", "p95", "p99")]


def test_pods_of_all_services_are_asked_for_in_one_query(found: dict[str, Dashboard]) -> None:
    shown = panel(found, "infrastructure-jac-learning", "Container memory against limits")
    assert len(shown.queries) == 1
    assert all(f"{pods}-.*" in shown.queries[0].expression for pods in ("backend", "frontend", "celery-worker"))


def test_a_signal_of_pods_of_several_services_has_a_panel_for_each(found: dict[str, Dashboard]) -> None:
    titles = [each.title for each in found["infrastructure-skillforge"].panels if each.title.startswith("CPU request unused")]
    assert titles == ["CPU request unused: backend", "CPU request unused: ai-services"]
    for name in ("backend", "ai-services"):
        assert f'pod=~"{name}-.*"' in panel(found, "infrastructure-skillforge", f"CPU request unused: {name}").queries[0].expression


def test_only_who_runs_on_aws_is_shown_aws(found: dict[str, Dashboard]) -> None:
    asked = {uid for uid, dashboard in found.items() if any(each.source == CLOUDWATCH for each in dashboard.panels)}
    assert asked == {"infrastructure-skillforge"}


def test_cloudwatch_is_asked_for_all_resources_of_a_kind_in_the_panels_unit(found: dict[str, Dashboard]) -> None:
    targets = {
        shown["title"]: shown["targets"][0]
        for row in document(found["infrastructure-skillforge"])["panels"]
        for shown in row.get("panels", [])
        if shown["datasource"]["uid"] == "cloudwatch"
    }
    rds: dict[str, Any] = targets["RDS CPU"]
    assert rds["expression"] == "SEARCH('{AWS/RDS,DBInstanceIdentifier} MetricName=\"CPUUtilization\"', 'Average', $__period_auto) * 0.01"
    assert (rds["metricEditorMode"], rds["metricQueryType"], rds["queryMode"]) == (1, 0, "Metrics")
    assert rds["region"] == "default"
    assert targets["CloudFront requests"]["region"] == "us-east-1"
    assert "86400" in targets["S3 size"]["expression"]


def test_budgets_of_all_who_are_scraped_are_compared(reader: Reader) -> None:
    asked = telemetry_queries.budget_used(reader).expression
    for subject in reader.subjects:
        assert subject.name in asked
    assert asked.count(" / ") < len(reader.subjects) + 1


def test_what_nobody_makes_yet_is_told_in_words_and_not_asked(reader: Reader, found: dict[str, Dashboard]) -> None:
    planned = waiting(reader.catalog)
    told = panel(found, "security-skillforge", "Access anomalies and what else is seen elsewhere")
    assert "Data that one user reads" in told.text
    assert "`DataAccessAnomaly`" in told.text
    assert not any(reader.shows(subject, name) for subject in reader.subjects for name in planned)
    if "security_breach_logged" in planned:
        notes = [each for each in found["security-jac-learning"].panels if each.kind == "text"]
        assert "`SecurityBreach`" in notes[0].text


def test_a_system_that_is_switched_off_is_not_asked() -> None:
    reader = read(Site("test", "eu-central-1", "test-1", "https://example.com/", switched_off=frozenset({"external-secrets"})))
    rows = [row.title for row in platform_health.dashboards(reader)[0].rows]
    assert "External Secrets" not in rows
    assert "Prometheus" in rows


def test_links_lead_from_an_application_to_its_other_topics_and_not_to_itself(reader: Reader) -> None:
    titles = [link.title for link in topics.links(reader, application(reader, "jac-learning"), "cache")]
    assert titles == ["Overview", "API", "Databases", "Logs", "Infrastructure"]

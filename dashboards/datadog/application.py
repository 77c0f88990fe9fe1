"""How an application answers: speed, traffic and errors by service and endpoint, what it waits for, and what users meet."""

from collections.abc import Iterator

from catalog.catalog import Subject
from catalog.model import Application, Dependency, Service
from catalog.units import Unit
from dashboards.datadog import application_queries as queries
from dashboards.datadog import rum_queries, shared
from dashboards.datadog.model import Widget
from dashboards.datadog.panels import across, named, panel, shown, split
from dashboards.datadog.reading import Reader
from dashboards.model import Dashboard, Row
from rendering.datadog import rum

_SPEED = {"http_requests": "Throughput by service", "http_errors": "Errors by service"}
_ENDPOINTS = {
    "platform_api_requests": "Throughput by endpoint",
    "platform_api_errors": "Errors by endpoint",
    "platform_api_connections": "Open connections",
}
_DATABASE = {
    "postgres_query_latency": "Query time",
    "postgres_connections": "Database connections",
    "database_connection_failures": "Database connection failures",
}
_INFERENCE = ("inference_latency", "inference_errors", "third_party_latency", "third_party_errors")
_USERS = {"page_load": "Page load", "feature_adoption": "Feature adoption", "error_impact": "Users who meet errors"}
_HEALTH = {
    "up": "Up",
    "probe_success": "Health checks",
    "probe_latency": "Health check latency",
    "span_errors": "Failed traces",
    "span_latency": "Time of operations by their traces (p95)",
    "maintenance_active": "Maintenance",
}
_FAILURES = (
    "payment_failures",
    "feature_errors",
    "assessment_failures",
    "data_integrity_failures",
    "code_execution_failures",
    "agent_task_success",
    "ai_request_errors",
    "error_logs",
)
"""Signals of what can fail besides a request."""


def dashboards(reader: Reader) -> list[tuple[Application, Dashboard]]:
    """One for each application that counts requests."""
    return [(each, _dashboard(reader, each)) for each in reader.applications if reader.holders(each, "http_requests")]


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    return shared.dashboard(
        reader,
        application,
        "application",
        "application",
        f"How {application.title} answers, by service and endpoint, what it waits for, and what its users meet.",
        Row("Health", shown(reader, application, _HEALTH)),
        Row("Speed, traffic and errors", (*shown(reader, application, _SPEED), *_percentiles(reader, application))),
        Row("Endpoints", tuple(_endpoints(reader, application))),
        Row("Errors by type", shown(reader, application, _FAILURES, used=True)),
        Row("Database", (*shown(reader, application, _DATABASE), *_statements(reader, application))),
        Row("Inference and third parties", shown(reader, application, _INFERENCE)),
        Row("What users meet", (*shown(reader, application, _USERS), *_features(reader, application), *_browsers(reader, application))),
        Row("Who calls whom", shared.service_map(reader, application)),
    )


def _percentiles(reader: Reader, application: Application) -> Iterator[Widget]:
    timed = reader.holders(application, "http_latency")
    if timed:
        yield across(reader, timed, "http_latency", "p95").but(title="Response time by service (p95)")
    for service in timed:
        yield panel(reader, service, "http_latency").but(title=f"Response time of {service.name}: p50, p95, p99")


def _endpoints(reader: Reader, application: Application) -> Iterator[Widget]:
    label = application.http.route_label
    counted = [each for each in reader.holders(application, "http_requests") if _told(each, "http_requests_total", label)]
    timed = [each for each in reader.holders(application, "http_latency") if _told(each, "http_request_duration_seconds", label)]
    if counted:
        yield split(reader, counted, "http_requests", (label,)).but(title="Throughput by endpoint")
        yield split(reader, counted, "http_errors", (label,)).but(title="Errors by endpoint")
    if timed:
        for statistic in ("p50", "p95", "p99"):
            yield split(reader, timed, "http_latency", (label,), statistic).but(title=f"Response time by endpoint ({statistic})")
    yield from shown(reader, application, _ENDPOINTS)
    for service in reader.holders(application, "platform_api_latency"):
        for statistic in ("p50", "p95", "p99"):
            yield panel(reader, service, "platform_api_latency", statistic).but(title=f"Response time by endpoint ({statistic})")


def _told(service: Subject, metric: str, label: str) -> bool:
    return isinstance(service.watched, Service) and label in service.watched.exposes.get(metric, ())


def _statements(reader: Reader, application: Application) -> Iterator[Widget]:
    """From database monitoring, which knows every statement by its signature."""
    for subject in reader.parts(application):
        if (
            isinstance(subject.watched, Dependency)
            and subject.watched.kind == "postgres"
            and reader.shows(subject, "postgres_query_latency")
        ):
            said = "Statements by their signature, from database monitoring."
            slow = f"{said} Seconds that one execution takes."
            yield named("Slow queries", slow, Unit.SECONDS, queries.statement_times(reader, subject), kind="bars")
            costly = f"{said} Seconds of all executions together."
            yield named("Costliest queries", costly, Unit.SECONDS, queries.slow_statements(reader, subject), kind="bars")


def _features(reader: Reader, application: Application) -> Iterator[Widget]:
    for service in reader.holders(application, "feature_errors", used=True):
        yield named("Feature use", "Uses of an hour, of the ten features used most.", Unit.COUNT, queries.feature_uses(reader, service))


def _browsers(reader: Reader, application: Application) -> Iterator[Widget]:
    for subject, _ in rum.reporting(reader.catalog, reader.site):
        if subject.application.application == application.application:
            yield from rum_queries.widgets(subject)

"""How an application answers: traffic, errors and latency by service and endpoint, and what they depend on."""

from catalog.catalog import Subject
from catalog.model import Application
from catalog.units import Unit
from dashboards.grafana import api_queries as queries
from dashboards.grafana import container_queries, topics
from dashboards.model import Dashboard, Panel, Row
from dashboards.naming import uid
from dashboards.panels import across
from dashboards.reading import Reader

_FAILURES = (
    "code_execution_failures",
    "agent_task_success",
    "inference_errors",
    "ai_request_errors",
    "third_party_errors",
    "database_connection_failures",
    "feature_errors",
    "payment_failures",
    "assessment_failures",
)
"""Signals of what can fail besides a request."""
_DEPENDENCIES = (
    "postgres_query_latency",
    "postgres_connections",
    "postgres_slow_queries",
    "postgres_cache_hits",
    "redis_cache_hits",
    "database_pool",
)
_USERS = ("page_load", "frontend_api_latency", "page_views", "feature_adoption", "error_impact")
_INFERENCE = ("inference_latency", "ai_request_latency", "inference_rate", "ai_requests", "third_party_latency")
_HEALTH = ("up", "probe_success", "probe_latency")
_RARELY_FAILS = "no request failed in this time"


def dashboards(reader: Reader) -> list[Dashboard]:
    """One for each application that counts HTTP requests."""
    return [_dashboard(reader, each) for each in topics.applications(reader) if topics.holders(reader, each, "http_requests")]


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    serving = topics.holders(reader, application, "http_requests")
    return Dashboard(
        uid("api", application.application),
        f"{application.title}: API and application performance",
        f"Requests that {application.title} answers, how many fail, how long they take, at which endpoints, and what they wait for.",
        application.application,
        topics.page(
            Row("Traffic and errors", _traffic(reader, application)),
            Row("Latency", _latency(reader, application)),
            Row("Endpoints", _endpoints(application)),
            Row("CPU and memory", _resources(reader, serving)),
            Row("Database and cache", topics.panels(reader, application, _DEPENDENCIES)),
            Row("Errors by type", _failures(reader, application), collapsed=True),
            Row("What users meet in the browser", topics.panels(reader, application, _USERS), collapsed=True),
            Row("Models and third parties", topics.panels(reader, application, _INFERENCE), collapsed=True),
            Row("Health", topics.panels(reader, application, _HEALTH, kind="service"), collapsed=True),
        ),
        tags=("api", application.application),
        variables=topics.services(application, reader.parts(application)),
        links=topics.links(reader, application, "api"),
    )


def _traffic(reader: Reader, application: Application) -> tuple[Panel, ...]:
    return (
        across(reader, application, "http_requests").but(title="Request rate"),
        Panel(
            "Requests by status",
            "Requests a second of the services that are chosen, by status.",
            Unit.PER_SECOND,
            (queries.requests_by_status(application),),
            stacked=True,
        ),
        Panel(
            "Errors by status",
            "Requests a second that did not succeed, by service and status; 4xx are the client's fault and count in no objective.",
            Unit.PER_SECOND,
            (queries.errors_by_status(application),),
            empty=_RARELY_FAILS,
        ),
        across(reader, application, "http_errors").but(title="Error ratio", width=24, height=6),
    )


def _latency(reader: Reader, application: Application) -> tuple[Panel, ...]:
    statistics = ("p50", "p95", "p99")
    return (
        Panel(
            "Latency: p50, p95, p99",
            "Half, 95 and 99 of a hundred requests take less than this, over all services that are chosen.",
            Unit.SECONDS,
            tuple(queries.latency(application, statistic) for statistic in statistics),
            width=12,
        ),
        across(reader, application, "http_latency", "p95").but(title="Latency by service (p95)", width=12),
    )


def _endpoints(application: Application) -> tuple[Panel, ...]:
    counted = queries.by_endpoint(application)
    if counted is None:
        return ()
    found = (
        Panel(
            "Top endpoints by traffic",
            "The ten endpoints that are asked most, in requests a second.",
            Unit.PER_SECOND,
            (queries.endpoint_traffic(application, counted),),
            kind="bars",
        ),
        Panel(
            "Top endpoints by errors",
            "The ten endpoints at which most requests fail, in failures a second.",
            Unit.PER_SECOND,
            (queries.endpoint_errors(application, counted),),
            kind="bars",
            empty=_RARELY_FAILS,
        ),
        Panel(
            "Error ratio by endpoint",
            "The ten endpoints at which the greatest share of requests fails.",
            Unit.RATIO,
            (queries.endpoint_error_ratio(application, counted),),
            empty=_RARELY_FAILS,
        ),
    )
    if counted.histogram is None:
        return found
    latencies = tuple(
        Panel(
            f"Latency by endpoint ({statistic})",
            f"The ten slowest endpoints by their {statistic}.",
            Unit.SECONDS,
            (queries.endpoint_latency(application, counted, statistic),),
        )
        for statistic in ("p50", "p95", "p99")
    )
    return (*found, *latencies)


def _resources(reader: Reader, serving: list[Subject]) -> tuple[Panel, ...]:
    return (
        Panel(
            "CPU by pod",
            "CPU that each pod uses of what it may use; the twenty highest.",
            Unit.RATIO,
            (container_queries.of_all(reader, serving, "container_cpu"),),
            width=12,
        ),
        Panel(
            "Memory by pod",
            "Memory that each pod uses of what it may use; the twenty highest. At 100 % it is killed.",
            Unit.RATIO,
            (container_queries.of_all(reader, serving, "container_memory"),),
            width=12,
        ),
    )


def _failures(reader: Reader, application: Application) -> tuple[Panel, ...]:
    exposed = {metric for service in application.services.values() for metric in service.exposes}
    counted = tuple(
        Panel(title, described, Unit.PER_SECOND, (queries.outcomes(application, metric, kind),), stacked=True)
        for metric, kind, title, described in (
            ("code_executions_total", "language", "Code executions by outcome", "Code that learners ran, by language and how it ended."),
            (
                "agent_tasks_total",
                "agent_type",
                "Agents' tasks by outcome",
                "Tasks that agents worked on, by kind of agent and how they ended.",
            ),
        )
        if metric in exposed
    )
    found = tuple(each.but(empty=_RARELY_FAILS) for each in topics.panels(reader, application, _FAILURES, used=True))
    return (*found, *counted)

"""One overview for each application: what is wrong now, whether promises are kept, how much is asked of it, and what it takes."""

from collections.abc import Iterator

from catalog.catalog import Subject
from catalog.model import Application, Service
from catalog.units import Unit
from dashboards.grafana import application_queries as queries
from dashboards.grafana import shared, topics
from dashboards.model import Dashboard, Link, Panel, Row, Threshold
from dashboards.naming import application_uid, service_uid
from dashboards.reading import Reader
from rendering import slo

_HEADLINES: dict[str, tuple[str, ...]] = {
    "Requests": ("http_requests", "http_errors", "http_latency", "apiserver_errors", "apiserver_latency"),
    "AI requests": ("ai_requests", "ai_request_errors", "ai_request_latency"),
    "Models": ("inference_rate", "inference_latency", "inference_errors", "model_accuracy", "predictions", "prediction_accuracy"),
    "Users": ("users_daily", "users_monthly", "registrations", "engagement", "page_views", "learning_sessions"),
    "What it is for": (
        "match_ratio",
        "assessments",
        "job_applications",
        "path_completion",
        "agent_task_success",
        "code_execution_failures",
    ),
}
"""Signals worth the first page, by heading; an application shows those that it has."""
_QUIET = "nothing is wrong: no alert fires"


def dashboards(reader: Reader) -> list[Dashboard]:
    """All of one environment, the platform's own among them."""
    return [_dashboard(reader, application) for application in reader.catalog.applications.values()]


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    name = application.application
    parts = reader.parts(application)
    variables = topics.services(application, parts)
    rows = (
        Row("Health", tuple(_health(reader, application))),
        *(Row(title, topics.panels(reader, application, names)) for title, names in list(_HEADLINES.items())[:1]),
        Row("Resources", tuple(_resources(reader, application))),
        *(Row(title, topics.panels(reader, application, names)) for title, names in list(_HEADLINES.items())[1:]),
        Row("Parts", (_parts(parts),)),
    )
    return Dashboard(
        application_uid(name),
        f"{application.title}: overview",
        f"Health, promises, requests and resources of {application.title}, service by service. Team {application.owner.team}.",
        name,
        shared.fitting(rows),
        tags=("overview", name),
        variables=variables,
        links=(*_topics(reader, application), Link("Objectives", f"/d/{shared.SLO_OVERVIEW}?var-application={name}")),
    )


def _topics(reader: Reader, application: Application) -> tuple[Link, ...]:
    """The platform has dashboards of its own, which its topics do not name."""
    return topics.links(reader, application, "") if application.namespace is not None else ()


def _health(reader: Reader, application: Application) -> Iterator[Panel]:
    said = "Critical alerts of Prometheus that fire, of services and of what they depend on."
    yield Panel("Critical alerts", said, None, (queries.critical(application),), kind="table", width=12, empty=_QUIET)
    red = (Threshold(1, "orange"),)
    counted = "How many alerts fire, by severity; an alert of several pods counts once."
    yield Panel(
        "Alerts by severity", counted, Unit.COUNT, (queries.firing(application),), kind="stat", thresholds=red, width=4, empty=_QUIET
    )
    if any(each.subject.application is application for each in slo.objectives(reader.catalog, reader.site)):
        yield Panel(
            "Error budgets left",
            "Of each objective: 1 is all of it, below 0 the promise is broken.",
            Unit.RATIO,
            (queries.budgets(application),),
            kind="bars",
            thresholds=shared.BUDGET,
            base="red",
            negative=True,
            width=8,
            links=(Link("Objectives", f"/d/{shared.SLO_OVERVIEW}?var-application={application.application}"),),
        )
    for kind, title in (("service", "Service status"), ("dependency", "Dependency status")):
        if queries.records(reader, application, f"{kind}:available:bool"):
            told = "1: up; 0: down by what its paging alerts call down (or, without one, by its scrapes or its check from outside)."
            links = tuple(
                Link(subject.name, f"/d/{service_uid(application.application, subject.name)}")
                for subject in reader.parts(application)
                if subject.kind == kind
            )
            status = Panel(title, told, Unit.STATE, (queries.available(application, kind),), kind="stat", links=links, width=12, height=6)
            yield shared.state(status)


def _resources(reader: Reader, application: Application) -> Iterator[Panel]:
    for what, title in (("cpu", "CPU"), ("memory", "Memory")):
        if queries.records(reader, application, f"service:{what}:ratio"):
            said = f"{title} that a service's fullest pod uses, of what it may use."
            levels = (Threshold(0.8, "orange"), Threshold(0.95, "red"))
            yield Panel(f"{title} by service", said, Unit.RATIO, (queries.used(application, what),), thresholds=levels)
    platform = next((each for each in reader.catalog.applications.values() if each.namespace is None), None)
    if platform is not None and queries.records(reader, platform, "dependency:disk:ratio"):
        said = "The fullest filesystem of any node: services of all applications share them."
        yield Panel("Disk", said, Unit.RATIO, (queries.disk(),), thresholds=(Threshold(0.85, "orange"), Threshold(0.9, "red")))


def _parts(parts: list[Subject]) -> Panel:
    """Every service and dependency with the way to its own dashboard, its logs and its traces."""
    lines = ["| Part | What it is | More |", "|---|---|---|"]
    for subject in parts:
        watched = subject.watched
        what = watched.title if isinstance(watched, Service) else f"{watched.kind} on {watched.runs}"
        more = " · ".join(f"[{link.title}]({link.url})" for link in shared.logs_and_traces(subject))
        where = shared.here(service_uid(subject.application.application, subject.name))
        lines.append(f"| [{subject.name}]({where}) | {what} | {more} |")
    return topics.note("Services and dependencies", "Each has a dashboard of its own.", "\n".join(lines), height=min(14, 4 + len(parts)))

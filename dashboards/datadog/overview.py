"""How an application does at a glance: whom it serves, how it answers, what its models do, and what it uses."""

from collections.abc import Iterator

from catalog.model import Application
from catalog.units import Unit
from dashboards.datadog import application_queries as queries
from dashboards.datadog import shared
from dashboards.datadog.model import Widget
from dashboards.datadog.panels import across, named, panel, shown, whole
from dashboards.datadog.reading import Reader
from dashboards.model import Dashboard, Row

_USERS = {
    "users_daily": "Active users",
    "engagement": "Engagement",
    "registrations": "Registrations",
    "assessments": "Assessments",
    "milestones": "Milestones",
}
_MATCHES = {"match_ratio": "Match rate and success", "application_success": "Application success"}
_INFERENCE = {
    "inference_latency": "Inference time",
    "model_accuracy": "Inference accuracy",
    "inference_rate": "Inference throughput",
    "predictions": "Predictions",
    "prediction_accuracy": "Prediction accuracy",
}


def dashboards(reader: Reader) -> list[tuple[Application, Dashboard]]:
    """One for each application."""
    return [(each, _dashboard(reader, each)) for each in reader.applications]


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    return shared.dashboard(
        reader,
        application,
        "overview",
        "platform overview",
        f"Users, requests, models and resources of {application.title} at a glance.",
        Row("Alerts and objectives", (shared.monitors(reader, application, "Monitors"), *shared.objectives(reader, application))),
        Row("Users", shown(reader, application, _USERS, used=True)),
        Row("Matches", (*shown(reader, application, _MATCHES, used=True), *_matches(reader, application))),
        Row("API", tuple(_api(reader, application))),
        Row("Models", shown(reader, application, _INFERENCE, used=True)),
        Row("Resources by service", tuple(_resources(reader, application))),
    )


def _matches(reader: Reader, application: Application) -> Iterator[Widget]:
    for subject in reader.holders(application, "match_ratio"):
        yield named("Matches", "Matches of an hour, by how they ended.", Unit.COUNT, queries.matches(reader, subject), stacked=True)


def _api(reader: Reader, application: Application) -> Iterator[Widget]:
    yield from (each.but(stacked=True) for each in shown(reader, application, {"http_requests": "API rate"}))
    timed = reader.holders(application, "http_latency")
    if timed:
        yield across(reader, timed, "http_latency", "p95").but(title="API response time (p95)")
    for subject in timed:
        if any(target.signal == "http_latency" and target.statistic == "average" for target in subject.watched.targets.values()):
            average = panel(reader, subject, "http_latency", "average")
            yield average.but(title=f"API response time: average of {subject.name}")
    yield from shown(reader, application, {"http_errors": "API errors"})


def _resources(reader: Reader, application: Application) -> Iterator[Widget]:
    running = shared.services(reader.holders(application, "container_cpu"))
    if not running:
        return
    yield whole(reader, running, "container_cpu").but(title="CPU by service", description="CPU in use, of the limits of all pods.")
    yield whole(reader, running, "container_memory").but(title="Memory by service", description="Memory in use, of the limits of all pods.")
    said = "What containers write to their nodes' disks (logs, layers, emptyDirs); volumes are not counted."
    yield named("Disk by service", said, Unit.BYTES, *(f"{each.name}|{queries.disk(reader, each)}" for each in running))

"""What each application's records say: how many there are, of which level and kind, and the newest of them."""

from catalog.base import Backend
from catalog.catalog import Subject
from catalog.model import Application, Service
from catalog.units import Unit
from dashboards.grafana import records_queries as queries
from dashboards.grafana import topics
from dashboards.model import ELASTICSEARCH, LOKI, Dashboard, Panel, Row, Source
from dashboards.naming import uid
from dashboards.reading import Reader
from rendering import promql
from rendering.elastic import places

_SIGNAL = "records_logged"
_SECURITY = ("security_event", "security_breach", "authentication_failure")
_ERRORS = {ELASTICSEARCH: " AND severity:high", LOKI: ' | level=~"error|critical|fatal"'}


def dashboards(reader: Reader) -> list[Dashboard]:
    """One an application whose records agents count."""
    return [
        _dashboard(reader, application, counted)
        for application in topics.applications(reader)
        if (counted := topics.holders(reader, application, _SIGNAL))
    ]


def _dashboard(reader: Reader, application: Application, counted: list[Subject]) -> Dashboard:
    name = application.application
    return Dashboard(
        uid("logs", name),
        f"{application.title}: logs",
        "How much is logged, by level, service and kind of event, and the newest records where a store here keeps them.",
        name,
        topics.page(
            Row("Records", _records(name)),
            Row("Errors", _errors(name)),
            Row("Events", _events(name)),
            Row("Newest records", tuple(_found(reader, application, counted)), collapsed=True),
        ),
        tags=(name, "logs"),
        variables=topics.services(application, counted),
        links=topics.links(reader, application, "logs"),
    )


def _records(name: str) -> tuple[Panel, ...]:
    return (
        Panel("Records of a day", "All that was logged within a day.", Unit.COUNT, (queries.today(name),), "stat", width=6, height=4),
        Panel("Errors of a day", "Those that tell of an error.", Unit.COUNT, (queries.errors_today(name),), "stat", width=6, height=4),
        Panel("Records by level", "Records a second.", Unit.PER_SECOND, (queries.by_level(name),), stacked=True, width=12),
        Panel(
            "Records by service",
            "Records a second; a service whose line ends has stopped to log, or to run.",
            Unit.PER_SECOND,
            (queries.by_service(name),),
            stacked=True,
            width=12,
        ),
    )


def _errors(name: str) -> tuple[Panel, ...]:
    return (
        Panel("Errors by service", "Records of errors a second.", Unit.PER_SECOND, (queries.errors(name),), width=12),
        Panel("Share of errors", "Share of a service's records that tell of an error.", Unit.RATIO, (queries.error_share(name),), width=12),
    )


def _events(name: str) -> tuple[Panel, ...]:
    return (
        Panel(
            "Events by kind", "Records of an hour that say what happened.", Unit.COUNT, (queries.events(name),), empty=topics.RARE, width=12
        ),
        Panel(
            "Security events",
            "Records of an hour: refused log-ins, and what applications judge suspicious.",
            Unit.COUNT,
            (queries.of_kind(name, *_SECURITY),),
            empty=topics.RARE,
            width=12,
        ),
    )


def _found(reader: Reader, application: Application, counted: list[Subject]) -> list[Panel]:
    """The newest records and errors of the first store that runs here and has the application's."""
    for source, backend, system in ((ELASTICSEARCH, Backend.ELASTIC, places.ELASTICSEARCH), (LOKI, Backend.LOKI, "loki")):
        services = [each.watched for each in counted if isinstance(each.watched, Service) and backend in each.watched.collect.logs]
        if services and system not in reader.site.switched_off:
            asked = _asked(source, application, services)
            return [
                Panel(
                    title,
                    f"The newest two hundred{words}, from {source.uid.capitalize()}.",
                    None,
                    kind="logs",
                    source=source,
                    text=text,
                    width=24,
                    height=10,
                )
                for title, words, text in (
                    ("Newest errors", " that tell of an error", asked + _ERRORS[source]),
                    ("Newest records", "", asked),
                )
            ]
    return []


def _asked(source: Source, application: Application, services: list[Service]) -> str:
    """All records of an application: by its services' names for Elasticsearch, by its own label for Loki."""
    if source == ELASTICSEARCH:
        names = " OR ".join(f'"{service.identity.otel}"' for service in services)
        return f"service.name:({names})"
    return f"{{{promql.selector({'application': application.application})}}}"

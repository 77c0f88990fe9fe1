"""The way of a record from the file on its node to the store: where it stands still, waits or is refused."""

from catalog.units import Unit
from dashboards.grafana import pipeline_queries as queries
from dashboards.grafana import topics
from dashboards.grafana.shared import here
from dashboards.model import Dashboard, Flow, Link, Panel, Row, Threshold, Variable
from dashboards.naming import uid
from dashboards.reading import Reader
from rendering.elastic.places import LOGSTASH

UID = uid("log", "pipeline")
_FILLING = (Threshold(0.5, "yellow"), Threshold(0.95, "red"))
_REFUSED = "Elasticsearch refused nothing"


def dashboards(reader: Reader) -> list[Dashboard]:
    """One, where Logstash runs."""
    found = [subject for subject in reader.subjects if subject.application.namespace is None and subject.name == LOGSTASH]
    return [_dashboard()] if found else []


def _dashboard() -> Dashboard:
    return Dashboard(
        UID,
        "Log pipeline",
        "Records on their way: written on nodes, read by Filebeat, held and changed by Logstash, stored by Elasticsearch.",
        "platform",
        topics.page(
            Row("The way", _way()),
            Row("Logstash", _logstash()),
            Row("Dead letters", _dead_letters()),
            Row("Filebeat", _filebeat(), collapsed=True),
            asked=2,
        ),
        tags=("platform", "logs"),
        variables=(Variable("pipeline", "Pipeline", query="logstash_pipeline_events_in_total", label="pipeline"),),
        links=(Link("Elasticsearch", here(uid("elasticsearch"))), Link("Platform health", here(uid("platform", "health")))),
    )


def _way() -> tuple[Panel, ...]:
    stages = (queries.written(), queries.read(), queries.acknowledged(), queries.sent(), queries.documents())
    return (
        Panel(
            "Records at each stage",
            "The first line that falls away from the one before is where records wait; nodes count those of the catalog's namespaces.",
            Unit.PER_SECOND,
            stages,
            width=16,
        ),
        Panel("Sent by Filebeat", "Bytes a second from nodes to Logstash.", Flow.BYTES_PER_SECOND, (queries.filebeat_bytes(),)),
    )


def _logstash() -> tuple[Panel, ...]:
    return (
        Panel(
            "Records by pipeline",
            "In, and out: more in than out fills the queue.",
            Unit.PER_SECOND,
            (queries.events("in"), queries.events("out")),
        ),
        Panel(
            "Queue used",
            "Share of the queue on disk that is full; a full one lets senders wait.",
            Unit.RATIO,
            (queries.queue_used(),),
            thresholds=_FILLING,
        ),
        Panel("Records that wait", "Records in the queues on disk.", Unit.COUNT, (queries.queued(),), stacked=True),
        Panel(
            "Back-pressure",
            "Inputs that wait for room in the queue; 1 is one that waits all the time.",
            Unit.COUNT,
            (queries.backpressure(),),
        ),
        Panel("Workers busy", "Share of their time that a pipeline's workers work.", Unit.RATIO, (queries.workers(),)),
        Panel("Time to process", "Time that a record takes in filters and outputs, on average.", Unit.SECONDS, (queries.processing(),)),
        Panel("Heap of Logstash", "Share of its heap that each uses.", Unit.RATIO, (queries.heap(),)),
    )


def _dead_letters() -> tuple[Panel, ...]:
    return (
        Panel(
            "Dead letters",
            "Refused records that wait to be written to their own index.",
            Unit.BYTES,
            (queries.dead_letters(),),
            empty=_REFUSED,
        ),
        Panel(
            "Room for dead letters",
            "Share that is full; then refused records are lost.",
            Unit.RATIO,
            (queries.dead_letters_used(),),
            thresholds=_FILLING,
            empty=_REFUSED,
        ),
        Panel(
            "Dead letters lost",
            "Refused records that were thrown away within an hour, for want of room or for their age.",
            Unit.COUNT,
            (queries.dead_letters_lost("dropped"), queries.dead_letters_lost("expired")),
            empty=_REFUSED,
        ),
    )


def _filebeat() -> tuple[Panel, ...]:
    return (
        Panel("Files read", "Files that Filebeat reads on each node; none is a fault.", Unit.COUNT, (queries.files(),)),
        Panel("Sent again", "Share of records that a node had to send again.", Unit.RATIO, (queries.resent(),)),
        Panel("Records lost", "Records that Filebeat gave up within an hour.", Unit.COUNT, (queries.dropped(),)),
        Panel(
            "Filebeat's queue",
            "Share that is full: a full one reads no faster than Logstash takes.",
            Unit.RATIO,
            (queries.filebeat_queue(),),
            thresholds=_FILLING,
        ),
        Panel("Filebeat's memory", "The twenty that hold most.", Unit.BYTES, (queries.filebeat_memory(),)),
    )

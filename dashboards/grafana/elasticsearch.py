"""Elasticsearch, as those who run it look at it: is it whole, has it room, does it keep up, is it saved."""

from catalog.units import Unit
from dashboards.grafana import elastic_queries as queries
from dashboards.grafana import topics
from dashboards.grafana.shared import here, state
from dashboards.model import Dashboard, Link, Panel, Row, Threshold, Variable
from dashboards.naming import uid
from dashboards.panels import panel
from dashboards.reading import Reader
from rendering.elastic.places import ELASTICSEARCH

UID = uid("elasticsearch")
_FILLING = (Threshold(0.85, "yellow"), Threshold(0.90, "orange"), Threshold(0.95, "red"))
"""Elasticsearch's own watermarks of disks."""
_USED = (Threshold(0.75, "yellow"), Threshold(0.85, "orange"), Threshold(0.95, "red"))
_SOME = (Threshold(1, "red"),)


def dashboards(reader: Reader) -> list[Dashboard]:
    """One, where it runs."""
    found = [subject for subject in reader.subjects if subject.application.namespace is None and subject.name == ELASTICSEARCH]
    return [_dashboard(reader)] if found else []


def _dashboard(reader: Reader) -> Dashboard:
    return Dashboard(
        UID,
        "Elasticsearch",
        "Whether the store of records is whole, has room, keeps up with what is written and asked, and is saved.",
        "platform",
        topics.page(
            Row("Now", _now(reader)),
            Row("Room", _room()),
            Row("Written and asked", _work()),
            Row("Shards", _shards(), collapsed=True),
            Row("Lifecycle and snapshots", _kept(reader), collapsed=True),
            asked=2,
        ),
        tags=("platform", "logs"),
        variables=(Variable("node", "Node", query="elasticsearch_process_cpu_percent", label="name"),),
        links=(Link("Log pipeline", here(uid("log", "pipeline"))), Link("Platform health", here(uid("platform", "health")))),
    )


def _now(reader: Reader) -> tuple[Panel, ...]:
    """The state in a line."""
    subject = reader.subject("platform", ELASTICSEARCH)
    age = panel(reader, subject, "elastic_snapshot_age")
    return (
        Panel(
            "Health",
            "1 for the cluster's colour: yellow lacks copies, red lacks records.",
            Unit.COUNT,
            (queries.health(),),
            "stat",
            width=4,
            height=4,
        ),
        Panel("Nodes", "Nodes that belong to the cluster now.", Unit.COUNT, (queries.nodes(),), "stat", width=4, height=4),
        Panel(
            "Shards without a node",
            "Shards that no node holds.",
            Unit.COUNT,
            (queries.shards("unassigned"),),
            "stat",
            _SOME,
            width=4,
            height=4,
        ),
        Panel(
            "Changes that wait", "Changes that the master has not made yet.", Unit.COUNT, (queries.pending(),), "stat", width=4, height=4
        ),
        age.but(title="Newest snapshot", kind="stat", thresholds=(Threshold(108_000, "red"),), width=4, height=4, empty="no repository"),
        state(
            Panel(
                "Exporter sees",
                "1 where the exporter was answered, by what it asked; what it did not see is old.",
                Unit.STATE,
                (queries.collectors(),),
                "stat",
                width=4,
                height=4,
            )
        ),
    )


def _room() -> tuple[Panel, ...]:
    return (
        Panel(
            "Disk used",
            "Above 85 % a node gets no shards, above 95 % it takes no records.",
            Unit.RATIO,
            (queries.disk(),),
            thresholds=_FILLING,
        ),
        Panel("Heap used", "Above 85 % for long a node is about to refuse requests.", Unit.RATIO, (queries.heap(),), thresholds=_USED),
        Panel("CPU", "Share of its cores that each node uses.", Unit.RATIO, (queries.cpu(),)),
        Panel("Garbage collection", "Share of the time that each node spends on it.", Unit.RATIO, (queries.collecting(),)),
        Panel(
            "Circuit breakers",
            "How near each breaker is to refusing, on the fullest node.",
            Unit.RATIO,
            (queries.breakers(),),
            thresholds=_USED,
        ),
        Panel("Stored", "What each node keeps, copies among it.", Unit.BYTES, (queries.stored(),), stacked=True),
    )


def _work() -> tuple[Panel, ...]:
    return (
        Panel("Documents written", "Documents a second, copies among them.", Unit.PER_SECOND, (queries.indexed(),), stacked=True),
        Panel("Time to write", "Time that a document takes on a node, on average.", Unit.SECONDS, (queries.indexing_time(),)),
        Panel(
            "Memory of writes",
            "Share of the memory for writes under way that is taken; a full one refuses.",
            Unit.RATIO,
            (queries.pressure(),),
        ),
        Panel("Searches", "Searches of shards a second.", Unit.PER_SECOND, (queries.searches(),), stacked=True),
        Panel(
            "Time to search",
            "Time that a shard takes to find and to fetch, on average.",
            Unit.SECONDS,
            (queries.search_time("query"), queries.search_time("fetch")),
        ),
        Panel("Queues", "Writes and searches that wait on a node.", Unit.COUNT, (queries.queued(),)),
    )


def _shards() -> tuple[Panel, ...]:
    moving = ("active", "relocating", "initializing", "unassigned", "delayed_unassigned")
    return (
        Panel("Shards by state", "All shards, by what happens to them.", Unit.COUNT, tuple(map(queries.shards, moving)), width=12),
        Panel(
            "Room for shards",
            "Share of the most shards that the cluster takes.",
            Unit.RATIO,
            (queries.shards_room(),),
            thresholds=_USED,
            width=12,
        ),
    )


def _kept(reader: Reader) -> tuple[Panel, ...]:
    subject = reader.subject("platform", ELASTICSEARCH)
    return (
        Panel("Largest data streams", "The twenty that take most room.", Unit.BYTES, (queries.streams(),), "bars", height=12),
        Panel("Indices by phase", "Hot, warm and cold ones.", Unit.COUNT, (queries.phases(),), stacked=True, height=12),
        Panel(
            "Indices that stand still",
            "Those that an error keeps in their phase.",
            None,
            (queries.stuck(),),
            "table",
            empty="no error",
            height=12,
        ),
        panel(reader, subject, "elastic_snapshot_age").but(empty="no repository"),
        Panel("Snapshots kept", "Snapshots in each repository.", Unit.COUNT, (queries.snapshots(),), empty="no repository"),
        Panel(
            "Snapshots of a day",
            "Taken and failed within a day.",
            Unit.COUNT,
            (queries.snapshots_taken(), queries.snapshots_failed()),
            empty="no snapshots are scheduled",
        ),
    )

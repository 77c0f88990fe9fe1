"""How an application's PostgreSQL does: connections, time, cache, replicas, and the statements and tables that cost most."""

from catalog.catalog import Subject
from catalog.model import Application
from catalog.units import Unit
from dashboards.grafana import database_queries as queries
from dashboards.grafana import topics
from dashboards.model import Dashboard, Flow, Panel, Row
from dashboards.naming import uid
from dashboards.panels import panel
from dashboards.reading import Reader

_STATEMENT = "A statement has a number here, never its text: `SELECT query FROM pg_stat_statements WHERE queryid = …` tells it."
_NO_REPLICA = "this database has no replica"


def dashboards(reader: Reader) -> list[Dashboard]:
    """One for each application with a PostgreSQL."""
    found = ((each, topics.dependencies(reader, each, "postgres")) for each in topics.applications(reader))
    return [_dashboard(reader, application, databases) for application, databases in found if databases]


def _dashboard(reader: Reader, application: Application, databases: list[Subject]) -> Dashboard:
    return Dashboard(
        uid("database", application.application),
        f"{application.title}: database performance",
        f"PostgreSQL of {application.title}: what it holds, how fast it answers, and which statements and tables cost most.",
        application.application,
        topics.page(*(row for number, each in enumerate(databases) for row in _rows(reader, application, each, first=number == 0))),
        tags=("database", application.application),
        variables=topics.services(application, reader.parts(application)),
        links=topics.links(reader, application, "database"),
    )


def _rows(reader: Reader, application: Application, database: Subject, *, first: bool) -> tuple[Row, ...]:
    """Rows of one database; those of a second one are asked when they are opened."""
    beside = ("database_pool", "database_connection_failures")
    return (
        Row(f"{database.name}: health", _health(reader, database), collapsed=not first),
        Row(f"{database.name}: connections", _connections(database), collapsed=not first),
        Row(f"{database.name}: work", _work(reader, database), collapsed=not first),
        Row(f"{database.name}: slow queries", _statements(database), collapsed=True),
        Row(f"{database.name}: tables", _tables(database), collapsed=True),
        *((Row("As the services see it", topics.panels(reader, application, beside), collapsed=True),) if first else ()),
    )


def _health(reader: Reader, database: Subject) -> tuple[Panel, ...]:
    return (
        panel(reader, database, "postgres_up", kind="stat").but(title="Accepts connections", width=4, height=6),
        panel(reader, database, "postgres_connections", kind="gauge").but(title="Connections of those allowed", width=5, height=6),
        panel(reader, database, "postgres_cache_hits", kind="stat").but(title="Cache hit ratio now", width=5, height=6),
        panel(reader, database, "postgres_size").but(title="Size by database", width=10, height=6),
    )


def _connections(database: Subject) -> tuple[Panel, ...]:
    return (
        Panel(
            "Connections",
            "Open connections of each database on the server, and how many it takes.",
            Unit.COUNT,
            (queries.connections_by_database(database), queries.connections_allowed(database)),
        ),
        Panel(
            "Connections by state",
            "What connections do. Many `idle in transaction` hold locks and are a service's fault.",
            Unit.COUNT,
            (queries.connections_by_state(database),),
            stacked=True,
        ),
        Panel(
            "Longest transaction",
            "Time since the oldest transaction began. Vacuum waits for it.",
            Unit.SECONDS,
            (queries.longest_transaction(database),),
        ),
    )


def _work(reader: Reader, database: Subject) -> tuple[Panel, ...]:
    return (
        panel(reader, database, "postgres_query_latency").but(title="Query time (mean)"),
        Panel(
            "Transactions a second",
            "Transactions that end well, and those that are taken back.",
            Unit.PER_SECOND,
            (queries.commits(database), queries.rollbacks(database)),
        ),
        panel(reader, database, "postgres_replication_lag").but(title="Replication lag", empty=_NO_REPLICA),
        panel(reader, database, "postgres_cache_hits").but(title="Cache hit ratio"),
        Panel("Rows", "Rows a second that are read and changed.", Unit.PER_SECOND, queries.rows_touched(database)),
        Panel(
            "Deadlocks and conflicts",
            "Transactions that the database killed: two that waited for each other, or a replica's that stood in the way.",
            Unit.PER_SECOND,
            (queries.deadlocks(database), queries.conflicts(database)),
        ),
        Panel("Locks", "Locks that are held, by mode.", Unit.COUNT, (queries.locks(database),), empty="nothing is locked", width=12),
        Panel(
            "Temporary files",
            "What queries write to disk for want of memory (work_mem).",
            Flow.BYTES_PER_SECOND,
            (queries.spilled(database),),
            width=12,
        ),
    )


def _statements(database: Subject) -> tuple[Panel, ...]:
    return (
        Panel(
            "Slow queries: top 10 by total time",
            f"Statements that took most time altogether in the range shown. {_STATEMENT}",
            Unit.SECONDS,
            (queries.slowest_by_total(database),),
            kind="bars",
        ),
        Panel(
            "Slow queries: top 10 by mean time",
            f"Statements that take longest each time, over the range shown. {_STATEMENT}",
            Unit.SECONDS,
            (queries.slowest_by_mean(database),),
            kind="bars",
        ),
        Panel(
            "Most called statements",
            f"Statements that are called most. {_STATEMENT}",
            Unit.PER_SECOND,
            (queries.most_called(database),),
            kind="bars",
        ),
    )


def _tables(database: Subject) -> tuple[Panel, ...]:
    return (
        Panel("Largest tables", "The ten largest tables.", Unit.BYTES, (queries.largest_tables(database),), kind="bars"),
        Panel("Largest indices", "Tables whose indices are the largest.", Unit.BYTES, (queries.largest_indices(database),), kind="bars"),
        Panel(
            "Dead rows",
            "Tables with most rows that vacuum has not yet taken away.",
            Unit.COUNT,
            (queries.dead_rows(database),),
            kind="bars",
        ),
    )

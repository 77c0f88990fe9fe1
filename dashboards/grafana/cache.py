"""How an application's Redis does: memory, hits, evictions, clients and commands."""

from catalog.catalog import Subject
from catalog.model import Application
from catalog.units import Unit
from dashboards.grafana import cache_queries as queries
from dashboards.grafana import topics
from dashboards.model import Dashboard, Panel, Row
from dashboards.naming import uid
from dashboards.panels import panel
from dashboards.reading import Reader


def dashboards(reader: Reader) -> list[Dashboard]:
    """One for each application with a Redis."""
    found = ((each, topics.dependencies(reader, each, "redis")) for each in topics.applications(reader))
    return [_dashboard(reader, application, caches) for application, caches in found if caches]


def _dashboard(reader: Reader, application: Application, caches: list[Subject]) -> Dashboard:
    return Dashboard(
        uid("cache", application.application),
        f"{application.title}: cache",
        f"Redis of {application.title}: whether it answers, what it holds, and what is asked of it.",
        application.application,
        topics.page(*(row for number, each in enumerate(caches) for row in _rows(reader, each, first=number == 0))),
        tags=("cache", application.application),
        links=topics.links(reader, application, "cache"),
    )


def _rows(reader: Reader, cache: Subject, *, first: bool) -> tuple[Row, ...]:
    return (
        Row(f"{cache.name}: health", _health(reader, cache), collapsed=not first),
        Row(f"{cache.name}: memory and keys", _memory(reader, cache), collapsed=not first),
        Row(f"{cache.name}: clients and commands", _work(cache), collapsed=not first),
    )


def _health(reader: Reader, cache: Subject) -> tuple[Panel, ...]:
    return (
        panel(reader, cache, "redis_up", kind="stat").but(title="Answers", width=4, height=6),
        panel(reader, cache, "redis_memory", kind="gauge").but(title="Memory of what it may use", width=5, height=6),
        panel(reader, cache, "redis_cache_hits").but(title="Cache hit ratio", width=15, height=6),
    )


def _memory(reader: Reader, cache: Subject) -> tuple[Panel, ...]:
    return (
        Panel(
            "Memory",
            "What the data takes, what the process takes of its host, and what is allowed (0: no limit).",
            Unit.BYTES,
            queries.memory(cache),
        ),
        Panel(
            "Hits and misses",
            "Look-ups a second that find their key, and those that do not.",
            Unit.PER_SECOND,
            (queries.hits(cache), queries.misses(cache)),
            stacked=True,
        ),
        panel(reader, cache, "redis_evictions").but(title="Evictions"),
        Panel("Keys", "Keys of each database that has some.", Unit.COUNT, (queries.keys(cache),)),
        Panel("Expired keys", "Keys a second that outlived their time.", Unit.PER_SECOND, (queries.expired(cache),)),
        Panel(
            "Fragmentation",
            "Memory of the process for each byte of data; above 1.5 a restart or active defragmentation frees some.",
            Unit.SCORE,
            (queries.fragmentation(cache),),
        ),
    )


def _work(cache: Subject) -> tuple[Panel, ...]:
    return (
        Panel("Clients", "Clients that are connected, and those of them that wait.", Unit.COUNT, queries.clients(cache)),
        Panel(
            "Refused connections",
            "Connections a second that are refused, since there are too many clients.",
            Unit.PER_SECOND,
            (queries.rejected(cache),),
        ),
        Panel("Commands", "The ten commands that are called most.", Unit.PER_SECOND, (queries.commands(cache),), stacked=True),
        Panel(
            "Time of a command",
            "The ten commands whose mean time is the longest.",
            Unit.SECONDS,
            (queries.command_time(cache),),
            width=24,
        ),
    )

"""What an application runs on: hosts, containers, its share of the cluster, stores, and what AWS runs for it."""

from catalog.catalog import Subject
from catalog.model import Application
from catalog.units import Unit
from dashboards.grafana import aws, cache_queries, container_queries, host_queries, topics
from dashboards.grafana import database_queries as databases
from dashboards.model import Dashboard, Flow, Panel, Row
from dashboards.naming import uid
from dashboards.panels import panel
from dashboards.parts import on_aws
from dashboards.reading import Reader

_SCALING = ("autoscaling_effectiveness", "autoscaling_used", "cpu_request_unused", "deployment_success", "rollout_success")
_SHARED = "The cluster is shared: other applications' pods count as well."


def dashboards(reader: Reader) -> list[Dashboard]:
    """One for each application."""
    return [_dashboard(reader, application) for application in topics.applications(reader)]


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    parts = reader.parts(application)
    return Dashboard(
        uid("infrastructure", application.application),
        f"{application.title}: infrastructure",
        f"Hosts, containers, network, storage and stores that {application.title} runs on.",
        application.application,
        topics.page(
            Row("Hosts", hosts(reader, application)),
            Row("Containers", _containers(reader, application)),
            Row("Cluster allocation", _allocation(application)),
            Row("Database and cache", _stores(reader, application)),
            Row("Storage", _storage(reader, application)),
            Row("Scaling", topics.panels(reader, application, _SCALING, used=True), collapsed=True),
            Row("Load balancing", _balancing(reader, application), collapsed=True),
            *(aws.rows() if on_aws(parts) else ()),
        ),
        tags=("infrastructure", application.application),
        variables=topics.services(application, parts),
        links=topics.links(reader, application, "infrastructure"),
    )


def hosts(reader: Reader, application: Application) -> tuple[Panel, ...]:
    """CPU, memory, disk, load and network of all nodes; thresholds are those of the application's own alerts, else the platform's."""
    cluster = next(
        (subject for subject in reader.parts(application) if _is_cluster(subject)),
        next((subject for subject in reader.subjects if _is_cluster(subject)), None),
    )
    if cluster is None:
        return ()
    return (
        panel(reader, cluster, "node_cpu").but(title="Host CPU", width=6),
        panel(reader, cluster, "node_memory").but(title="Host memory", width=6),
        panel(reader, cluster, "node_disk_used").but(title="Host disk", width=6),
        panel(reader, cluster, "node_disk_free").but(title="Host disk: free", width=6),
        Panel(
            "Load 1, 5 and 15 minutes",
            f"Processes that run or wait on each host; more than its cores means waiting. {_SHARED}",
            Unit.COUNT,
            tuple(host_queries.load(minutes) for minutes in (1, 5, 15)),
        ),
        Panel(
            "Host network",
            f"What each host receives and sends over interfaces of its own. {_SHARED}",
            Flow.BYTES_PER_SECOND,
            (host_queries.received(), host_queries.sent()),
        ),
        Panel(
            "Host disk traffic",
            f"What each host reads from its disks and writes to them. {_SHARED}",
            Flow.BYTES_PER_SECOND,
            (host_queries.disk_read(), host_queries.disk_written()),
        ),
    )


def _is_cluster(subject: Subject) -> bool:
    return subject.kind == "dependency" and getattr(subject.watched, "kind", None) == "cluster"


def _containers(reader: Reader, application: Application) -> tuple[Panel, ...]:
    running = [subject for subject in topics.holders(reader, application, "container_cpu") if subject.kind == "service"]
    if not running:
        return ()
    return (
        Panel(
            "Container CPU against limits",
            "CPU that each pod uses of its limit; the twenty highest.",
            Unit.RATIO,
            (container_queries.of_all(reader, running, "container_cpu"),),
            width=6,
        ),
        Panel(
            "Container memory against limits",
            "Memory that each pod uses of its limit; the twenty highest. At 100 % it is killed.",
            Unit.RATIO,
            (container_queries.of_all(reader, running, "container_memory"),),
            width=6,
        ),
        Panel(
            "Container network",
            "What the application's pods receive and send.",
            Flow.BYTES_PER_SECOND,
            (container_queries.network_received(application), container_queries.network_sent(application)),
            width=6,
        ),
        Panel(
            "Container restarts",
            "Restarts of containers, a second; the twenty highest.",
            Unit.PER_SECOND,
            (container_queries.of_all(reader, running, "container_restarts"),),
            width=6,
        ),
    )


def _allocation(application: Application) -> tuple[Panel, ...]:
    return (
        Panel(
            "Cluster CPU allocation",
            "Share of the cluster's CPU that pods reserve: this application's, and all. At 100 % no pod finds room.",
            Unit.RATIO,
            (container_queries.cpu_reserved(application), container_queries.cpu_allocated()),
            width=12,
        ),
        Panel(
            "Cluster memory allocation",
            "Share of the cluster's memory that pods reserve: this application's, and all.",
            Unit.RATIO,
            (container_queries.memory_reserved(application), container_queries.memory_allocated()),
            width=12,
        ),
    )


def _stores(reader: Reader, application: Application) -> tuple[Panel, ...]:
    found = [
        Panel(
            f"Database connections: {database.name}",
            "Open connections of each database on the server, and how many it takes.",
            Unit.COUNT,
            (databases.connections_by_database(database), databases.connections_allowed(database)),
        )
        for database in topics.dependencies(reader, application, "postgres")
    ]
    found += topics.panels(reader, application, ("database_pool",))
    for cache in topics.dependencies(reader, application, "redis"):
        found.append(
            Panel(
                f"Cache memory: {cache.name}",
                "What the data takes, what the process takes of its host, and what is allowed (0: no limit).",
                Unit.BYTES,
                cache_queries.memory(cache),
            )
        )
        found.append(panel(reader, cache, "redis_cache_hits").but(title=f"Cache hits: {cache.name}"))
    return tuple(found)


def _storage(reader: Reader, application: Application) -> tuple[Panel, ...]:
    sizes = topics.panels(reader, application, ("postgres_size",))
    return (
        Panel(
            "Volumes in use",
            "Share in use of each volume of the application's namespace.",
            Unit.RATIO,
            (container_queries.volumes_used(application),),
            empty="the application mounts no volumes",
            width=12,
        ),
        *(each.but(title=each.title.replace("Postgres", "Database"), width=12) for each in sizes),
    )


def _balancing(reader: Reader, application: Application) -> tuple[Panel, ...]:
    return topics.panels(reader, application, ("nginx_requests", "nginx_connections", "nginx_up"))

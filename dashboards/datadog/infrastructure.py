"""What an application runs on: hosts, containers, its share of the cluster, stores, and what AWS runs for it."""

from collections.abc import Iterator

from catalog.catalog import Subject
from catalog.model import Application, Dependency
from catalog.units import Unit
from dashboards.datadog import aws, shared
from dashboards.datadog import cluster_queries as queries
from dashboards.datadog.model import Widget
from dashboards.datadog.panels import across, named, panel, shown
from dashboards.datadog.reading import CLUSTER, Reader
from dashboards.model import Dashboard, Row
from dashboards.parts import on_aws

_HOSTS = {
    "node_cpu": "Host CPU",
    "node_memory": "Host memory",
    "node_disk_used": "Host disk",
    "node_disk_free": "Host disk: free",
    "node_not_ready": "Hosts ready",
}
_CONTAINERS = {
    "container_cpu": "Container CPU against limits",
    "container_memory": "Container memory against limits",
    "container_restarts": "Container restarts",
    "pod_crash_loop": "Pods out of crash loops",
    "pods_ready": "Pods that are ready",
}
_SCALING = ("autoscaling_effectiveness", "autoscaling_used", "cpu_request_unused", "deployment_success")
_STORES = {
    "postgres_up": "Database up",
    "postgres_connections": "Database connections",
    "postgres_cache_hits": "Database cache hits",
    "postgres_size": "Database size",
    "postgres_replication_lag": "Database replication lag",
    "redis_up": "Cache up",
    "redis_cache_hits": "Cache hits",
    "redis_memory": "Cache memory",
    "redis_evictions": "Cache evictions",
}


def dashboards(reader: Reader) -> list[tuple[Application, Dashboard]]:
    """One for each application."""
    return [(each, _dashboard(reader, each)) for each in reader.applications]


def _dashboard(reader: Reader, application: Application) -> Dashboard:
    return shared.dashboard(
        reader,
        application,
        "infrastructure",
        "infrastructure",
        f"Hosts, containers and stores that {application.title} runs on, and what AWS runs for it.",
        Row("Hosts", tuple(_hosts(reader, application))),
        Row("Containers", tuple(_containers(reader, application))),
        Row("Cluster allocation", tuple(_allocation(reader, application))),
        Row("Database and cache", tuple(_stores(reader, application))),
        Row("Scaling", shown(reader, application, _SCALING, used=True)),
        *(aws.rows() if on_aws(reader.parts(application)) else ()),
    )


def _cluster(reader: Reader, application: Application) -> Subject | None:
    for subject in reader.parts(application):
        if isinstance(subject.watched, Dependency) and subject.watched.kind == "cluster":
            return subject
    return None


def _hosts(reader: Reader, application: Application) -> Iterator[Widget]:
    cluster = _cluster(reader, application)
    if cluster is None:
        return
    for name, title in _HOSTS.items():
        if reader.shows(cluster, name):
            yield panel(reader, cluster, name).but(title=title, width=6)
    own = {
        "type": "hostmap",
        "requests": {"fill": {"q": queries.host_cpu()}},
        "node_type": "host",
        "scope": [f"${CLUSTER}"],
        "no_metric_hosts": False,
        "no_group_hosts": True,
        "style": {"palette": "green_to_orange", "palette_flip": False},
    }
    yield Widget("Hosts", "Every host, by the share of CPU that it uses.", None, own=own, width=6)


def _containers(reader: Reader, application: Application) -> Iterator[Widget]:
    for name, title in _CONTAINERS.items():
        running = shared.services(reader.holders(application, name))
        if running:
            yield across(reader, running, name).but(title=title)


def _allocation(reader: Reader, application: Application) -> Iterator[Widget]:
    running = shared.services(reader.holders(application, "container_cpu"))
    if not running:
        return
    for what, title in (("cpu", "Cluster CPU allocation"), ("memory", "Cluster memory allocation")):
        said = f"Share of the hosts' {what} that pods reserve: this application's, and all. Beyond about 90 % no pod finds room."
        shares = (f"this application|{queries.reserved(reader, running[0], what)}", f"all|{queries.allocated(what)}")
        yield named(title, said, Unit.RATIO, *shares).but(width=12)


def _stores(reader: Reader, application: Application) -> Iterator[Widget]:
    yield from (each.but(title="Database pools") for each in shown(reader, application, ("database_pool",)))
    for subject in reader.parts(application):
        for name, title in _STORES.items():
            if reader.shows(subject, name):
                yield panel(reader, subject, name).but(title=f"{title}: {subject.name}")

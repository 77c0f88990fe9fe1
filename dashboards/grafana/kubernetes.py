"""The cluster as a whole: nodes, pods, restarts, what each namespace uses, volumes, network, and its API."""

from catalog.catalog import Subject
from catalog.units import Unit
from dashboards.grafana import kubernetes_queries as queries
from dashboards.grafana import topics
from dashboards.model import Dashboard, Flow, Panel, Query, Row, Threshold, Variable
from dashboards.naming import uid
from dashboards.panels import panel
from dashboards.reading import Reader

UID = uid("kubernetes", "cluster")
_WORKLOADS = (
    "deployment_progress",
    "statefulset_ready",
    "daemonset_ready",
    "jobs_failed",
    "autoscaler_room",
    "disruption_budget",
    "quota_used",
    "pods_unschedulable",
    "cluster_crash_loops",
    "oom_kills",
)
_NODES = ("node_disk_used", "node_pressure", "clock_skew", "clock_synchronised", "conntrack_used")
_RARE = frozenset({"cluster_crash_loops", "oom_kills", "jobs_failed", "autoscaler_room", "volume_time_left"})
"""Signals of which an ordinary cluster has no series."""
_BUSY = (Threshold(0.8, "yellow"), Threshold(0.95, "red"))
_SOME = (Threshold(1, "red"),)


def dashboards(reader: Reader) -> list[Dashboard]:
    """One, where the catalog has the platform's cluster."""
    found = [
        subject
        for subject in reader.subjects
        if subject.application.namespace is None and getattr(subject.watched, "kind", None) == "cluster"
    ]
    return [_dashboard(reader, found[0])] if found else []


def _dashboard(reader: Reader, cluster: Subject) -> Dashboard:
    return Dashboard(
        UID,
        "Kubernetes cluster",
        "Nodes, pods, restarts, CPU and memory by namespace, volumes and network of the cluster.",
        cluster.application.application,
        topics.page(
            Row("Cluster", _cluster()),
            Row("Nodes", _nodes(reader, cluster)),
            Row("Pods", _pods()),
            Row("CPU and memory by namespace", _use()),
            Row("Volumes", _volumes(reader, cluster)),
            Row("Network", _network()),
            Row("Workloads", _signals(reader, cluster, _WORKLOADS), collapsed=True),
            Row("Nodes in detail", _signals(reader, cluster, _NODES), collapsed=True),
            Row("Kubernetes API", _api(reader), collapsed=True),
            asked=3,
        ),
        tags=("kubernetes",),
        variables=(
            Variable("namespace", "Namespace", query="kube_pod_info", label="namespace"),
            Variable("node", "Node", query="kube_node_info", label="node"),
        ),
    )


def _stat(title: str, described: str, query: Query, thresholds: tuple[Threshold, ...] = ()) -> Panel:
    return Panel(title, described, Unit.COUNT, (query,), "stat", thresholds, width=4, height=4)


def _cluster() -> tuple[Panel, ...]:
    return (
        _stat("Nodes", "Nodes that the cluster has.", queries.nodes()),
        _stat("Nodes not ready", "Nodes whose kubelet does not say that it is ready.", queries.nodes_not_ready(), _SOME),
        _stat("Running pods", "Pods that run in the namespaces chosen.", queries.pods_running()),
        _stat("Pods not running", "Pods that are pending, failed or unknown.", queries.pods_waiting(), (Threshold(1, "yellow"),)),
        _stat("Restarts in an hour", "Restarts of containers in the last hour.", queries.restarts_of_hour(), (Threshold(5, "yellow"),)),
        Panel(
            "Nodes by condition", "Nodes for which each condition holds.", Unit.COUNT, (queries.conditions(),), "bars", width=4, height=4
        ),
        Panel(
            "CPU of the cluster",
            "Share of all CPU that is in use, and that pods reserve.",
            Unit.RATIO,
            (queries.cpu_used(), queries.cpu_reserved()),
            thresholds=_BUSY,
            width=12,
        ),
        Panel(
            "Memory of the cluster",
            "Share of all memory that is in use, and that pods reserve.",
            Unit.RATIO,
            (queries.memory_used(), queries.memory_reserved()),
            thresholds=_BUSY,
            width=12,
        ),
    )


def _nodes(reader: Reader, cluster: Subject) -> tuple[Panel, ...]:
    return (
        panel(reader, cluster, "node_not_ready").but(title="Node ready", width=6),
        panel(reader, cluster, "node_cpu").but(title="Node CPU", width=6),
        panel(reader, cluster, "node_memory").but(title="Node memory", width=6),
        panel(reader, cluster, "node_pods").but(title="Pods on the node", width=6),
    )


def _pods() -> tuple[Panel, ...]:
    return (
        Panel("Pods by phase", "Pods of the namespaces chosen, by phase.", Unit.COUNT, (queries.pods_by_phase(),), stacked=True),
        Panel("Pods by namespace", "Running pods of each namespace.", Unit.COUNT, (queries.pods_by_namespace(),), stacked=True),
        Panel("Restarts by pod", "The ten pods that restarted most within an hour.", Unit.COUNT, (queries.restarts(),)),
    )


def _use() -> tuple[Panel, ...]:
    return (
        Panel("CPU by namespace", "Cores that each namespace uses.", Unit.COUNT, (queries.cpu_by_namespace(),), stacked=True),
        Panel("Memory by namespace", "Memory (working set) of each namespace.", Unit.BYTES, (queries.memory_by_namespace(),), stacked=True),
        Panel(
            "Throttled pods",
            "The ten pods that their CPU limit holds back most, as a share of scheduling periods.",
            Unit.RATIO,
            (queries.throttled(),),
        ),
    )


def _volumes(reader: Reader, cluster: Subject) -> tuple[Panel, ...]:
    used = panel(reader, cluster, "volume_used")
    return (
        used.but(title="Volumes in use", queries=(queries.volumes(),)),
        Panel("Volume claims by phase", "Claims that are bound, pending or lost.", Unit.COUNT, (queries.claims_by_phase(),)),
        Panel("Storage requested", "Bytes that each namespace's claims ask for.", Unit.BYTES, (queries.storage_requested(),), stacked=True),
    )


def _network() -> tuple[Panel, ...]:
    return (
        Panel("Network received", "What each namespace's pods receive.", Flow.BYTES_PER_SECOND, (queries.received(),), stacked=True),
        Panel("Network sent", "What each namespace's pods send.", Flow.BYTES_PER_SECOND, (queries.sent(),), stacked=True),
        Panel("Packets lost", "Packets a second that pods drop or receive broken.", Unit.PER_SECOND, queries.packets_lost()),
    )


def _signals(reader: Reader, subject: Subject, names: tuple[str, ...]) -> tuple[Panel, ...]:
    """What the platform's alerts look at, as far as anybody exposes it here."""
    return tuple(
        panel(reader, subject, name).but(empty=topics.RARE if name in _RARE else None) for name in names if reader.shows(subject, name)
    )


def _api(reader: Reader) -> tuple[Panel, ...]:
    found = [subject for subject in reader.subjects if reader.shows(subject, "apiserver_latency")]
    if not found:
        return ()
    return (
        Panel("API calls", "Calls of the Kubernetes API a second, by verb.", Unit.PER_SECOND, (queries.api_requests(),), stacked=True),
        *(panel(reader, found[0], name) for name in ("apiserver_errors", "apiserver_latency")),
    )

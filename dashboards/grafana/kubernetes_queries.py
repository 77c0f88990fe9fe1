"""Queries on the cluster that no signal asks; `$namespace` and `$node` narrow them down."""

from dashboards.model import Query

_SPACE = 'namespace=~"$namespace"'
_RUNNING = 'container!="",container!="POD"'
"""cAdvisor counts a pod's own group and its pause container as well."""
_WINDOW = "$__rate_interval"


def nodes() -> Query:
    """Nodes that the cluster has."""
    return Query("count(kube_node_info)", "nodes")


def nodes_not_ready() -> Query:
    """Nodes that are not ready."""
    return Query('count(kube_node_status_condition{condition="Ready",status="true"} == 0) or vector(0)', "not ready")


def pods_running() -> Query:
    """Pods that run in the namespaces chosen."""
    return Query(f'sum(kube_pod_status_phase{{{_SPACE},phase="Running"}})', "running")


def pods_waiting() -> Query:
    """Pods that are pending, failed or unknown."""
    return Query(f'sum(kube_pod_status_phase{{{_SPACE},phase=~"Pending|Failed|Unknown"}}) or vector(0)', "not running")


def restarts_of_hour() -> Query:
    """Restarts of containers in the last hour."""
    return Query(f"sum(increase(kube_pod_container_status_restarts_total{{{_SPACE}}}[1h]))", "restarts")


def cpu_used() -> Query:
    """Share of all CPU in use."""
    return Query(f"sum(rate(container_cpu_usage_seconds_total{{{_RUNNING}}}[{_WINDOW}])) / {_allocatable('cpu')}", "used")


def cpu_reserved() -> Query:
    """Share of all CPU that pods reserve."""
    return Query(f"{_requested('cpu')} / {_allocatable('cpu')}", "reserved")


def memory_used() -> Query:
    """Share of all memory in use."""
    return Query(f"sum(container_memory_working_set_bytes{{{_RUNNING}}}) / {_allocatable('memory')}", "used")


def memory_reserved() -> Query:
    """Share of all memory that pods reserve."""
    return Query(f"{_requested('memory')} / {_allocatable('memory')}", "reserved")


def conditions() -> Query:
    """Nodes by condition that holds."""
    held = 'kube_node_status_condition{status="true",node=~"$node"}'
    return Query(f"sum by (condition) ({held})", "{{condition}}")


def pods_by_phase() -> Query:
    """Pods by phase."""
    return Query(f"sum by (phase) (kube_pod_status_phase{{{_SPACE}}}) > 0", "{{phase}}")


def pods_by_namespace() -> Query:
    """Running pods of each namespace."""
    return Query(f'sum by (namespace) (kube_pod_status_phase{{{_SPACE},phase="Running"}})', "{{namespace}}")


def restarts() -> Query:
    """The ten pods that restart most, in restarts over an hour."""
    counted = f"sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{{{_SPACE}}}[1h]))"
    return Query(f"topk(10, {counted})", "{{namespace}}/{{pod}}")


def cpu_by_namespace() -> Query:
    """Cores in use."""
    return Query(f"sum by (namespace) (rate(container_cpu_usage_seconds_total{{{_SPACE},{_RUNNING}}}[{_WINDOW}]))", "{{namespace}}")


def memory_by_namespace() -> Query:
    """Bytes of working set."""
    return Query(f"sum by (namespace) (container_memory_working_set_bytes{{{_SPACE},{_RUNNING}}})", "{{namespace}}")


def throttled() -> Query:
    """The ten pods that are held back most by their CPU limit, as a share of periods."""
    held, every = (
        f"sum by (namespace, pod) (rate(container_cpu_cfs_{part}_total{{{_SPACE},{_RUNNING}}}[{_WINDOW}]))"
        for part in ("throttled_periods", "periods")
    )
    return Query(f"topk(10, {held} / ({every} > 0))", "{{namespace}}/{{pod}}")


def volumes() -> Query:
    """The twenty fullest volumes."""
    free, size = (f"kubelet_volume_stats_{part}_bytes{{{_SPACE}}}" for part in ("available", "capacity"))
    return Query(
        f"topk(20, max by (namespace, persistentvolumeclaim) (1 - {free} / ({size} > 0)))", "{{namespace}}/{{persistentvolumeclaim}}"
    )


def claims_by_phase() -> Query:
    """Claims by phase."""
    return Query(f"sum by (phase) (kube_persistentvolumeclaim_status_phase{{{_SPACE}}})", "{{phase}}")


def storage_requested() -> Query:
    """Bytes that claims ask for."""
    return Query(f"sum by (namespace) (kube_persistentvolumeclaim_resource_requests_storage_bytes{{{_SPACE}}})", "{{namespace}}")


def received() -> Query:
    """Bytes a second that pods receive."""
    return _network("receive_bytes")


def sent() -> Query:
    """Bytes a second that pods send."""
    return _network("transmit_bytes")


def packets_lost() -> tuple[Query, ...]:
    """Packets a second that are dropped or broken."""
    return tuple(
        Query(f"sum by (namespace) (rate(container_network_{way}_{what}_total{{{_SPACE}}}[{_WINDOW}]))", f"{{{{namespace}}}} {way} {what}")
        for way in ("receive", "transmit")
        for what in ("packets_dropped", "errors")
    )


def api_requests() -> Query:
    """Calls of the Kubernetes API a second, by verb."""
    return Query(f"sum by (verb) (rate(apiserver_request_total[{_WINDOW}]))", "{{verb}}")


def _network(what: str) -> Query:
    return Query(f"sum by (namespace) (rate(container_network_{what}_total{{{_SPACE}}}[{_WINDOW}]))", "{{namespace}}")


def _requested(resource: str) -> str:
    return f'sum(kube_pod_container_resource_requests{{resource="{resource}"}})'


def _allocatable(resource: str) -> str:
    return f'sum(kube_node_status_allocatable{{resource="{resource}"}})'

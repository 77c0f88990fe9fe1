"""What node-exporter 1.12 and the kubelet expose of machines and volumes; a healthy one of each stands beside the one in question."""

from functools import partial

from tests.alerts.exposed.kubernetes import ALLOCATABLE
from tests.alerts.place import NODE, OTHER_NODE, Place, cluster, kubelet, node
from tests.alerts.scenario import Leveled, World
from tests.alerts.series import Counter, Gauge, State, merged

CAPACITY = 10e9
"""Bytes of a volume."""


def cpu(_place: Place, used: float) -> State:
    """Two CPUs of each node by mode; time idle, waiting for disks or taken by the hypervisor is not used."""
    found: list[State] = []
    for name, share in ((NODE, used), (OTHER_NODE, 0.2)):
        modes = {
            "idle": 0.8 * (1 - share),
            "iowait": 0.1 * (1 - share),
            "steal": 0.1 * (1 - share),
            "user": 0.7 * share,
            "system": 0.3 * share,
        }
        for number in ("0", "1"):
            found += [node("node_cpu_seconds_total", Counter(part), name, cpu=number, mode=mode) for mode, part in modes.items()]
    return merged(*found)


def memory(_place: Place, used: float) -> State:
    """Memory that is available, of all."""
    return merged(
        *(
            merged(
                node("node_memory_MemAvailable_bytes", Gauge(16e9 * (1 - share)), name),
                node("node_memory_MemTotal_bytes", Gauge(16e9), name),
            )
            for name, share in ((NODE, used), (OTHER_NODE, 0.3))
        )
    )


def pods(_place: Place, running: float) -> State:
    """So many running pods on a node, five that are done, and two that no node has taken yet."""
    found = [cluster("kube_node_status_allocatable", Gauge(ALLOCATABLE["pods"]), node=NODE, resource="pods", unit="integer")]
    found += [cluster("kube_node_status_allocatable", Gauge(ALLOCATABLE["memory"]), node=NODE, resource="memory", unit="byte")]
    for number in range(int(running) + 7):
        phase = "Running" if number < running else "Failed" if number == running else "Succeeded" if number < running + 5 else "Pending"
        labels = {"namespace": "shop", "pod": f"web-{number}"}
        on = {} if phase == "Pending" else {"node": NODE}
        found.append(cluster("kube_pod_info", Gauge(1), **labels, **on, created_by_kind="ReplicaSet"))
        for name in ("Pending", "Running", "Succeeded", "Failed"):
            found.append(cluster("kube_pod_status_phase", Gauge(float(name == phase)), **labels, phase=name))
    return merged(*found)


def clock(offset: float) -> Leveled:
    """A node's clock by its distance from the source, ahead or behind."""

    def world(_place: Place, factor: float) -> State:
        return merged(
            node("node_timex_offset_seconds", Gauge(offset * factor), NODE), node("node_timex_offset_seconds", Gauge(0.0001), OTHER_NODE)
        )

    return world


def source(status: float, error: float) -> World:
    """Whether the kernel has a time source, and its own bound of the error."""

    def world(_place: Place) -> State:
        found = ((NODE, status, error), (OTHER_NODE, 1.0, 0.01))
        return merged(
            *(node("node_timex_sync_status", Gauge(each), name) for name, each, _ in found),
            *(node("node_timex_maxerror_seconds", Gauge(each), name) for name, _, each in found),
        )

    return world


def conntrack(_place: Place, used: float) -> State:
    """A node's connection table."""
    return merged(
        *(
            merged(
                node("node_nf_conntrack_entries", Gauge(100000 * share), name), node("node_nf_conntrack_entries_limit", Gauge(100000), name)
            )
            for name, share in ((NODE, used), (OTHER_NODE, 0.1))
        )
    )


def volume(free: Gauge, capacity: float = CAPACITY) -> World:
    """A volume by its free bytes; another one that does not change, and one of a kind whose size nobody knows."""

    def world(_place: Place) -> State:
        found = (("data-0", free, capacity), ("data-1", Gauge(CAPACITY * 0.4), CAPACITY), ("unsized", Gauge(0), 0.0))
        return merged(
            *(
                merged(
                    kubelet("kubelet_volume_stats_available_bytes", left, namespace="shop", persistentvolumeclaim=name),
                    kubelet("kubelet_volume_stats_capacity_bytes", Gauge(size), namespace="shop", persistentvolumeclaim=name),
                )
                for name, left, size in found
            )
        )

    return world


def volume_used(place: Place, used: float) -> State:
    """A volume by the share in use."""
    return volume(Gauge(CAPACITY * (1 - used)))(place)


def restarted(reason: str | None, restarts: int) -> World:
    """A container by how often it restarted and why it ended last; its neighbour restarted for another reason long ago."""
    return partial(_restarted, reason, restarts)


def _restarted(reason: str | None, restarts: int, _place: Place) -> State:
    pod = {"namespace": "shop", "pod": "web-0", "container": "web"}
    last: State = {} if reason is None else cluster("kube_pod_container_status_last_terminated_reason", Gauge(1), **pod, reason=reason)
    return merged(cluster("kube_pod_container_status_restarts_total", Gauge(restarts), **pod), last)

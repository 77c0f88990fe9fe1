"""What kubelet, cAdvisor and kube-state-metrics 2.20 expose of pods and workloads."""

from functools import partial

from tests.alerts.place import NODE, OTHER_NODE, Place, cadvisor, cluster
from tests.alerts.scenario import Leveled
from tests.alerts.series import Counter, Gauge, State, merged

LIMIT = {"cpu": 2.0, "memory": 1e9, "ephemeral_storage": 5e9}
"""A container's limits: cores and bytes."""
ALLOCATABLE = {"cpu": 4.0, "memory": 16e9, "pods": 58, "ephemeral_storage": 100e9}
"""What a node gives to pods."""
_UNITS = {"cpu": "core", "memory": "byte", "pods": "integer", "ephemeral_storage": "byte"}
_PAUSE = {"cpu": 0.001, "memory": 5e5}
"""What a pod's pause container takes."""


def pod(place: Place) -> dict[str, str]:
    """How kube-state-metrics and cAdvisor name a pod."""
    return {"namespace": place.namespace, "pod": place.pod}


def info(place: Place) -> State:
    """`kube_pod_info`, one for each pod whatever its state."""
    node = OTHER_NODE if place.application == "elsewhere" else NODE
    return cluster("kube_pod_info", Gauge(1), **pod(place), node=node, created_by_kind="ReplicaSet", host_network="false")


def nodes() -> State:
    """Two nodes' allocatable resources; the other one is larger."""
    return merged(
        *(
            cluster("kube_node_status_allocatable", Gauge(amount * size), node=name, resource=resource, unit=_UNITS[resource])
            for name, size in ((NODE, 1), (OTHER_NODE, 2))
            for resource, amount in ALLOCATABLE.items()
        )
    )


def _limits(place: Place) -> State:
    return merged(
        *(
            cluster(
                "kube_pod_container_resource_limits",
                Gauge(amount),
                **pod(place),
                container=place.name,
                node=NODE,
                resource=resource,
                unit=_UNITS[resource],
            )
            for resource, amount in LIMIT.items()
        )
    )


def used(resource: str, *, limited: bool = True) -> Leveled:
    """By the share of its limit that a container uses; of its node where it has none."""
    return partial(_used, resource, limited)


def used_bytes(place: Place, amount: float) -> State:
    """By bytes of memory."""
    return _cgroups("memory", amount, place)


def _used(resource: str, limited: bool, place: Place, share: float) -> State:
    of = LIMIT[resource] if limited else ALLOCATABLE[resource]
    everywhere: State = {} if place.is_a_neighbour else nodes()
    return merged(_cgroups(resource, of * share, place), info(place), everywhere, _limits(place) if limited else {})


def _cgroups(resource: str, amount: float, place: Place) -> State:
    """The container's cgroup, its pause container's, and the pod's that holds both."""
    pause = _PAUSE[resource]
    parts = {place.name: amount, "POD": pause, "": amount + pause}
    found: list[State] = []
    for container, value in parts.items():
        labels = {
            **pod(place),
            "container": container,
            "image": "registry/app@sha256:0" if container else "",
            "id": f"/kubepods/{container}",
        }
        if resource == "memory":
            found.append(cadvisor("container_memory_working_set_bytes", Gauge(value), **labels))
        else:
            found.append(cadvisor("container_cpu_usage_seconds_total", Counter(value), **labels, cpu="total"))
    return merged(*found)


def requested(resource: str, amount: float) -> Leveled:
    """By the share of so large a request that stays unused."""
    return partial(_requested, resource, amount)


def _requested(resource: str, amount: float, place: Place, unused: float) -> State:
    other = {"cpu": "memory", "memory": "cpu"}[resource]
    requests = [
        cluster(
            "kube_pod_container_resource_requests",
            Gauge(value),
            **pod(place),
            container=place.name,
            node=NODE,
            resource=of,
            unit=_UNITS[of],
        )
        for of, value in {resource: amount, other: LIMIT[other]}.items()
    ]
    return merged(_cgroups(resource, amount * (1 - unused), place), *requests)


def restarts(place: Place, per_second: float) -> State:
    """By restarts of a container."""
    return cluster("kube_pod_container_status_restarts_total", Counter(per_second, base=3), **pod(place), container=place.name)


_REASONS = ("ContainerCreating", "ImagePullBackOff", "ErrImagePull")


def waiting(reason: str | None, *, told: bool = True) -> "partial[State]":
    """A container that waits for a reason, or runs: only then is there a series of its reason. `told`: with `kube_pod_info`."""
    return partial(_waiting, reason, told)


def _waiting(reason: str | None, told: bool, place: Place) -> State:
    known: State = info(place) if told else {}
    if reason is None:
        return known
    return merged(known, cluster("kube_pod_container_status_waiting_reason", Gauge(1), **pod(place), container=place.name, reason=reason))


def readiness(phase: str, *, ready: bool) -> "partial[State]":
    """A pod's phase and whether it is ready, each condition and phase a series of its own."""
    return partial(_readiness, phase, ready)


def _readiness(phase: str, ready: bool, place: Place) -> State:
    conditions = {"true": ready, "false": not ready, "unknown": False}
    return merged(
        *(cluster("kube_pod_status_ready", Gauge(float(held)), **pod(place), condition=name) for name, held in conditions.items()),
        *(
            cluster("kube_pod_status_phase", Gauge(float(name == phase)), **pod(place), phase=name)
            for name in ("Pending", "Running", "Succeeded", "Failed", "Unknown")
        ),
    )


def autoscaler(least: float, most: float, wanted: float | None = None) -> Leveled:
    """A HorizontalPodAutoscaler by the replicas that run."""
    return partial(_autoscaler, least, most, wanted)


def _autoscaler(least: float, most: float, wanted: float | None, place: Place, running: float) -> State:
    name = "kube_horizontalpodautoscaler"
    values = {
        "spec_min_replicas": least,
        "spec_max_replicas": most / 2 if place.is_a_neighbour else most,
        "status_current_replicas": running,
        "status_desired_replicas": running if wanted is None else wanted,
    }
    own = {"namespace": place.namespace, "horizontalpodautoscaler": place.name}
    return merged(*(cluster(f"{name}_{what}", Gauge(value), **own) for what, value in values.items()))

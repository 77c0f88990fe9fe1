"""Relabelings of scrapes: the identity that series carry, and the series that are not worth keeping."""

from catalog.catalog import Subject
from catalog.model import Service
from rendering.document import Document

# The operator sets these on every target. `endpoint` hides the applications' own route label of that name; where a target tells
# of others, its own pod and namespace would hide theirs.
_PORT_LABEL = ("endpoint",)
_PLACE_LABELS = ("namespace", "pod", "container", "endpoint")

# cAdvisor families that no alert and no dashboard of ours reads, many series each.
CADVISOR_NOISE = (
    "container_(blkio_device_usage_total|cpu_load_.+|cpu_(system|user)_seconds_total|file_descriptors|fs_(io|read|reads|sector|write|writes)_.+"
    "|hugetlb_.+|last_seen|memory_(failures_total|failcnt|kernel_usage|mapped_file|migrate|numa_pages|swap)|network_(advance_)?tcp6?_.+"
    "|network_udp6?_usage_total|perf_.+|pressure_.+|processes|referenced_bytes|sockets|spec_(cpu|memory)_.+|tasks_state|threads|threads_max"
    "|ulimits_soft)"
)
# Histograms of the API server with thousands of buckets; rates and errors come from its counters.
APISERVER_NOISE = (
    "(apiserver_(request_(body_size_bytes|sli_duration_seconds|slo_duration_seconds)|response_sizes|watch_events_sizes|watch_list_duration_seconds"
    "|admission_controller_admission_duration_seconds|admission_step_admission_duration_seconds|flowcontrol_.+)|etcd_request_duration_seconds"
    "|workqueue_(queue|work)_duration_seconds|rest_client_(request|response)_.+)_bucket"
)


def identity(subject: Subject) -> list[Document]:
    """Target relabelings that say whose series these are.

    The operator's `service` is the name of a Kubernetes Service; ours replaces it, and a dependency's target has none.
    """
    if subject.kind == "dependency":
        return [_drop_labels((*_PLACE_LABELS, "service")), *_set(subject.labels)]
    return [_drop_labels(_PLACE_LABELS if tells_of_others(subject) else _PORT_LABEL), *_set(subject.labels)]


def of_application(application: str) -> list[Document]:
    """Target relabelings of pods that belong to an application, but to no service of the catalog."""
    return [_drop_labels((*_PORT_LABEL, "container")), *_set({"application": application})]


def tells_of_others(subject: Subject) -> bool:
    """Whether a target's series carry the namespace and pod of others: the kubelet with its cAdvisor, and kube-state-metrics."""
    system = subject.watched.runs.system if isinstance(subject.watched, Service) else None
    return system == "kubelet" or (system is not None and subject.name == "kube-state-metrics")


def node_of_pod() -> Document:
    """The label `node`, which joins node-exporter's series with kube-state-metrics' own."""
    return {"sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node", "action": "replace"}


def known_routes(route_label: str, routes: str) -> Document:
    """Keeps series whose route is known, and those that have none; a raw path could make a series of every request."""
    return {"sourceLabels": [route_label], "regex": f"(?:{routes})?", "action": "keep"}


def without_noise(service: Service) -> list[Document]:
    """Metric relabelings that drop what the cluster's own targets expose far too much of."""
    if service.runs.system == "kubelet" and "cadvisor" in service.runs.path:
        return [
            _drop_families(CADVISOR_NOISE),
            # Slices of systemd are no pods.
            {"sourceLabels": ["id", "pod"], "regex": ".+;", "action": "drop"},
        ]
    if service.runs.system in ("kubernetes", "kubelet"):
        return [_drop_families(APISERVER_NOISE)]
    return []


def _drop_families(regex: str) -> Document:
    return {"sourceLabels": ["__name__"], "regex": regex, "action": "drop"}


def _drop_labels(names: tuple[str, ...]) -> Document:
    return {"regex": "|".join(names), "action": "labeldrop"}


def _set(labels: dict[str, str]) -> list[Document]:
    return [{"targetLabel": name, "replacement": value, "action": "replace"} for name, value in labels.items()]

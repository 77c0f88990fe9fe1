"""Queries on the cluster that no signal asks, of what kubelets tell (kubelet/metadata.csv): its state is perhaps not Datadog's to watch."""

from catalog.catalog import Subject
from dashboards.datadog.reading import CLUSTER, Reader


def host_cpu() -> str:
    """CPU that each host's own programs use, in per cent."""
    return f"avg:system.cpu.user{{${CLUSTER}}} by {{host}}"


def reserved(reader: Reader, service: Subject, what: str) -> str:
    """Share of the cluster's `cpu` or `memory` that the application's pods reserve."""
    namespace = reader.site.namespaces_of(service)[0]
    return f"{_requests(what, f',kube_namespace:{namespace}')} / {_capacity(what)}"


def allocated(what: str) -> str:
    """The same of all pods."""
    return f"{_requests(what)} / {_capacity(what)}"


def _requests(what: str, more: str = "") -> str:
    return f"sum:kubernetes.{what}.requests{{${CLUSTER}{more}}}"


def _capacity(what: str) -> str:
    """Cores, or bytes, of all hosts."""
    return f"sum:kubernetes.{what}.capacity{{${CLUSTER}}}"

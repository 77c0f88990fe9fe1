"""Queries on an application's containers: shared exporters tell of them by namespace and pod, not by service."""

from catalog.catalog import Subject
from catalog.model import Application
from dashboards.model import Query
from dashboards.reading import Reader
from rendering import promql

_MOST = 20
"""Series of one graph: beyond them nobody tells lines apart."""


def of_all(reader: Reader, subjects: list[Subject], name: str) -> Query:
    """A signal of pods, for the pods of several services of one application: the highest of them."""
    first = subjects[0]
    own, every = promql.quoted(promql.pods(first)), promql.quoted("|".join(promql.pods(subject) for subject in subjects))
    expression = reader.of(first, name).expression.replace(f"pod=~{own}", f"pod=~{every}")
    return Query(f"topk({_MOST}, {expression})", "{{pod}}")


def network_received(application: Application) -> Query:
    """Bytes a second that the application's pods receive."""
    return Query(f"sum(rate(container_network_receive_bytes_total{{{_place(application)}}}[$__rate_interval]))", "received")


def network_sent(application: Application) -> Query:
    """Bytes a second that they send."""
    return Query(f"sum(rate(container_network_transmit_bytes_total{{{_place(application)}}}[$__rate_interval]))", "sent")


def cpu_reserved(application: Application) -> Query:
    """Share of the cluster's CPU that the application's pods reserve."""
    return _reserved(application, "cpu")


def memory_reserved(application: Application) -> Query:
    """Share of the cluster's memory that they reserve."""
    return _reserved(application, "memory")


def cpu_allocated() -> Query:
    """Share of the cluster's CPU that all pods together reserve."""
    return _allocated("cpu")


def memory_allocated() -> Query:
    """Share of the cluster's memory that they reserve."""
    return _allocated("memory")


def volumes_used(application: Application) -> Query:
    """Share in use of each of the application's volumes."""
    used = "max by (persistentvolumeclaim) (1 - kubelet_volume_stats_available_bytes{%s} / (kubelet_volume_stats_capacity_bytes{%s} > 0))"
    return Query(used % (_place(application), _place(application)), "{{persistentvolumeclaim}}")


def _reserved(application: Application, resource: str) -> Query:
    mine = f'sum(kube_pod_container_resource_requests{{{_place(application)},resource="{resource}"}})'
    return Query(f'{mine} / sum(kube_node_status_allocatable{{resource="{resource}"}})', f"{resource} of this application")


def _allocated(resource: str) -> Query:
    every = f'sum(kube_pod_container_resource_requests{{resource="{resource}"}})'
    return Query(f'{every} / sum(kube_node_status_allocatable{{resource="{resource}"}})', f"{resource} of all")


def _place(application: Application) -> str:
    return promql.selector({"namespace": application.namespace or ""})

"""What Prometheus may read of the cluster: Roles in the namespaces that it scrapes, and little of the cluster itself. Pure."""

from collections.abc import Iterable

from components.pods import metadata
from components.rights import granted
from rendering.document import Document

NAME = "prometheus"
_OURS = f"observatory-{NAME}"
"""Name of rights in namespaces that are not ours, where it tells whose they are."""
_READ = ["get", "list", "watch"]


def scraped_namespaces(monitors: Iterable[Document]) -> tuple[str, ...]:
    """Namespaces in which the monitors look for targets; ValueError for one that looks in all, which no Role covers."""
    found: set[str] = set()
    for monitor in monitors:
        if monitor["kind"] == "Probe":  # asks the blackbox exporter by its name and discovers nothing
            continue
        selector = monitor["spec"].get("namespaceSelector", {})
        if selector.get("any"):
            raise ValueError(f"{monitor['metadata']['name']} looks for targets in all namespaces; name them")
        found |= set(selector.get("matchNames", [monitor["metadata"]["namespace"]]))
    return tuple(sorted(found))


def access(namespace: str, scraped: Iterable[str]) -> list[Document]:
    """Discovery of targets by namespace; metrics of nodes and of the API server by the cluster, and nothing else."""
    discovery = [
        {"apiGroups": [""], "resources": ["services", "pods"], "verbs": _READ},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": _READ},
    ]
    documents = [document for place in scraped for document in granted(metadata(_OURS, place, NAME), discovery, NAME, namespace)]
    whole = {"name": _OURS, "labels": metadata(NAME, namespace)["labels"]}
    rules = [
        {"apiGroups": [""], "resources": ["nodes/metrics"], "verbs": ["get"]},
        {"nonResourceURLs": ["/metrics", "/metrics/cadvisor", "/metrics/slis"], "verbs": ["get"]},
    ]
    return [*documents, *granted(whole, rules, NAME, namespace)]

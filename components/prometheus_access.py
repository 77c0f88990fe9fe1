"""What Prometheus may read of the cluster: Roles in the namespaces that it scrapes, and little of the cluster itself. Pure."""

from collections.abc import Iterable

from components.pods import metadata
from rendering.document import Document

NAME = "prometheus"
_OURS = f"observatory-{NAME}"
"""Name of rights in namespaces that are not ours, where it tells whose they are."""
_RBAC = "rbac.authorization.k8s.io"
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
    subject = {"kind": "ServiceAccount", "name": NAME, "namespace": namespace}
    discovery = [
        {"apiGroups": [""], "resources": ["services", "pods"], "verbs": _READ},
        {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": _READ},
    ]
    documents: list[Document] = []
    for place in scraped:
        meta = metadata(_OURS, place, NAME)
        documents += [
            {"apiVersion": f"{_RBAC}/v1", "kind": "Role", "metadata": meta, "rules": discovery},
            {
                "apiVersion": f"{_RBAC}/v1",
                "kind": "RoleBinding",
                "metadata": meta,
                "roleRef": {"apiGroup": _RBAC, "kind": "Role", "name": meta["name"]},
                "subjects": [subject],
            },
        ]
    whole = {"name": _OURS, "labels": metadata(NAME, namespace)["labels"]}
    rules = [
        {"apiGroups": [""], "resources": ["nodes/metrics"], "verbs": ["get"]},
        {"nonResourceURLs": ["/metrics", "/metrics/cadvisor", "/metrics/slis"], "verbs": ["get"]},
    ]
    return [
        *documents,
        {"apiVersion": f"{_RBAC}/v1", "kind": "ClusterRole", "metadata": whole, "rules": rules},
        {
            "apiVersion": f"{_RBAC}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": whole,
            "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": whole["name"]},
            "subjects": [subject],
        },
    ]

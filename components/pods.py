"""Pods as the `restricted` Pod Security Standard wants them, spread, bounded in resources, and what goes with them."""

from collections.abc import Sequence
from typing import Any

from catalog.base import Model
from components.context import Context, labels
from components.quantity import Cpu, Size
from rendering.document import LABELS, Document

CONTAINER_SECURITY: Document = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


class Resources(Model):
    """What a container is given: CPU is a share and never capped, memory is request and limit at once."""

    cpu: Cpu
    memory: Size

    def document(self) -> Document:
        """As a container has it."""
        return {"requests": {"cpu": self.cpu, "memory": self.memory}, "limits": {"memory": self.memory}}


def pod_security(user: int = 65534, group: int | None = None) -> Document:
    """A pod's security context; volumes belong to the group."""
    group = user if group is None else group
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": group,
        "fsGroup": group,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def spread(context: Context, selector: dict[str, str], replicas: int) -> list[Document]:
    """One replica a zone while zones last, and never two on one node without need."""
    zone: Document = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": selector},
    }
    domains = min(context.zones, replicas)
    if domains > 1:
        zone["minDomains"] = domains
    node = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": selector},
    }
    return [zone, node] if replicas > 1 else []


def metadata(name: str, namespace: str, app: str | None = None, **more: str) -> Document:
    """An object's metadata with our labels."""
    return {"name": name, "namespace": namespace, "labels": labels(app or name, **more)}


def service_account(name: str, namespace: str, annotations: dict[str, str] | None = None, *, app: str | None = None) -> Document:
    """An account whose token no pod gets unless the pod asks for it."""
    meta = metadata(name, namespace, app)
    if annotations:
        meta["annotations"] = annotations
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta, "automountServiceAccountToken": False}


def service(meta: Document, selector: dict[str, str], ports: dict[str, tuple[int, int | str]], *, headless: bool = False) -> Document:
    """A Service; `ports` maps a name to the port and what it leads to."""
    spec: Document = {
        "selector": selector,
        "ports": [{"name": name, "port": port, "targetPort": target, "protocol": "TCP"} for name, (port, target) in ports.items()],
    }
    if headless:
        spec |= {"clusterIP": "None", "publishNotReadyAddresses": False}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}


def disruption_budget(meta: Document, selector: dict[str, str], replicas: int) -> list[Document]:
    """At most one replica at a time; none for a single one, which it would nail to its node."""
    if replicas < 2:  # noqa: PLR2004  two is where there is another
        return []
    spec = {"maxUnavailable": 1, "unhealthyPodEvictionPolicy": "AlwaysAllow", "selector": {"matchLabels": selector}}
    return [{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": meta, "spec": spec}]


def container(name: str, image: str, resources: Resources, ports: dict[str, int], **more: Any) -> Document:  # noqa: ANN401
    """A restricted container; `more` are further keys, as a Deployment knows them."""
    return {
        "name": name,
        "image": image,
        "imagePullPolicy": "IfNotPresent",
        "ports": [{"name": port, "containerPort": number, "protocol": "TCP"} for port, number in ports.items()],
        "resources": resources.document(),
        "securityContext": CONTAINER_SECURITY,
        "terminationMessagePolicy": "FallbackToLogsOnError",
        **more,
    }


def volume_claim(context: Context, name: str, size: str) -> Document:
    """A StatefulSet's claim of a volume for each of its pods."""
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "labels": dict(LABELS)},
        "spec": {
            "storageClassName": context.storage_class,
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": size}},
        },
    }


def probe(path: str, port: str, **more: int) -> Document:
    """An HTTP probe of a container."""
    return {"httpGet": {"path": path, "port": port}, **more}


def bare_pod(context: Context, account: str, containers: Sequence[Document], **more: Any) -> Document:  # noqa: ANN401
    """A pod under an account, without that account's token; `more` are further keys of its spec."""
    found: Document = {
        "serviceAccountName": account,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "containers": list(containers),
        **more,
    }
    if context.images.pull_secrets:
        found["imagePullSecrets"] = context.images.pull_references
    return found


def deployment(
    context: Context,
    meta: Document,
    selector: dict[str, str],
    replicas: int,
    containers: Sequence[Document],
    *,
    volumes: Sequence[Document] = (),
    annotations: dict[str, str] | None = None,
) -> Document:
    """A Deployment of restricted pods under the account of its own name, without that account's token."""
    spec = bare_pod(context, meta["name"], containers, securityContext=pod_security())
    if volumes:
        spec["volumes"] = list(volumes)
    if constraints := spread(context, selector, replicas):
        spec["topologySpreadConstraints"] = constraints
    template_meta: Document = {"labels": meta["labels"] | selector}
    if annotations:
        template_meta["annotations"] = annotations
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": meta,
        "spec": {
            "replicas": replicas,
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": selector},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "template": {"metadata": template_meta, "spec": spec},
        },
    }

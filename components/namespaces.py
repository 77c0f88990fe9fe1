"""Our namespaces by system and privilege: who may run there, how much, and the walls around them."""

from collections.abc import Iterable, Mapping
from typing import Literal

import pulumi
from pydantic import Field

from catalog.base import Model, Name
from components.base import Component, Resource
from components.cluster import Cluster
from components.context import Context, labels
from components.network import default_deny, dns
from components.pods import metadata
from components.quantity import Cpu, Size
from components.versions import POD_SECURITY
from rendering.document import Document

System = Literal["monitoring", "logging", "tracing", "agents"]
SYSTEMS: tuple[System, ...] = ("monitoring", "logging", "tracing", "agents")
_PRIVILEGED: frozenset[System] = frozenset({"agents"})


class Quota(Model):
    """The most that all pods of a namespace may ask for together."""

    cpu: Cpu
    memory: Size
    storage: Size
    pods: int = Field(ge=1)


class NamespacesSettings(Model):
    """Names and quotas; no system can starve another."""

    monitoring: Name = "monitoring"
    logging: Name = "logging"
    tracing: Name = "tracing"
    agents: Name = "monitoring-agents"
    quotas: dict[System, Quota]
    """One for each system; what we deploy is compared with it before anything is registered."""

    def name(self, system: System) -> str:
        """The namespace of a system."""
        return {"monitoring": self.monitoring, "logging": self.logging, "tracing": self.tracing, "agents": self.agents}[system]


class StorageSettings(Model):
    """The class of our volumes."""

    class_name: str = Field(default="gp3", alias="class")
    create: bool
    """Whether the class is ours to make (EBS gp3, encrypted); otherwise it must exist."""


def namespace(name: str, system: System) -> Document:
    """A namespace with its Pod Security level, which warns and audits as strictly as it enforces."""
    level = "privileged" if system in _PRIVILEGED else "restricted"
    security = {
        f"pod-security.kubernetes.io/{mode}{suffix}": value
        for mode in ("enforce", "audit", "warn")
        for suffix, value in (("", level), ("-version", POD_SECURITY))
    }
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels(name, **security)}}


def limits(name: str, quota: Quota) -> list[Document]:
    """The quota, and defaults for containers that say nothing, which the quota would refuse."""
    hard = {
        "requests.cpu": quota.cpu,
        "requests.memory": quota.memory,
        "limits.memory": quota.memory,
        "requests.storage": quota.storage,
        "pods": str(quota.pods),
    }
    container = {
        "type": "Container",
        "defaultRequest": {"cpu": "20m", "memory": "64Mi"},
        "default": {"memory": "128Mi"},
    }
    return [
        {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata("quota", name), "spec": {"hard": hard}},
        {"apiVersion": "v1", "kind": "LimitRange", "metadata": metadata("defaults", name), "spec": {"limits": [container]}},
    ]


def storage_class(settings: StorageSettings) -> list[Document]:
    """EBS gp3, encrypted, in the zone of the pod, growing on demand; kept when the claim goes would be paid for unseen."""
    if not settings.create:
        return []
    return [
        {
            "apiVersion": "storage.k8s.io/v1",
            "kind": "StorageClass",
            "metadata": {"name": settings.class_name, "labels": labels(settings.class_name)},
            "provisioner": "ebs.csi.aws.com",
            "parameters": {"type": "gp3", "encrypted": "true", "csi.storage.k8s.io/fstype": "ext4"},
            "volumeBindingMode": "WaitForFirstConsumer",
            "allowVolumeExpansion": True,
            "reclaimPolicy": "Delete",
        }
    ]


class Namespaces(Component):
    """The four namespaces, each with its quota, its defaults and its closed doors; the class of our volumes."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        context: Context,
        settings: NamespacesSettings,
        storage: StorageSettings,
        edges: Mapping[System, list[Document]],
        after: Iterable[pulumi.Resource] = (),
    ) -> None:
        """`after` is what pods must find from their first moment on, as the role of their account."""
        super().__init__(name, cluster)
        granted = list(after)
        self.ready: dict[str, Resource] = {}
        """Each namespace by name: whatever goes into one waits for it."""
        self.storage = self.manifests(storage_class(storage))
        for system in SYSTEMS:
            place = settings.name(system)
            made = self.ready[place] = self.manifest(namespace(place, system), granted)
            self.manifests([*limits(place, settings.quotas[system]), default_deny(place), dns(place), *edges[system]], [made])
        self.register_outputs({"namespaces": sorted(self.ready), "environment": context.environment})

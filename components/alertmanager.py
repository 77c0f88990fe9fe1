"""Alertmanager under its operator: members that gossip, so that each message goes out once."""

from collections.abc import Iterable, Mapping, Sequence

import pulumi
from pydantic import Field

from catalog.base import Model
from catalog.units import Duration
from components.base import Component
from components.cluster import Cluster
from components.context import Context
from components.pods import Resources, disruption_budget, metadata, pod_security, service, service_account, spread
from components.prometheus import stateful, volume_claim
from components.quantity import Size
from components.versions import ALERTMANAGER
from rendering.document import LABELS, Document

NAME = "alertmanager"
INSTANCE = "observatory"
CONFIGURATION = "alertmanager-configuration"
PORT, GOSSIP_PORT, RELOADER_PORT = 9093, 9094, 8080
SELECTOR = {"app.kubernetes.io/name": NAME, NAME: INSTANCE}
"""Labels that the operator gives the pods."""
PEER_TIMEOUT = 2
"""Seconds that each member waits for the one before it, ten rounds of gossip. Members that wait longer in all than a route's
`group_interval` still hold what was firing when the first one tells that it is resolved, and notify again (Alertmanager's issue 2447):
the default of 15 s does that to every route of under 30 s."""
_RELOADER = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}}


class AlertmanagerSettings(Model):
    """Alertmanager's members."""

    replicas: int = Field(ge=1, le=5)
    """3 survive the loss of one zone with two that still agree."""
    volume: Size = "1Gi"
    """Silences and what was notified already; lost, everything is notified again."""
    retention: Duration = 432_000
    """How long silences that ended are remembered."""
    resources: Resources = Resources(cpu="50m", memory="256Mi")
    external_url: str | None = Field(default=None, pattern=r"^https?://")
    """Where people reach it: links in messages begin with it."""


def prometheus_endpoint(context: Context) -> Document:
    """How Prometheus finds all members: by discovery, since each must get every alert; TLS is the mesh's or the CNI's affair."""
    return {"name": NAME, "namespace": context.namespaces.monitoring, "port": "web", "scheme": "http", "apiVersion": "v2"}


def alertmanager(context: Context, settings: AlertmanagerSettings, secrets: Iterable[str]) -> Document:
    """The custom resource; without a selector for other configurations the operator passes ours on as it is."""
    spec: Document = {
        "version": f"v{ALERTMANAGER}",
        "image": context.images.image("alertmanager"),
        "replicas": settings.replicas,
        "podMetadata": stateful(),
        "serviceAccountName": NAME,
        "automountServiceAccountToken": False,
        "securityContext": pod_security(1000, 2000),
        "resources": settings.resources.document(),
        "containers": [{"name": "config-reloader", "resources": _RELOADER}],
        "initContainers": [{"name": "init-config-reloader", "resources": _RELOADER}],
        "configSecret": CONFIGURATION,
        "secrets": sorted(set(secrets)),
        "storage": volume_claim(context, settings.volume),
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Delete"},
        "retention": _hours(settings.retention),
        "clusterPeerTimeout": f"{PEER_TIMEOUT}s",
        "logFormat": "json",
        "portName": "web",
    }
    if settings.external_url:
        spec["externalUrl"] = settings.external_url
    if constraints := spread(context, SELECTOR, settings.replicas):
        spec["topologySpreadConstraints"] = constraints
    if context.images.pull_secrets:
        spec["imagePullSecrets"] = context.images.pull_references
    meta = metadata(INSTANCE, context.namespaces.monitoring, NAME)
    meta["annotations"] = {"pulumi.com/waitFor": "condition=Available", "pulumi.com/timeoutSeconds": "600"}
    return {"apiVersion": "monitoring.coreos.com/v1", "kind": "Alertmanager", "metadata": meta, "spec": spec}


def _hours(seconds: float) -> str:
    """Hours, because the operator's pattern for this field knows no days."""
    return f"{max(1, round(seconds / 3600))}h"


def around(context: Context, settings: AlertmanagerSettings, configuration: Mapping[str, str]) -> list[Document]:
    """What must be there before the pods: configuration, account, Service, disruption budget."""
    namespace = context.namespaces.monitoring
    meta = metadata(NAME, namespace)
    return [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": CONFIGURATION, "namespace": namespace, "labels": dict(LABELS)},
            "type": "Opaque",
            "stringData": dict(configuration),
        },
        service_account(NAME, namespace),
        service(meta, SELECTOR, {"web": (PORT, "web"), "reloader-web": (RELOADER_PORT, "reloader-web")}),
        *disruption_budget(meta, SELECTOR, settings.replicas),
    ]


class Alertmanager(Component):
    """The members with their configuration."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        documents: Sequence[Document],
        instance: Document,
        after: Iterable[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        waited = list(after)
        prepared = self.manifests(documents, waited)
        self.instance = self.manifest(instance, [*waited, *prepared])
        self.register_outputs({"name": INSTANCE})

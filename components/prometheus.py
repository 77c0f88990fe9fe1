"""Prometheus under its operator: the pair, what it may read, its rules and its targets."""

from collections.abc import Iterable, Sequence

import pulumi

from catalog.units import duration_text
from components.base import Component, Resource
from components.cluster import Cluster
from components.context import Context
from components.pods import disruption_budget, metadata, pod_security, service, service_account, spread
from components.prometheus_access import NAME, access, scraped_namespaces
from components.prometheus_settings import PrometheusSettings, RemoteWrite
from components.quantity import prometheus_size
from components.versions import PROMETHEUS, THANOS
from rendering.document import LABELS, Document

INSTANCE = "observatory"
"""The custom resource's name; the operator calls pods `prometheus-observatory-0` and so on."""
PORT, GRPC_PORT, SIDECAR_PORT, RELOADER_PORT = 9090, 10901, 10902, 8080
REPLICA_LABEL = "__replica__"
PART_OF = "app.kubernetes.io/part-of"
SELECTOR = {"app.kubernetes.io/name": NAME, "prometheus": INSTANCE}
"""Labels that the operator gives the pods."""
_SIDECAR = {"requests": {"cpu": "50m", "memory": "256Mi"}, "limits": {"memory": "256Mi"}}
_RELOADER = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}}


def external_labels(context: Context) -> dict[str, str]:
    """What tells this environment's series from others', in every backend; the operator adds the replica."""
    return {"environment": context.environment, "region": context.region, "cluster": context.cluster}


def volume_claim(context: Context, size: str) -> Document:
    """A claim template of our class."""
    spec = {"storageClassName": context.storage_class, "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"volumeClaimTemplate": {"metadata": {"labels": dict(LABELS)}, "spec": spec}}


def stateful() -> Document:
    """Metadata of stateful pods: a node's consolidation does not move them, only its loss or a drain does."""
    return {"labels": {PART_OF: LABELS[PART_OF]}, "annotations": {"karpenter.sh/do-not-disrupt": "true"}}


def remote_write(settings: RemoteWrite, region: str) -> Document:
    """The way to the managed workspace: signed, in big batches, without what is not worth its price."""
    drop = [{"sourceLabels": ["__name__"], "regex": "|".join(settings.drop), "action": "drop"}] if settings.drop else []
    return {
        "name": "amp",
        "url": f"{settings.workspace}/api/v1/remote_write",
        "sigv4": {"region": settings.region or region},
        "queueConfig": {"capacity": 10_000, "maxShards": settings.max_shards, "maxSamplesPerSend": 1000, "retryOnRateLimit": True},
        **({"writeRelabelConfigs": drop} if drop else {}),
    }


def prometheus(context: Context, settings: PrometheusSettings, alertmanager: Document) -> Document:
    """The custom resource. Only objects with our label and in our namespace configure it."""
    ours = {"matchLabels": dict(LABELS)}
    spec: Document = {
        "version": f"v{PROMETHEUS}",
        "image": context.images.image("prometheus"),
        "replicas": settings.replicas,
        "podMetadata": stateful(),
        "serviceAccountName": NAME,
        "securityContext": pod_security(1000, 2000),
        "resources": settings.resources.document(),
        "containers": [{"name": "config-reloader", "resources": _RELOADER}],
        "initContainers": [{"name": "init-config-reloader", "resources": _RELOADER}],
        "retention": duration_text(settings.retention),
        "retentionSize": prometheus_size(settings.retention_size),
        "storage": volume_claim(context, settings.volume),
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        "scrapeInterval": duration_text(settings.scrape_interval),
        "evaluationInterval": duration_text(settings.evaluation_interval),
        "externalLabels": external_labels(context),
        "replicaExternalLabelName": REPLICA_LABEL,
        "prometheusExternalLabelName": "",
        **dict.fromkeys(("ruleSelector", "serviceMonitorSelector", "podMonitorSelector", "probeSelector", "scrapeConfigSelector"), ours),
        "serviceDiscoveryRole": "EndpointSlice",
        "alerting": {"alertmanagers": [alertmanager]},
        "enforcedSampleLimit": settings.most_series_a_target,
        "enforcedTargetLimit": 500,
        "enforcedLabelLimit": 64,
        "enforcedBodySizeLimit": "100MB",
        "query": {"maxConcurrency": 20, "maxSamples": 50_000_000, "timeout": "2m"},
        "enableAdminAPI": False,
        "enableFeatures": ["exemplar-storage"],
        "logFormat": "json",
        "portName": "web",
    }
    if constraints := spread(context, SELECTOR, settings.replicas):
        spec["topologySpreadConstraints"] = constraints
    if context.images.pull_secrets:
        spec["imagePullSecrets"] = context.images.pull_references
    if settings.query == "thanos":
        spec["thanos"] = {"version": f"v{THANOS}", "image": context.images.image("thanos"), "resources": _SIDECAR, "logFormat": "json"}
    if settings.remote_write:
        spec["remoteWrite"] = [remote_write(settings.remote_write, context.region)]
    meta = metadata(INSTANCE, context.namespaces.monitoring, NAME)
    meta["annotations"] = {"pulumi.com/waitFor": "condition=Available", "pulumi.com/timeoutSeconds": "900"}
    return {"apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "metadata": meta, "spec": spec}


def around(context: Context, settings: PrometheusSettings, monitors: Iterable[Document]) -> list[Document]:
    """What must be there before the pods: the account and its rights, the Service, the disruption budget."""
    namespace = context.namespaces.monitoring
    meta = metadata(NAME, namespace)
    role = settings.remote_write.role_arn if settings.remote_write else None
    ports: dict[str, tuple[int, int | str]] = {"web": (PORT, "web"), "reloader-web": (RELOADER_PORT, "reloader-web")}
    if settings.query == "thanos":
        ports |= {"grpc": (GRPC_PORT, "grpc"), "sidecar": (SIDECAR_PORT, SIDECAR_PORT)}
    return [
        service_account(NAME, namespace, {"eks.amazonaws.com/role-arn": role} if role else None),
        *access(namespace, scraped_namespaces(monitors)),
        # Headless: it is for discovery; nobody is balanced between two replicas whose data differ by a scrape.
        service(meta, SELECTOR, ports, headless=True),
        *disruption_budget(meta, SELECTOR, settings.replicas),
    ]


class Prometheus(Component):
    """The pair with all that it scrapes and evaluates."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        documents: Sequence[Document],
        instance: Document,
        content: Iterable[Document],
        after: Iterable[pulumi.Resource],
        alertmanager: Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        waited = list(after)
        prepared = self.manifests(documents, waited)
        # Alertmanager is there first, or the Watchdog's first message comes a minute late.
        self.instance = self.manifest(instance, [*waited, *prepared, alertmanager])
        self.manifests(content, waited)
        self.register_outputs({"name": INSTANCE})

"""Grafana's server: replicas over a shared database, or a single one with its own file; content comes through its provider.

A StatefulSet in both cases: two pods never write one SQLite file, and replicas over PostgreSQL need a headless Service to gossip by anyway.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

import pulumi

from components.base import Component
from components.cluster import Cluster
from components.context import Context
from components.grafana_configuration import DATA, GOSSIP_PORT, PORT, SECRETS, People, configuration, needs
from components.grafana_settings import GrafanaSettings
from components.pods import (
    bare_pod,
    container,
    disruption_budget,
    metadata,
    pod_security,
    probe,
    service,
    service_account,
    spread,
    volume_claim,
)
from components.secrets import by_name
from rendering.document import Document

NAME = "grafana"
MEMBERS = "grafana-members"
"""The headless Service by which replicas find one another."""
SELECTOR = {"app.kubernetes.io/name": NAME}
_USER = 472
"""Of the image (`packaging/docker`)."""
_CONFIGURATION = "/etc/grafana/observatory"


def endpoint(context: Context) -> str:
    """Where machines reach it inside the cluster: by a service account's token, as people's way is the edge."""
    return f"http://{NAME}.{context.namespaces.monitoring}.svc:{PORT}"


def documents(context: Context, settings: GrafanaSettings, people: People) -> list[Document]:
    """All objects, the StatefulSet last."""
    namespace = context.namespaces.monitoring
    meta, members = metadata(NAME, namespace), metadata(MEMBERS, namespace)
    text = configuration(settings, people, endpoint(context), f"{MEMBERS}.{namespace}.svc")
    gossip = service(members, SELECTOR, {"gossip": (GOSSIP_PORT, "gossip")}, headless=True)
    gossip["spec"]["publishNotReadyAddresses"] = True  # replicas that start together find one another before they are ready
    identity = {"eks.amazonaws.com/role-arn": settings.role_arn} if settings.role_arn else None
    return [
        service_account(NAME, namespace, identity),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"grafana.ini": text}},
        gossip,
        service(meta, SELECTOR, {"web": (PORT, "web")}),
        *disruption_budget(meta, SELECTOR, settings.replicas),
        _stateful_set(context, settings, people, text),
    ]


def _stateful_set(context: Context, settings: GrafanaSettings, people: People, text: str) -> Document:
    """The pods; a changed configuration changes their annotation and so replaces them, one after the other."""
    secrets = sorted(by_name(needs(settings, people)))
    volumes: list[Document] = [
        {"name": "configuration", "configMap": {"name": NAME}},
        {"name": "temporary", "emptyDir": {"sizeLimit": "256Mi"}},
        *({"name": f"secret-{name}", "secret": {"secretName": name, "defaultMode": 0o440}} for name in secrets),
    ]
    annotations = {"observatory.dev/configuration": sha256(text.encode()).hexdigest()[:16]}
    claims: list[Document] = []
    if settings.postgres:
        volumes.append({"name": "data", "emptyDir": {"sizeLimit": "1Gi"}})
    else:
        # SQLite's. The claim outlives the StatefulSet: users, tokens and what people drew are in it.
        claims.append(volume_claim(context, "data", settings.volume))
        annotations["karpenter.sh/do-not-disrupt"] = "true"
    pod = bare_pod(
        context,
        NAME,
        [_container(context, settings, secrets)],
        securityContext=pod_security(_USER) | {"fsGroupChangePolicy": "OnRootMismatch"},
        terminationGracePeriodSeconds=60,
        volumes=volumes,
    )
    if constraints := spread(context, SELECTOR, settings.replicas):
        pod["topologySpreadConstraints"] = constraints
    meta = metadata(NAME, context.namespaces.monitoring)
    spec: Document = {
        "replicas": settings.replicas,
        "revisionHistoryLimit": 3,
        "serviceName": MEMBERS,
        "selector": {"matchLabels": SELECTOR},
        "updateStrategy": {"type": "RollingUpdate"},
        "template": {"metadata": {"labels": meta["labels"], "annotations": annotations}, "spec": pod},
    }
    if claims:
        spec |= {
            "volumeClaimTemplates": claims,
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
        }
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": spec}


def _container(context: Context, settings: GrafanaSettings, secrets: Sequence[str]) -> Document:
    """A first start migrates the database, which may take minutes: the liveness probe waits for the startup probe."""
    return container(
        NAME,
        context.images.image(NAME),
        settings.resources,
        {"web": PORT, "gossip": GOSSIP_PORT},
        env=[
            {"name": "GF_PATHS_CONFIG", "value": f"{_CONFIGURATION}/grafana.ini"},
            {"name": "GF_PATHS_LOGS", "value": f"{DATA}/log"},
            {"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
        ],
        volumeMounts=[
            {"name": "configuration", "mountPath": _CONFIGURATION, "readOnly": True},
            {"name": "data", "mountPath": DATA},
            {"name": "temporary", "mountPath": "/tmp"},  # noqa: S108  the container's own
            *({"name": f"secret-{name}", "mountPath": f"{SECRETS}/{name}", "readOnly": True} for name in secrets),
        ],
        startupProbe=probe("/api/health", "web", periodSeconds=5, failureThreshold=60),
        readinessProbe=probe("/api/health", "web", periodSeconds=10, timeoutSeconds=5),
        # It does not ask the database: a database that is away is no reason to restart everything that waits for it.
        livenessProbe=probe("/healthz", "web", periodSeconds=30, timeoutSeconds=10, failureThreshold=4),
    )


class Grafana(Component):
    """The server with what stands around it."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        documents: Sequence[Document],
        address: str,
        after: Iterable[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        waited = list(after)
        *around, server = documents
        prepared = self.manifests(around, waited)
        self.server = self.manifest(server, [*waited, *prepared])
        self.register_outputs({"endpoint": address})

"""Loki: one process with a volume, or several that share a bucket; its rules come with it."""

from hashlib import sha256

from components.base import Server
from components.context import Context
from components.pods import Resources, bare_pod, container, disruption_budget, metadata, pod_security, probe, service, spread, volume_claim
from components.pods import service_account as account
from rendering.document import Document, to_yaml
from rendering.loki.places import (
    CONFIGURATION,
    DATA,
    FOLDER,
    GOSSIP,
    GRPC,
    HTTP,
    MEMBERS,
    NAME,
    RULES,
    TENANT,
    Target,
    targets,
    workload,
)
from rendering.loki.settings import LokiSettings
from rendering.targets import EXPORTER_PORT

SELECTOR = {"app.kubernetes.io/name": NAME}
"""All of Loki's pods."""
_COMPONENT = "app.kubernetes.io/component"
_RULES = "loki-rules"
_FRONT = "loki-front"
"""What Services are called that are not scraped: one that finds all processes is."""
_USER = 10001
"""Of the image (`cmd/loki/Dockerfile`)."""
_HEAP = 0.8
"""Share of a container's memory that Go's collector aims at."""
_ENDING = 300
"""Seconds in which a process that is told to stop writes what it holds to the store."""


def documents(context: Context, settings: LokiSettings, configuration: Document, rules: dict[str, str]) -> list[Document]:
    """All objects; `rules` are the ruler's files, by name."""
    namespace = context.namespaces.logging
    text = to_yaml(configuration)
    identity = {"eks.amazonaws.com/role-arn": settings.s3.role_arn} if settings.s3 else None
    digest = sha256("".join([text, *rules.values()]).encode()).hexdigest()[:16]
    found = [
        account(NAME, namespace, identity),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(NAME, namespace), "data": {CONFIGURATION: text}},
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(_RULES, namespace, NAME), "data": rules},
        _members(namespace),
    ]
    for target in targets(settings):
        found += _processes(context, settings, target, digest)
    return found


def _members(namespace: str) -> Document:
    """Processes find each other before they are ready, for none of them would be otherwise."""
    ports: dict[str, tuple[int, int | str]] = {EXPORTER_PORT: (HTTP, EXPORTER_PORT), "grpc": (GRPC, "grpc"), "gossip": (GOSSIP, "gossip")}
    made = service(metadata(MEMBERS, namespace, NAME), SELECTOR, ports, headless=True)
    made["spec"]["publishNotReadyAddresses"] = True
    return made


def _processes(context: Context, settings: LokiSettings, target: Target, digest: str) -> list[Document]:
    name, given = workload(target), settings.processes(target)
    selector = SELECTOR | {_COMPONENT: target}
    meta = metadata(name, context.namespaces.logging, NAME, **{_COMPONENT: target})
    front: dict[str, tuple[int, int | str]] = {"http": (HTTP, EXPORTER_PORT), "grpc": (GRPC, "grpc")}
    return [
        service(metadata(name, context.namespaces.logging, _FRONT), selector, front),
        *disruption_budget(meta, selector, given.replicas),
        _stateful_set(context, settings, target, meta, digest),
    ]


def _stateful_set(context: Context, settings: LokiSettings, target: Target, meta: Document, digest: str) -> Document:
    """Each with a volume of its own; a reader's holds only what it has fetched."""
    given, selector = settings.processes(target), SELECTOR | {_COMPONENT: target}
    pod = bare_pod(
        context,
        NAME,
        [_container(context, settings, target)],
        securityContext=pod_security(_USER) | {"fsGroupChangePolicy": "OnRootMismatch"},
        terminationGracePeriodSeconds=_ENDING,
        volumes=[
            {"name": "configuration", "configMap": {"name": NAME}},
            {"name": "rules", "configMap": {"name": _RULES}},
            {"name": "temporary", "emptyDir": {"sizeLimit": "1Gi"}},
        ],
    )
    if constraints := spread(context, selector, given.replicas):
        pod["topologySpreadConstraints"] = constraints
    annotations = {"observatory.dev/configuration": digest, "karpenter.sh/do-not-disrupt": "true"}
    spec = {
        "replicas": given.replicas,
        "revisionHistoryLimit": 3,
        "serviceName": MEMBERS,
        "podManagementPolicy": "Parallel",
        "selector": {"matchLabels": selector},
        "updateStrategy": {"type": "RollingUpdate"},
        "template": {"metadata": {"labels": meta["labels"], "annotations": annotations}, "spec": pod},
        "volumeClaimTemplates": [volume_claim(context, "data", settings.volume)],
        # What a process had not yet handed to the store is read again when it comes back.
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Retain"},
    }
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": spec}


def _container(context: Context, settings: LokiSettings, target: Target) -> Document:
    given = settings.processes(target)
    return container(
        NAME,
        context.images.image(NAME),
        Resources(cpu=given.cpu, memory=f"{given.memory}Mi"),
        {EXPORTER_PORT: HTTP, "grpc": GRPC, "gossip": GOSSIP},
        args=[f"-config.file={FOLDER}/{CONFIGURATION}", f"-target={target}"],
        env=[{"name": "GOMEMLIMIT", "value": f"{int(_HEAP * given.memory)}MiB"}],
        volumeMounts=[
            {"name": "configuration", "mountPath": FOLDER, "readOnly": True},
            {"name": "rules", "mountPath": f"{RULES}/{TENANT}", "readOnly": True},
            {"name": "temporary", "mountPath": "/tmp"},  # noqa: S108 - the container's own
            {"name": "data", "mountPath": DATA},
        ],
        # It is not ready for 15 s after its ring is; the whole of a log written down before is read first.
        startupProbe=probe("/ready", EXPORTER_PORT, periodSeconds=10, failureThreshold=60),
        readinessProbe=probe("/ready", EXPORTER_PORT, periodSeconds=10, failureThreshold=3),
        livenessProbe=probe("/services", EXPORTER_PORT, periodSeconds=30, failureThreshold=4),
    )


class Loki(Server):
    """Loki, and where it takes records and answers questions."""

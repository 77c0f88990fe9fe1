"""The collectors: an agent on each node that applications send to, and samplers behind them that see traces whole."""

from collections.abc import Iterable
from hashlib import sha256

import pulumi

from components.base import Component
from components.cluster import Cluster
from components.context import Context
from components.pods import Resources, bare_pod, container, disruption_budget, metadata, pod_security, probe, service, spread, volume_claim
from components.pods import service_account as account
from components.rights import granted
from rendering.document import Document, to_yaml
from rendering.otel.places import (
    AGENT,
    ENDPOINT,
    GATEWAY,
    HEALTH,
    METRICS,
    METRICS_PORT,
    NODE_VARIABLE,
    OTLP_GRPC,
    OTLP_HTTP,
    POD_LOGS,
    STORAGE,
    TELEMETRY,
    ZIPKIN,
)
from rendering.otel.settings import TracesSettings
from rendering.targets import EXPORTER_PORT

IMAGE = "otel-collector"
_FOLDER, _FILE = "/etc/otelcol", "config.yaml"
_QUEUES, _LOGS = "queues", "pod-logs"
_QUEUE_VOLUME = "5Gi"
"""Of a sampler's queue: 200,000 spans of some KiB each, several times over."""
_HEAP = 0.8
"""Share of a container's memory that Go's collector aims at."""
_OURS = f"observatory-{AGENT}"
"""Name of the agents' rights in the cluster, which tells whose they are."""
_USER = 10001
"""Of the collector's image."""
_AGENT_LABELS, _GATEWAY_LABELS = {"app.kubernetes.io/name": AGENT}, {"app.kubernetes.io/name": GATEWAY}


def agents(context: Context, settings: TracesSettings, configuration: Document) -> list[Document]:
    """The agents, which read log files as well, their rights, and the two Services by which applications find their node's."""
    namespace = context.namespaces.agents
    meta = metadata(AGENT, namespace)
    ports = {"otlp": OTLP_GRPC, "otlp-http": OTLP_HTTP, **({"zipkin": ZIPKIN} if settings.zipkin else {})}
    listening: dict[str, tuple[int, int | str]] = {name: (port, name) for name, port in {**ports, EXPORTER_PORT: TELEMETRY}.items()}
    front = service(meta, _AGENT_LABELS, listening)
    # An agent knows the pods of its own node only, so a connection must not leave the node.
    front["spec"]["internalTrafficPolicy"] = "Local"
    text = to_yaml(configuration)
    return [
        account(AGENT, namespace),
        *_access(namespace),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {_FILE: text}},
        front,
        _endpoint(context),
        _daemon_set(context, settings, ports, text),
    ]


def _endpoint(context: Context) -> Document:
    """What applications are told: a name that stays, whatever stands behind it."""
    spec = {"type": "ExternalName", "externalName": f"{AGENT}.{context.namespaces.agents}.svc.cluster.local"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata(ENDPOINT, context.namespaces.tracing), "spec": spec}


def _access(namespace: str) -> list[Document]:
    """What the k8sattributes processor reads: pods, their namespaces, and the ReplicaSets that name their Deployments."""
    read = ["get", "list", "watch"]
    rules = [
        {"apiGroups": [""], "resources": ["pods", "namespaces"], "verbs": read},
        {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": read},
    ]
    meta = {"name": _OURS, "labels": metadata(AGENT, namespace)["labels"]}
    return granted(meta, rules, AGENT, namespace)


def _daemon_set(context: Context, settings: TracesSettings, ports: dict[str, int], text: str) -> Document:
    """One a node, on every node. Its queue and pods' log files are root's on the node: so is the process, without any capability."""
    resources = Resources(cpu="50m", memory=f"{settings.agent_memory}Mi")
    node = {"name": NODE_VARIABLE, "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    made = {EXPORTER_PORT: TELEMETRY, METRICS_PORT: METRICS}
    main = _collector(context, resources, settings.agent_memory, {**ports, **made}, [node])
    main["volumeMounts"].append({"name": _LOGS, "mountPath": POD_LOGS, "readOnly": True})
    pod: Document = _pod(context, AGENT, main) | {
        "automountServiceAccountToken": True,
        "securityContext": {"runAsUser": 0, "runAsGroup": 0, "seccompProfile": {"type": "RuntimeDefault"}},
        "priorityClassName": "system-node-critical",
        "tolerations": [{"operator": "Exists"}],
        "terminationGracePeriodSeconds": 60,
    }
    pod["volumes"] += [
        {"name": _QUEUES, "hostPath": {"path": STORAGE, "type": "DirectoryOrCreate"}},
        {"name": _LOGS, "hostPath": {"path": POD_LOGS, "type": "DirectoryOrCreate"}},
    ]
    meta = metadata(AGENT, context.namespaces.agents)
    spec = {
        "revisionHistoryLimit": 3,
        "selector": {"matchLabels": _AGENT_LABELS},
        # Two of them cannot hold one queue, so the old one goes first; senders try again meanwhile.
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%", "maxSurge": 0}},
        "template": {"metadata": {"labels": meta["labels"], "annotations": _digest(text)}, "spec": pod},
    }
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": meta, "spec": spec}


def samplers(context: Context, settings: TracesSettings, configuration: Document) -> list[Document]:
    """The samplers, which agents find by DNS: a headless Service has those alone that are ready, so a dead one is forgotten."""
    namespace = context.namespaces.tracing
    meta = metadata(GATEWAY, namespace)
    text = to_yaml(configuration)
    ports: dict[str, tuple[int, int | str]] = {"otlp": (OTLP_GRPC, "otlp"), EXPORTER_PORT: (TELEMETRY, EXPORTER_PORT)}
    return [
        account(GATEWAY, namespace),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {_FILE: text}},
        service(meta, _GATEWAY_LABELS, ports, headless=True),
        *disruption_budget(meta, _GATEWAY_LABELS, settings.replicas.min),
        _autoscaler(meta, settings),
        _stateful_set(context, settings, text),
    ]


def _autoscaler(meta: Document, settings: TracesSettings) -> Document:
    """By CPU. Slow to let go: each change of their number hands traces under way to somebody else."""
    target = {"type": "Utilization", "averageUtilization": 70}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": GATEWAY},
        "minReplicas": settings.replicas.min,
        "maxReplicas": settings.replicas.max,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        "behavior": {"scaleDown": {"stabilizationWindowSeconds": 600, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 120}]}},
    }
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta, "spec": spec}


def _stateful_set(context: Context, settings: TracesSettings, text: str) -> Document:
    """Each with its queue on a volume of its own. How many there are is the autoscaler's to say, so the document does not."""
    resources = Resources(cpu="250m", memory=f"{settings.gateway_memory}Mi")
    ports = {"otlp": OTLP_GRPC, EXPORTER_PORT: TELEMETRY, METRICS_PORT: METRICS}
    pod: Document = _pod(context, GATEWAY, _collector(context, resources, settings.gateway_memory, ports, [])) | {
        "securityContext": pod_security(_USER) | {"fsGroupChangePolicy": "OnRootMismatch"},
        "terminationGracePeriodSeconds": int(settings.sampling.decision_wait) + 30,  # time to send what it decides at the end
    }
    if constraints := spread(context, _GATEWAY_LABELS, settings.replicas.min):
        pod["topologySpreadConstraints"] = constraints
    meta = metadata(GATEWAY, context.namespaces.tracing)
    spec = {
        "revisionHistoryLimit": 3,
        "serviceName": GATEWAY,
        "podManagementPolicy": "Parallel",
        "selector": {"matchLabels": _GATEWAY_LABELS},
        "updateStrategy": {"type": "RollingUpdate"},
        "template": {"metadata": {"labels": meta["labels"], "annotations": _digest(text)}, "spec": pod},
        "volumeClaimTemplates": [volume_claim(context, _QUEUES, _QUEUE_VOLUME)],
        # What waits in the queue of one that is scaled away is sent when it comes back.
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Retain"},
    }
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": meta, "spec": spec}


def _pod(context: Context, name: str, main: Document) -> Document:
    return bare_pod(context, name, [main], volumes=[{"name": "configuration", "configMap": {"name": name}}])


def _collector(context: Context, resources: Resources, memory: int, ports: dict[str, int], env: list[Document]) -> Document:
    return container(
        "collector",
        context.images.image(IMAGE),
        resources,
        {**ports, "health": HEALTH},
        args=[f"--config={_FOLDER}/{_FILE}"],
        env=[*env, {"name": "GOMEMLIMIT", "value": f"{int(_HEAP * memory)}MiB"}],
        volumeMounts=[
            {"name": "configuration", "mountPath": _FOLDER, "readOnly": True},
            {"name": _QUEUES, "mountPath": STORAGE},
        ],
        readinessProbe=probe("/", "health", periodSeconds=5),
        livenessProbe=probe("/", "health", periodSeconds=30, failureThreshold=4, initialDelaySeconds=30),
    )


def _digest(text: str) -> dict[str, str]:
    """A changed configuration changes the pods' annotation and so replaces them."""
    return {"observatory.dev/configuration": sha256(text.encode()).hexdigest()[:16]}


class Collectors(Component):
    """Samplers first, so that agents have somebody to hand their spans to."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        agents: Iterable[Document],
        samplers: Iterable[Document],
        after: Iterable[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        waited = list(after)
        made = self.manifests(samplers, waited)
        self.manifests(agents, [*waited, *made])
        self.register_outputs({})

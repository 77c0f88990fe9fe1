"""Datadog's agents: one on each node, a pair that talks to the API server, and runners that ask what is on no node.

Fields are those of `datadoghq.com/v2alpha1` (config/crd/bases/v1 of DataDog/datadog-operator 1.31). What a feature does not say, the
operator or the agent chooses; what costs money or rights is said.
"""

from collections.abc import Iterable
from hashlib import sha256

import pulumi

from components.base import Component
from components.cluster import Cluster
from components.context import Context, labels
from components.datadog import keys
from components.datadog.checks import Check
from components.datadog.features import Wanted, features
from components.datadog.settings import DatadogSettings
from components.pods import Resources, metadata
from components.secrets import Handed
from components.versions import DATADOG_AGENT, REGISTRY_DATADOG
from rendering.document import Document

NAME = "datadog"
KEYS, LOGINS = "datadog-keys", "datadog-databases"
"""Secrets in the agents' namespace: the key to send with, and what checks log in by."""
CHECKS = "datadog-checks"
PRIORITY = "observatory-agents"
API_KEY = "api-key"

RESOURCES = {
    "agent": Resources(cpu="200m", memory="512Mi"),
    "trace-agent": Resources(cpu="100m", memory="256Mi"),
    "process-agent": Resources(cpu="100m", memory="256Mi"),
    "system-probe": Resources(cpu="200m", memory="512Mi"),
    "security-agent": Resources(cpu="100m", memory="256Mi"),
    "cluster-agent": Resources(cpu="200m", memory="512Mi"),
    "runner": Resources(cpu="200m", memory="512Mi"),
}


def handed(context: Context, checks: Iterable[Check]) -> list[Handed]:
    """Secrets of the agents' namespace. No application key: agents only send, and that key may do what its owner may."""
    logins = {variable: need for check in checks for variable, need in check.secrets}
    found = [Handed(context.namespaces.agents, None, {API_KEY: keys.API}, KEYS)]
    return [*found, Handed(context.namespaces.agents, None, logins, LOGINS)] if logins else found


def documents(context: Context, settings: DatadogSettings, wanted: Wanted, checks: list[Check]) -> list[Document]:
    """The class of their pods, what the checks ask, and the agents themselves, last."""
    priority: Document = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": PRIORITY, "labels": labels(PRIORITY)},
        "value": 1_000_000,
        "globalDefault": False,
        "description": "Agents that watch a node make room for themselves: what runs there unseen is not watched.",
    }
    meta = metadata(CHECKS, context.namespaces.agents)
    files: Document = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {check.key: check.text for check in checks}}
    return [priority, *([files] if checks else []), agent(context, settings, wanted, checks)]


def agent(context: Context, settings: DatadogSettings, wanted: Wanted, checks: list[Check]) -> Document:
    """Everything that the operator makes agents of."""
    meta = metadata(NAME, context.namespaces.agents)
    meta["annotations"] = {"pulumi.com/waitFor": "jsonpath={.status.clusterAgent.state}=Running", "pulumi.com/timeoutSeconds": "600"}
    return {
        "apiVersion": "datadoghq.com/v2alpha1",
        "kind": "DatadogAgent",
        "metadata": meta,
        "spec": {
            "global": {
                "site": settings.site,
                "clusterName": context.cluster,
                "registry": context.images.registry(REGISTRY_DATADOG),
                "credentials": {"apiSecret": {"secretName": KEYS, "keyName": API_KEY}},
                "tags": tags(context, settings),
                "logLevel": "info",
                # Edges are ours, where all others are.
                "networkPolicy": {"create": False},
            },
            "features": features(settings, wanted),
            "override": {
                "nodeAgent": _node_agent(context, settings, wanted),
                "clusterAgent": _cluster_agent(context, settings, checks),
                "clusterChecksRunner": _runner(context, settings),
            },
        },
    }


def tags(context: Context, settings: DatadogSettings) -> list[str]:
    """On everything that agents send; `env` is what Datadog's own views ask by."""
    ours = {"env": context.environment, "environment": context.environment, "region": context.region, "cluster": context.cluster}
    return [f"{key}:{value}" for key, value in {**settings.tags, **ours}.items()]


def _node_agent(context: Context, settings: DatadogSettings, wanted: Wanted) -> Document:
    chosen = settings.agents
    named = {
        "agent": True,
        "trace-agent": wanted.traces,
        "process-agent": chosen.processes or chosen.network or chosen.services,
        "system-probe": chosen.network or chosen.services or chosen.cws,
        "security-agent": chosen.cws or chosen.cspm,
    }
    read = " ".join(f"kube_namespace:^{namespace}$" for namespace in wanted.logs)
    logs = {"DD_CONTAINER_EXCLUDE_LOGS": "kube_namespace:.*", "DD_CONTAINER_INCLUDE_LOGS": read} if read else {}
    return {
        **_shared(context, [name for name, there in named.items() if there]),
        "tolerations": [{"operator": "Exists"}],
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        "env": [{"name": name, "value": value} for name, value in logs.items()],
    }


def _cluster_agent(context: Context, settings: DatadogSettings, checks: list[Check]) -> Document:
    """Reads the checks' files and hands them on; a changed file changes the pods' annotation and so replaces them."""
    replicas = settings.agents.cluster_agents
    secrets = [
        {"name": variable, "valueFrom": {"secretKeyRef": {"name": LOGINS, "key": variable}}}
        for check in checks
        for variable, _ in check.secrets
    ]
    # Checks of what stands on no node get no node's tags (`cluster_checks.extra_tags` of DataDog/datadog-agent).
    extra = {"name": "DD_CLUSTER_CHECKS_EXTRA_TAGS", "value": " ".join(tags(context, settings))}
    found = {
        **_shared(context, ["cluster-agent"]),
        "replicas": replicas,
        "createPodDisruptionBudget": replicas > 1,
        "env": [extra, *secrets],
    }
    if checks:
        items = [{"key": check.key, "path": check.path} for check in checks]
        digest = sha256("".join(check.text for check in checks).encode()).hexdigest()[:16]
        found |= {
            "extraConfd": {"configMap": {"name": CHECKS, "items": items}},
            "annotations": {"observatory.dev/configuration": digest},
        }
    return found


def _runner(context: Context, settings: DatadogSettings) -> Document:
    replicas = settings.agents.runners
    shared = _shared(context, ["agent"])
    containers = {"agent": {"resources": RESOURCES["runner"].document()}}
    return shared | {"containers": containers, "replicas": replicas, "createPodDisruptionBudget": replicas > 1}


def _shared(context: Context, containers: list[str]) -> Document:
    pull = context.images.pull_references
    return {
        "image": {"tag": DATADOG_AGENT, **({"pullSecrets": pull} if pull else {})},
        "priorityClassName": PRIORITY,
        "containers": {name: {"resources": RESOURCES[name].document()} for name in containers},
    }


class DatadogAgents(Component):
    """Agents, after their operator and the Secrets that they read."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        made: Iterable[Document],
        after: Iterable[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        *around, agents = made
        self.manifest(agents, [*self.manifests(around, list(after)), *after])
        self.register_outputs({"name": NAME})

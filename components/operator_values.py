"""Values of the operators' charts: pure functions, without any secret; what the charts bring beside the operator is off."""

from typing import Any

from components.context import Context
from components.pods import CONTAINER_SECURITY, Resources
from components.versions import IMAGES, REGISTRY_DATADOG

Values = dict[str, Any]

CRDS_UPGRADE = "crds-upgrade"
"""Label of the hook that applies the chart's kinds before each release."""

OPERATOR = Resources(cpu="100m", memory="256Mi")
KUBE_STATE_METRICS = Resources(cpu="50m", memory="256Mi")
NODE_EXPORTER = Resources(cpu="50m", memory="96Mi")
ELASTIC = Resources(cpu="100m", memory="512Mi")
SMALL = Resources(cpu="50m", memory="128Mi")


def prometheus(context: Context, *, operator: bool, exporters: bool) -> Values:
    """kube-prometheus-stack without its rules, dashboards and monitors: only operator, kube-state-metrics, node-exporter.

    Its `crds/` folder would never be upgraded; the chart's own upgrade job applies them before each release.
    """
    quay = context.images.registry("quay.io")
    pull = context.images.pull_references
    off = {"enabled": False}
    kinds_off = dict.fromkeys(
        ("kubeApiServer", "kubelet", "kubeControllerManager", "coreDns", "kubeDns", "kubeEtcd", "kubeScheduler", "kubeProxy"), off
    )
    return {
        "fullnameOverride": "prometheus-operator",
        "global": {"imagePullSecrets": pull},
        "crds": {
            "enabled": operator,
            "upgradeJob": {
                "enabled": operator,
                "image": {
                    "busybox": {"registry": context.images.registry("docker.io"), "tag": IMAGES["busybox"].tag},
                    "kubectl": {"registry": context.images.registry("registry.k8s.io")},
                },
                "podLabels": {"app.kubernetes.io/component": CRDS_UPGRADE},
                "resources": SMALL.document(),
            },
        },
        "defaultRules": {"create": False},
        "grafana": {"enabled": False, "forceDeployDashboards": False},
        "alertmanager": off,
        "prometheus": off,
        "thanosRuler": off,
        "windowsMonitoring": off,
        "kubernetesServiceMonitors": off,
        **kinds_off,
        "prometheusOperator": {
            "enabled": operator,
            "fullnameOverride": "prometheus-operator",
            "image": {"registry": quay},
            "prometheusConfigReloader": {"image": {"registry": quay}},
            "thanosImage": {"registry": quay},
            "resources": OPERATOR.document(),
            # The catalog is the rules' only author and promtool their judge: a webhook would only be one more way to fail.
            "admissionWebhooks": off,
            "tls": off,
            "serviceMonitor": {"selfMonitor": False},
            "kubeletService": {"enabled": True, "namespace": "kube-system"},
            "kubeletEndpointsEnabled": False,
            "kubeletEndpointSliceEnabled": True,
            # It watches what it must, no Secret of an application among it.
            "namespaces": {"releaseNamespace": True, "additional": []},
        },
        "kubeStateMetrics": {"enabled": exporters},
        "kube-state-metrics": {
            "fullnameOverride": "kube-state-metrics",
            "image": {"registry": context.images.registry("registry.k8s.io"), "tag": IMAGES["kube-state-metrics"].tag},
            "imagePullSecrets": pull,
            "prometheusScrape": False,
            "prometheus": {"monitor": {"enabled": False}},
            "resources": KUBE_STATE_METRICS.document(),
            # Secrets' and ConfigMaps' names are nobody's metric.
            "collectors": [
                *("cronjobs", "daemonsets", "deployments", "horizontalpodautoscalers", "jobs", "namespaces", "nodes"),
                *("persistentvolumeclaims", "persistentvolumes", "poddisruptionbudgets", "pods", "replicasets", "resourcequotas"),
                *("services", "statefulsets"),
            ],
        },
        "nodeExporter": {"enabled": exporters, "operatingSystems": {"linux": {"enabled": True}, "aix": off, "darwin": off}},
        "prometheus-node-exporter": {
            "nameOverride": "node-exporter",
            "fullnameOverride": "node-exporter",
            "namespaceOverride": context.namespaces.agents,
            "image": {"registry": quay, "tag": IMAGES["node-exporter"].tag, "distroless": False},
            "imagePullSecrets": pull,
            "prometheus": {"monitor": {"enabled": False}},
            "resources": NODE_EXPORTER.document(),
            "tolerations": [{"operator": "Exists"}],
        },
    }


def elastic(context: Context) -> Values:
    """ECK for our logging and agents' namespaces; its subchart templates the CRDs."""
    return {
        "installCRDs": True,
        "createClusterScopedResources": True,
        "managedNamespaces": [context.namespaces.logging, context.namespaces.agents],
        "image": {"repository": f"{context.images.registry('docker.elastic.co')}/eck/eck-operator"},
        "imagePullSecrets": context.images.pull_references,
        # The chart's own names no seccomp profile, which the namespace's Pod Security level refuses.
        "podSecurityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "resources": ELASTIC.document(),
        "telemetry": {"disabled": True},
        "config": {"containerRegistry": context.images.registry("docker.elastic.co"), "metrics": {"port": "8081"}},
    }


def datadog(context: Context) -> Values:
    """The operator of the agent alone; monitors, SLOs and dashboards are Pulumi's, so it needs no key of its own."""
    return {
        "installCRDs": True,
        "datadogCRDs": {"crds": {"datadogAgents": True, "datadogAgentInternals": True, "datadogMetrics": True}},
        "image": {"repository": f"{context.images.registry(REGISTRY_DATADOG)}/operator"},
        "imagePullSecrets": context.images.pull_references,
        "watchNamespaces": [context.namespaces.agents],
        "resources": OPERATOR.document(),
        "operatorMetricsEnabled": "false",
        "containerSecurityContext": CONTAINER_SECURITY,
    }


def external_secrets(context: Context) -> Values:
    """External Secrets with its webhook and certificate controller; the chart templates the CRDs."""
    image = {"repository": f"{context.images.registry('ghcr.io')}/external-secrets/external-secrets"}
    part = {"image": image, "resources": SMALL.document()}
    return {
        "installCRDs": True,
        **part,
        "replicaCount": 2,
        "leaderElect": True,
        "imagePullSecrets": context.images.pull_references,
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        "webhook": part,
        "certController": part,
    }


def reloader(context: Context) -> Values:
    """Reloader for our four namespaces alone: it reads no Secret of an application's (chart 2.2.16, `reloader.namespaces`).

    It tells what changed in an annotation of the pods' template: a variable, its other way, would stay in no template of an operator's.
    """
    names = context.namespaces
    return {
        "fullnameOverride": "reloader",
        "global": {"imagePullSecrets": context.images.pull_references},
        "image": {"repository": f"{context.images.registry('ghcr.io')}/stakater/reloader"},
        "reloader": {
            "watchGlobally": False,
            "namespaces": sorted([names.monitoring, names.logging, names.tracing, names.agents]),
            "reloadStrategy": "annotations",
            "ignoreConfigMaps": True,
            "ignoreJobs": True,
            "ignoreCronJobs": True,
            "enableHA": True,
            "readOnlyRootFileSystem": True,
            "logFormat": "json",
            "deployment": {"replicas": 2, "resources": SMALL.document(), "containerSecurityContext": CONTAINER_SECURITY},
            "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
        },
    }


def argo_events(context: Context) -> Values:
    """Argo Events' controller for the monitoring namespace alone; the chart templates the CRDs (chart 2.4.22, `crds.install`)."""
    docker = context.images.registry("docker.io")
    bus = {
        "version": "2.10.10",
        "natsImage": f"{docker}/library/nats:2.10.10",
        "metricsExporterImage": f"{docker}/natsio/prometheus-nats-exporter:0.14.0",
        "configReloaderImage": f"{docker}/natsio/nats-server-config-reloader:0.14.0",
        "startCommand": "/nats-server",
    }
    return {
        "fullnameOverride": "argo-events",
        "crds": {"install": True, "keep": True},
        "global": {
            "image": {"repository": f"{context.images.registry('quay.io')}/argoproj/argo-events"},
            "imagePullSecrets": context.images.pull_references,
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        },
        "configs": {"jetstream": {"versions": [bus]}},
        "controller": {
            "rbac": {"enabled": True, "namespaced": True},
            "resources": SMALL.document(),
            "containerSecurityContext": CONTAINER_SECURITY,
        },
    }

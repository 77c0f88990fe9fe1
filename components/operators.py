"""The operators that act on our custom resources: their charts, or the word that somebody else brings them."""

from collections.abc import Mapping
from typing import Any, Literal

import pulumi

from catalog.base import Model
from components import operator_values as values
from components.base import Component, Resource
from components.cluster import Cluster
from components.context import Context
from components.pods import metadata, service
from components.versions import CHARTS, Chart
from rendering.document import Document
from rendering.targets import EXPORTER_PORT

Mode = Literal["release", "present", "simulated"]
Operator = Literal["prometheus", "elastic", "datadog", "external_secrets", "reloader", "argo_events"]

GROUPS: Mapping[Operator, tuple[str, ...]] = {
    "prometheus": ("monitoring.coreos.com",),
    "elastic": tuple(
        f"{name}.k8s.elastic.co"
        for name in (
            "agent",
            "apm",
            "autoscaling",
            "beat",
            "elasticsearch",
            "enterprisesearch",
            "kibana",
            "logstash",
            "maps",
            "stackconfigpolicy",
        )
    ),
    "datadog": ("datadoghq.com",),
    "external_secrets": ("external-secrets.io", "generators.external-secrets.io"),
    "reloader": (),
    "argo_events": ("argoproj.io",),
}
"""API groups that each operator serves."""
PROMETHEUS_OPERATOR = "prometheus-operator"
EXTERNAL_SECRETS = "external-secrets"
RELOADER = "reloader"
CLUSTER_EXPORTERS = ("kube-state-metrics", "node-exporter")


class OperatorsSettings(Model):
    """How each operator comes to the cluster.

    `release`: we install its chart. `present`: the platform team runs it; its kinds must exist. `simulated`: only its kinds
    exist, its resources are accepted and nothing comes of them.
    """

    prometheus: Mode
    elastic: Mode
    datadog: Mode
    external_secrets: Mode
    reloader: Literal["release", "present"] | None = None
    """What replaces pods once a Secret has changed that they read only at their start; absent, `make secret` names them."""
    argo_events: Mode | None = None
    """What acts on alerts where `remediation` is switched on; absent elsewhere."""
    cluster_exporters: bool
    """Whether kube-state-metrics and node-exporter are ours; a cluster that has them for us to see has them twice then."""

    @property
    def switched_off(self) -> frozenset[str]:
        """Services of the platform's catalog file that are not ours here: no targets, no alerts."""
        ours = {
            **dict.fromkeys(CLUSTER_EXPORTERS, self.cluster_exporters),
            PROMETHEUS_OPERATOR: self.prometheus == "release",
            EXTERNAL_SECRETS: self.external_secrets == "release",
        }
        return frozenset(name for name, here in ours.items() if not here)

    @property
    def releases(self) -> list[Operator]:
        """Charts that we install: those of our operators, and Prometheus' one for the exporters alone."""
        ours: list[Operator] = [operator for operator, mode in self.modes.items() if mode == "release"]
        return ["prometheus", *ours] if self.cluster_exporters and "prometheus" not in ours else ours

    @property
    def modes(self) -> dict[Operator, Mode]:
        """Every operator with its mode."""
        return {
            "prometheus": self.prometheus,
            "elastic": self.elastic,
            "datadog": self.datadog,
            "external_secrets": self.external_secrets,
            **({"reloader": self.reloader} if self.reloader else {}),
            **({"argo_events": self.argo_events} if self.argo_events else {}),
        }

    @property
    def simulated(self) -> dict[str, str]:
        """API groups on which nobody acts, with the operator that would."""
        return {group: operator for operator, mode in self.modes.items() if mode == "simulated" for group in GROUPS[operator]}

    @property
    def expected(self) -> dict[Operator, tuple[str, ...]]:
        """Operators that somebody else brings, with the API groups that must be served."""
        return {operator: GROUPS[operator] for operator, mode in self.modes.items() if mode == "present"}


def release(operator: Operator, context: Context, settings: OperatorsSettings) -> dict[str, Any]:
    """A chart's release: pinned, atomic, and complete when it reports success. Its values hold no secret."""
    chart = CHARTS[operator]

    def prometheus_values(context: Context) -> dict[str, Any]:
        return values.prometheus(context, operator=settings.prometheus == "release", exporters=settings.cluster_exporters)

    namespace, chart_values = {
        "prometheus": (context.namespaces.monitoring, prometheus_values),
        "elastic": (context.namespaces.logging, values.elastic),
        "datadog": (context.namespaces.agents, values.datadog),
        "external_secrets": (context.namespaces.monitoring, values.external_secrets),
        "reloader": (context.namespaces.monitoring, values.reloader),
        "argo_events": (context.namespaces.monitoring, values.argo_events),
    }[operator]
    return installed(chart, namespace, chart_values(context))


def installed(chart: Chart, namespace: str, chart_values: dict[str, Any]) -> dict[str, Any]:
    """A release of a chart with these values."""
    return {
        "name": chart.name,
        "chart": chart.name,
        "version": chart.version,
        "repositoryOpts": {"repo": chart.repository},
        "namespace": namespace,
        "createNamespace": False,
        "atomic": True,
        "timeout": 600,
        "maxHistory": 5,
        "values": chart_values,
    }


def metrics_services(context: Context, settings: OperatorsSettings) -> list[Document]:
    """Services by which the chart's pods are found: the chart's own labels and port names are its affair and may change."""
    places = {
        PROMETHEUS_OPERATOR: (context.namespaces.monitoring, {"app.kubernetes.io/component": PROMETHEUS_OPERATOR}, 8080),
        "kube-state-metrics": (context.namespaces.monitoring, {"app.kubernetes.io/name": "kube-state-metrics"}, 8080),
        EXTERNAL_SECRETS: (context.namespaces.monitoring, {"app.kubernetes.io/name": EXTERNAL_SECRETS}, 8080),
        "node-exporter": (context.namespaces.agents, {"app.kubernetes.io/name": "node-exporter"}, 9100),
    }
    return [
        service(metadata(f"{name}-metrics", place, name), selector, {EXPORTER_PORT: (port, port)}, headless=True)
        for name, (place, selector, port) in places.items()
        if name not in settings.switched_off
    ]


class Operators(Component):
    """A release for each operator that is ours to install."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        context: Context,
        settings: OperatorsSettings,
        namespaces: Mapping[str, Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        self._releases: dict[Operator, Resource] = {}
        for operator in settings.releases:
            # A chart may reach into more than one of our namespaces: node-exporter stands among the agents.
            self._releases[operator] = self.release(CHARTS[operator].name, release(operator, context, settings), namespaces.values())
        self.manifests(metrics_services(context, settings), namespaces.values())
        self.register_outputs({"releases": sorted(self._releases)})

    def before(self, operator: Operator) -> list[Resource]:
        """What an operator's resources wait for: its release, which brings their kinds; nothing where others bring it."""
        found = self._releases.get(operator)
        return [found] if found else []

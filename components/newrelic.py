"""New Relic: what its account is filled with, and its agents in the cluster, by its official chart."""

from collections.abc import Iterable
from typing import Any, ClassVar

import pulumi

from components.base import Component, Resource
from components.cluster import Cluster
from components.context import Context
from components.logins import Login
from components.network import addresses, api_server, app, egress, ingress, internet, pods, policy, tcp
from components.operators import CLUSTER_EXPORTERS, installed
from components.pods import Resources
from components.secrets import Handed, Need
from components.vendor import Vendor, VendorSettings
from components.versions import CHARTS
from rendering.document import Document
from rendering.newrelic.settings import NewRelicContent

LICENSE = Need("newrelic", "license-key", "New Relic licence key (INGEST - LICENSE), with which agents and applications send")
USER = Need("newrelic", "user-key", "New Relic user key (NRAK-...) that may write alerts, dashboards and monitors")
NAME = "newrelic"
_CHARTS = ("newrelic-infrastructure", "nri-kube-events", "nri-metadata-injection", "newrelic-logging")
"""The bundle's parts that we use, by which each labels its pods (`newrelic.common.labels`)."""
_UNUSED = (
    *("k8s-agents-operator", "kube-state-metrics", "newrelic-infra-operator", "newrelic-k8s-metrics-adapter", "newrelic-pixie"),
    *("newrelic-prometheus-agent", "nr-ebpf-agent", "nri-prometheus", "pixie-chart"),
)
CLUSTER_PODS = Resources(cpu="200m", memory="300Mi")
"""What each of the bundle's three pods that are not on every node asks for at most: for the cluster's state, its events, the webhook."""
_HTTPS, _KUBELET, _WEBHOOK, _STATE = 443, 10250, 8443, 8080
_LOGS = {"us": "log-api.newrelic.com", "eu": "log-api.eu.newrelic.com"}
_METRICS = {"us": "metric-api.newrelic.com", "eu": "metric-api.eu.newrelic.com"}


class NewRelicSettings(VendorSettings, NewRelicContent):
    """New Relic. Its keys are the secrets `newrelic-license-key`, to send with, and `newrelic-user-key`, for its API."""

    @property
    def provider(self) -> dict[str, Any]:
        """The provider's inputs besides its key."""
        return {"accountId": self.account_id, "region": self.region.upper()}

    @property
    def agents(self) -> bool:
        """Whether anything of it runs in the cluster."""
        return self.infrastructure or self.logs


class NewRelic(Vendor):
    """Everything that New Relic's provider makes."""

    package: ClassVar[str] = "newrelic"
    logins: ClassVar[tuple[Login, ...]] = (Login(USER, "NEW_RELIC_API_KEY", "apiKey"),)
    guarded: ClassVar[tuple[str, ...]] = ("accountId",)


def handed(context: Context, settings: NewRelicSettings) -> list[Handed]:
    """The licence key where the chart reads it: no chart value holds it."""
    return [Handed(context.namespaces.agents, None, {LICENSE.key: LICENSE}, NAME)] if settings.agents else []


def values(context: Context, settings: NewRelicSettings, namespaces: Iterable[str]) -> dict[str, Any]:
    """The bundle's values, as its parts' values.yaml of version 8.0.18 name them; `namespaces` are those whose records are sent.

    The cluster's state comes from the kube-state-metrics that is there, so the bundle brings none. Its Fluent Bit cannot tell the account's
    region from a key that it reads from a Secret: the address is given.
    """
    off = {"enabled": False}
    mirror = context.images.registries.get("docker.io")
    pull = context.images.pull_references
    on = {"enabled": settings.infrastructure}
    return {
        "global": {
            "cluster": context.cluster,
            "customSecretName": NAME,
            "customSecretLicenseKey": LICENSE.key,
            "lowDataMode": True,
            "images": {"pullSecrets": pull, **({"registry": mirror} if mirror else {})},
        },
        "newrelic-infrastructure": {**on, "privileged": True, "controlPlane": off, "ksm": {"enabled": True}},
        "nri-kube-events": on,
        "nri-metadata-injection": {**on, "injectOnlyLabeledNamespaces": False},
        "newrelic-logging": {
            "enabled": settings.logs,
            "endpoint": f"https://{_LOGS[settings.region]}/log/v1",
            "metricsEndpoint": _METRICS[settings.region],
            "fluentBit": {"path": ",".join(f"/var/log/containers/*_{name}_*.log" for name in namespaces)},
        },
        **dict.fromkeys(_UNUSED, off),
    }


def edges(context: Context, settings: NewRelicSettings) -> list[Document]:
    """Out to New Relic, the API server and kubelets; in from the API server, which asks the webhook."""
    if not settings.agents:
        return []
    out = [
        egress(internet(), tcp(_HTTPS)),
        api_server(context),
        egress(addresses(context.network.cluster), tcp(_KUBELET)),
        egress(pods(CLUSTER_EXPORTERS[0], namespace=context.namespaces.monitoring), tcp(_STATE)),
        egress([{"podSelector": _PODS}], []),
    ]
    into = [ingress(addresses(context.network.cluster), tcp(_WEBHOOK)), ingress([{"podSelector": _PODS}], [])]
    return [policy(context.namespaces.agents, NAME, _PODS, into, out)]


def monitoring_edges(context: Context, settings: NewRelicSettings) -> list[Document]:
    """kube-state-metrics, asked by the agent that tells New Relic of the cluster's state."""
    if not settings.infrastructure:
        return []
    asking = [peer | {"podSelector": _PODS} for peer in pods(namespace=context.namespaces.agents)]
    return [policy(context.namespaces.monitoring, f"{NAME}-cluster-state", app(CLUSTER_EXPORTERS[0]), [ingress(asking, tcp(_STATE))])]


class NewRelicAgents(Component):
    """The chart's release, once the key that it reads is there."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        values: dict[str, Any],
        namespace: str,
        after: Iterable[Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        chart = CHARTS["newrelic"]
        self.release(chart.name, installed(chart, namespace, values), after)
        self.register_outputs({"release": chart.name})


_PODS: Document = {"matchExpressions": [{"key": "app.kubernetes.io/name", "operator": "In", "values": list(_CHARTS)}]}

"""The edges that data takes between our systems and beyond, each as a NetworkPolicy. Pure."""

from collections.abc import Iterable

from catalog.catalog import Subject
from components import alertmanager, exporters, operators, prometheus, query
from components.context import Context
from components.network import addresses, api_server, app, egress, ingress, instance, internet, pods, policy, tcp
from components.operator_values import CRDS_UPGRADE
from components.operators import OperatorsSettings
from components.prometheus_access import NAME as PROMETHEUS
from components.prometheus_settings import PrometheusSettings
from rendering.blackbox import BLACKBOX, BLACKBOX_PORT
from rendering.document import Document

_API_SERVER_SERVICE = "default"
"""Holds the API server's Service and none of its pods."""
_SMTP = 587
_HTTPS = 443
_KUBELET, _NODE_EXPORTER, _METRICS = 10250, 9100, 8080


def monitoring(
    context: Context, settings: PrometheusSettings, chosen: OperatorsSettings, scraped: Iterable[str], dependencies: Iterable[Subject]
) -> list[Document]:
    """Scrapes, alerts, gossip, notifications, probes and queries."""
    namespace = context.namespaces.monitoring
    documents = [_prometheus(context, scraped, remote=settings.remote_write is not None), *_alertmanager(namespace), _blackbox(namespace)]
    documents += [_exporter(context, subject) for subject in dependencies]
    if settings.query == "thanos":
        documents.append(_query(context))
    if chosen.prometheus == "release":
        selector = {"matchLabels": {"app.kubernetes.io/component": operators.PROMETHEUS_OPERATOR}}
        documents.append(_watcher(context, namespace, operators.PROMETHEUS_OPERATOR, selector))
        documents.append(
            policy(namespace, CRDS_UPGRADE, {"matchLabels": {"app.kubernetes.io/component": CRDS_UPGRADE}}, egresses=[api_server(context)])
        )
    if chosen.cluster_exporters:
        documents.append(_watcher(context, namespace, "kube-state-metrics", app("kube-state-metrics")))
    if chosen.external_secrets == "release":
        documents.append(_external_secrets(context, namespace))
    if chosen.reloader == "release":
        documents.append(policy(namespace, operators.RELOADER, app(operators.RELOADER), egresses=[api_server(context)]))
    return documents


def logging(context: Context, chosen: OperatorsSettings) -> list[Document]:
    """The Elastic operator, which talks to the API server and is called back by it."""
    return [_operator(context, context.namespaces.logging, "elastic-operator", 9443)] if chosen.elastic == "release" else []


def agents(context: Context, chosen: OperatorsSettings) -> list[Document]:
    """Datadog's operator; node-exporter uses its node's network, which no policy of ours reaches."""
    return [_operator(context, context.namespaces.agents, "datadog-operator", 9443)] if chosen.datadog == "release" else []


def _prometheus(context: Context, scraped: Iterable[str], *, remote: bool) -> Document:
    """Out to every target, in from its querier and its twin."""
    ours = {context.namespaces.monitoring, context.namespaces.logging, context.namespaces.tracing, context.namespaces.agents}
    others = sorted(set(scraped) - ours - {_API_SERVER_SERVICE})
    out = [
        egress(pods(), []),
        # Ports of applications are theirs to choose: the Services tell Prometheus, and no policy could follow.
        *(egress(pods(namespace=name), []) for name in others),
        *(egress(pods(namespace=name), []) for name in sorted(ours - {context.namespaces.monitoring})),
        egress(addresses(context.network.cluster), tcp(_KUBELET, _NODE_EXPORTER)),
        api_server(context),
        *([egress(internet(), tcp(_HTTPS))] if remote else []),
    ]
    into = [
        ingress(pods(PROMETHEUS), tcp(prometheus.PORT, prometheus.RELOADER_PORT, prometheus.SIDECAR_PORT)),
        ingress(pods(query.NAME), tcp(prometheus.GRPC_PORT)),
    ]
    return policy(context.namespaces.monitoring, PROMETHEUS, app(PROMETHEUS), into, out)


def _alertmanager(namespace: str) -> list[Document]:
    """In from Prometheus, gossip among members (TCP and UDP), out to people."""
    gossip = [{"protocol": kind, "port": alertmanager.GOSSIP_PORT} for kind in ("TCP", "UDP")]
    members = pods(alertmanager.NAME)
    return [
        policy(
            namespace,
            alertmanager.NAME,
            app(alertmanager.NAME),
            [ingress(pods(PROMETHEUS), tcp(alertmanager.PORT, alertmanager.RELOADER_PORT)), ingress(members, gossip)],
            [egress(members, gossip), egress(internet(), tcp(_HTTPS, _SMTP))],
        )
    ]


def _blackbox(namespace: str) -> Document:
    """Out to whatever the catalog's probes name, at any port; never to the nodes' metadata service."""
    return policy(namespace, BLACKBOX, app(BLACKBOX), [ingress(pods(PROMETHEUS), tcp(BLACKBOX_PORT))], [egress(internet(), [])])


def _exporter(context: Context, subject: Subject) -> Document:
    """Out to its one dependency: an address range where somebody runs it for us, else the application's pods."""
    name = exporters.name_of(subject)
    outside = subject.watched.runs in ("rds", "elasticache")
    where = addresses(context.network.dependencies) if outside else pods(namespace=subject.application.namespace)
    return policy(
        context.namespaces.monitoring,
        name,
        instance(name),
        [ingress(pods(PROMETHEUS), tcp(exporters.PORTS[exporters.kind(subject)]))],
        [egress(where, tcp(exporters.dependency_port(subject)))],
    )


def _query(context: Context) -> Document:
    """In from applications, dashboards and our own systems; out to the pair."""
    asking = [*pods(), *(peer for name in context.applications for peer in pods(namespace=name))]
    out = [egress(pods(PROMETHEUS), tcp(prometheus.GRPC_PORT))]
    return policy(context.namespaces.monitoring, query.NAME, app(query.NAME), [ingress(asking, tcp(query.TARGET_PORT))], out)


def _watcher(context: Context, namespace: str, name: str, selector: Document) -> Document:
    """What watches the API server and is scraped."""
    return policy(namespace, name, selector, [ingress(pods(PROMETHEUS), tcp(_METRICS))], [api_server(context)])


def _operator(context: Context, namespace: str, name: str, webhook: int) -> Document:
    """An operator with a webhook: the API server calls from the cluster's addresses."""
    into = [ingress(addresses(context.network.cluster), tcp(webhook))]
    return policy(namespace, name, app(name), into, [api_server(context), egress(pods(), [])])


def _external_secrets(context: Context, namespace: str) -> Document:
    """External Secrets: to Secrets Manager and the API server, its webhook called by the latter, itself scraped."""
    selector = {"matchLabels": {"app.kubernetes.io/instance": operators.EXTERNAL_SECRETS}}
    into = [ingress(addresses(context.network.cluster), tcp(10250)), ingress(pods(PROMETHEUS), tcp(_METRICS))]
    return policy(namespace, operators.EXTERNAL_SECRETS, selector, into, [api_server(context), egress(internet(), tcp(_HTTPS))])

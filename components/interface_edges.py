"""The edges of user interfaces: from the load balancer through a login, and from Grafana to what it shows. Pure.

Policies add up: those here open for Grafana and the proxies what `components/edges.py` keeps shut.
"""

from collections.abc import Iterable, Sequence

from components import alertmanager, query
from components.context import Context
from components.edge import EdgeSettings
from components.grafana import NAME as GRAFANA
from components.grafana_configuration import GOSSIP_PORT, PORT
from components.grafana_settings import GrafanaSettings
from components.network import addresses, app, egress, ingress, instance, internet, pods, policy, tcp
from components.prometheus_access import NAME as PROMETHEUS
from components.proxy import METRICS_PORT, Guarded
from components.proxy import PORT as PROXY_PORT
from rendering.document import Document

HTTPS = 443
_LOGS = (9200, 3100)
"""Elasticsearch and Loki."""
_TRACES = (16686,)
"""Jaeger's query API."""


def grafana(context: Context, settings: GrafanaSettings, edge: EdgeSettings | None, outward: Sequence[int]) -> list[Document]:
    """In from people by the edge, from machines by its Service, and from its own replicas; out to what it shows.

    `outward` are the ports that it asks for beyond the cluster: of its login's provider, AWS, the catalog of plugins, the mail server.
    """
    namespaces = context.namespaces
    gossip = [{"protocol": kind, "port": GOSSIP_PORT} for kind in ("TCP", "UDP")]
    machines = [peer for name in context.applications for peer in pods(namespace=name)]
    into = [
        ingress(pods(PROMETHEUS), tcp(PORT)),
        *([ingress(machines, tcp(PORT))] if machines else []),  # a rule without peers would let everybody in
        ingress(pods(GRAFANA), gossip),
        *([ingress(_callers(context, edge), tcp(PORT))] if edge else []),
    ]
    out = [
        egress(pods(query.NAME), tcp(query.TARGET_PORT)),
        egress(pods(alertmanager.NAME), tcp(alertmanager.PORT)),
        egress(pods(namespace=namespaces.logging), tcp(*_LOGS)),
        egress(pods(namespace=namespaces.tracing), tcp(*_TRACES)),
        egress(pods(GRAFANA), gossip),
        *([egress(addresses(context.network.dependencies), tcp(settings.postgres.port))] if settings.postgres else []),
        *([egress(internet(), tcp(*outward))] if outward else []),
    ]
    return [
        policy(namespaces.monitoring, GRAFANA, app(GRAFANA), into, out),
        policy(
            namespaces.monitoring,
            f"{alertmanager.NAME}-from-{GRAFANA}",
            app(alertmanager.NAME),
            [ingress(pods(GRAFANA), tcp(alertmanager.PORT))],
        ),
    ]


def proxies(context: Context, edge: EdgeSettings, guards: Iterable[Guarded]) -> list[Document]:
    """Each proxy is reached by the edge alone and reaches its one interface, which people reach in no other way."""
    namespace = context.namespaces.monitoring
    found: list[Document] = []
    for guard in guards:
        into = [ingress(_callers(context, edge), tcp(PROXY_PORT)), ingress(pods(PROMETHEUS), tcp(METRICS_PORT))]
        out = [egress(pods(guard.app, namespace=guard.namespace), tcp(guard.port)), egress(internet(), tcp(HTTPS))]
        proxy = [{**(pods(namespace=namespace)[0] if guard.namespace else {}), "podSelector": instance(guard.name)}]
        found += [
            policy(namespace, guard.name, instance(guard.name), into, out),
            policy(guard.namespace or namespace, f"{guard.app}-from-{guard.name}", app(guard.app), [ingress(proxy, tcp(guard.port))]),
        ]
    return found


def _callers(context: Context, edge: EdgeSettings) -> list[Document]:
    """Who brings people's requests: a controller's pods, else a load balancer's addresses in the nodes' network."""
    return pods(namespace=edge.controller) if edge.controller else addresses(context.network.cluster)

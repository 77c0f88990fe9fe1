"""The edges of log records that Loki keeps: from agents to Loki, from Loki to its bucket and to Alertmanager, to those who ask. Pure."""

from components import alertmanager
from components.context import Context
from components.grafana import NAME as GRAFANA
from components.network import app, egress, ingress, internet, pods, policy, tcp
from components.prometheus_access import NAME as PROMETHEUS
from rendering.document import Document
from rendering.loki.places import GOSSIP, GRPC, HTTP, NAME
from rendering.loki.settings import LokiSettings
from rendering.otel.places import AGENT

_HTTPS = 443


def logging(context: Context, settings: LokiSettings) -> list[Document]:
    """In from agents, Grafana and Prometheus, and among its own processes; out to the bucket and to Alertmanager."""
    names = context.namespaces
    own = pods(NAME)
    among = tcp(HTTP, GRPC, GOSSIP)
    into = [
        ingress(pods(AGENT, namespace=names.agents), tcp(HTTP)),
        ingress([*pods(GRAFANA, namespace=names.monitoring), *pods(PROMETHEUS, namespace=names.monitoring)], tcp(HTTP)),
        ingress(own, among),
    ]
    out = [
        egress(own, among),
        egress(pods(alertmanager.NAME, namespace=names.monitoring), tcp(alertmanager.PORT)),
        *([egress(internet(), tcp(_HTTPS))] if settings.s3 else []),
    ]
    return [policy(names.logging, NAME, app(NAME), into, out)]


def monitoring(context: Context) -> list[Document]:
    """Alertmanager hears of Loki's alerts."""
    into = [ingress(pods(NAME, namespace=context.namespaces.logging), tcp(alertmanager.PORT))]
    return [policy(context.namespaces.monitoring, f"{alertmanager.NAME}-from-{NAME}", app(alertmanager.NAME), into)]


def agents(context: Context) -> list[Document]:
    """Agents send to Loki."""
    out = [egress(pods(NAME, namespace=context.namespaces.logging), tcp(HTTP))]
    return [policy(context.namespaces.agents, f"{AGENT}-to-{NAME}", app(AGENT), egresses=out)]

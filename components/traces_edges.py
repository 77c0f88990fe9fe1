"""The edges of spans: from applications to their node's agent, to the sampler of their trace, to the stores. Pure."""

from components import query
from components.context import Context
from components.grafana import NAME as GRAFANA
from components.network import METADATA_SERVICE, addresses, api_server, app, egress, ingress, internet, pods, policy, tcp
from components.prometheus_access import NAME as PROMETHEUS
from rendering.document import Document
from rendering.jaeger.places import NAME as JAEGER
from rendering.jaeger.places import QUERY_GRPC, QUERY_HTTP, SAMPLING_GRPC, SAMPLING_HTTP
from rendering.jaeger.settings import JaegerSettings
from rendering.otel.places import AGENT, GATEWAY, METRICS, OTLP_GRPC, OTLP_HTTP, TELEMETRY, ZIPKIN
from rendering.otel.settings import TracesSettings

_HTTPS, _METADATA = 443, 80


def agents(context: Context, settings: TracesSettings) -> list[Document]:
    """In from applications; out to samplers, to the API server, and to the machine that says which one it is."""
    names = context.namespaces
    sending = [OTLP_GRPC, OTLP_HTTP, *([ZIPKIN] if settings.zipkin else [])]
    applications = _applications(context)
    into = [
        *([ingress(applications, tcp(*sending))] if applications else []),  # a rule without peers would let everybody in
        ingress(pods(PROMETHEUS, namespace=names.monitoring), tcp(TELEMETRY, METRICS)),
    ]
    out = [
        egress(pods(GATEWAY, namespace=names.tracing), tcp(OTLP_GRPC)),
        egress(addresses([METADATA_SERVICE]), tcp(_METADATA)),
        api_server(context),
    ]
    found = [policy(names.agents, AGENT, app(AGENT), into, out)]
    if settings.datadog:
        sender = [ingress(pods(GATEWAY, namespace=names.tracing), tcp(OTLP_GRPC))]
        found.append(policy(names.agents, f"datadog-agent-from-{GATEWAY}", _DATADOG, sender))
    return found


def tracing(context: Context, settings: TracesSettings, store: JaegerSettings | None, *, signed: bool) -> list[Document]:
    """Samplers, and Jaeger where it is ours; `signed` is whether Prometheus is a managed workspace beyond the cluster."""
    names = context.namespaces
    scrape = pods(PROMETHEUS, namespace=names.monitoring)
    out = [egress(pods(JAEGER), tcp(OTLP_GRPC))] if store else [egress(internet(), [])]
    if settings.datadog:
        out.append(egress([{**pods(namespace=names.agents)[0], "podSelector": _DATADOG}], tcp(OTLP_GRPC)))
    into = [ingress(pods(AGENT, namespace=names.agents), tcp(OTLP_GRPC)), ingress(scrape, tcp(TELEMETRY, METRICS))]
    found = [policy(names.tracing, GATEWAY, app(GATEWAY), into, out)]
    return found + ([_jaeger(context, store, signed=signed)] if store else [])


def monitoring(context: Context) -> list[Document]:
    """Jaeger asks the querier for span metrics."""
    into = [ingress(pods(JAEGER, namespace=context.namespaces.tracing), tcp(query.TARGET_PORT))]
    return [policy(context.namespaces.monitoring, f"{query.NAME}-from-{JAEGER}", app(query.NAME), into)]


def _jaeger(context: Context, store: JaegerSettings, *, signed: bool) -> Document:
    """In from samplers, from Grafana and from SDKs that ask how much to sample; out to its store and to Prometheus."""
    names = context.namespaces
    applications = _applications(context)
    into = [
        ingress(pods(GATEWAY), tcp(OTLP_GRPC)),
        ingress(pods(GRAFANA, namespace=names.monitoring), tcp(QUERY_HTTP, QUERY_GRPC)),
        ingress(pods(PROMETHEUS, namespace=names.monitoring), tcp(TELEMETRY)),
        *([ingress(applications, tcp(SAMPLING_HTTP, SAMPLING_GRPC))] if applications else []),
    ]
    out = [egress(pods(query.NAME, namespace=names.monitoring), tcp(query.TARGET_PORT))]
    if signed:
        out = [egress(internet(), tcp(_HTTPS))]
    if store.elasticsearch:
        port = int(store.elasticsearch.url.rpartition(":")[2].partition("/")[0])
        out.append(egress([*pods(namespace=names.logging), *addresses(context.network.dependencies)], tcp(port)))
    return policy(names.tracing, JAEGER, app(JAEGER), into, out)


def _applications(context: Context) -> list[Document]:
    return [peer for name in context.applications for peer in pods(namespace=name)]


_DATADOG: Document = {"matchLabels": {"agent.datadoghq.com/component": "agent"}}
"""Pods of Datadog's node agent, by the label that its operator gives them."""

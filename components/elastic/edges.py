"""The edges of log records: from nodes and applications to Logstash, from there to Elasticsearch, and who reads there. Pure."""

from collections.abc import Iterable

from components.context import Context
from components.elastic import content, sidecar
from components.grafana import NAME as GRAFANA
from components.network import addresses, api_server, app, egress, ingress, internet, pods, policy, tcp
from components.prometheus_access import NAME as PROMETHEUS
from rendering.blackbox import BLACKBOX
from rendering.document import Document
from rendering.elastic.places import (
    BEATS,
    ELASTICSEARCH,
    EXPORTER,
    EXPORTER_PORT,
    FILEBEAT,
    HTTP,
    HTTP_INPUT,
    KIBANA,
    KIBANA_HTTP,
    LOGSTASH,
    SYSLOG,
    TCP,
    TRANSPORT,
)
from rendering.elastic.settings import ElasticSettings
from rendering.jaeger.places import NAME as JAEGER

OPERATOR = "elastic-operator"
_HTTPS = 443


def logging(context: Context, settings: ElasticSettings, direct: Iterable[str]) -> list[Document]:
    """Of the namespace of the cluster; `direct` are namespaces of applications that write to Elasticsearch themselves."""
    names = context.namespaces
    place = names.logging
    scrape = pods(PROMETHEUS, namespace=names.monitoring)
    found = [_elasticsearch(context, settings, direct), _logstash(context, settings, scrape)]
    kibana = [ingress([*pods(content.NAME), *pods(BLACKBOX, namespace=names.monitoring)], tcp(KIBANA_HTTP))]
    store = egress(pods(ELASTICSEARCH), tcp(HTTP))
    return [
        *found,
        policy(place, KIBANA, app(KIBANA), kibana, [store]),
        policy(place, EXPORTER, app(EXPORTER), [ingress(scrape, tcp(EXPORTER_PORT))], [store]),
        policy(place, content.NAME, app(content.NAME), egresses=[store, egress(pods(KIBANA), tcp(KIBANA_HTTP))]),
    ]


def agents(context: Context, settings: ElasticSettings) -> list[Document]:
    """Filebeat hands records on and asks the API server whose they are; AWS' own logs are fetched from outside."""
    names = context.namespaces
    out = [egress(pods(LOGSTASH, namespace=names.logging), tcp(BEATS)), api_server(context)]
    if settings.aws_logs:
        out.append(egress(internet(), tcp(_HTTPS)))
    into = [ingress(pods(PROMETHEUS, namespace=names.monitoring), tcp(sidecar.PORT))]
    return [policy(names.agents, FILEBEAT, app(FILEBEAT), into, out)]


def _elasticsearch(context: Context, settings: ElasticSettings, direct: Iterable[str]) -> Document:
    names = context.namespaces
    asking = [
        *pods(KIBANA, LOGSTASH, EXPORTER, content.NAME, OPERATOR),
        *pods(GRAFANA, namespace=names.monitoring),
        *pods(JAEGER, namespace=names.tracing),
        *(peer for name in sorted(set(direct)) for peer in pods(namespace=name)),
    ]
    members = pods(ELASTICSEARCH)
    # Its nodes ask one another by HTTP too, while they shut down (the operator's hook).
    into = [ingress(members, tcp(HTTP, TRANSPORT)), ingress(asking, tcp(HTTP))]
    out = [egress(members, tcp(HTTP, TRANSPORT))]
    if settings.snapshots:
        out.append(egress(internet(), tcp(_HTTPS)))
    return policy(names.logging, ELASTICSEARCH, app(ELASTICSEARCH), into, out)


def _logstash(context: Context, settings: ElasticSettings, scrape: list[Document]) -> Document:
    """In from nodes and applications; syslog comes from wherever the network's devices are."""
    names = context.namespaces
    applications = [peer for name in context.applications for peer in pods(namespace=name)]
    into = [
        ingress(pods(FILEBEAT, namespace=names.agents), tcp(BEATS)),
        ingress(scrape, tcp(sidecar.PORT)),
        *([ingress(applications, tcp(TCP, HTTP_INPUT))] if applications else []),  # a rule without peers would let everybody in
    ]
    if settings.logstash.syslog:
        into.append(ingress(addresses(context.network.cluster), [{"protocol": "UDP", "port": SYSLOG}]))
        into += [ingress(applications, [{"protocol": "UDP", "port": SYSLOG}])] if applications else []
    return policy(names.logging, LOGSTASH, app(LOGSTASH), into, [egress(pods(ELASTICSEARCH), tcp(HTTP))])

"""The edges of Datadog's agents, by the labels that their operator gives its pods. Pure."""

from collections.abc import Iterable

from catalog.catalog import Subject
from components import exporters
from components.context import Context
from components.datadog.features import DOGSTATSD, OTLP, TRACES
from components.datadog.settings import DatadogSettings
from components.network import METADATA_SERVICE, addresses, api_server, egress, ingress, internet, pods, policy, tcp
from rendering.document import Document

NODE, CLUSTER, RUNNER = "agent", "cluster-agent", "cluster-checks-runner"
_COMPONENT = "agent.datadoghq.com/component"
"""pkg/constants of DataDog/datadog-operator."""
_CLUSTER_AGENT, _WEBHOOK, _HTTPS, _KUBELET, _METADATA = 5005, 8000, 443, 10250, 80


def edges(context: Context, settings: DatadogSettings, asked: Iterable[Subject]) -> list[Document]:
    """In from applications and the API server; out to Datadog, to nodes, to applications' metrics, and to what runners ask."""
    namespace = context.namespaces.agents
    applications = [peer for name in context.applications for peer in pods(namespace=name)]
    send = egress(internet(), tcp(_HTTPS))
    lead = egress(_component(CLUSTER), tcp(_CLUSTER_AGENT))
    metrics = [egress(applications, [])] if applications else []
    # A port of the node is left with the node's address.
    callers = [*applications, *addresses(context.network.cluster)]
    ports = [*tcp(TRACES, *(OTLP if settings.agents.otlp else ())), {"protocol": "UDP", "port": DOGSTATSD}]
    node = [
        send,
        lead,
        api_server(context),
        egress(addresses(context.network.cluster), tcp(_KUBELET)),
        egress(addresses([METADATA_SERVICE]), tcp(_METADATA)),  # which instance this is: the host's name in Datadog
        *metrics,
    ]
    agents = [peer for name in (NODE, RUNNER, CLUSTER) for peer in _component(name)]
    called = [ingress(agents, tcp(_CLUSTER_AGENT)), ingress(addresses(context.network.cluster), tcp(_WEBHOOK))]
    runner = [send, lead, api_server(context), *_dependencies(context, asked), *metrics]
    return [
        policy(namespace, "datadog-agent", _labels(NODE), [ingress(callers, ports)], node),
        policy(namespace, "datadog-cluster-agent", _labels(CLUSTER), called, [send, lead, api_server(context)]),
        policy(namespace, "datadog-runner", _labels(RUNNER), (), runner),
    ]


def _dependencies(context: Context, asked: Iterable[Subject]) -> list[Document]:
    """Address ranges of what somebody runs for us; what runs in pods is reached as applications are."""
    ports = sorted({exporters.dependency_port(subject) for subject in asked if subject.watched.runs in ("rds", "elasticache")})
    return [egress(addresses(context.network.dependencies), tcp(*ports))] if ports else []


def _labels(component: str) -> Document:
    return {"matchLabels": {_COMPONENT: component}}


def _component(name: str) -> list[Document]:
    return [{"podSelector": _labels(name)}]

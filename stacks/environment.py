"""An environment's layers, in the order in which they come."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from components import newrelic
from components.alertmanager import Alertmanager
from components.aws.content import Aws
from components.base import Resource
from components.cluster import Cluster, connect
from components.datadog.agent import DatadogAgents
from components.datadog.content import Datadog
from components.datadog.private_location import PrivateLocation
from components.doctor import Doctor
from components.edge import Edge
from components.elastic.stack import Elastic
from components.exporters import Exporters
from components.grafana import Grafana, endpoint
from components.grafana_content import GrafanaContent
from components.handover import Handover
from components.jaeger import Jaeger
from components.loki import Loki
from components.namespaces import Namespaces
from components.operators import Operators
from components.otel import Collectors
from components.prometheus import Prometheus
from components.query import Query
from components.remediation import NAME as ACTING
from components.remediation import Remediation
from components.secret_objects import Secrets
from components.secrets import Handed
from rendering.document import Document
from stacks.plan import Plan
from stacks.prepared import Prepared
from stacks.traces import Traces


def deploy(prepared: Prepared) -> dict[str, Any]:
    """Registers everything that the plan holds and returns the exports; each layer waits for what it stands on, and for nothing else."""
    settings, plan, filling, account, aws = prepared.settings, prepared.plan, prepared.filling, prepared.account, prepared.aws
    context = plan.context
    cluster = connect(settings.cluster, settings.operated.simulated)
    vendors = {name: vendor.register(cluster) for name, vendor in prepared.vendors.items()}
    known = {key: value for name, vendor in vendors.items() for key, value in prepared.vendors[name].values(vendor).items()}
    made = (aws, Aws("aws", cluster, aws.settings, aws.place, aws.resources, aws.asked, known)) if aws else None
    granted = [made[1].made(ref) for ref in made[0].granted] if made else []
    namespaces = Namespaces("namespaces", cluster, context, settings.namespaces, settings.storage, plan.edges, granted)
    monitoring = namespaces.ready[context.namespaces.monitoring]
    operators = Operators("operators", cluster, context, settings.operated, namespaces.ready)
    operated = [monitoring, *operators.before("prometheus")]

    places = [monitoring, *(namespaces.ready[name] for name in sorted({hand.namespace for hand in plan.handed} & namespaces.ready.keys()))]
    brought = [*places, *operators.before("external_secrets")]
    secrets = Secrets("secrets", cluster, context, settings.secrets, plan.needs, plan.handed, brought, known)
    plan = _restarting(plan, secrets, reloader=settings.operated.reloader is not None)
    Exporters("exporters", cluster, plan.exporters, monitoring, secrets.made)
    mounted = [secrets.made[name] for name in plan.alertmanager["spec"]["secrets"]]
    alertmanager = Alertmanager(
        "alertmanager", cluster, plan.alertmanager_around, plan.alertmanager, [*operated, *namespaces.storage, *mounted]
    )
    Prometheus(
        "prometheus",
        cluster,
        plan.prometheus_around,
        plan.prometheus,
        plan.content,
        [*operated, *namespaces.storage],
        alertmanager.instance,
    )
    Query("query", cluster, plan.query, plan.outputs.endpoints.prometheus, [monitoring])
    if plan.grafana:
        read = [secrets.made[name] for name in _mounted(plan.grafana)]
        grafana = Grafana("grafana", cluster, plan.grafana, endpoint(context), [monitoring, *namespaces.storage, *read])
        if filling and settings.grafana and settings.grafana.filled:
            GrafanaContent(
                "grafana-content", cluster, context, settings.grafana, filling.content, filling.dashboards, grafana.server, known
            )
    Edge("edge", cluster, plan.edge, plan.outputs.endpoints.people, [monitoring, *(secrets.made[name] for name in _mounted(plan.edge))])
    if plan.remediation:
        Remediation("remediation", cluster, plan.remediation, [monitoring, *operators.before("argo_events"), secrets.made[ACTING]])
    if plan.doctor:
        Doctor("doctor", cluster, plan.doctor, [monitoring])
    if plan.records.endpoint:
        place = namespaces.ready[context.namespaces.logging]
        Loki("loki", cluster, plan.records.loki, plan.records.endpoint, [place, *namespaces.storage])
    filled = _logs(cluster, plan, namespaces, secrets, operators)
    _traces(cluster, plan.traces, plan.outputs.endpoints.jaeger, namespaces, secrets, filled)
    exports: dict[str, Any] = plan.outputs.model_dump(mode="json")
    if settings.datadog and account:
        agents = context.namespaces.agents
        keys = [made for (place, _), made in secrets.handed.items() if place == agents]
        DatadogAgents("datadog-agents", cluster, plan.datadog, [namespaces.ready[agents], *operators.before("datadog"), *keys])
        filled = Datadog("datadog", cluster, settings.datadog, account.resources, account.asked, known)
        exports = account.told(plan.outputs, filled)
        for configuration in account.locations:
            PrivateLocation("datadog-private-location", cluster, plan.worker, filled.output(configuration), monitoring)
    if made:
        exports = made[0].told(exports, made[1])
    for name, vendor in vendors.items():
        exports = prepared.vendors[name].told(exports, vendor)
    _newrelic(cluster, plan, namespaces, secrets)
    secretive = [document for name, vendor in vendors.items() for document in prepared.vendors[name].handed_over(vendor)]
    Handover("handover", cluster, [*(_handed_over(document, exports) for document in plan.handover), *secretive])
    return exports


def _restarting(plan: Plan, secrets: Secrets, *, reloader: bool) -> Plan:
    """The plan, whose pods are replaced once a Secret has changed that they read only at their start."""

    def marked(documents: list[Document]) -> list[Document]:
        return secrets.restarting(documents, reloader=reloader)

    parts = plan.logs.parts and replace(
        plan.logs.parts, exporter=marked(plan.logs.parts.exporter), logstash=marked(plan.logs.parts.logstash)
    )
    return replace(
        plan,
        exporters=marked(plan.exporters),
        grafana=marked(plan.grafana),
        datadog=marked(plan.datadog),
        traces=replace(plan.traces, jaeger=marked(plan.traces.jaeger)),
        logs=replace(plan.logs, parts=parts),
        edge=marked(plan.edge),
    )


def _logs(cluster: Cluster, plan: Plan, namespaces: Namespaces, secrets: Secrets, operators: Operators) -> list[Resource]:
    """The Elastic stack; returns what its readers and writers wait for."""
    if plan.logs.parts is None or plan.outputs.logs is None:
        return []
    before = [*namespaces.ready.values(), *namespaces.storage, *operators.before("elastic"), *_given(secrets, plan.logs.handed)]
    return Elastic("elastic", cluster, plan.logs.parts, plan.outputs.logs.elasticsearch, before).ready


def _traces(
    cluster: Cluster, traces: Traces, endpoint: str | None, namespaces: Namespaces, secrets: Secrets, store: list[Resource]
) -> None:
    """Jaeger, once what it stores in is ready, then those who send to it."""
    if not traces.agents:
        return
    places = [*namespaces.ready.values(), *namespaces.storage]
    stores: list[Resource] = []
    if endpoint:
        before = [*places, *_given(secrets, traces.handed), *(store if traces.handed else [])]
        stores = Jaeger("jaeger", cluster, traces.jaeger, endpoint, before).made
    Collectors("collectors", cluster, traces.agents, traces.samplers, [*places, *stores])


def _newrelic(cluster: Cluster, plan: Plan, namespaces: Namespaces, secrets: Secrets) -> None:
    """New Relic's chart, once the licence key is where it reads it."""
    if plan.newrelic is None:
        return
    place = plan.context.namespaces.agents
    licence = [made for key, made in secrets.handed.items() if key == (place, newrelic.NAME)]
    newrelic.NewRelicAgents("newrelic-agents", cluster, plan.newrelic, place, [namespaces.ready[place], *licence])


def _given(secrets: Secrets, handed: Iterable[Handed]) -> list[Resource]:
    """The Secrets that were handed to somebody."""
    wanted = {(hand.namespace, hand.name) for hand in handed}
    return [made for key, made in secrets.handed.items() if key in wanted]


def _handed_over(document: Document, exports: Mapping[str, Any]) -> Document:
    """A service's ConfigMap with what is known only once other systems have answered."""
    labels = document["metadata"]["labels"]
    service = labels.get("observatory.dev/service")
    if service is None:
        return document
    known: dict[str, Any] = exports["applications"][labels["observatory.dev/application"]]["services"][service]["environment"]
    return document | {"data": {**document["data"], **known}}


def _mounted(documents: Iterable[Document]) -> list[str]:
    """Secrets that the pods of some documents mount."""
    pods = (document["spec"]["template"]["spec"] for document in documents if document["kind"] in {"Deployment", "StatefulSet"})
    volumes = (volume for pod in pods for volume in pod.get("volumes", []))
    return sorted({volume["secret"]["secretName"] for volume in volumes if "secret" in volume})

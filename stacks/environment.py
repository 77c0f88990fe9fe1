"""An environment's layers, in the order in which they come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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
from components.secrets import Handed, Made
from rendering.document import Document
from stacks.plan import Plan
from stacks.prepared import Prepared


@dataclass(frozen=True)
class Ground:
    """What every layer stands on."""

    prepared: Prepared
    plan: Plan
    cluster: Cluster
    namespaces: Namespaces
    operators: Operators
    secrets: Secrets
    known: Made
    """Secret values that vendors' accounts gave."""

    @property
    def monitoring(self) -> Resource:
        """The namespace of most of it."""
        return self.namespaces.ready[self.plan.context.namespaces.monitoring]

    def mounted(self, documents: Iterable[Document]) -> list[Resource]:
        """Secrets of ours that the pods of some documents mount."""
        return [self.secrets.made[name] for name in _mounted(documents)]


def deploy(prepared: Prepared) -> dict[str, Any]:
    """Registers everything that the plan holds and returns the exports; each layer waits for what it stands on, and for nothing else."""
    settings, plan, aws = prepared.settings, prepared.plan, prepared.aws
    context = plan.context
    cluster = connect(settings.cluster, settings.operated.simulated)
    vendors = {name: vendor.register(cluster) for name, vendor in prepared.vendors.items()}
    known = {key: value for name, vendor in vendors.items() for key, value in prepared.vendors[name].values(vendor).items()}
    made = (aws, Aws("aws", cluster, aws.settings, aws.place, aws.resources, aws.asked, known)) if aws else None
    granted = [made[1].made(ref) for ref in made[0].granted] if made else []
    namespaces = Namespaces("namespaces", cluster, context, settings.namespaces, settings.storage, plan.edges, granted)
    operators = Operators("operators", cluster, context, settings.operated, namespaces.ready)
    secrets = _secrets(prepared, cluster, namespaces, operators, known)
    plan = _restarting(plan, secrets, reloader=settings.operated.reloader is not None)
    ground = Ground(prepared, plan, cluster, namespaces, operators, secrets, known)
    _metrics(ground)
    _interfaces(ground)
    if plan.remediation:
        after = [ground.monitoring, *operators.before("argo_events"), secrets.made[ACTING]]
        Remediation("remediation", cluster, plan.remediation, after)
    if plan.doctor:
        Doctor("doctor", cluster, plan.doctor, [ground.monitoring])
    _traces(ground, _logs(ground))
    exports = _datadog(ground)
    if made:
        exports = made[0].told(exports, made[1])
    for name, vendor in vendors.items():
        exports = prepared.vendors[name].told(exports, vendor)
    _newrelic(ground)
    secretive = [document for name, vendor in vendors.items() for document in prepared.vendors[name].handed_over(vendor)]
    Handover("handover", cluster, [*(_handed_over(document, exports) for document in plan.handover), *secretive])
    return exports


def _secrets(prepared: Prepared, cluster: Cluster, namespaces: Namespaces, operators: Operators, known: Made) -> Secrets:
    """In the monitoring namespace and in those of ours to which some are handed; applications' are there already."""
    settings, plan = prepared.settings, prepared.plan
    handed = sorted({hand.namespace for hand in plan.handed} & namespaces.ready.keys())
    places = [namespaces.ready[name] for name in (plan.context.namespaces.monitoring, *handed)]
    brought = [*places, *operators.before("external_secrets")]
    return Secrets("secrets", cluster, plan.context, settings.secrets, plan.needs, plan.handed, brought, known)


def _metrics(ground: Ground) -> None:
    """Alertmanager before Prometheus, whose first alert would be a minute late."""
    cluster, plan, secrets, storage = ground.cluster, ground.plan, ground.secrets, ground.namespaces.storage
    operated = [ground.monitoring, *ground.operators.before("prometheus"), *storage]
    Exporters("exporters", cluster, plan.exporters, ground.monitoring, secrets.made)
    mounted = [secrets.made[name] for name in plan.alertmanager["spec"]["secrets"]]
    alertmanager = Alertmanager("alertmanager", cluster, plan.alertmanager_around, plan.alertmanager, [*operated, *mounted])
    Prometheus("prometheus", cluster, plan.prometheus_around, plan.prometheus, plan.content, operated, alertmanager.instance)
    Query("query", cluster, plan.query, plan.outputs.endpoints.prometheus, [ground.monitoring])


def _interfaces(ground: Ground) -> None:
    """Grafana with its content, and the way in from outside."""
    cluster, plan, monitoring = ground.cluster, ground.plan, ground.monitoring
    given, filling = ground.prepared.settings.grafana, ground.prepared.filling
    if plan.grafana:
        after = [monitoring, *ground.namespaces.storage, *ground.mounted(plan.grafana)]
        server = Grafana("grafana", cluster, plan.grafana, endpoint(plan.context), after).server
        if filling and given and given.filled:
            GrafanaContent("grafana-content", cluster, plan.context, given, filling.content, filling.dashboards, server, ground.known)
    Edge("edge", cluster, plan.edge, plan.outputs.endpoints.people, [monitoring, *ground.mounted(plan.edge)])


def _datadog(ground: Ground) -> dict[str, Any]:
    """Agents and the account; returns the stack's exports, which know what only the account tells."""
    cluster, plan, prepared = ground.cluster, ground.plan, ground.prepared
    settings, account = prepared.settings.datadog, prepared.account
    if settings is None or account is None:
        return plan.outputs.model_dump(mode="json")
    agents = plan.context.namespaces.agents
    keys = [made for (place, _), made in ground.secrets.handed.items() if place == agents]
    DatadogAgents("datadog-agents", cluster, plan.datadog, [ground.namespaces.ready[agents], *ground.operators.before("datadog"), *keys])
    filled = Datadog("datadog", cluster, settings, account.resources, account.asked, ground.known)
    for configuration in account.locations:
        PrivateLocation("datadog-private-location", cluster, plan.worker, filled.output(configuration), ground.monitoring)
    return account.told(plan.outputs, filled)


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


def _logs(ground: Ground) -> list[Resource]:
    """Loki and the Elastic stack; returns what readers and writers of Elasticsearch wait for."""
    cluster, plan, namespaces = ground.cluster, ground.plan, ground.namespaces
    if plan.records.endpoint:
        place = namespaces.ready[plan.context.namespaces.logging]
        Loki("loki", cluster, plan.records.loki, plan.records.endpoint, [place, *namespaces.storage])
    if plan.logs.parts is None or plan.outputs.logs is None:
        return []
    handed = _given(ground.secrets, plan.logs.handed)
    before = [*namespaces.ready.values(), *namespaces.storage, *ground.operators.before("elastic"), *handed]
    return Elastic("elastic", cluster, plan.logs.parts, plan.outputs.logs.elasticsearch, before).ready


def _traces(ground: Ground, store: list[Resource]) -> None:
    """Jaeger, once what it stores in is ready, then those who send to it."""
    cluster, traces, where = ground.cluster, ground.plan.traces, ground.plan.outputs.endpoints.jaeger
    if not traces.agents:
        return
    places = [*ground.namespaces.ready.values(), *ground.namespaces.storage]
    stores: list[Resource] = []
    if where:
        before = [*places, *_given(ground.secrets, traces.handed), *(store if traces.handed else [])]
        stores = Jaeger("jaeger", cluster, traces.jaeger, where, before).made
    Collectors("collectors", cluster, traces.agents, traces.samplers, [*places, *stores])


def _newrelic(ground: Ground) -> None:
    """New Relic's chart, once the licence key is where it reads it."""
    values, place = ground.plan.newrelic, ground.plan.context.namespaces.agents
    if values is None:
        return
    licence = [made for key, made in ground.secrets.handed.items() if key == (place, newrelic.NAME)]
    newrelic.NewRelicAgents("newrelic-agents", ground.cluster, values, place, [ground.namespaces.ready[place], *licence])


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

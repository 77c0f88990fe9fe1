"""How much a plan's pods ask for in each namespace, as a ResourceQuota counts it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from components import operator_values as charts
from components.context import Context
from components.newrelic import CLUSTER_PODS as NEWRELIC
from components.operators import OperatorsSettings
from components.pods import Resources
from components.quantity import cores, size
from rendering.document import Document


@dataclass(frozen=True)
class Demand:
    """Cores, bytes of memory and of volumes, and pods."""

    cpu: float = 0
    memory: int = 0
    storage: int = 0
    pods: int = 0

    def __add__(self, other: "Demand") -> "Demand":
        return Demand(self.cpu + other.cpu, self.memory + other.memory, self.storage + other.storage, self.pods + other.pods)

    def times(self, count: int) -> "Demand":
        """That often."""
        return Demand(self.cpu * count, self.memory * count, self.storage * count, self.pods * count)


def by_namespace(
    documents: Iterable[Document], context: Context, operators: OperatorsSettings, *, newrelic: bool = False
) -> dict[str, Demand]:
    """The demand of all workloads at once; one more pod of each Deployment, which a rollout brings."""
    found: dict[str, Demand] = {}
    beside = [(context.namespaces.agents, _chart(NEWRELIC, 3))] if newrelic else []
    for namespace, demand in (*_workloads(documents), *_charts(context, operators), *beside):
        found[namespace] = found.get(namespace, Demand()) + demand
    return found


def _workloads(documents: Iterable[Document]) -> Iterator[tuple[str, Demand]]:
    known = list(documents)
    scaled = {
        (found["metadata"]["namespace"], found["spec"]["scaleTargetRef"]["name"]): found["spec"]["maxReplicas"]
        for found in known
        if _scales(found)
    }
    for document in known:
        spec: dict[str, Any] = document.get("spec", {})
        match document["kind"]:
            case "Deployment":
                demand = _pod(spec["template"]["spec"]["containers"]).times(int(spec["replicas"]) + 1)
            case "StatefulSet":
                claims = sum(size(claim["spec"]["resources"]["requests"]["storage"]) for claim in spec.get("volumeClaimTemplates", []))
                demand = (_pod(spec["template"]["spec"]["containers"]) + Demand(storage=claims)).times(_most(document, scaled))
            case "Prometheus" | "Alertmanager":
                beside = [spec["thanos"]] if "thanos" in spec else []
                pod = _pod([spec, *spec["containers"], *beside])
                claim = spec["storage"]["volumeClaimTemplate"]["spec"]["resources"]["requests"]["storage"]
                demand = (pod + Demand(storage=size(claim))).times(int(spec["replicas"]))
            case "Elasticsearch" | "Kibana" | "Logstash":
                demand = _elastic(document["kind"], spec)
            case "Job" | "CronJob":
                job = spec["jobTemplate"]["spec"] if document["kind"] == "CronJob" else spec
                demand = _pod(job["template"]["spec"]["containers"])
            case "DatadogAgent":  # those on nodes are as many as nodes, so they count against no plan
                overrides = [spec["override"][name] for name in ("clusterAgent", "clusterChecksRunner")]
                demand = sum((_pod(each["containers"].values()).times(int(each["replicas"]) + 1) for each in overrides), Demand())
            case _:
                continue
        yield document["metadata"]["namespace"], demand


def _elastic(kind: str, spec: Document) -> Demand:
    """Pods that Elastic's operator makes; Kibana's are a Deployment's, which a rollout brings one more of."""
    if kind == "Elasticsearch":
        return sum((_with_claims(nodes).times(int(nodes["count"])) for nodes in spec["nodeSets"]), Demand())
    return _with_claims(spec).times(int(spec["count"]) + (kind == "Kibana"))


def _with_claims(spec: Document) -> Demand:
    claims = sum(size(claim["spec"]["resources"]["requests"]["storage"]) for claim in spec.get("volumeClaimTemplates", []))
    return _pod(spec["podTemplate"]["spec"]["containers"]) + Demand(storage=claims)


def _scales(document: Document) -> bool:
    return document["kind"] == "HorizontalPodAutoscaler"


def _most(document: Document, scaled: dict[tuple[str, str], int]) -> int:
    """How many pods there may be: as many as the document says, or as its autoscaler may want."""
    place = (document["metadata"]["namespace"], document["metadata"]["name"])
    return scaled[place] if place in scaled else int(document["spec"]["replicas"])


def _pod(containers: Iterable[Document]) -> Demand:
    requests = [container["resources"]["requests"] for container in containers]
    return Demand(sum(cores(found["cpu"]) for found in requests), sum(size(found["memory"]) for found in requests), pods=1)


def _charts(context: Context, operators: OperatorsSettings) -> Iterator[tuple[str, Demand]]:
    """Pods of the operators' charts; node-exporter's are as many as nodes, so they count against no plan."""
    names = context.namespaces
    if operators.prometheus == "release":
        yield names.monitoring, _chart(charts.OPERATOR, 2)
    if operators.cluster_exporters:
        yield names.monitoring, _chart(charts.KUBE_STATE_METRICS, 2)
    if operators.elastic == "release":
        yield names.logging, _chart(charts.ELASTIC, 1)
    if operators.datadog == "release":
        yield names.agents, _chart(charts.OPERATOR, 2)
    if operators.external_secrets == "release":
        yield names.monitoring, _chart(charts.SMALL, 2 + 1 + 1 + 1)
    if operators.reloader == "release":
        yield names.monitoring, _chart(charts.SMALL, 2 + 1)
    if operators.argo_events == "release":
        yield names.monitoring, _chart(charts.SMALL, 1 + 1 + 1 + 3)  # the controller, the webhook, the sensor, the bus


def _chart(resources: Resources, pods: int) -> Demand:
    return Demand(cores(resources.cpu), size(resources.memory), pods=1).times(pods)

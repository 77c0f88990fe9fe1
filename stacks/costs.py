"""What an environment costs a month, from all that it would register; above the settings' limit nothing is registered. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.faults import Fault
from catalog.model import Service
from components.datadog.checks import watched
from components.quantity import cores, size
from rendering.canaries import runs
from rendering.costs import aws, datadog
from rendering.costs.datadog import Bought
from rendering.costs.estimate import Estimate, Line, estimate
from rendering.costs.prices import prices
from rendering.costs.settings import CostsSettings
from rendering.document import Document
from rendering.resource import Resource
from stacks.plan import Plan
from stacks.settings import KEY, Settings

_GB = 10**9
_GIB = 2**30
_NODE_CORES, _NODE_MEMORY = 4, 16 * _GIB
"""Of the node whose price is listed."""
_HOURS = 730
"""Of a month."""
_NAMED = 3


def reckoned(settings: Settings, catalog: Catalog, plan: Plan, resources: Iterable[Resource]) -> Estimate | None:
    """The estimate; None where nobody has said what traffic there is. `resources` are those of Amazon's account."""
    return (
        None
        if settings.costs is None
        else estimate(_lines(settings, settings.costs, catalog, plan, list(resources)), prices(), settings.region)
    )


def faults(settings: Settings, found: Estimate | None, file: str) -> list[Fault]:
    """More than the settings allow."""
    if settings.costs is None or found is None or found.total <= settings.costs.limit:
        return []
    named = ", ".join(f"{priced.line.system}: {priced.unit} {priced.usd:.0f}" for priced in found.dearest(_NAMED))
    reason = f"at list prices of {found.as_of} this would cost {found.total:.0f} USD a month; the most: {named}"
    remedy = f"at least {found.total + 1:.0f}, or less of what `make costs` lists"
    return [Fault(file, f"{KEY}.costs.limit", f"{settings.costs.limit:g}", reason, remedy)]


def _lines(settings: Settings, costs: CostsSettings, catalog: Catalog, plan: Plan, resources: list[Resource]) -> Iterator[Line]:
    site, traffic = settings.site, costs.traffic
    yield from _workloads(plan.documents(), traffic.nodes)
    planned = sum(canary.runs for canary in runs.canaries(catalog, site))
    paused = settings.aws is not None and settings.aws.canaries is not None and settings.aws.canaries.paused
    yield from aws.lines(resources, 0 if paused else planned)
    if settings.aws and settings.aws.backups:
        yield from _copies(resources, plan)
    if settings.prometheus.remote_write:
        services = [each.watched for each in catalog.subjects() if isinstance(each.watched, Service) and site.runs(each)]
        series = sum(service.series_budget for service in services if Backend.PROMETHEUS in service.collect.metrics) * traffic.series_used
        days = settings.aws.amp.retention_days if settings.aws and settings.aws.amp else 150
        yield from aws.samples(series, settings.prometheus.scrape_interval, days)
    yield from datadog.lines(catalog, site, traffic, _bought(settings, catalog))


def _bought(settings: Settings, catalog: Catalog) -> Bought:
    chosen = settings.datadog
    if chosen is None:
        return Bought()
    agents = chosen.agents
    traced = any(Backend.DATADOG in each.watched.collect.traces for each in catalog.subjects() if isinstance(each.watched, Service))
    databases = sum(1 for each in catalog.subjects() if watched(each) and getattr(each.watched, "kind", "") == "postgres")
    return Bought(traced, agents.network, agents.services, agents.profiling, agents.cws, agents.cspm, databases if agents.databases else 0)


def _workloads(documents: Iterable[Document], nodes: int) -> Iterator[Line]:
    """Pods as a share of nodes, and their volumes, by system; an autoscaler's pods at the most, agents' as many as nodes."""
    known = list(documents)
    most = {
        (each["metadata"]["namespace"], each["spec"]["scaleTargetRef"]["name"]): int(each["spec"]["maxReplicas"])
        for each in known
        if each["kind"] == "HorizontalPodAutoscaler"
    }
    for document in known:
        name = document["metadata"]["name"]
        for pods, containers, claims in _shapes(document, nodes):
            place = (document["metadata"]["namespace"], name)
            count = most.get(place, pods)
            asked = [container.get("resources", {}).get("requests", {}) for container in containers]
            share = max(
                sum(cores(str(each.get("cpu", "0"))) for each in asked) / _NODE_CORES,
                sum(size(each["memory"]) for each in asked if "memory" in each) / _NODE_MEMORY,
            )
            yield Line(_system(document), "node_hour", share * count * _HOURS, f"{name}: {count} pods, {share:.2f} of a node each")
            volumes = sum(size(claim["spec"]["resources"]["requests"]["storage"]) for claim in claims)
            yield Line(_system(document), "volume", volumes * count / _GB, f"{name}: {count} times {volumes / _GIB:.0f} GiB")


def _system(document: Document) -> str:
    """The catalog's name of a system, as its objects are labelled."""
    labels: dict[str, str] = document["metadata"].get("labels", {})
    return labels.get("app.kubernetes.io/name") or str(document["metadata"]["name"])


def _shapes(document: Document, nodes: int) -> Iterator[tuple[int, list[dict[str, Any]], list[dict[str, Any]]]]:
    """How many pods, of which containers, each with which claims; an object of several kinds of pods has several."""
    spec: dict[str, Any] = document.get("spec", {})
    match document["kind"]:
        case "Deployment" | "StatefulSet":
            yield int(spec.get("replicas", 0)), spec["template"]["spec"]["containers"], spec.get("volumeClaimTemplates", [])
        case "DaemonSet":
            yield nodes, spec["template"]["spec"]["containers"], []
        case "Beat":
            yield nodes, spec["daemonSet"]["podTemplate"]["spec"]["containers"], []
        case "Prometheus" | "Alertmanager":
            beside = [spec["thanos"]] if "thanos" in spec else []
            claim = spec.get("storage", {}).get("volumeClaimTemplate")
            yield int(spec["replicas"]), [spec, *spec.get("containers", []), *beside], [claim] if claim else []
        case "Elasticsearch":
            for pods in spec["nodeSets"]:
                yield int(pods["count"]), pods["podTemplate"]["spec"]["containers"], pods.get("volumeClaimTemplates", [])
        case "Kibana" | "Logstash":
            yield int(spec["count"]), spec["podTemplate"]["spec"]["containers"], spec.get("volumeClaimTemplates", [])
        case _:
            return


def _copies(resources: list[Resource], plan: Plan) -> Iterator[Line]:
    """One whole copy of each volume that is selected: only what changes afterwards is billed besides."""
    selected = {each.name for each in resources if each.kind == "aws:backup/selection:Selection"}
    for line in _workloads(plan.documents(), 0):
        if line.price == "volume" and line.system in selected:
            yield Line("backups", "copy", line.amount, f"a whole copy of {line.why}")

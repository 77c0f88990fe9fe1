"""All of CloudWatch's dashboards: one for each application that AWS has numbers of, and the platform's over all."""

from collections.abc import Iterator
from typing import Any

from catalog.aws import KINDS
from catalog.catalog import Catalog, Subject
from catalog.model import Application
from dashboards.cloudwatch import lint
from dashboards.cloudwatch.build import Widget, alarms, body, graph, records, text
from dashboards.cloudwatch.queries import GRAPHS, Graph, Metric
from rendering.cloudwatch.alarms import asked, titles
from rendering.cloudwatch.logs import LogGroup, groups
from rendering.cloudwatch.places import INSIGHTS
from rendering.cloudwatch.places import resources as in_aws
from rendering.resource import Json, Resource
from rendering.site import Site

DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
_PLATFORM = "platform"
_ERRORS = (
    "fields @timestamp, @log, @message",
    "filter @message like /(?i)(error|exception|fatal|panic)/",
    "sort @timestamp desc",
    "limit 50",
)
_USAGE = Graph(
    "Records that came in",
    "bytes",
    (Metric("IncomingBytes", "Sum", "bytes", "AWS/Logs"),),
    period=3600,
)
_PODS = (
    Graph("Pods that run", "pods", (Metric("service_number_of_running_pods", "Minimum", "pods"),)),
    Graph(
        "Pods against their limits",
        "%",
        (
            Metric("pod_cpu_utilization_over_pod_limit", "Maximum", "CPU"),
            Metric("pod_memory_utilization_over_pod_limit", "Maximum", "memory"),
        ),
    ),
)
"""Of a service, by Container Insights: the one by its Service, the other by its workload."""
_MOST_ALARMS, _MOST_GROUPS = 100, 20


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """A dashboard for each; ValueError where one is not what CloudWatch's reference describes."""
    found: list[Resource] = []
    for name, drawn in bodies(catalog, site).items():
        if wrong := lint.faults(drawn):
            raise ValueError(f"{name}: {'; '.join(wrong)}")
        found.append(Resource(DASHBOARD, name, {"dashboardName": name, "dashboardBody": Json(drawn)}))
    return found


def bodies(catalog: Catalog, site: Site) -> dict[str, dict[str, Any]]:
    """Their bodies by name; none where CloudWatch is off."""
    if site.aws is None or site.aws.cloudwatch is None:
        return {}
    place, insights = site.aws.place, site.aws.cloudwatch.container_insights
    found = {place.name(_PLATFORM): body(_platform(catalog, site))}
    for application in catalog.applications.values():
        mine = [subject for subject in _subjects(catalog, site) if subject.application is application]
        if application.application != _PLATFORM and (insights or any(subject.watched.aws for subject in mine)):
            found[place.name(application.application)] = body(_application(application, mine, catalog, site))
    return found


def _subjects(catalog: Catalog, site: Site) -> list[Subject]:
    return [subject for subject in catalog.subjects() if site.runs(subject)]


def _application(application: Application, mine: list[Subject], catalog: Catalog, site: Site) -> Iterator[list[Widget]]:
    yield [
        text(f"# {application.title}, {site.environment}\nWhat AWS runs for it, from CloudWatch alone. Owner: {application.owner.team}.")
    ]
    yield from _states(catalog, site, application.application)
    for subject in mine:
        yield from _resources(subject, site)
        if site.aws and site.aws.cloudwatch and site.aws.cloudwatch.container_insights and subject.kind == "service":
            yield _pods(subject, site)
    yield from _lines([group for group in groups(catalog, site) if group.application == application.application], site)


def _platform(catalog: Catalog, site: Site) -> Iterator[list[Widget]]:
    yield [text(f"# Platform, {site.environment}\nAlarms of every application, the cluster and what it shares, from CloudWatch alone.")]
    yield from _states(catalog, site, None)
    for subject in _subjects(catalog, site):
        if subject.application.application == _PLATFORM:
            yield from _resources(subject, site)
    made = groups(catalog, site)
    yield [
        graph(f"Records of {group.name}", _USAGE, "AWS/Logs", {"LogGroupName": group.name}, site.region, 6) for group in made[:_MOST_GROUPS]
    ]
    yield from _lines([group for group in made if group.application == _PLATFORM and group.logs == "cluster"], site)


def _states(catalog: Catalog, site: Site, application: str | None) -> Iterator[list[Widget]]:
    """Alarms that tell or show, of one application or of all; parts of composites are left out."""
    if site.aws is None:
        return
    arns: list[str] = []
    for placed, _, found in asked(catalog, site):
        if application in (None, placed.subject.application.application):
            region = found[0].region or site.region
            known = f"arn:{site.aws.place.partition}:cloudwatch:{region}:{site.aws.place.account}:alarm:"
            arns += [f"{known}{title}" for title in titles(placed, found, site)]
    for start in range(0, len(arns), _MOST_ALARMS):
        yield [alarms("Alarms", arns[start : start + _MOST_ALARMS])]


def _resources(subject: Subject, site: Site) -> Iterator[list[Widget]]:
    for name, resource, values in in_aws(subject, site):
        kind = KINDS[resource.kind]
        yield [text(f"## {subject.name}: {kind.title} {name}", 1)]
        region = kind.region or site.region
        yield [graph(f"{name}: {each.title}", each, kind.namespaces[0], values, region) for each in GRAPHS[resource.kind]]


def _pods(subject: Subject, site: Site) -> list[Widget]:
    cluster = site.aws.place.cluster if site.aws else site.cluster
    base = {"ClusterName": cluster, "Namespace": site.namespaces_of(subject)[0]}
    places = ({**base, "Service": subject.name}, {**base, "PodName": subject.name})
    return [
        graph(f"{subject.name}: {each.title}", each, INSIGHTS, place, site.region, 12) for each, place in zip(_PODS, places, strict=True)
    ]


def _lines(found: list[LogGroup], site: Site) -> Iterator[list[Widget]]:
    read = [group.name for group in found if not group.name.endswith("/performance")]
    if read:
        yield [records("Errors in records", read[:_MOST_GROUPS], site.region, *_ERRORS)]

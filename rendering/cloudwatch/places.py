"""Where CloudWatch finds a signal of a subject: dimensions by the catalog's AWS resources, a setting's value before the catalog's."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.aws import KINDS, AwsResource
from catalog.catalog import Subject
from catalog.model import Dependency
from catalog.signal import CloudwatchQuery
from catalog.template import fill
from rendering.site import AwsSite, Site

INSIGHTS = "ContainerInsights"
LOG_NAMESPACE = "Observatory/Logs"
"""Where metric filters of ours count."""
ELSEWHERE = ("CloudWatchSynthetics",)
"""Namespaces whose alarms stand with what fills them."""


@dataclass(frozen=True)
class Target:
    """One thing that a metric is asked of."""

    name: str
    """The catalog's name of the resource; empty for what is found by the subject's own name."""
    dimensions: dict[str, str]
    region: str | None = None
    """Where the metric is, if not in the environment's region."""


def targets(subject: Subject, query: CloudwatchQuery, site: Site) -> list[Target]:
    """Everything of a subject that a query can be asked of here; none where it is not measured."""
    aws = site.aws
    if aws is None or aws.cloudwatch is None or query.namespace in ELSEWHERE:
        return []
    if query.namespace == INSIGHTS:
        return [Target("", _insights(subject, query, aws, site))] if aws.cloudwatch.container_insights else []
    found = [(name, resource) for name, resource in subject.watched.aws.items() if resource.kind == query.of]
    return [_target(subject, name, resource, query, site) for name, resource in found]


def resources(subject: Subject, site: Site) -> Iterator[tuple[str, AwsResource, dict[str, str]]]:
    """A subject's AWS resources: name, resource, its dimensions here."""
    for name, resource in subject.watched.aws.items():
        yield name, resource, dimensions(subject, name, resource, site)


def dimensions(subject: Subject, name: str, resource: AwsResource, site: Site) -> dict[str, str]:
    """A resource's dimensions here."""
    settings = site.aws.cloudwatch if site.aws else None
    own = settings.resources.get(subject.application.application, {}).get(name, {}) if settings else {}
    cluster = site.aws.place.cluster if site.aws else site.cluster
    known = {"environment": site.environment, "cluster": cluster, "region": site.region}
    return {each: own.get(each) or fill(value, known) for each, value in resource.dimensions.items()}


def log_group(resource: AwsResource, values: dict[str, str]) -> str | None:
    """The log group that AWS writes to; None for kinds without one."""
    name = KINDS[resource.kind].log
    for dimension, value in values.items() if name else ():
        name = name.replace(f"${dimension}", value) if name else None
    return name


def counted(subject: Subject, signal: str, resource: str) -> str:
    """The metric that a filter counts a signal's lines in: dimensions would need lines that are JSON."""
    return f"{subject.application.application}.{resource}.{signal}"


def _target(subject: Subject, name: str, resource: AwsResource, query: CloudwatchQuery, site: Site) -> Target:
    kind, values = KINDS[resource.kind], dimensions(subject, name, resource, site)
    if query.pattern is not None:
        return Target(name, {})
    kept = {each: value for each, value in values.items() if not query.only or each in query.only}
    return Target(name, kept | query.dimensions, kind.region if kind.region != site.region else None)


def _insights(subject: Subject, query: CloudwatchQuery, aws: AwsSite, site: Site) -> dict[str, str]:
    """Container Insights' dimensions by what a metric is about (Container-Insights-metrics-EKS)."""
    metric = query.metric or next(iter(query.metrics.values()))
    found = {"ClusterName": aws.place.cluster}
    if metric.startswith(("cluster_", "node_")) or isinstance(subject.watched, Dependency):
        return found | query.dimensions
    found["Namespace"] = site.namespaces_of(subject)[0]
    return found | {"Service" if metric.startswith("service_") else "PodName": subject.name} | query.dimensions

"""Log groups: how long they keep, whose key they use, what is counted in them, and where they are sent on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.aws import KindName
from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.model import Service
from rendering.aws.place import KEY_ARN
from rendering.cloudwatch import names
from rendering.cloudwatch.alarms import asked
from rendering.cloudwatch.places import LOG_NAMESPACE, counted, log_group
from rendering.cloudwatch.places import resources as in_aws
from rendering.cloudwatch.retention import days
from rendering.cloudwatch.settings import CloudwatchSettings, Logs
from rendering.logs.settings import Dataset, LogsSettings
from rendering.resource import Ref, Resource
from rendering.site import AwsSite, Site

GROUP, FILTER = "aws:cloudwatch/logGroup:LogGroup", "aws:cloudwatch/logMetricFilter:LogMetricFilter"
SUBSCRIPTION = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
DETECTOR = "aws:cloudwatch/logAnomalyDetector:LogAnomalyDetector"
ERRORS = "?ERROR ?FATAL ?CRITICAL ?Exception ?panic"
"""Lines that tell of an error, in plain text and in JSON."""
_PLATFORM = "platform"
_OF_KIND: dict[KindName, Logs] = {"eks": "cluster", "rds": "databases", "lambda": "functions", "ecs": "tasks"}
_SECURITY: tuple[Logs, ...] = ("cluster",)
"""Who did what to the cluster is kept as long as security events are."""
_CONTAINERS = ("application", "dataplane", "host", "performance")
"""Log groups of Container Insights, below /aws/containerinsights/<cluster>."""
_EVALUATED = {"frequency": "FIFTEEN_MIN", "visible": 21}
_UNSUITED = ("performance",)
"""Records of measurements, which no pattern of text describes."""


@dataclass(frozen=True)
class LogGroup:
    """A log group and whose it is."""

    name: str
    logs: Logs
    application: str
    subject: str
    """The service or dependency."""

    @property
    def logical(self) -> str:
        """The name of its resource."""
        return logical_name(self.name)


def logical_name(name: str) -> str:
    """The name of a log group's resource."""
    return name.strip("/").replace("/", ".")


def groups(catalog: Catalog, site: Site) -> list[LogGroup]:
    """The log groups that we make here, each once."""
    aws = site.aws
    if aws is None or aws.cloudwatch is None:
        return []
    found = [group for group in _all(catalog, site, aws) if group.logs in aws.cloudwatch.log_groups]
    return list({group.name: group for group in found}.values())


def _all(catalog: Catalog, site: Site, aws: AwsSite) -> Iterator[LogGroup]:
    for subject in catalog.subjects():
        if not site.runs(subject):
            continue
        application = subject.application.application
        for _, resource, values in in_aws(subject, site):
            name = log_group(resource, values)
            if name is not None:
                yield LogGroup(name, _OF_KIND[resource.kind], application, subject.name)
        if isinstance(subject.watched, Service) and Backend.CLOUDWATCH in subject.watched.collect.logs:
            yield LogGroup(f"/observatory/{site.environment}/{application}/{subject.name}", "services", application, subject.name)
    if aws.cloudwatch is not None and aws.cloudwatch.container_insights:
        for each in _CONTAINERS:
            yield LogGroup(f"/aws/containerinsights/{aws.place.cluster}/{each}", "containers", _PLATFORM, "cluster")


def retention(group: LogGroup, settings: CloudwatchSettings, kept: LogsSettings | None) -> int | None:
    """Days: the setting's own, else those of the stack's logs, rounded up to what CloudWatch has; None where nobody says."""
    if group.logs in settings.retention:
        return settings.retention[group.logs]
    if kept is None:
        return None
    dataset: Dataset = "security" if group.logs in _SECURITY else "metrics" if group.name.endswith("/performance") else "logs"
    return days(kept.keep(group.application, dataset))


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Log groups, and what reads them."""
    aws = site.aws
    if aws is None or aws.cloudwatch is None:
        return []
    made = groups(catalog, site)
    found = [_group(group, aws.cloudwatch, aws.logs, site) for group in made]
    for group in made:
        found += _reading(group, aws.cloudwatch)
    return [*found, *_counting(catalog, site, made)]


def _group(group: LogGroup, settings: CloudwatchSettings, kept: LogsSettings | None, site: Site) -> Resource:
    inputs: dict[str, Any] = {"name": group.name, "kmsKeyId": KEY_ARN, "logGroupClass": "STANDARD", "skipDestroy": True}
    days_kept = retention(group, settings, kept)
    inputs |= {"retentionInDays": days_kept} if days_kept else {}
    tags = {"application": group.application, "logs": group.logs, "environment": site.environment}
    return Resource(GROUP, group.logical, {**inputs, "tags": tags})


def _reading(group: LogGroup, settings: CloudwatchSettings) -> Iterator[Resource]:
    here = Ref(GROUP, group.logical, "name")
    if settings.forwarding is not None:
        inputs: dict[str, Any] = {
            "name": "observatory",
            "logGroup": here,
            "destinationArn": settings.forwarding.destination_arn,
            "filterPattern": settings.forwarding.pattern,
        }
        role = settings.forwarding.role_arn
        yield Resource(SUBSCRIPTION, group.logical, inputs | ({"roleArn": role} if role else {}))
    if settings.log_anomalies and not group.name.endswith(_UNSUITED):
        yield Resource(
            DETECTOR,
            group.logical,
            {
                "detectorName": names.bounded(group.logical, 120),
                "logGroupArnLists": [Ref(GROUP, group.logical, "arn")],
                "evaluationFrequency": _EVALUATED["frequency"],
                "anomalyVisibilityTime": _EVALUATED["visible"],
                "kmsKeyId": KEY_ARN,
                "enabled": True,
            },
        )


def _counting(catalog: Catalog, site: Site, made: list[LogGroup]) -> Iterator[Resource]:
    """A filter for each signal that counts lines, of each resource that an alert asks of; and one for errors in every group of ours."""
    ours = {group.name for group in made}
    seen: set[str] = set()
    for placed, query, aims in asked(catalog, site):
        if query.pattern is None:
            continue
        for name, resource, values in in_aws(placed.subject, site):
            group = log_group(resource, values)
            logical = counted(placed.subject, placed.alert.signal, name)
            if any(name == aim.name for aim in aims) and group is not None and logical not in seen:
                seen.add(logical)
                yield _filter(logical, _named(group, ours), query.pattern, logical)
    for group in made:
        if not group.name.endswith(_UNSUITED):
            yield _filter(f"errors.{group.logical}", _named(group.name, ours), ERRORS, f"{group.application}.{group.logical}.errors")


def _named(name: str, ours: set[str]) -> str | Ref:
    """A log group in the inputs of others: one of ours is waited for."""
    return Ref(GROUP, logical_name(name), "name") if name in ours else name


def _filter(logical: str, group: str | Ref, pattern: str, metric: str) -> Resource:
    counted_as = {"name": metric, "namespace": LOG_NAMESPACE, "value": "1", "defaultValue": "0", "unit": "Count"}
    inputs = {"name": logical, "logGroupName": group, "pattern": pattern, "metricTransformation": counted_as}
    return Resource(FILTER, logical, inputs)

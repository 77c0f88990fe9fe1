"""Metrics sent on as they come, and those of containers: both cost by the metric, so both are settings."""

import json
from collections.abc import Iterator
from typing import Any

from rendering.aws.place import Place
from rendering.aws.policies import allow, document, service_trust
from rendering.cloudwatch.settings import StreamSettings
from rendering.resource import Ref, Resource
from rendering.site import Site

STREAM = "aws:cloudwatch/metricStream:MetricStream"
ADDON = "aws:eks/addon:Addon"
ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
OBSERVABILITY = "amazon-cloudwatch-observability"
"""The add-on that fills ContainerInsights (docs.aws.amazon.com/eks, «Amazon CloudWatch Observability EKS add-on»)."""
_LATENCIES = {"AWS/ApplicationELB": ("TargetResponseTime",), "AWS/Lambda": ("Duration",)}
"""Metrics of which a percentile says more than an average."""
_WRITING = ["firehose:PutRecord", "firehose:PutRecordBatch"]


def resources(site: Site) -> list[Resource]:
    """The stream and the add-on, as far as settings ask for them."""
    if site.aws is None or site.aws.cloudwatch is None:
        return []
    settings, place = site.aws.cloudwatch, site.aws.place
    found = list(_stream(settings.stream, place)) if settings.stream else []
    return [*found, *(_addon(place) if settings.container_insights else ())]


def _stream(stream: StreamSettings, place: Place) -> Iterator[Resource]:
    role: Ref | str | None = stream.role_arn
    if role is None:
        trust = service_trust(place, "streams.metrics.cloudwatch")
        made = Resource(ROLE, "metric-stream", {"name": place.name("metric-stream"), "assumeRolePolicy": trust})
        policy = document(allow("Write", _WRITING, stream.firehose_arn))
        yield made
        yield Resource(ROLE_POLICY, "metric-stream", {"name": "write", "role": made.ref, "policy": policy})
        role = made.arn
    inputs: dict[str, Any] = {
        "name": place.name("metrics"),
        "firehoseArn": stream.firehose_arn,
        "roleArn": role,
        "outputFormat": stream.format,
        "includeFilters": [{"namespace": each, "metricNames": []} for each in sorted(stream.namespaces)],
    }
    latencies = {each: metrics for each, metrics in _LATENCIES.items() if each in stream.namespaces}
    if stream.percentiles and latencies:
        wanted = [{"namespace": each, "metricName": metric} for each, metrics in latencies.items() for metric in metrics]
        inputs["statisticsConfigurations"] = [{"additionalStatistics": ["p95", "p99"], "includeMetrics": wanted}]
    yield Resource(STREAM, "observatory", inputs)


def _addon(place: Place) -> Iterator[Resource]:
    """Container Insights; its agent's logs of containers stay off, since another one ships them."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {"StringEquals": {"aws:SourceAccount": place.account}},
    }
    role = Resource(ROLE, "container-insights", {"name": place.name("container-insights"), "assumeRolePolicy": document(trust)})
    yield role
    attached = {"role": role.ref, "policyArn": f"arn:{place.partition}:iam::aws:policy/CloudWatchAgentServerPolicy"}
    yield Resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "container-insights", attached)
    insights = {"logs": {"metrics_collected": {"kubernetes": {"enhanced_container_insights": True}}}}
    configuration = {"containerLogs": {"enabled": False}, "agent": {"config": insights}}
    inputs = {
        "clusterName": place.cluster,
        "addonName": OBSERVABILITY,
        "configurationValues": json.dumps(configuration, sort_keys=True),
        "podIdentityAssociations": [{"serviceAccount": "cloudwatch-agent", "roleArn": role.arn}],
        "resolveConflictsOnCreate": "OVERWRITE",
        "resolveConflictsOnUpdate": "PRESERVE",
    }
    yield Resource(ADDON, OBSERVABILITY, inputs)

"""What AWS runs for a service or dependency: the one place that knows which dimensions and logs each kind of resource has."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from catalog.base import Model

KindName = Literal["alb", "certificate", "cloudfront", "ecs", "eks", "elasticache", "lambda", "nat", "rds", "s3", "sqs"]


@dataclass(frozen=True)
class Kind:
    """A kind of resource, as CloudWatch knows it."""

    title: str
    namespaces: tuple[str, ...]
    """Whose metrics it has; the first is its own."""
    dimensions: dict[str, str]
    """Those that it needs, each with the regular expression of its values."""
    log: str | None = None
    """The name of its log group, with its dimensions as `$Name`."""
    region: str | None = None
    """Where its metrics are, if not in the environment's region."""


_NAME = r"[A-Za-z0-9$][A-Za-z0-9$_.-]{0,254}"
# Namespaces and dimensions: each service's page of CloudWatch metrics in AWS' guides (load-balancer-cloudwatch-metrics,
# cloudwatch-metrics in Amazon ECS, rds-metrics, CacheMetrics, metrics-dimensions of S3, programming-cloudwatch-metrics of CloudFront,
# monitoring-metrics of Lambda, vpc-nat-gateway-cloudwatch, sqs-available-cloudwatch-metrics, Container-Insights-metrics-EKS).
KINDS: dict[KindName, Kind] = {
    "alb": Kind(
        "load balancer",
        ("AWS/ApplicationELB",),
        {"LoadBalancer": r"app/[A-Za-z0-9$-]+/[0-9a-f]{16}", "TargetGroup": r"targetgroup/[A-Za-z0-9$-]+/[0-9a-f]{16}"},
    ),
    "certificate": Kind(
        "certificate", ("AWS/CertificateManager",), {"CertificateArn": r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/\S+"}
    ),
    "cloudfront": Kind("distribution", ("AWS/CloudFront",), {"DistributionId": r"E[A-Z0-9]{6,20}"}, region="us-east-1"),
    "ecs": Kind("ECS service", ("AWS/ECS", "ECS/ContainerInsights"), {"ClusterName": _NAME, "ServiceName": _NAME}, "/ecs/$ServiceName"),
    "eks": Kind("cluster", ("ContainerInsights",), {"ClusterName": _NAME}, "/aws/eks/$ClusterName/cluster"),
    "elasticache": Kind("cache", ("AWS/ElastiCache",), {"CacheClusterId": r"[a-z$][a-z0-9$-]{0,49}"}),
    "lambda": Kind("function", ("AWS/Lambda",), {"FunctionName": r"[A-Za-z0-9$_-]{1,64}"}, "/aws/lambda/$FunctionName"),
    "nat": Kind("NAT gateway", ("AWS/NATGateway",), {"NatGatewayId": r"nat-[0-9a-f]{8,17}"}),
    "rds": Kind(
        "database", ("AWS/RDS",), {"DBInstanceIdentifier": r"[a-z$][a-z0-9$-]{0,62}"}, "/aws/rds/instance/$DBInstanceIdentifier/postgresql"
    ),
    "s3": Kind("bucket", ("AWS/S3",), {"BucketName": r"[a-z0-9$][a-z0-9$.-]{1,61}[a-z0-9]"}),
    "sqs": Kind("queue", ("AWS/SQS",), {"QueueName": r"[A-Za-z0-9$_-]{1,80}(\.fifo)?"}),
}
PARAMETERS = ("environment", "cluster", "region")
"""What a dimension's value may name as `$environment`."""
_PARAMETER = re.compile(r"\$\{?(\w*)\}?")


class AwsResource(Model):
    """One resource that AWS runs; values may differ between environments, so settings may name others."""

    kind: KindName
    dimensions: dict[str, str] = Field(min_length=1)
    """By CloudWatch's names; a value may hold `$environment`, `$cluster` and `$region`."""


def kind_of(namespace: str) -> KindName | None:
    """The kind of resource that has a namespace's metrics."""
    return next((name for name, kind in KINDS.items() if namespace in kind.namespaces), None)


def reproaches(resource: AwsResource) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong with a resource's dimensions: key, value, reason, remedy."""
    kind = KINDS[resource.kind]
    needed = ", ".join(kind.dimensions)
    for name, pattern in kind.dimensions.items():
        value = resource.dimensions.get(name)
        if value is None:
            reason = f"CloudWatch has no metric of a {kind.title} without its dimension {name}"
            yield "dimensions", ", ".join(resource.dimensions), reason, f"add {name}; a resource of kind {resource.kind} needs {needed}"
            continue
        for parameter in _PARAMETER.findall(value):
            if parameter not in PARAMETERS:
                told = ", ".join(f"${each}" for each in PARAMETERS)
                yield f"dimensions.{name}", value, f"${parameter} is no name that a value may hold", f"use one of {told}"
        if not re.fullmatch(pattern, value):
            yield f"dimensions.{name}", value, f"this is no {name}", f"write it as AWS does (it must match {pattern})"
    for name in resource.dimensions.keys() - kind.dimensions.keys():
        yield f"dimensions.{name}", resource.dimensions[name], f"a {kind.title} has no such dimension", f"it needs {needed} and no other"

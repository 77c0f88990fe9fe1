"""Rows on what AWS runs for an application, of what Datadog's integration reads from CloudWatch."""

from catalog.units import Unit
from dashboards.datadog import aws_queries as queries
from dashboards.datadog.model import Widget
from dashboards.datadog.panels import named
from dashboards.model import Row

_WHERE = "From CloudWatch, for the account and the region that are chosen above; CloudWatch is up to 15 minutes late."


def rows() -> tuple[Row, ...]:
    """One for each of AWS' services."""
    return (
        Row(
            "AWS: load balancers",
            (
                _widget("Load balancer requests", "Requests.", Unit.COUNT, queries.balancer_requests()),
                _widget(
                    "Load balancer errors",
                    "Answers 5xx: those of targets, and the load balancer's own, as when no target is healthy.",
                    Unit.COUNT,
                    f"targets|{queries.balancer_errors('target')}",
                    f"load balancer|{queries.balancer_errors('elb')}",
                ),
                _widget("Load balancer latency (p95)", "Time until a target answers.", Unit.SECONDS, queries.balancer_latency()),
                _widget("Unhealthy targets", "Targets that fail their health check.", Unit.COUNT, queries.balancer_unhealthy()),
            ),
        ),
        Row(
            "AWS: ECS",
            (
                _widget("ECS CPU", "CPU of each service, of what it reserves.", Unit.RATIO, queries.ecs_cpu()),
                _widget("ECS memory", "Memory of each service, of what it reserves.", Unit.RATIO, queries.ecs_memory()),
            ),
        ),
        Row(
            "AWS: RDS",
            (
                _widget("RDS CPU", "CPU of each instance.", Unit.RATIO, queries.rds_cpu()),
                _widget("RDS connections", "Open connections of each instance.", Unit.COUNT, queries.rds_connections()),
                _widget("RDS free storage", "Space that is left on each instance's volume.", Unit.BYTES, queries.rds_storage()),
                _widget(
                    "RDS disk latency",
                    "Time of a read and of a write.",
                    Unit.SECONDS,
                    f"read|{queries.rds_latency('read')}",
                    f"write|{queries.rds_latency('write')}",
                ),
            ),
        ),
        Row(
            "AWS: ElastiCache",
            (
                _widget("ElastiCache memory", "Memory of each node, of what it may use.", Unit.RATIO, queries.elasticache_memory()),
                _widget("ElastiCache hits", "Share of look-ups that each node answers.", Unit.RATIO, queries.elasticache_hits()),
                _widget("ElastiCache CPU", "CPU of the engine's one thread.", Unit.RATIO, queries.elasticache_cpu()),
            ),
        ),
        Row(
            "AWS: S3 and CloudFront",
            (
                _widget("S3 size", "Size of each bucket, which S3 reports once a day.", Unit.BYTES, queries.s3_size()),
                _widget("S3 objects", "Objects of each bucket, which S3 reports once a day.", Unit.COUNT, queries.s3_objects()),
                _widget("CloudFront requests", "Requests, of all regions.", Unit.COUNT, queries.cloudfront_requests()),
                _widget("CloudFront errors", "Share of answers that are 5xx, of all regions.", Unit.RATIO, queries.cloudfront_errors()),
            ),
        ),
        Row(
            "AWS: Lambda",
            (
                _widget("Lambda calls", "Calls of each function.", Unit.COUNT, queries.lambda_calls("invocations")),
                _widget("Lambda errors", "Calls that failed.", Unit.COUNT, queries.lambda_calls("errors")),
                _widget("Lambda duration (p95)", "Time that a call takes.", Unit.SECONDS, queries.lambda_duration()),
            ),
        ),
    )


def _widget(title: str, what: str, unit: Unit, *expressions: str) -> Widget:
    return named(title, f"{what} {_WHERE}", unit, *expressions)

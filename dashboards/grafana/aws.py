"""Rows on what AWS runs for an application and only CloudWatch measures; nothing of it is asked before its row is opened."""

from catalog.units import Unit
from dashboards.grafana import aws_queries as queries
from dashboards.model import CLOUDWATCH, CloudwatchQuery, Flow, Panel, Row

_WHERE = "From CloudWatch, for all resources in this environment's account."
_EMPTY = "no such resource reports in this account"


def rows() -> tuple[Row, ...]:
    """One for each of AWS' services."""
    return (
        Row("AWS: load balancers", _balancers(), collapsed=True),
        Row("AWS: ECS", _ecs(), collapsed=True),
        Row("AWS: RDS", _rds(), collapsed=True),
        Row("AWS: ElastiCache", _elasticache(), collapsed=True),
        Row("AWS: S3 and CloudFront", _delivery(), collapsed=True),
        Row("AWS: Lambda", _functions(), collapsed=True),
    )


def _panel(title: str, what: str, unit: Unit | Flow, *queries: CloudwatchQuery) -> Panel:
    return Panel(title, f"{what} {_WHERE}", unit, cloudwatch=queries, source=CLOUDWATCH, empty=_EMPTY)


def _balancers() -> tuple[Panel, ...]:
    return (
        _panel("Load balancer requests", "Requests in each period.", Unit.COUNT, queries.balancer_requests()),
        _panel(
            "Load balancer errors",
            "Answers 5xx in each period: those of targets, and the load balancer's own, as when no target is healthy.",
            Unit.COUNT,
            queries.balancer_errors(),
            queries.balancer_own_errors(),
        ),
        _panel("Load balancer latency (p95)", "Time until a target answers.", Unit.SECONDS, queries.balancer_latency()),
        _panel("Unhealthy targets", "Targets that fail their health check.", Unit.COUNT, queries.balancer_unhealthy()),
    )


def _ecs() -> tuple[Panel, ...]:
    return (
        _panel("ECS CPU", "CPU of each service, of what it reserves.", Unit.RATIO, queries.ecs_cpu()),
        _panel("ECS memory", "Memory of each service, of what it reserves.", Unit.RATIO, queries.ecs_memory()),
    )


def _rds() -> tuple[Panel, ...]:
    return (
        _panel("RDS CPU", "CPU of each instance.", Unit.RATIO, queries.rds_cpu()),
        _panel("RDS connections", "Open connections of each instance.", Unit.COUNT, queries.rds_connections()),
        _panel("RDS free storage", "Space that is left on each instance's volume.", Unit.BYTES, queries.rds_storage()),
        _panel(
            "RDS disk latency",
            "Time of a read and of a write.",
            Unit.SECONDS,
            queries.rds_latency("Read"),
            queries.rds_latency("Write"),
        ),
    )


def _elasticache() -> tuple[Panel, ...]:
    return (
        _panel("ElastiCache memory", "Memory of each node, of what it may use.", Unit.RATIO, queries.elasticache_memory()),
        _panel("ElastiCache hits", "Share of look-ups that each node answers.", Unit.RATIO, queries.elasticache_hits()),
        _panel("ElastiCache CPU", "CPU of the engine's one thread.", Unit.RATIO, queries.elasticache_cpu()),
    )


def _delivery() -> tuple[Panel, ...]:
    return (
        _panel("S3 size", "Size of each bucket, which S3 reports once a day.", Unit.BYTES, queries.s3_size()),
        _panel("S3 objects", "Objects of each bucket, which S3 reports once a day.", Unit.COUNT, queries.s3_objects()),
        _panel("CloudFront requests", "Requests in each period, of all regions.", Unit.COUNT, queries.cloudfront_requests()),
        _panel("CloudFront errors", "Share of answers that are 5xx, of all regions.", Unit.RATIO, queries.cloudfront_errors()),
    )


def _functions() -> tuple[Panel, ...]:
    return (
        _panel("Lambda calls", "Calls of each function in each period.", Unit.COUNT, queries.lambda_invocations()),
        _panel("Lambda errors", "Calls that failed in each period.", Unit.COUNT, queries.lambda_errors()),
        _panel("Lambda duration (p95)", "Time that a call takes.", Unit.SECONDS, queries.lambda_duration()),
    )

"""Datadog's metrics of what AWS runs for an application, in base units.

Names, units and tags are those of docs.datadoghq.com/integrations/ amazon-elb, amazon-ecs, amazon-rds, amazon-elasticache, amazon-s3,
amazon-cloudfront and amazon-lambda; `aws_account` and `region` are on all of them.
"""

from dashboards.datadog.reading import ACCOUNT, REGION

_HERE, _GLOBAL = f"${REGION},${ACCOUNT}", f"${ACCOUNT}"
_PER_CENT = 100
_DAY = 86400


def balancer_requests() -> str:
    """Requests."""
    return f"sum:aws.applicationelb.request_count{{{_HERE}}} by {{loadbalancer}}.as_count()"


def balancer_errors(who: str) -> str:
    """Answers 5xx of targets (`target`) or of the load balancer itself (`elb`)."""
    return f"sum:aws.applicationelb.httpcode_{who}_5xx{{{_HERE}}} by {{loadbalancer}}.as_count()"


def balancer_latency() -> str:
    """Seconds until a target answers, p95."""
    return f"avg:aws.applicationelb.target_response_time.p95{{{_HERE}}} by {{loadbalancer}}"


def balancer_unhealthy() -> str:
    """Targets that fail their health check."""
    return f"max:aws.applicationelb.un_healthy_host_count{{{_HERE}}} by {{targetgroup}}"


def ecs_cpu() -> str:
    """CPU of each service, of what it reserves."""
    return f"avg:aws.ecs.service.cpuutilization{{{_HERE}}} by {{clustername,servicename}} / {_PER_CENT}"


def ecs_memory() -> str:
    """Memory of each service, of what it reserves."""
    return f"avg:aws.ecs.service.memory_utilization{{{_HERE}}} by {{clustername,servicename}} / {_PER_CENT}"


def rds_cpu() -> str:
    """CPU of each instance."""
    return f"avg:aws.rds.cpuutilization{{{_HERE}}} by {{dbinstanceidentifier}} / {_PER_CENT}"


def rds_connections() -> str:
    """Open connections of each instance."""
    return f"max:aws.rds.database_connections{{{_HERE}}} by {{dbinstanceidentifier}}"


def rds_storage() -> str:
    """Bytes free on each instance's volume."""
    return f"min:aws.rds.free_storage_space{{{_HERE}}} by {{dbinstanceidentifier}}"


def rds_latency(direction: str) -> str:
    """Seconds of a disk operation: `read` or `write`."""
    return f"avg:aws.rds.{direction}_latency{{{_HERE}}} by {{dbinstanceidentifier}}"


def elasticache_memory() -> str:
    """Memory of each node, of what it may use."""
    return f"max:aws.elasticache.database_memory_usage_percentage{{{_HERE}}} by {{cacheclusterid}} / {_PER_CENT}"


def elasticache_hits() -> str:
    """Share of look-ups that each node answers."""
    return f"avg:aws.elasticache.cache_hit_rate{{{_HERE}}} by {{cacheclusterid}} / {_PER_CENT}"


def elasticache_cpu() -> str:
    """CPU of the engine's one thread."""
    return f"max:aws.elasticache.engine_cpuutilization{{{_HERE}}} by {{cacheclusterid}} / {_PER_CENT}"


def s3_size() -> str:
    """Bytes of each bucket; reported once a day."""
    return f"avg:aws.s3.bucket_size_bytes{{{_HERE}}} by {{bucketname}}.rollup(avg, {_DAY})"


def s3_objects() -> str:
    """Objects of each bucket; reported once a day."""
    return f"avg:aws.s3.number_of_objects{{{_HERE}}} by {{bucketname}}.rollup(avg, {_DAY})"


def cloudfront_requests() -> str:
    """Requests of each distribution."""
    return f"sum:aws.cloudfront.requests{{{_GLOBAL}}} by {{distributionid}}.as_count()"


def cloudfront_errors() -> str:
    """Share of answers that are 5xx."""
    return f"avg:aws.cloudfront.5xx_error_rate{{{_GLOBAL}}} by {{distributionid}} / {_PER_CENT}"


def lambda_calls(what: str) -> str:
    """Calls of each function: all (`invocations`), or those that failed (`errors`)."""
    return f"sum:aws.lambda.{what}{{{_HERE}}} by {{functionname}}.as_count()"


def lambda_duration() -> str:
    """Seconds of a call, p95; Datadog tells milliseconds."""
    return f"avg:aws.lambda.duration.p95{{{_HERE}}} by {{functionname}} / 1000"

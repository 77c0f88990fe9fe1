"""CloudWatch's metrics of the services that AWS runs for an application; names and dimensions are those of AWS' own documentation.

Sources: docs.aws.amazon.com, "Available CloudWatch metrics" of Amazon ECS (AWS/ECS), RDS (rds-metrics), ElastiCache
(CacheMetrics.Redis, CacheMetrics.HostLevel), S3 (metrics-dimensions), CloudFront (programming-cloudwatch-metrics; only in us-east-1),
Lambda (monitoring-metrics-types) and Application Load Balancers (load-balancer-cloudwatch-metrics).
"""

from dashboards.model import CloudwatchQuery

_PER_CENT = 0.01
_DAY = 86400
_GLOBAL = "us-east-1"
"""Where CloudFront reports, wherever it serves."""
_ECS, _RDS, _REDIS = ("ClusterName", "ServiceName"), ("DBInstanceIdentifier",), ("CacheClusterId",)
_BALANCER, _FUNCTION, _CDN = ("LoadBalancer",), ("FunctionName",), ("DistributionId", "Region")


def balancer_requests() -> CloudwatchQuery:
    """Requests in each period."""
    return CloudwatchQuery("AWS/ApplicationELB", "RequestCount", _BALANCER, "Sum")


def balancer_errors() -> CloudwatchQuery:
    """Answers 5xx of the targets in each period."""
    return CloudwatchQuery("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", _BALANCER, "Sum")


def balancer_own_errors() -> CloudwatchQuery:
    """Answers 5xx of the load balancer itself, as when no target is healthy."""
    return CloudwatchQuery("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", _BALANCER, "Sum")


def balancer_latency() -> CloudwatchQuery:
    """Seconds until a target answers, p95."""
    return CloudwatchQuery("AWS/ApplicationELB", "TargetResponseTime", _BALANCER, "p95")


def balancer_unhealthy() -> CloudwatchQuery:
    """Targets that fail their health check."""
    return CloudwatchQuery("AWS/ApplicationELB", "UnHealthyHostCount", ("TargetGroup", "LoadBalancer"), "Maximum")


def ecs_cpu() -> CloudwatchQuery:
    """CPU of each service, of what it reserves."""
    return CloudwatchQuery("AWS/ECS", "CPUUtilization", _ECS, scale=_PER_CENT)


def ecs_memory() -> CloudwatchQuery:
    """Memory of each service, of what it reserves."""
    return CloudwatchQuery("AWS/ECS", "MemoryUtilization", _ECS, scale=_PER_CENT)


def rds_cpu() -> CloudwatchQuery:
    """CPU of each instance."""
    return CloudwatchQuery("AWS/RDS", "CPUUtilization", _RDS, scale=_PER_CENT)


def rds_connections() -> CloudwatchQuery:
    """Open connections of each instance."""
    return CloudwatchQuery("AWS/RDS", "DatabaseConnections", _RDS, "Maximum")


def rds_storage() -> CloudwatchQuery:
    """Bytes free on each instance's volume."""
    return CloudwatchQuery("AWS/RDS", "FreeStorageSpace", _RDS, "Minimum")


def rds_latency(direction: str) -> CloudwatchQuery:
    """Seconds of a disk operation: `Read` or `Write`."""
    return CloudwatchQuery("AWS/RDS", f"{direction}Latency", _RDS)


def elasticache_memory() -> CloudwatchQuery:
    """Memory of each node, of what it may use."""
    return CloudwatchQuery("AWS/ElastiCache", "DatabaseMemoryUsagePercentage", _REDIS, "Maximum", _PER_CENT)


def elasticache_hits() -> CloudwatchQuery:
    """Share of look-ups that each node answers."""
    return CloudwatchQuery("AWS/ElastiCache", "CacheHitRate", _REDIS, scale=_PER_CENT)


def elasticache_cpu() -> CloudwatchQuery:
    """CPU of the engine's one thread."""
    return CloudwatchQuery("AWS/ElastiCache", "EngineCPUUtilization", _REDIS, "Maximum", _PER_CENT)


def s3_size() -> CloudwatchQuery:
    """Bytes of each bucket; reported once a day."""
    return CloudwatchQuery("AWS/S3", "BucketSizeBytes", ("BucketName", "StorageType"), period=_DAY)


def s3_objects() -> CloudwatchQuery:
    """Objects of each bucket; reported once a day."""
    return CloudwatchQuery("AWS/S3", "NumberOfObjects", ("BucketName", "StorageType"), period=_DAY)


def cloudfront_requests() -> CloudwatchQuery:
    """Requests of each distribution in each period."""
    return CloudwatchQuery("AWS/CloudFront", "Requests", _CDN, "Sum", region=_GLOBAL)


def cloudfront_errors() -> CloudwatchQuery:
    """Share of answers that are 5xx."""
    return CloudwatchQuery("AWS/CloudFront", "5xxErrorRate", _CDN, scale=_PER_CENT, region=_GLOBAL)


def lambda_invocations() -> CloudwatchQuery:
    """Calls of each function in each period."""
    return CloudwatchQuery("AWS/Lambda", "Invocations", _FUNCTION, "Sum")


def lambda_errors() -> CloudwatchQuery:
    """Calls that failed in each period."""
    return CloudwatchQuery("AWS/Lambda", "Errors", _FUNCTION, "Sum")


def lambda_duration() -> CloudwatchQuery:
    """Seconds of a call, p95."""
    return CloudwatchQuery("AWS/Lambda", "Duration", _FUNCTION, "p95", 0.001)

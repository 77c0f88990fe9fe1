"""Metrics that only Datadog's dashboards read, beside those that signals do, so that a name that nobody sends is told.

Those of AWS are listed in docs.datadoghq.com/integrations/ amazon-elb, amazon-ecs, amazon-rds, amazon-elasticache, amazon-s3,
amazon-cloudfront and amazon-lambda; the cluster's and the database's in kubelet/metadata.csv and postgres/metadata.csv
of DataDog/integrations-core.
"""

from catalog.catalog import Catalog
from rendering.datadog.check import Sources, sources

_CLUSTER = """
    kubernetes.cpu.capacity kubernetes.cpu.requests kubernetes.ephemeral_storage.usage kubernetes.memory.capacity kubernetes.memory.requests
    postgresql.queries.count postgresql.queries.time system.cpu.user
"""
_AWS = """
    aws.applicationelb.httpcode_elb_5xx aws.applicationelb.httpcode_target_5xx aws.applicationelb.request_count
    aws.applicationelb.target_response_time.p95 aws.applicationelb.un_healthy_host_count aws.cloudfront.requests aws.lambda.duration.p95
    aws.lambda.errors aws.lambda.invocations aws.rds.database_connections aws.rds.free_storage_space aws.rds.read_latency
    aws.rds.write_latency aws.s3.bucket_size_bytes aws.s3.number_of_objects
"""
_PER_CENT = """
    aws.cloudfront.5xx_error_rate aws.ecs.service.cpuutilization aws.ecs.service.memory_utilization aws.elasticache.cache_hit_rate
    aws.elasticache.database_memory_usage_percentage aws.elasticache.engine_cpuutilization aws.rds.cpuutilization
"""
PER_CENT = frozenset(_PER_CENT.split())
"""Those of AWS that are measured in 0..100."""
METRICS = frozenset((*_CLUSTER.split(), *_AWS.split())) | PER_CENT


def known(catalog: Catalog) -> Sources:
    """Every metric that a dashboard may read."""
    signals = sources(catalog)
    return Sources(signals.names | METRICS, signals.prefixes)

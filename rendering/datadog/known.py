"""What Datadog has: functions of its query language, metrics of its integrations, and what those are measured in.

Functions are those of docs.datadoghq.com/dashboards/functions; metrics are those of the integrations' metadata.csv in
DataDog/integrations-core that signals and dashboards of ours read (postgres, redisdb, nginx, http_check, kubernetes_state_core, kubelet,
disk, system), of docs.datadoghq.com/synthetics/metrics and of docs.datadoghq.com/tracing/metrics.
"""

import re
from collections.abc import Iterable

from catalog.catalog import Catalog

AGGREGATORS = frozenset({"avg", "sum", "min", "max", "last", "percentile", "change", "pct_change"})
"""What makes one number of a window."""
_FUNCTIONS = """
    abs log2 log10 cumsum integral derivative diff dt per_second per_minute per_hour monotonic_diff default_zero fill
    clamp_min clamp_max cutoff_min cutoff_max count_nonzero count_not_null exclude_null moving_rollup timeshift calendar_shift
    hour_before day_before week_before month_before ewma_3 ewma_5 ewma_7 ewma_10 ewma_20 median_3 median_5 median_7 median_9 autosmooth
    robust_trend trend_line piecewise_constant anomalies outliers forecast top bottom top_offset
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
_PLAIN = """
    kubernetes.cpu.limits kubernetes.cpu.requests kubernetes.cpu.usage.total kubernetes.memory.limits kubernetes.memory.requests
    kubernetes.containers.restarts kubernetes.containers.state.waiting kubernetes.memory.working_set kubernetes.pods.running
    kubernetes_state.container.restarts kubernetes_state.container.status_report.count.waiting
    kubernetes_state.deployment.condition kubernetes_state.deployment.replicas_available kubernetes_state.hpa.current_replicas
    kubernetes_state.hpa.desired_replicas kubernetes_state.hpa.max_replicas kubernetes_state.node.by_condition kubernetes_state.pod.ready
    http.ssl.days_left network.http.response_time nginx.net.connections nginx.net.request_per_s postgresql.buffer_hit
    postgresql.database_size postgresql.disk_read postgresql.percent_usage_connections postgresql.queries.count postgresql.queries.time
    postgresql.replication_delay postgresql.running redis.keys.evicted redis.mem.maxmemory redis.mem.used redis.net.clients
    redis.stats.keyspace_hits redis.stats.keyspace_misses system.disk.free system.disk.in_use system.mem.pct_usable
    synthetics.http.response.time synthetics.test_runs logs.events
"""
PLAIN = frozenset(_PLAIN.split())
PER_CENT = frozenset({"system.cpu.idle", "system.cpu.iowait", "system.cpu.stolen", "system.cpu.system", "system.cpu.user"})
"""Metrics in 0..100; what is called a per cent and is a fraction (`system.mem.pct_usable`) stands among the plain ones."""
_PER_CENT_NAME = re.compile(r"(_|\.)percent(age)?$")
_TRACES = re.compile(r"trace\.[a-z0-9_.]+")
_METRIC = re.compile(r"[A-Za-z][\w.]{0,199}")
_STANDARD = {"process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"}
"""What clients of Prometheus expose of themselves, declared by nobody."""


def per_cent(metric: str) -> bool:
    """Whether it is measured in 0..100."""
    return metric in PER_CENT or (metric not in PLAIN and _PER_CENT_NAME.search(metric) is not None)


def scraped(catalog: Catalog) -> frozenset[str]:
    """Names under which the OpenMetrics check sends what services expose: a counter's `_total` becomes `.count`."""
    names = {name for subject in catalog.subjects() for name in getattr(subject.watched, "exposes", {})} | _STANDARD
    return frozenset(f"{name.removesuffix('_total')}.count" if name.endswith("_total") else name for name in names)


def sent(catalog: Catalog) -> tuple[str, ...]:
    """Prefixes of what applications send themselves: the application's name and a dot."""
    return tuple(f"{name.replace('-', '_')}." for name in catalog.applications)


def unknown(metric: str, names: Iterable[str], prefixes: tuple[str, ...]) -> bool:
    """Whether nobody sends this metric, as far as is known: `names` are scraped, `prefixes` those of what applications send."""
    if not _METRIC.fullmatch(metric):
        return True
    return not (metric in PLAIN or metric in PER_CENT or metric in names or metric.startswith(prefixes) or _TRACES.fullmatch(metric))

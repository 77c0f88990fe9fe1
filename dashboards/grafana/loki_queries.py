"""Queries on Loki that no signal asks."""

from dashboards.model import Query

_WINDOW = "$__rate_interval"
_OWN = 'application="platform",service="loki"'


def lines() -> Query:
    """Records a second that come in."""
    return Query(f"sum by (tenant) (rate(loki_distributor_lines_received_total[{_WINDOW}]))", "{{tenant}}")


def received() -> Query:
    """Bytes a second that come in."""
    return Query(f"sum by (tenant) (rate(loki_distributor_bytes_received_total[{_WINDOW}]))", "{{tenant}}")


def discarded() -> Query:
    """Records a second that are thrown away, by reason."""
    return Query(f"sum by (reason) (rate(loki_discarded_samples_total[{_WINDOW}]))", "{{reason}}")


def requests() -> Query:
    """Requests a second, by route and answer."""
    return Query(f"sum by (route, status_code) (rate(loki_request_duration_seconds_count[{_WINDOW}]))", "{{route}} {{status_code}}")


def latency() -> Query:
    """p95 of the time that they take, by route."""
    buckets = f"sum by (route, le) (rate(loki_request_duration_seconds_bucket[{_WINDOW}]))"
    return Query(f"histogram_quantile(0.95, {buckets})", "{{route}}")


def rules() -> Query:
    """Evaluations of rules a second."""
    return Query(f"sum(rate(loki_prometheus_rule_evaluations_total[{_WINDOW}]))", "evaluated")


def rules_failed() -> Query:
    """Those that failed."""
    return Query(f"sum(rate(loki_prometheus_rule_evaluation_failures_total[{_WINDOW}]))", "failed")


def chunks() -> Query:
    """Chunks in memory, by pod."""
    return Query("max by (pod) (loki_ingester_memory_chunks)", "{{pod}}")


def flush_failures() -> Query:
    """Chunks within an hour that could not be written, by pod."""
    return Query("sum by (pod) (increase(loki_ingester_chunks_flush_failures_total[1h]))", "{{pod}}")


def memory() -> Query:
    """Memory, by pod."""
    return Query(f"max by (pod) (process_resident_memory_bytes{{{_OWN}}})", "{{pod}}")

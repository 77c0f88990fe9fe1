"""Queries on the stack itself that no signal asks: who is up, what Prometheus does, what Alertmanager sends."""

from dashboards.model import Query
from rendering import promql

_WINDOW = "$__rate_interval"


def systems_up(application: str) -> Query:
    """Share of each system's targets that answer."""
    own = promql.selector({"application": application})
    return Query(f'avg by (service) (up{{{own},service!="",probe=""}})', "{{service}}")


def jobs_down() -> Query:
    """The ten jobs most of whose targets do not answer, anybody's."""
    return Query('topk(10, 1 - avg by (job) (up{probe=""}) > 0)', "{{job}}")


def alerts_firing() -> Query:
    """Alerts that fire now, by severity."""
    return Query('count by (severity) (ALERTS{alertstate="firing",severity!="none"})', "{{severity}}")


def series() -> Query:
    """Series that each Prometheus holds in memory."""
    return Query("max by (pod) (prometheus_tsdb_head_series)", "{{pod}}")


def samples() -> Query:
    """Samples a second that each takes in."""
    return Query(f"sum by (pod) (rate(prometheus_tsdb_head_samples_appended_total[{_WINDOW}]))", "{{pod}}")


def slowest_groups() -> Query:
    """The ten rule groups whose last evaluation took the greatest share of their interval."""
    spent = "max by (rule_group) (prometheus_rule_group_last_duration_seconds / prometheus_rule_group_interval_seconds)"
    return Query(f"topk(10, {spent})", "{{rule_group}}")


def slowest_scrapes() -> Query:
    """The ten jobs whose scrapes take longest."""
    return Query("topk(10, max by (job) (scrape_duration_seconds))", "{{job}}")


def queue() -> Query:
    """Share of the queue for alerts that is full."""
    return Query("max by (pod) (prometheus_notifications_queue_length) / max by (pod) (prometheus_notifications_queue_capacity)", "{{pod}}")


def alerts_held() -> Query:
    """Alerts that Alertmanager holds, by state."""
    return Query("max by (state) (alertmanager_alerts)", "{{state}}")


def silences() -> Query:
    """Silences, by state."""
    return Query("max by (state) (alertmanager_silences)", "{{state}}")


def notifications() -> Query:
    """Notifications a second, by the way they are sent."""
    return Query(f"sum by (integration) (rate(alertmanager_notifications_total[{_WINDOW}]))", "{{integration}}")


def notification_latency() -> Query:
    """p95 of the time that sending one takes."""
    buckets = f"sum by (integration, le) (rate(alertmanager_notification_latency_seconds_bucket[{_WINDOW}]))"
    return Query(f"histogram_quantile(0.95, {buckets})", "{{integration}}")


def members() -> Query:
    """Members that each Alertmanager sees."""
    return Query("min by (pod) (alertmanager_cluster_members)", "{{pod}}")


def reconciliations() -> Query:
    """What the operator does a second, by controller."""
    return Query(f"sum by (controller) (rate(prometheus_operator_reconcile_operations_total[{_WINDOW}]))", "{{controller}}")


def managed() -> Query:
    """Resources of each kind that the operator accepts and refuses."""
    return Query("max by (resource, state) (prometheus_operator_managed_resources)", "{{resource}} {{state}}")


def cpu(application: str) -> Query:
    """Cores that each of our systems uses, where it tells."""
    own = promql.selector({"application": application})
    return Query(f"sum by (service) (rate(process_cpu_seconds_total{{{own}}}[{_WINDOW}]))", "{{service}}")


def memory(application: str) -> Query:
    """Memory that each of our systems holds, where it tells."""
    own = promql.selector({"application": application})
    return Query(f"sum by (service) (process_resident_memory_bytes{{{own}}})", "{{service}}")


def secret_syncs() -> Query:
    """Secrets copied a second."""
    return Query(f"sum(rate(externalsecret_sync_calls_total[{_WINDOW}]))", "copied")


def secret_failures() -> Query:
    """Secrets that could not be copied, a second."""
    return Query(f"sum(rate(externalsecret_sync_calls_error[{_WINDOW}])) or vector(0)", "failed")


def probes() -> Query:
    """Share of checks from outside that succeed, by who is checked."""
    return Query("avg by (application, service) (probe_success)", "{{application}} {{service}}")


def grafana_requests() -> Query:
    """Requests a second that Grafana answers, by status."""
    return Query(f"sum by (status_code) (rate(grafana_http_request_duration_seconds_count[{_WINDOW}]))", "{{status_code}}")


def grafana_latency() -> Query:
    """p95 of the time that they take."""
    buckets = f"sum by (le) (rate(grafana_http_request_duration_seconds_bucket[{_WINDOW}]))"
    return Query(f"histogram_quantile(0.95, {buckets})", "p95")


def grafana_sources() -> Query:
    """Questions to data sources a second, by how they were answered."""
    return Query(f"sum by (datasource, code) (rate(grafana_datasource_request_total[{_WINDOW}]))", "{{datasource}} {{code}}")

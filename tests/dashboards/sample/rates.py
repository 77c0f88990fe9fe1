"""How fast sample counters grow, and within which time the events of sample histograms end; the first pattern that fits says it."""

import re
from functools import cache

RATES: tuple[tuple[str, float], ...] = (
    (r"http_request.*|aiplatform_request.*|traces_.*", 14),
    (r"log_events_total", 22),
    (r"elasticsearch_(breakers_tripped|thread_pool_rejected_count|slm_.*_failed_total)|filebeat_.*_(failed|dropped|errors)_total", 0),
    (r"elasticsearch_slm_.*", 0.0000116),
    (r"elasticsearch_indices_indexing_index_total", 1400),
    (r"elasticsearch_.*_seconds.*", 0.9),
    (r"elasticsearch_.*", 90),
    (r"logstash_pipeline_dead_letter.*|loki_.*_(discarded|failures)_.*", 0),
    (r"logstash_pipeline_events_milliseconds_total", 260),
    (r"logstash_pipeline_events.*", 240),
    (r"filebeat_output_written_bytes_total", 190_000),
    (r"filebeat_.*", 160),
    (r"loki_distributor_bytes.*", 90_000),
    (r"loki_distributor_lines.*", 220),
    (r"loki_.*", 3),
    (r"otelcol_.*_(refused|failed|dropped)_.*", 0),
    (r"otelcol_process_cpu_seconds_total", 0.1),
    (r"otelcol_.*", 300),
    (r"ai_request.*", 4),
    (r"ai_model_(inference|queue|cache).*", 6),
    (r"ai_model_ab_trials_total", 0.4),
    (r"frontend_.*|skillforge_page_load.*", 5),
    (r"skillforge_auth_failed_attempts_total|skillforge_registrations_total", 0.02),
    (r"prometheus_(remote_storage_samples_total|remote_storage_bytes_total)", 24_000),
    (r"prometheus_(tsdb_(?!head)|rule|target|remote_storage|notifications_(dropped|errors)).*", 0),
    (r"skillforge_milestones_total|skillforge_data_integrity_failures_total|skillforge_deployments_total", 0.0002),
    (r"security_events_total", 0.01),
    (r"skillforge_database_errors_total", 0.001),
    (r"learning_path_completions_total", 0.017),
    (r"learning_path_starts_total", 0.02),
    (r"learning_.*", 0.3),
    (r"skillforge_.*", 0.8),
    (r"kube_pod_container_status_restarts_total|container_oom_events_total", 0.000004),
    (r"node_cpu_seconds_total", 2),
    (r"container_cpu_usage_seconds_total", 0.16),
    (r"container_cpu_cfs_periods_total", 10),
    (r"container_cpu_cfs_throttled_.*", 0.15),
    (r"process_cpu_seconds_total", 0.25),
    (r"node_disk_io_time_seconds_total", 0.12),
    (r"node_pressure_.*|.*_stalled_seconds_total", 0.01),
    (r".*_(errs|errors|drop|dropped)_total|.*_packets_dropped_total|node_vmstat_oom_kill", 0.0005),
    (r"node_(disk|network).*_bytes_total|container_network_.*_bytes_total", 900_000),
    (r"pg_stat_statements_seconds_total", 1.1),
    (r"pg_stat_statements_block.*_seconds_total", 0.05),
    (r"pg_stat_statements_calls_total", 60),
    (r"pg_stat_database_(conflicts|deadlocks)", 0.0005),
    (r"pg_stat_database_(xact_rollback|blks_read)", 1.2),
    (r"pg_stat_database_xact_commit", 210),
    (r"pg_stat_database_temp_bytes", 20_000),
    (r"pg_stat_database_.*", 900),
    (r"redis_keyspace_hits_total", 640),
    (r"redis_keyspace_misses_total", 45),
    (r"redis_(evicted|expired)_keys_total", 0.4),
    (r"redis_rejected_connections_total", 0),
    (r"redis_commands_duration_seconds_total", 0.08),
    (r"redis_.*", 700),
    (r"nginx_.*", 35),
    (r"prometheus_tsdb_head_samples_appended_total", 10_500),
    (r"prometheus_notifications_sent_total|alertmanager_(notifications|alerts_received)_total", 0.05),
    (r"prometheus_.*|alertmanager_.*|externalsecret_.*error|.*_(failed|failures)(_total)?|kubelet_.*errors", 0.0002),
    (r"prometheus_operator_.*|externalsecret_.*", 0.05),
    (r"apiserver_request.*", 40),
    (r"kube_state_metrics_.*", 1.5),
)
"""Events a second of one target, all its series together."""

COUNTING = re.compile(
    r".*_total|pg_stat_database_(?!numbackends).*|nginx_connections_(accepted|handled)|node_vmstat_.*|externalsecret_sync_calls_error"
    r"|kubelet_.*_renew_errors|elasticsearch_(breakers_tripped|indices_search_\w+_time_seconds|jvm_gc_\w+_sum|thread_pool_rejected_count)"
)
"""Counters, by name."""

MEDIANS: tuple[tuple[str, float], ...] = (
    (r"ai_request_duration_seconds", 1.4),
    (r"http_request_duration_seconds", 0.02),
    (r"ai_model_inference_duration_seconds", 0.28),
    (r"ai_model_queue_duration_seconds", 0.12),
    (r"skillforge_assessment_completion_duration_seconds", 900),
    (r"skillforge_page_load_duration_seconds", 0.9),
    (r"skillforge_external_request_duration_seconds", 0.4),
    (r"alertmanager_notification_latency_seconds", 0.3),
    (r".*", 0.06),
)
"""Seconds within which half of the events end."""


@cache
def rate(metric: str) -> float:
    """How much a target's counter grows a second."""
    return next((found for pattern, found in RATES if re.fullmatch(pattern, metric)), 1.0)


@cache
def median(histogram: str) -> float:
    """Seconds."""
    return next(found for pattern, found in MEDIANS if re.fullmatch(pattern, histogram))

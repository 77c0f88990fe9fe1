"""Where sample gauges stand; the first pattern that fits a metric says it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

GIB = 2.0**30


@dataclass(frozen=True)
class Gauge:
    """A value, or one by a word that stands in the series' labels; `sway` is the share by which it moves."""

    value: float = 1
    by: tuple[tuple[str, float], ...] = ()
    sway: float = 0.06
    whole: bool = False
    """A number of things."""
    ago: float | None = None
    """A time of day: so many seconds before (or, below zero, after) each moment."""
    pinned: bool = False
    """A time of day that stands: so many seconds before the last moment."""

    def level(self, words: Iterable[str]) -> float:
        """Its value for a series whose labels hold these words."""
        known = dict(self.by)
        return next((known[word] for word in words if word in known), self.value)


def _still(value: float = 1, **by: float) -> Gauge:
    return Gauge(value, tuple(by.items()), sway=0)


def _one_of(*held: str) -> Gauge:
    """One for the states that hold, none for the others."""
    return Gauge(0, tuple((word, 1.0) for word in held), sway=0)


def _number(value: float, sway: float = 0.2, **by: float) -> Gauge:
    return Gauge(value, tuple(by.items()), sway=sway, whole=True)


_QUOTA = tuple(
    (f"{resource}:{kind}", amount)
    for resource, hard, used in (
        ("limits.cpu", 40, 18),
        ("limits.memory", 80 * GIB, 34 * GIB),
        ("requests.cpu", 20, 9),
        ("requests.memory", 40 * GIB, 22 * GIB),
        ("requests.storage", 500 * GIB, 220 * GIB),
        ("pods", 50, 21),
    )
    for kind, amount in (("hard", hard), ("used", used))
)

GAUGES: tuple[tuple[str, Gauge], ...] = (
    # states: one for those that hold
    (r"elasticsearch_(cluster_health|ilm)_status", _one_of("green", "RUNNING")),
    (r"kube_node_status_condition", _one_of("Ready:true", "MemoryPressure:false", "DiskPressure:false", "PIDPressure:false")),
    (r"kube_.*_status_condition", _one_of("Available:true", "Progressing:true", "AbleToScale:true", "ScalingLimited:false")),
    (r"kube_pod_status_phase", _one_of("Running")),
    (r"kube_pod_status_(ready|scheduled)|kube_job_complete", _one_of("true")),
    (r"kube_persistentvolumeclaim_status_phase", _one_of("Bound")),
    (r"externalsecret_status_condition", _one_of("True")),
    (r"kube_.*_(waiting|waiting_reason|terminated_reason|unschedulable|misscheduled)", _still(0)),
    (r"kube_job_(failed|status_failed|status_active)", _still(0)),
    (r".*_(failed_peers|not_ready|readonly|wal_corruptions.*|error|errors|collisions)$", _still(0)),
    (r"skillforge_maintenance_mode|probe_failed.*|redis_connected_slaves|redis_rejected.*|pg_replication_is_replica", _still(0)),
    # the way of records and their stores
    (r"elasticsearch_cluster_health_number_of_(data_)?nodes", _still(3)),
    (r"elasticsearch_cluster_health_active(_primary)?_shards", _number(214, 0.02)),
    (r"elasticsearch_cluster_health_.*", _still(0)),
    (r"elasticsearch_clustersettings_stats_max_shards_per_node", _still(1000)),
    (r"elasticsearch_filesystem_data_size_bytes", _still(500 * GIB)),
    (r"elasticsearch_filesystem_data_available_bytes", Gauge(210 * GIB, (("observatory-es-warm-0", 340 * GIB),), sway=0.01)),
    (r"elasticsearch_jvm_memory_max_bytes", _still(8 * GIB)),
    (r"elasticsearch_jvm_memory_used_bytes", Gauge(4.6 * GIB, sway=0.12)),
    (r"elasticsearch_(breakers_limit_size_bytes|indexing_pressure_limit_in_bytes)", _still(4 * GIB)),
    (r"elasticsearch_(breakers_estimated_size|indexing_pressure_current_all_in)_bytes", Gauge(0.7 * GIB, sway=0.3)),
    (r"elasticsearch_(data_stream_store|indices_store)_size_bytes", Gauge(120 * GIB, sway=0.01)),
    (r"elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds", Gauge(ago=8 * 3600, pinned=True)),
    (r"elasticsearch_snapshot_stats_number_of_snapshots", _still(30)),
    (r"elasticsearch_(scrape_success|ilm_index_status)|logstash_status", _still(1)),
    (r"elasticsearch_process_cpu_percent", Gauge(24, sway=0.3)),
    (r"elasticsearch_thread_pool_queue_count", _number(3, 0.8)),
    (r"logstash_jvm_heap_max_bytes", _still(1 * GIB)),
    (r"logstash_jvm_heap_used_bytes", Gauge(0.55 * GIB, sway=0.2)),
    (r"logstash_pipeline_(queue|dead_letter)_limit_bytes", _still(8 * GIB)),
    (r"logstash_pipeline_queue_size_bytes", Gauge(0.06 * GIB, sway=0.5)),
    (r"logstash_pipeline_dead_letter_size_bytes", _still(1)),
    (r"logstash_pipeline_queue_events", _number(420, 0.6)),
    (r"logstash_pipeline_queue_backpressure", Gauge(0.02, sway=0.8)),
    (r"logstash_pipeline_worker_utilization_percent", Gauge(31, sway=0.3)),
    (r"filebeat_harvesters_running|filebeat_harvester_open_files", _number(38)),
    (r"filebeat_queue_filled_ratio", Gauge(0.03, sway=0.5)),
    (r"filebeat_memory_bytes", Gauge(0.14 * GIB)),
    (r"loki_ingester_memory_chunks", _number(2600)),
    # times of day
    (r"kube_cronjob_next_schedule_time", Gauge(ago=-3600, pinned=True)),
    (r"kube_(cronjob_status_last_successful_time|job_created)", Gauge(ago=4 * 3600, pinned=True)),
    (r"probe_ssl_.*", Gauge(ago=-60 * 86400, pinned=True)),
    (r"compliance_evidence_timestamp_seconds", Gauge(ago=9 * 86400, pinned=True)),
    (r".*_(last_reload_success_timestamp_seconds|boot_time_seconds|start_time_seconds)", Gauge(ago=9 * 86400, pinned=True)),
    (r"pg_replication_last_replay_seconds|.*_oldest_timestamp_seconds", Gauge(ago=8)),
    (r"prometheus_remote_storage_queue_highest.*|redis_rdb_last_save_timestamp_seconds", Gauge(ago=8)),
    (r".*_timestamp(_seconds)?", Gauge(ago=600)),
    # Kubernetes
    (r"kube_pod_container_resource_limits", _still(2, cpu=0.5, memory=2 * GIB)),
    (r"kube_pod_container_resource_requests", _still(1, cpu=0.25, memory=GIB / 2)),
    (r"kube_node_status_(allocatable|capacity)", _still(58, cpu=8, memory=32 * GIB, pods=58)),
    (r"kube_resourcequota", Gauge(20, _QUOTA, 0)),
    (r"kube_daemonset_.*", _still(3)),
    (r"kube_horizontalpodautoscaler_spec_max_replicas", _still(6)),
    (r"kube_horizontalpodautoscaler_spec_min_replicas|kube_(deployment|statefulset)_.*", _still(2)),
    (r"kube_horizontalpodautoscaler_status_.*", _number(3, 0.3)),
    (r"kube_poddisruptionbudget_status_(current_healthy|expected_pods)", _still(2)),
    (r"kube_persistentvolumeclaim_resource_requests_storage_bytes|kubelet_volume_stats_capacity_bytes", _still(100 * GIB)),
    (r"kube_.*", _still(1)),
    (r"kubelet_volume_stats_available_bytes", Gauge(42 * GIB)),
    (r"kubelet_volume_stats_inodes", _still(6_500_000)),
    (r"kubelet_volume_stats_inodes_free", Gauge(6_300_000)),
    (r"kubelet_running_(pods|containers)", _number(19, 0.1, exited=4)),
    (r"container_(memory_working_set|memory_rss|memory_usage)_?.*|container_memory_rss", Gauge(0.9 * GIB)),
    (r"container_memory_cache", Gauge(0.2 * GIB)),
    (r"container_fs_limit_bytes", _still(80 * GIB)),
    (r"container_fs_usage_bytes", Gauge(1.5 * GIB)),
    # nodes
    (r"node_memory_MemTotal_bytes", _still(32 * GIB)),
    (r"node_memory_MemAvailable_bytes", Gauge(19 * GIB)),
    (r"node_filesystem_size_bytes", _still(100 * GIB)),
    (r"node_filesystem_avail_bytes", Gauge(61 * GIB, sway=0.02)),
    (r"node_filesystem_files", _still(6_500_000)),
    (r"node_filesystem_files_free", Gauge(6_100_000, sway=0.01)),
    (r"node_load\d+", Gauge(2.4, sway=0.3)),
    (r"node_filefd_allocated", _number(4200)),
    (r"node_filefd_maximum", _still(1_000_000)),
    (r"node_nf_conntrack_entries", _number(9000)),
    (r"node_nf_conntrack_entries_limit", _still(262144)),
    (r"node_timex_sync_status|node_scrape_collector_success", _still(1)),
    (r"node_timex_(offset|maxerror)_seconds", Gauge(0.0008)),
    # databases, caches, proxies
    (r"pg_database_size_bytes", Gauge(38 * GIB, sway=0.005)),
    (r"pg_settings_max_connections|pg_database_connection_limit", _still(200)),
    (r"pg_settings_shared_buffers_bytes", _still(8 * GIB)),
    (r"pg_settings_superuser_reserved_connections", _still(3)),
    (r"pg_stat_activity_count", _number(20, 0.25, active=14, idle=38)),
    (r"pg_stat_activity_max_tx_duration", Gauge(1.2, sway=0.5)),
    (r"pg_stat_database_numbackends", _number(55)),
    (r"pg_locks_count", _number(24, 0.4)),
    (r"pg_long_running_transactions", _number(0, 0)),
    (r"pg_replication_lag_seconds", Gauge(0.4, sway=0.5)),
    (r"redis_memory_max_bytes|redis_total_system_memory_bytes", _still(4 * GIB)),
    (r"redis_memory_used.*", Gauge(1.9 * GIB)),
    (r"redis_mem_fragmentation_ratio", Gauge(1.15, sway=0.03)),
    (r"redis_max_clients", _still(10000)),
    (r"redis_connected_clients", _number(120)),
    (r"redis_blocked_clients", _number(2, 0.5)),
    (r"redis_db_keys", _number(480_000, 0.03)),
    (r"redis_uptime_in_seconds", Gauge(9 * 86400, sway=0)),
    (r"nginx_connections_.*", _number(60, 0.3, waiting=40)),
    # probes and scrapes
    (r"up|.*_up|probe_success|.*_successful|.*_last_bgsave_status", _still(1)),
    (r"otelcol_exporter_queue_size", _number(400)),
    (r"otelcol_exporter_queue_capacity", _still(200_000)),
    (r"otelcol_process_memory_rss_bytes", Gauge(0.18 * GIB)),
    (r"otelcol_processor_tail_sampling_sampling_traces_on_memory", _number(900)),
    (r"probe_http_status_code", _still(200)),
    (r"probe_.*_seconds", Gauge(0.06, sway=0.3)),
    (r"scrape_duration_seconds", Gauge(0.04, sway=0.3)),
    (r"scrape_samples_.*", _number(1200, 0.02)),
    (r"scrape_series_added", _number(3, 0.8)),
    # the platform's own
    (r"prometheus_tsdb_head_series", _number(310_000, 0.02)),
    (r"prometheus_tsdb_storage_blocks_bytes", Gauge(44 * GIB, sway=0.01)),
    (r"prometheus_notifications_queue_capacity", _still(10000)),
    (r"prometheus_notifications_queue_length|prometheus_remote_storage_samples_pending", _number(12, 0.6)),
    (r"prometheus_notifications_alertmanagers_discovered|alertmanager_cluster_members", _still(2)),
    (r"prometheus_rule_group_interval_seconds", _still(30)),
    (r"prometheus_rule_group_last_duration_seconds", Gauge(0.12, sway=0.4)),
    (r"prometheus_operator_managed_resources", _number(60, 0, rejected=0)),
    (r"prometheus_operator_syncs", _number(5, 0, failed=0)),
    (r"alertmanager_alerts", _number(4, 0.3, suppressed=1, unprocessed=0)),
    (r"alertmanager_silences", _number(2, 0, pending=0)),
    (r"alertmanager_config_hash", _still(27182818)),
    (r"apiserver_(current_inflight|longrunning)_requests", _number(14)),
    (r"process_resident_memory_bytes", Gauge(0.7 * GIB)),
    # applications
    (r"system_cpu_usage_percent|cpu_usage_percent", Gauge(46, sway=0.2)),
    (r"(system_)?memory_usage_bytes", Gauge(2.6e9)),
    (r".*active_connections", _number(85)),
    (r"skillforge_users_active", _number(5000, 0.05, day=5200, month=41000)),
    (r"learning_active_users", _number(1300, 0.1)),
    (r"skillforge_users_with_errors", _number(28)),
    (r"skillforge_users_retention_ratio", Gauge(0.71, sway=0.01)),
    (r"skillforge_subscriptions_churn_ratio", Gauge(0.031, sway=0.03)),
    (r"skillforge_subscriptions", _number(3100, 0.01, pro=900)),
    (r"skillforge_revenue_monthly", Gauge(252_000, sway=0.01)),
    (r"skillforge_satisfaction_score", Gauge(4.65, sway=0.01)),
    (r"skillforge_feature_adoption_ratio", Gauge(0.34)),
    (r"skillforge_database_pool_connections", _number(18, 0.3, idle=22)),
    (r"skillforge_database_pool_max_connections", _still(50)),
    (r"skillforge_skill_demand", _number(340, 0.05)),
    (r"security_vulnerabilities", _number(0, 0, critical=0, high=1, medium=7, low=19)),
    (r"ai_models_(loaded|ready)", _still(3)),
    (r"ai_model_gpu_utilization_ratio", Gauge(0.63, sway=0.25)),
    (r"ai_model_gpu_memory_total_bytes", _still(24 * GIB)),
    (r"ai_model_gpu_memory_used_bytes", Gauge(17 * GIB)),
    (r"ai_model_memory_bytes", Gauge(5 * GIB)),
    (r"ai_model_drift_score", Gauge(0.06, sway=0.2)),
    (r"aiplatform_(federated_training_rounds|quantum_optimizations)", _number(34, 0)),
    # by the name's end
    (r".*_(accuracy|accuracy_ratio|accuracy_score|precision_score|recall_score|completion_rate)", Gauge(0.92, sway=0.015)),
    (r".*_ratio", Gauge(0.8, sway=0.03)),
    (r".*_bytes", Gauge(0.5 * GIB)),
    (r".*_seconds", Gauge(0.05, sway=0.3)),
)  # fmt: skip


@cache
def gauge(metric: str) -> Gauge:
    """Where a gauge stands."""
    return next((found for pattern, found in GAUGES if re.fullmatch(pattern, metric)), Gauge(10, sway=0.15, whole=True))

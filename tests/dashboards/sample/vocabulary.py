"""What stands in the labels of sample series: values that queries ask for, and how often each occurs."""

from catalog.catalog import Subject

_CODES = ("200", "201", "404", "429", "500", "503")
_FEW = {"status": ("200", "500"), "status_code": ("200", "500"), "method": ("GET",), "subresource": ("",), "resource": ("pods",)}
"""Of histograms, which have many series anyway."""
_RESULTS = ("success", "error")

OF_METRIC: dict[tuple[str, str], tuple[str, ...]] = {
    ("ai_model_ab_trials_total", "result"): ("won", "lost"),
    ("ai_model_ab_trials_total", "variant"): ("candidate", "current"),
    ("ai_model_cache_requests_total", "result"): ("hit", "miss"),
    ("ai_model_inference_total", "status"): ("success", "error", "timeout", "out_of_memory"),
    ("alertmanager_alerts", "state"): ("active", "suppressed", "unprocessed"),
    ("alertmanager_alerts_received_total", "status"): ("firing", "resolved"),
    ("alertmanager_notifications_failed_total", "reason"): ("clientError", "serverError", "other"),
    ("alertmanager_silences", "state"): ("active", "expired", "pending"),
    ("apiserver_request_total", "code"): ("200", "201", "404", "409", "500"),
    ("compliance_evidence_timestamp_seconds", "framework"): ("gdpr", "soc2"),
    ("container_fs_limit_bytes", "device"): ("/dev/nvme0n1p1",),
    ("container_fs_usage_bytes", "device"): ("/dev/nvme0n1p1",),
    ("elasticsearch_cluster_health_status", "color"): ("green", "yellow", "red"),
    ("elasticsearch_ilm_index_status", "step"): ("check-rollover-ready",),
    ("elasticsearch_ilm_status", "operation_mode"): ("RUNNING", "STOPPING", "STOPPED"),
    ("elasticsearch_scrape_success", "collector"): ("clustersettings", "ilm", "slm", "snapshots"),
    ("elasticsearch_thread_pool_queue_count", "type"): ("write", "search"),
    ("elasticsearch_thread_pool_rejected_count", "type"): ("write", "search"),
    ("externalsecret_status_condition", "condition"): ("Ready",),
    ("externalsecret_status_condition", "status"): ("True", "False"),
    ("grafana_plugin_request_total", "endpoint"): ("queryData", "callResource"),
    ("grafana_plugin_request_total", "plugin_id"): ("prometheus", "elasticsearch"),
    ("grafana_plugin_request_total", "status"): ("ok", "error", "cancelled"),
    ("jaeger_storage_latency_seconds", "result"): ("ok",),
    ("jaeger_storage_requests_total", "result"): ("ok", "err"),
    ("kube_deployment_status_condition", "condition"): ("Available", "Progressing"),
    ("kube_deployment_status_condition", "reason"): ("MinimumReplicasAvailable",),
    ("kube_horizontalpodautoscaler_status_condition", "condition"): ("AbleToScale", "ScalingLimited"),
    ("kube_job_status_failed", "reason"): ("BackoffLimitExceeded",),
    ("kube_node_status_allocatable", "resource"): ("cpu", "memory", "pods"),
    ("kube_node_status_capacity", "resource"): ("cpu", "memory", "pods"),
    ("kube_node_status_condition", "condition"): ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure"),
    ("kube_persistentvolumeclaim_status_phase", "phase"): ("Bound", "Pending", "Lost"),
    ("kube_pod_container_status_last_terminated_reason", "reason"): ("OOMKilled", "Error", "Completed"),
    ("kube_pod_container_status_terminated_reason", "reason"): ("OOMKilled", "Error", "Completed"),
    ("kube_pod_container_status_waiting_reason", "reason"): ("CrashLoopBackOff", "ContainerCreating", "ImagePullBackOff"),
    ("kube_pod_status_phase", "phase"): ("Pending", "Running", "Succeeded", "Failed", "Unknown"),
    ("kube_resourcequota", "resource"): ("limits.cpu", "limits.memory", "requests.cpu", "requests.memory", "requests.storage", "pods"),
    ("kube_resourcequota", "type"): ("hard", "used"),
    ("kube_state_metrics_list_total", "result"): _RESULTS,
    ("kube_state_metrics_watch_total", "result"): _RESULTS,
    ("pg_locks_count", "mode"): ("accesssharelock", "rowexclusivelock", "exclusivelock"),
    ("pg_stat_activity_count", "state"): ("active", "idle", "idle in transaction"),
    ("pg_stat_activity_max_tx_duration", "state"): ("active", "idle in transaction"),
    ("probe_http_duration_seconds", "phase"): ("resolve", "connect", "tls", "processing", "transfer"),
    ("prometheus_operator_managed_resources", "state"): ("selected", "rejected"),
    ("prometheus_operator_syncs", "status"): ("ok", "failed"),
    ("security_events_total", "kind"): ("breach", "suspicious", "blocked"),
    ("skillforge_data_integrity_failures_total", "kind"): ("checksum", "orphan"),
    ("skillforge_database_pool_connections", "state"): ("used", "idle"),
    ("skillforge_external_requests_total", "status"): ("success", "error", "timeout"),
    ("skillforge_funnel_steps_total", "status"): ("continued", "left"),
    ("skillforge_job_applications_decided_total", "status"): ("offer", "rejected"),
    ("skillforge_payments_total", "status"): ("success", "declined", "error"),
    ("skillforge_recommendations_total", "status"): ("followed", "ignored"),
    ("logstash_status", "status"): ("green",),
    ("loki_discarded_samples_total", "reason"): ("rate_limited", "greater_than_max_sample_age"),
    ("loki_request_duration_seconds", "route"): ("loki_api_v1_query_range", "otlp_v1_logs"),
    ("otelcol_processor_tail_sampling_global_count_traces_sampled_total", "sampled"): ("true", "false"),
    ("otelcol_processor_refused_spans_total", "processor"): ("memory_limiter",),
    ("traces_span_metrics_calls_total", "status_code"): ("STATUS_CODE_UNSET", "STATUS_CODE_ERROR"),
    ("traces_span_metrics_duration_seconds", "status_code"): ("STATUS_CODE_UNSET",),
}
"""Values of a label that means something of its own in one metric."""

VALUES: dict[str, tuple[str, ...]] = {
    "action": ("rollover", "complete"),
    "agent_type": ("tutor", "reviewer", "planner"),
    "alertmanager": ("http://10.0.1.5:9093/api/v2/alerts", "http://10.0.2.5:9093/api/v2/alerts"),
    "application_name": ("app",),
    "area": ("heap", "non-heap"),
    "backend_type": ("client backend",),
    "breaker": ("parent", "fielddata", "request"),
    "category": ("programming", "data"),
    "cmd": ("get", "set", "del", "expire"),
    "code": _CODES,
    "collector": ("cpu", "filesystem", "netdev"),
    "component": ("apiserver",),
    "condition": ("true", "false", "unknown"),
    "container_state": ("running", "exited"),
    "controller": ("prometheus", "alertmanager"),
    "cpu": ("0", "1"),
    "critical": ("true", "false"),
    "dataset": ("holdout",),
    "data_stream": ("aiplatform-logs-prod", "jac-learning-errors-prod", "skillforge-logs-prod", "skillforge-security-prod"),
    "datid": ("16384",),
    "datname": ("app",),
    "db": ("db0",),
    "device": ("eth0",),
    "dry_run": ("",),
    "endpoint": ("/api/things", "/api/search", "/api/users", "/api/health"),
    "event": ("none", "registration", "security_event", "authentication_failure", "milestone", "maintenance"),
    "es_client_node": ("false",),
    "es_data_node": ("false",),
    "es_ingest_node": ("true",),
    "es_master_node": ("false",),
    "exported_namespace": ("monitoring", "skillforge"),
    "exported_service": ("worker",),
    "feature": ("matching", "assessment", "learning-path"),
    "fstype": ("ext4",),
    "gpu": ("0", "1"),
    "group": ("apps", ""),
    "index": ("skillforge-logs-000007", "jac-learning-logs-000012"),
    "indexing_pressure": ("indexing_pressure",),
    "integration": ("pagerduty", "slack", "email"),
    "kind": ("other",),
    "language": ("python", "javascript", "sql"),
    "level": ("info", "warning", "error"),
    "method": ("GET", "POST"),
    "milestone": ("1000th learner", "first offer"),
    "mode": ("user", "system", "idle", "iowait", "steal"),
    "model": ("gpt-4o", "llama-3"),
    "model_name": ("dialogpt", "matcher", "extractor"),
    "model_version": ("v1",),
    "mountpoint": ("/",),
    "operation": ("pool", "query"),
    "page": ("/", "/jobs", "/profile"),
    "path": ("backend-development", "data-analysis", "design"),
    "period": ("day", "month"),
    "phase": ("hot", "warm"),
    "pipeline": ("main", "dead-letters"),
    "plan": ("basic", "pro"),
    "provider": ("openai", "local"),
    "queryid": ("1001", "1002", "1003", "1004"),
    "remote_name": ("amp",),
    "request_kind": ("mutating", "readOnly"),
    "resource": ("cpu", "memory"),
    "result": _RESULTS,
    "route": ("/v1/chat", "/v1/models", "/health"),
    "rule": ("brute-force", "unusual-place"),
    "rule_group": ("skillforge.backend", "universal-ai-tools.api-gateway.slo"),
    "scope": ("cluster",),
    "severity": ("critical", "high", "medium", "low"),
    "skill": ("python", "sql", "communication", "design"),
    "span_kind": ("SPAN_KIND_SERVER", "SPAN_KIND_CLIENT"),
    "state": ("active",),
    "status": _RESULTS,
    "status_code": _CODES,
    "step": ("visit", "register", "assess", "apply"),
    "type": ("float",),
    "unit": ("",),
    "upstream": ("openai", "payment-provider"),
    "user": ("app",),
    "user_type": ("guest", "member"),
    "usename": ("app",),
    "variant": ("candidate", "current"),
    "verb": ("GET", "LIST", "POST", "WATCH"),
    "version": ("v1",),
}
"""Values by label, where the metric needs no others; a label that is not here has one value, its own name."""

_ELASTIC_NODES = ("observatory-es-hot-0", "observatory-es-hot-1", "observatory-es-warm-0")

WEIGHTS: dict[str, float] = {
    "STATUS_CODE_ERROR": 0.004,
    "err": 0.004,
    "error": 0.004,
    "timeout": 0.001,
    "out_of_memory": 0.0005,
    "failed": 0.004,
    "declined": 0.03,
    "201": 0.15,
    "404": 0.01,
    "409": 0.002,
    "429": 0.003,
    "500": 0.0002,
    "503": 0.0001,
    "POST": 0.35,
    "miss": 0.4,
    "left": 0.9,
    "rejected": 2.0,
    "ignored": 0.8,
    "idle": 2.2,
    "iowait": 0.02,
    "steal": 0.005,
    "system": 0.4,
    "breach": 0.0,
    "suspicious": 0.01,
    "clientError": 0.01,
    "serverError": 0.01,
    "other": 0.01,
    "warning": 0.1,
    "won": 1.1,
    "security_event": 0.002,
    "authentication_failure": 0.002,
    "milestone": 0.0005,
    "maintenance": 0.0005,
    "registration": 0.01,
    "dead-letters": 0.002,
    "/api/search": 0.5,
    "/api/users": 0.3,
    "/v1/models": 0.3,
    "matcher": 0.6,
    "extractor": 0.3,
    "llama-3": 0.5,
}
"""Shares of what counters count, before they are made to sum up to one; what is not here weighs 1."""

FAULTY = frozenset({"error", "err", "STATUS_CODE_ERROR", "timeout", "out_of_memory", "failed", "500", "503"})
"""Values of which there are more while something is wrong."""


def values(subject: Subject, metric: str, label: str) -> tuple[str, ...]:
    """What a label of a subject's metric says."""
    own = _ELASTIC_NODES if label == "name" and metric.startswith("elasticsearch_") else OF_METRIC.get((metric, label))
    if own is not None:
        return own
    if metric.endswith("_duration_seconds") and label in _FEW and not ("error" in subject.http.bad and label == subject.http.status_label):
        return _FEW[label]
    if metric.startswith("http_request") and label == subject.http.status_label:
        return _RESULTS if "error" in subject.http.bad else _CODES
    if label == "status" and metric == "aiplatform_requests_total":
        return _CODES
    if label == "status" and metric.startswith("kube_"):
        return VALUES["condition"]
    return VALUES.get(label, (label,))


def weight(value: str) -> float:
    """How often it occurs, beside others."""
    return WEIGHTS.get(value, 1.0)

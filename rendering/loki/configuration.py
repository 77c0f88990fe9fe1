"""Loki's configuration: the store, the limits, how long each kind of record is kept, and whom the ruler tells.

Keys are those of grafana/loki v3.7.8, «Grafana Loki configuration parameters» (docs/sources/shared/configuration.md) and the
sources behind it; a real Loki of that version judges them in the tests.
"""

from collections.abc import Iterator

from catalog.catalog import Catalog
from catalog.units import duration_text
from rendering.document import Document
from rendering.logs.settings import DATASETS, LogsSettings
from rendering.loki.places import DATA, GOSSIP, GRPC, HTTP, MEMBERS, RULES, compactor
from rendering.loki.settings import LokiSettings, S3Settings
from rendering.otel.logs import DATASET
from rendering.promql import selector
from rendering.site import Site

SCHEMA_FROM = "2024-01-01"
"""Since when the schema holds: before any record of ours. A newer schema is a further entry, never a change of this one."""
_INDEXED = ("application", "service", "service.name", "deployment.environment.name", "k8s.namespace.name")
"""Resource attributes that tell streams apart, few values each; all others go with each record as structured metadata."""
_ALERTMANAGER_REFRESH = "30s"


def configuration(catalog: Catalog, site: Site, logs: LogsSettings, settings: LokiSettings) -> Document:
    """One configuration for all processes; `-target` says what each of them is for."""
    alone = settings.mode == "single" and settings.processes("all").replicas == 1
    found: Document = {
        "auth_enabled": False,
        "analytics": {"reporting_enabled": False},
        "server": {
            "http_listen_port": HTTP,
            "grpc_listen_port": GRPC,
            "log_format": "json",
            "log_level": "info",
            "grpc_server_max_recv_msg_size": 16 * 2**20,
            "grpc_server_max_send_msg_size": 16 * 2**20,
        },
        "common": {
            "path_prefix": DATA,
            "replication_factor": settings.replication,
            "compactor_address": compactor(settings, site.namespaces),
            "ring": {"kvstore": {"store": "inmemory" if alone else "memberlist"}},
            "storage": _storage(site, settings),
        },
        "schema_config": {
            "configs": [
                {
                    "from": SCHEMA_FROM,
                    "store": "tsdb",
                    "object_store": settings.storage,
                    "schema": "v13",
                    "index": {"prefix": "index_", "period": "24h"},
                }
            ]
        },
        "limits_config": _limits(catalog, logs, settings),
        # What is chosen for deletion goes two hours later: until then every process has forgotten it.
        "compactor": {"retention_enabled": True, "delete_request_store": settings.storage, "retention_delete_delay": "2h"},
        "query_scheduler": {"max_outstanding_requests_per_tenant": settings.limits.outstanding},
        "frontend": {"encoding": "protobuf"},
        # What has not reached the store yet is written down on the volume as well.
        "ingester": {"chunk_encoding": "snappy", "wal": {"enabled": True, "flush_on_shutdown": True}},
        "ruler": _ruler(site),
    }
    if not alone:
        members = f"{MEMBERS}.{site.namespaces.logging}.svc.cluster.local:{GOSSIP}"
        found["memberlist"] = {"join_members": [members], "bind_port": GOSSIP}
    return found


def _storage(site: Site, settings: LokiSettings) -> Document:
    if settings.s3 is not None:
        return {"s3": _bucket(site, settings.s3)}
    return {"filesystem": {"chunks_directory": f"{DATA}/chunks", "rules_directory": f"{DATA}/rules"}}


def _bucket(site: Site, s3: S3Settings) -> Document:
    """No key: the service account's role signs."""
    sse = {"type": "SSE-KMS", "kms_key_id": s3.kms_key} if s3.kms_key else {"type": "SSE-S3"}
    return {"bucketnames": s3.bucket, "region": s3.region or site.region, "sse": sse}


def _limits(catalog: Catalog, logs: LogsSettings, settings: LokiSettings) -> Document:
    limits = settings.limits
    return {
        "reject_old_samples": True,
        "reject_old_samples_max_age": _hours(limits.oldest),
        "ingestion_rate_mb": limits.rate,
        "ingestion_burst_size_mb": limits.burst,
        # A line beyond is cut; agents keep the attributes of a record below these (`rendering/otel/logs.py`).
        "max_line_size": "256KB",
        "max_line_size_truncate": True,
        "allow_structured_metadata": True,
        "max_structured_metadata_size": "256KB",
        "max_structured_metadata_entries_count": 128,
        "volume_enabled": True,
        "otlp_config": {
            "resource_attributes": {
                "ignore_defaults": True,
                "attributes_config": [{"action": "index_label", "attributes": list(_INDEXED)}],
            },
            "log_attributes": [{"action": "index_label", "attributes": [DATASET]}],
        },
        "retention_period": _hours(logs.retention.keep["logs"]),
        "retention_stream": list(_retention(catalog, logs)),
    }


def _retention(catalog: Catalog, logs: LogsSettings) -> Iterator[Document]:
    """How long each kind of record is kept; an application's own choice goes before everybody's."""
    for dataset in DATASETS:
        yield _kept({DATASET: dataset}, 1, logs.retention.keep[dataset])
    for application in catalog.applications:
        for dataset, seconds in logs.applications.get(application, {}).items():
            yield _kept({"application": application, DATASET: dataset}, 2, seconds)


def _kept(labels: dict[str, str], priority: int, seconds: float) -> Document:
    return {"selector": f"{{{selector(labels)}}}", "priority": priority, "period": _hours(seconds)}


def _ruler(site: Site) -> Document:
    """Every member of Alertmanager gets every alert, with the labels by which Prometheus says where it comes from."""
    labels = {"environment": site.environment, "region": site.region, "cluster": site.cluster}
    return {
        "storage": {"type": "local", "local": {"directory": RULES}},
        "rule_path": f"{DATA}/rules-read",
        "alertmanager_url": f"http://_web._tcp.alertmanager-operated.{site.namespaces.monitoring}.svc.cluster.local",
        "enable_alertmanager_discovery": True,
        "alertmanager_refresh_interval": _ALERTMANAGER_REFRESH,
        "enable_alertmanager_v2": True,
        "enable_sharding": True,
        "enable_api": True,
        "external_labels": labels,
        "evaluation_interval": "1m",
    }


def _hours(seconds: float) -> str:
    """Hours, which Loki's messages speak of; what is finer stays as it is."""
    return f"{round(seconds / 3600)}h" if seconds % 3600 == 0 else duration_text(seconds)

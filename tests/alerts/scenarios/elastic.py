"""Alerts of what stores records and of what carries them there, at the levels of the stack's own curation."""

from tests.alerts.exposed.elastic import (
    LOKI_PUSHES,
    LOKI_READS,
    NODE,
    PIPELINE,
    ago,
    dead_letters,
    disk,
    flowing,
    health,
    heap,
    lifecycle,
    lifecycle_runs,
    logstash,
    queue,
)
from tests.alerts.exposed.stack import of_both
from tests.alerts.exposed.watching import counting
from tests.alerts.place import Place, gauge
from tests.alerts.scenario import Leveled, Make, Rhythm, Table, at, both, case, crossing, nothing
from tests.alerts.scenarios.families import down, failed_deployment, failures, share, share_of_both


def _service(name: str, pods: str, namespace: str = "logging") -> Place:
    return Place("platform", "service", name, namespace, pods, replica="0")


ELASTICSEARCH, KIBANA = _service("elasticsearch", "observatory-es-hot"), _service("kibana", "observatory-kb")
LOGSTASH, LOKI = _service("logstash", "observatory-ls"), _service("loki", "loki")
FILEBEAT = _service("filebeat", "observatory-beat-filebeat", "monitoring-agents")
MINUTELY = Rhythm(60, 60)
_INDEXED, _SENT = "elasticsearch_indices_indexing_index_total", "logstash_pipeline_events_out_total"
_REJECTED, _NODES = "elasticsearch_thread_pool_rejected_count", "elasticsearch_cluster_health_number_of_nodes"


def _held(metric: str, labels: dict[str, str]) -> Make:
    """Records that nodes count while a system sends none on, for a quarter of an hour."""

    def sending(sent: float) -> Leveled:
        return flowing(metric, labels, sent)

    others = at(sending(0), 0)
    return both(
        crossing(sending(0), ordinary=0, quiet=1, fires=1.02, hold="15m", window="5m"),
        case("fires when it stops", at(sending(50), 50), at(sending(0), 50), neighbours=others, lead="10m", after="15m", window="5m"),
        case("quiet while it sends", at(sending(0), 0), at(sending(1), 50), neighbours=others, lead="10m", watch="40m"),
        case(
            "quiet where it tells nothing", at(sending(0), 0), at(flowing("other", {}, 1), 50), neighbours=nothing, lead="10m", watch="40m"
        ),
    )


def _nodes() -> Make:
    """One fewer than there were within six hours; neighbours have more."""
    count = gauge(_NODES, cluster="observatory")
    three, two, more = at(count, 3), at(count, 2), at(count, 50)
    return both(
        case("fires", three, two, neighbours=more, lead="7h", after="15m", ends_covered="6h"),
        case("quiet when more come", two, three, neighbours=more, lead="1h", watch="2h"),
        case("quiet while neighbours lose theirs", three, [("1h", three)], neighbours=more, lead="1h"),
    )


def _rejected() -> Make:
    others = counting(_REJECTED, **NODE, type="get")
    return both(
        *(failures(_REJECTED, {**NODE, "type": kind}, hold="15m", window="5m") for kind in ("write", "search")),
        case("quiet when another pool rejects", at(others, 1), at(others, 1), neighbours=nothing, lead="7m", watch="30m"),
    )


def _color(color: str) -> Leveled:
    return lambda place, held: health(color, place, held)


TABLE = Table(Rhythm(scrape=30, evaluation=30))
for _place in (ELASTICSEARCH, LOGSTASH, FILEBEAT, LOKI):
    TABLE.add(_place, {"ServiceDown": down("10m")})
TABLE.add(
    ELASTICSEARCH,
    {
        "ClusterRed": crossing(_color("red"), ordinary=0, quiet=0, fires=1, hold="5m"),
        "ClusterYellow": crossing(_color("yellow"), ordinary=0, quiet=0, fires=1, hold="30m"),
        "HeapHigh": crossing(heap, ordinary=0.5, quiet=0.85, fires=0.851, hold="15m"),
        "DiskLowWatermark": crossing(disk, ordinary=0.5, quiet=0.849, fires=0.851, hold="15m"),
        "DiskHighWatermark": crossing(disk, ordinary=0.5, quiet=0.899, fires=0.901, hold="10m"),
        "DiskFloodStage": crossing(disk, ordinary=0.5, quiet=0.949, fires=0.951, hold="1m"),
        "UnassignedShards": crossing(
            gauge("elasticsearch_cluster_health_unassigned_shards", cluster="observatory"), ordinary=0, quiet=0, fires=1, hold="1h"
        ),
        "LifecycleErrors": crossing(lifecycle, ordinary=0, quiet=0, fires=1, hold="30m"),
        "LifecycleStopped": crossing(lifecycle_runs, ordinary=1, quiet=1, fires=0, hold="1h"),
        "SnapshotFailed": failures("elasticsearch_slm_stats_total_snapshots_failed_total", {}, hold="0s", window="1h"),
        "BreakersTripped": failures("elasticsearch_breakers_tripped", {**NODE, "breaker": "parent"}, hold="5m", window="5m"),
        "RequestsRejected": _rejected(),
        "IngestStopped": _held(_INDEXED, NODE),
    },
)
TABLE.add(
    ELASTICSEARCH,
    {
        "NodesMissing": _nodes(),
        "SnapshotOld": crossing(
            ago("elasticsearch_snapshot_stats_latest_snapshot_timestamp_seconds", repository="backup"),
            ordinary=43_200,
            quiet=108_000,
            fires=108_060,
            hold="1h",
        ),
    },
    MINUTELY,
)
TABLE.add(KIBANA, {"KibanaNotReady": failed_deployment("15m")})
TABLE.add(
    LOGSTASH,
    {
        "PipelineDead": crossing(logstash, ordinary=0, quiet=0, fires=1, hold="5m"),
        "RecordsHeld": _held(_SENT, PIPELINE),
        "QueueFilling": crossing(queue, ordinary=0.05, quiet=0.5, fires=0.501, hold="15m"),
        "QueueFull": crossing(queue, ordinary=0.05, quiet=0.95, fires=0.951, hold="5m"),
        "BackPressure": crossing(gauge("logstash_pipeline_queue_backpressure", **PIPELINE), ordinary=0, quiet=0.5, fires=0.51, hold="30m"),
        "DeadLetters": crossing(dead_letters, ordinary=0, quiet=99_900, fires=101_000, hold="15m", window="15m"),
        "DeadLettersLost": failures("logstash_pipeline_dead_letter_dropped_total", PIPELINE, hold="0s", window="5m"),
    },
)
_RESENT = ("filebeat_output_events_total", "filebeat_output_events_failed_total")
TABLE.add(
    FILEBEAT,
    {
        "OutputFailing": share_of_both(of_both, *_RESENT, {"node": "a"}, quiet=0.0499, fires=0.051, hold="15m"),
        "RecordsDropped": failures("filebeat_output_events_dropped_total", {"node": "a"}, hold="5m", window="5m"),
        "NoHarvesters": crossing(gauge("filebeat_harvesters_running", node="a"), ordinary=40, quiet=1, fires=0, hold="15m"),
        "QueueFull": crossing(gauge("filebeat_queue_filled_ratio", node="a"), ordinary=0.01, quiet=0.95, fires=0.951, hold="30m"),
    },
)
_DISCARDED = {"reason": "rate_limited", "tenant": "fake", "retention_hours": "168", "policy": "", "format": "otlp"}
TABLE.add(
    LOKI,
    {
        "IngestionFailing": share(LOKI_PUSHES, quiet=0.0499, fires=0.051, hold="15m"),
        "RequestErrors": share(LOKI_READS, quiet=0.0999, fires=0.102, hold="15m"),
        "RecordsDiscarded": failures("loki_discarded_samples_total", _DISCARDED, hold="15m", window="5m"),
        "RulesFailing": failures(
            "loki_prometheus_rule_evaluation_failures_total", {"user": "fake", "rule_group": "a"}, hold="15m", window="5m"
        ),
        "FlushFailures": failures("loki_ingester_chunks_flush_failures_total", {}, hold="15m", window="5m"),
    },
)
TABLE.add(
    LOKI,
    {
        "CompactionStopped": crossing(
            ago("loki_boltdb_shipper_compact_tables_operation_last_successful_run_timestamp_seconds"),
            ordinary=600,
            quiet=10_800,
            fires=10_860,
            hold="1h",
        ),
    },
    MINUTELY,
)

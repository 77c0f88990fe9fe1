"""Logstash and Filebeat measure themselves in JSON only: what json_exporter, beside each, makes metrics of for Prometheus.

Names and labels are those that `catalog/exporters.yaml` promises; a figure that is missing is no series, and a line in the exporter's log.
Sources: Logstash's node stats API (elastic.co/docs/api/doc/logstash, 9.x); Filebeat's `/stats`: libbeat/outputs/metrics.go and filestream's
metrics.go in elastic/beats, "Understand metrics in Filebeat logs"; json_exporter 0.7.0's config/config.go.
"""

from collections.abc import Iterable

from rendering.document import Document

LOGSTASH_MODULE, FILEBEAT_MODULE = "logstash", "filebeat"
"""By these the catalog's monitors ask."""

_LOGSTASH = {
    "logstash_jvm_heap_used_bytes": "jvm.mem.heap_used_in_bytes",
    "logstash_jvm_heap_max_bytes": "jvm.mem.heap_max_in_bytes",
}
_PIPELINE = {
    "events_in_total": "events.in",
    "events_filtered_total": "events.filtered",
    "events_out_total": "events.out",
    "events_milliseconds_total": "events.duration_in_millis",
    "queue_events": "queue.events_count",
    "queue_size_bytes": "queue.queue_size_in_bytes",
    "queue_limit_bytes": "queue.max_queue_size_in_bytes",
    "queue_backpressure": "flow.queue_backpressure.current",
    "worker_utilization_percent": "flow.worker_utilization.current",
    "dead_letter_size_bytes": "dead_letter_queue.queue_size_in_bytes",
    "dead_letter_limit_bytes": "dead_letter_queue.max_queue_size_in_bytes",
    "dead_letter_dropped_total": "dead_letter_queue.dropped_events",
    "dead_letter_expired_total": "dead_letter_queue.expired_events",
}
_FILEBEAT = {
    "filebeat_events_added_total": "filebeat.events.added",
    "filebeat_events_done_total": "filebeat.events.done",
    "filebeat_harvesters_running": "filebeat.harvester.running",
    "filebeat_harvester_open_files": "filebeat.harvester.open_files",
    "filebeat_output_events_total": "libbeat.output.events.total",
    "filebeat_output_events_acked_total": "libbeat.output.events.acked",
    "filebeat_output_events_failed_total": "libbeat.output.events.failed",
    "filebeat_output_events_dropped_total": "libbeat.output.events.dropped",
    "filebeat_output_events_active": "libbeat.output.events.active",
    "filebeat_output_write_errors_total": "libbeat.output.write.errors",
    "filebeat_output_written_bytes_total": "libbeat.output.write.bytes",
    "filebeat_queue_filled_ratio": "libbeat.pipeline.queue.filled.pct",
    "filebeat_memory_bytes": "beat.memstats.rss",
}


def configuration(pipelines: Iterable[str]) -> Document:
    """json_exporter's file; `pipelines` are the names of Logstash's, since its paths do not tell an object's keys."""
    return {
        "modules": {
            LOGSTASH_MODULE: {"metrics": [_status(), *_logstash(pipelines)]},
            FILEBEAT_MODULE: {"metrics": [_metric(name, f".{path}", path) for name, path in _FILEBEAT.items()]},
        }
    }


def _status() -> Document:
    """1 with Logstash's own judgement of its health as a label."""
    return {
        "name": "logstash",
        "type": "object",
        "path": "{$}",
        "help": "Logstash's own judgement of its health",
        "labels": {"status": "{.status}"},
        "values": {"status": "1"},
        "valuetype": "gauge",
    }


def _logstash(pipelines: Iterable[str]) -> list[Document]:
    whole = [_metric(name, f".{path}", path) for name, path in _LOGSTASH.items()]
    each = [
        _metric(f"logstash_pipeline_{name}", f".pipelines['{pipeline}'].{path}", path, pipeline=pipeline)
        for pipeline in pipelines
        for name, path in _PIPELINE.items()
    ]
    return [*whole, *each]


def _metric(name: str, path: str, about: str, **labels: str) -> Document:
    """One figure; `about` is the same for all series of a name, or the exporter refuses to tell any."""
    return {
        "name": name,
        "path": f"{{{path}}}",
        "help": about,
        **({"labels": labels} if labels else {}),
        "valuetype": "counter" if name.endswith("_total") else "gauge",
    }

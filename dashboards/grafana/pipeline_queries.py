"""Queries on the way of records: what Filebeat reads and sends, what Logstash holds, and what Elasticsearch takes."""

from dashboards.model import Query

_WINDOW = "$__rate_interval"
_PIPELINE = 'pipeline=~"$pipeline"'


def written() -> Query:
    """Records that nodes count, a second."""
    return Query(f"sum(rate(log_events_total[{_WINDOW}]))", "written on nodes")


def read() -> Query:
    """Records that Filebeat reads."""
    return Query(f"sum(rate(filebeat_events_added_total[{_WINDOW}]))", "read by Filebeat")


def acknowledged() -> Query:
    """Records that Logstash has confirmed to Filebeat."""
    return Query(f"sum(rate(filebeat_output_events_acked_total[{_WINDOW}]))", "taken by Logstash")


def sent() -> Query:
    """Records that Logstash has sent on."""
    return Query(f"sum(rate(logstash_pipeline_events_out_total[{_WINDOW}]))", "sent by Logstash")


def documents() -> Query:
    """Documents that Elasticsearch writes, copies among them."""
    return Query(f"sum(rate(elasticsearch_indices_indexing_index_total[{_WINDOW}]))", "written by Elasticsearch, with copies")


def events(stage: str) -> Query:
    """Records a second at a stage (`in`, `filtered`, `out`) of each pipeline."""
    return Query(f"sum by (pipeline) (rate(logstash_pipeline_events_{stage}_total{{{_PIPELINE}}}[{_WINDOW}]))", f"{{{{pipeline}}}} {stage}")


def processing() -> Query:
    """Time that a record takes in filters and outputs, on average."""
    spent = f"sum by (pipeline) (rate(logstash_pipeline_events_milliseconds_total{{{_PIPELINE}}}[{_WINDOW}])) / 1000"
    return Query(f"{spent} / (sum by (pipeline) (rate(logstash_pipeline_events_out_total{{{_PIPELINE}}}[{_WINDOW}])) > 0)", "{{pipeline}}")


def queue_used() -> Query:
    """Share of each queue that is full."""
    size = f"max by (pod, pipeline) (logstash_pipeline_queue_size_bytes{{{_PIPELINE}}})"
    return Query(f"{size} / max by (pod, pipeline) (logstash_pipeline_queue_limit_bytes{{{_PIPELINE}}})", "{{pod}} {{pipeline}}")


def queued() -> Query:
    """Records that wait on disk."""
    return Query(f"sum by (pipeline) (logstash_pipeline_queue_events{{{_PIPELINE}}})", "{{pipeline}}")


def backpressure() -> Query:
    """Inputs that wait for room."""
    return Query(f"max by (pod, pipeline) (logstash_pipeline_queue_backpressure{{{_PIPELINE}}})", "{{pod}} {{pipeline}}")


def workers() -> Query:
    """Share of their time that workers work."""
    return Query(f"max by (pod, pipeline) (logstash_pipeline_worker_utilization_percent{{{_PIPELINE}}}) / 100", "{{pod}} {{pipeline}}")


def dead_letters() -> Query:
    """Bytes of refused records that wait to be kept apart."""
    return Query(f"sum by (pipeline) (logstash_pipeline_dead_letter_size_bytes{{{_PIPELINE}}})", "{{pipeline}}")


def dead_letters_used() -> Query:
    """Share of the dead letters' room that is full."""
    size = f"max by (pod, pipeline) (logstash_pipeline_dead_letter_size_bytes{{{_PIPELINE}}})"
    return Query(f"{size} / max by (pod, pipeline) (logstash_pipeline_dead_letter_limit_bytes{{{_PIPELINE}}})", "{{pod}} {{pipeline}}")


def dead_letters_lost(how: str) -> Query:
    """Refused records within an hour that were thrown away (`dropped`: no room; `expired`: too old)."""
    counted = f"sum by (pipeline) (increase(logstash_pipeline_dead_letter_{how}_total{{{_PIPELINE}}}[1h]))"
    return Query(counted, f"{{{{pipeline}}}} {how}")


def heap() -> Query:
    """Share of its heap that each Logstash uses."""
    return Query("max by (pod) (logstash_jvm_heap_used_bytes) / max by (pod) (logstash_jvm_heap_max_bytes)", "{{pod}}")


def files() -> Query:
    """Files that Filebeat reads, by node."""
    return Query("topk(20, max by (node) (filebeat_harvesters_running))", "{{node}}")


def resent() -> Query:
    """Share of records that had to be sent again, by node: the twenty worst."""
    failed = f"sum by (node) (rate(filebeat_output_events_failed_total[{_WINDOW}]))"
    every = f"sum by (node) (rate(filebeat_output_events_total[{_WINDOW}]))"
    return Query(f"topk(20, {failed} / ({every} > 0))", "{{node}}")


def dropped() -> Query:
    """Records that Filebeat gave up within an hour, by node."""
    return Query("topk(20, sum by (node) (increase(filebeat_output_events_dropped_total[1h])))", "{{node}}")


def filebeat_queue() -> Query:
    """Share of Filebeat's queue that is full: the twenty fullest."""
    return Query("topk(20, max by (node) (filebeat_queue_filled_ratio))", "{{node}}")


def filebeat_bytes() -> Query:
    """Bytes a second that Filebeat sends."""
    return Query(f"sum(rate(filebeat_output_written_bytes_total[{_WINDOW}]))", "sent")


def filebeat_memory() -> Query:
    """Memory of Filebeat: the twenty largest."""
    return Query("topk(20, max by (node) (filebeat_memory_bytes))", "{{node}}")

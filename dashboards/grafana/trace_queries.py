"""Queries on collectors and Jaeger that no signal asks."""

from dashboards.model import Query
from rendering import promql

_WINDOW = "$__rate_interval"


def received(system: str) -> Query:
    """Spans a second that a system takes in, by pod."""
    return Query(f"topk(10, sum by (pod) (rate(otelcol_receiver_accepted_spans_total{{{_of(system)}}}[{_WINDOW}])))", "{{pod}}")


def sent(system: str) -> Query:
    """Spans a second that a system hands on, by exporter."""
    return Query(f"sum by (exporter) (rate(otelcol_exporter_sent_spans_total{{{_of(system)}}}[{_WINDOW}]))", "{{exporter}}")


def memory(system: str) -> Query:
    """The five pods of a system that hold most memory."""
    return Query(f"topk(5, max by (pod) (otelcol_process_memory_rss_bytes{{{_of(system)}}}))", "{{pod}}")


def kept() -> Query:
    """Share of decided traces that are kept."""
    decided = "otelcol_processor_tail_sampling_global_count_traces_sampled_total"
    return Query(f'sum(rate({decided}{{sampled="true"}}[{_WINDOW}])) / sum(rate({decided}[{_WINDOW}]))', "kept")


def undecided() -> Query:
    """Traces in memory, by sampler."""
    return Query("max by (pod) (otelcol_processor_tail_sampling_sampling_traces_on_memory)", "{{pod}}")


def reads() -> Query:
    """Questions to the store a second, by question and answer."""
    return Query(f"sum by (operation, result) (rate(jaeger_storage_requests_total[{_WINDOW}]))", "{{operation}} {{result}}")


def read_latency() -> Query:
    """p95 of the time that they take."""
    buckets = f"sum by (operation, le) (rate(jaeger_storage_latency_seconds_bucket[{_WINDOW}]))"
    return Query(f"histogram_quantile(0.95, {buckets})", "{{operation}}")


def _of(system: str) -> str:
    return promql.selector({"application": "platform", "service": system})

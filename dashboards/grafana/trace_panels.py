"""What is particular to collectors and Jaeger on the page of the platform's health: spans in, spans out, and what is kept of them."""

from catalog.units import Unit
from dashboards.grafana import trace_queries as queries
from dashboards.model import Panel, Query


def agents() -> tuple[Panel, ...]:
    """The agents on nodes."""
    return (
        _quarter("Spans from applications", "Spans a second that agents take in.", Unit.PER_SECOND, queries.received("otel-agent")),
        _quarter("Spans to samplers", "Spans a second that agents hand on.", Unit.PER_SECOND, queries.sent("otel-agent")),
        _quarter("Agents' memory", "The five agents that hold most.", Unit.BYTES, queries.memory("otel-agent")),
    )


def samplers() -> tuple[Panel, ...]:
    """The samplers behind them."""
    kept = "Share of all traces that are kept: errors, slow ones, and the share of the rest."
    return (
        _quarter("Spans to sample", "Spans a second that each sampler takes in.", Unit.PER_SECOND, queries.received("otel-sampler")),
        _quarter("Spans handed on", "Spans a second, by who gets them.", Unit.PER_SECOND, queries.sent("otel-sampler")),
        _quarter("Traces kept", kept, Unit.RATIO, queries.kept()),
        _quarter("Undecided traces", "Traces that each sampler holds until it has seen them whole.", Unit.COUNT, queries.undecided()),
        _quarter("Samplers' memory", "Memory that each holds.", Unit.BYTES, queries.memory("otel-sampler")),
    )


def jaeger() -> tuple[Panel, ...]:
    """The store of traces."""
    return (
        _quarter("Spans stored", "Spans a second that Jaeger writes.", Unit.PER_SECOND, queries.sent("jaeger")),
        _quarter("Questions to the store", "By question and answer.", Unit.PER_SECOND, queries.reads(), stacked=True),
        _quarter("Time to answer (p95)", "Time that the store takes, by question.", Unit.SECONDS, queries.read_latency()),
        _quarter("Jaeger's memory", "Memory that each process holds.", Unit.BYTES, queries.memory("jaeger")),
    )


def _quarter(title: str, description: str, unit: Unit, query: Query, *, stacked: bool = False) -> Panel:
    """Four of them fill a row."""
    return Panel(title, description, unit, (query,), width=6, height=6, stacked=stacked)

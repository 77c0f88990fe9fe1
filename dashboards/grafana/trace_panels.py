"""What is particular to collectors and Jaeger on the page of the platform's health: spans in, spans out, and what is kept of them."""

from catalog.units import Unit
from dashboards.grafana import trace_queries as queries
from dashboards.model import Panel


def agents() -> tuple[Panel, ...]:
    """The agents on nodes."""
    return (
        Panel(
            "Spans from applications",
            "Spans a second that agents take in.",
            Unit.PER_SECOND,
            (queries.received("otel-agent"),),
            width=6,
            height=6,
        ),
        Panel(
            "Spans to samplers", "Spans a second that agents hand on.", Unit.PER_SECOND, (queries.sent("otel-agent"),), width=6, height=6
        ),
        Panel("Agents' memory", "The five agents that hold most.", Unit.BYTES, (queries.memory("otel-agent"),), width=6, height=6),
    )


def samplers() -> tuple[Panel, ...]:
    """The samplers behind them."""
    return (
        Panel(
            "Spans to sample",
            "Spans a second that each sampler takes in.",
            Unit.PER_SECOND,
            (queries.received("otel-sampler"),),
            width=6,
            height=6,
        ),
        Panel("Spans handed on", "Spans a second, by who gets them.", Unit.PER_SECOND, (queries.sent("otel-sampler"),), width=6, height=6),
        Panel(
            "Traces kept",
            "Share of all traces that are kept: errors, slow ones, and the share of the rest.",
            Unit.RATIO,
            (queries.kept(),),
            width=6,
            height=6,
        ),
        Panel(
            "Undecided traces",
            "Traces that each sampler holds until it has seen them whole.",
            Unit.COUNT,
            (queries.undecided(),),
            width=6,
            height=6,
        ),
        Panel("Samplers' memory", "Memory that each holds.", Unit.BYTES, (queries.memory("otel-sampler"),), width=6, height=6),
    )


def jaeger() -> tuple[Panel, ...]:
    """The store of traces."""
    return (
        Panel("Spans stored", "Spans a second that Jaeger writes.", Unit.PER_SECOND, (queries.sent("jaeger"),), width=6, height=6),
        Panel("Questions to the store", "By question and answer.", Unit.PER_SECOND, (queries.reads(),), width=6, height=6, stacked=True),
        Panel(
            "Time to answer (p95)", "Time that the store takes, by question.", Unit.SECONDS, (queries.read_latency(),), width=6, height=6
        ),
        Panel("Jaeger's memory", "Memory that each process holds.", Unit.BYTES, (queries.memory("jaeger"),), width=6, height=6),
    )

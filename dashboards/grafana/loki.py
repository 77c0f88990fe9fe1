"""Loki, as those who run it look at it: what it takes, refuses and finds, and whether it tidies up."""

from catalog.units import Unit
from dashboards.grafana import loki_queries as queries
from dashboards.grafana import topics
from dashboards.grafana.shared import here
from dashboards.model import Dashboard, Flow, Link, Panel, Row
from dashboards.naming import uid
from dashboards.panels import panel
from dashboards.reading import Reader

UID = uid("loki")
NAME = "loki"
"""The platform's service."""


def dashboards(reader: Reader) -> list[Dashboard]:
    """One, where it runs."""
    found = [subject for subject in reader.subjects if subject.application.namespace is None and subject.name == NAME]
    return [_dashboard(reader)] if found else []


def _dashboard(reader: Reader) -> Dashboard:
    return Dashboard(
        UID,
        "Loki",
        "What Loki takes in and refuses, how it answers, and whether it compacts, deletes and evaluates as it should.",
        "platform",
        topics.page(Row("Taken in", _taken()), Row("Asked", _asked()), Row("Kept", _kept(reader))),
        tags=("platform", "logs"),
        links=(Link("Platform health", here(uid("platform", "health"))),),
    )


def _taken() -> tuple[Panel, ...]:
    return (
        Panel("Lines", "Records a second that Loki takes in.", Unit.PER_SECOND, (queries.lines(),)),
        Panel("Bytes", "What they take, uncompressed; the limit is per tenant.", Flow.BYTES_PER_SECOND, (queries.received(),)),
        Panel("Discarded", "Records a second that pass a limit, by reason.", Unit.PER_SECOND, (queries.discarded(),), empty=topics.RARE),
    )


def _asked() -> tuple[Panel, ...]:
    return (
        Panel("Requests", "Requests a second, by route and answer.", Unit.PER_SECOND, (queries.requests(),), stacked=True),
        Panel("Time to answer (p95)", "Time that requests take, by route.", Unit.SECONDS, (queries.latency(),)),
        Panel(
            "Rules",
            "LogQL rules evaluated, and those that failed.",
            Unit.PER_SECOND,
            (queries.rules(), queries.rules_failed()),
            empty=topics.RARE,
        ),
    )


def _kept(reader: Reader) -> tuple[Panel, ...]:
    subject = reader.subject("platform", NAME)
    return (
        Panel("Chunks in memory", "Chunks that are not written yet.", Unit.COUNT, (queries.chunks(),), width=6),
        Panel("Chunks not written", "Chunks of an hour that the storage did not take.", Unit.COUNT, (queries.flush_failures(),), width=6),
        panel(reader, subject, "loki_compaction_age").but(width=6),
        Panel("Memory", "Memory that each process holds.", Unit.BYTES, (queries.memory(),), width=6),
    )

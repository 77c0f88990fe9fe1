"""What telemetry costs and who causes it: series, samples, budgets, storage and what is written elsewhere."""

from catalog.units import Unit
from dashboards.grafana import telemetry_queries as queries
from dashboards.grafana import topics
from dashboards.grafana.shared import here
from dashboards.model import Dashboard, Flow, Link, Panel, Row, Threshold, Variable
from dashboards.naming import uid
from dashboards.reading import Reader

UID = uid("telemetry", "cost")
_REMOTE = "this environment writes to no long-term store"
_ELSEWHERE = """What is billed elsewhere is told there:
- **Datadog**: hosts, custom metrics, logs and spans in *Plan & Usage*, and in its metrics `datadog.estimated_usage.*`;
- **AWS**: Managed Prometheus, CloudWatch and load balancers in *Cost Explorer*, by the tag `environment`;
- **Elasticsearch**: sizes of indices in Kibana's *Stack Monitoring*.

Levers, the cheapest first: drop metrics that nobody asks for, take labels without bounds away, scrape less often, keep logs shorter."""


def dashboards(reader: Reader) -> list[Dashboard]:
    """One."""
    return [
        Dashboard(
            UID,
            "Telemetry: cost and cardinality",
            "How many series, samples, records and spans there are, who makes them, and how near they are to their budgets.",
            "platform",
            topics.page(
                Row("Now", _now()),
                Row("Series by who exposes them", _series(reader)),
                Row("Storage and long-term store", _storage()),
                Row("Logs and traces", _others(reader), collapsed=True),
                Row("Largest metrics", _metrics(reader), collapsed=True),
                Row("What is billed elsewhere", (topics.note("Elsewhere", "Where other bills are read.", _ELSEWHERE, height=7),)),
            ),
            tags=("platform", "cost"),
            variables=(Variable("application", "Application", values=tuple(reader.catalog.applications)),),
            links=(Link("Platform health", here(uid("platform", "health"))),),
            refresh="5m",
            since="24h",
        )
    ]


def _now() -> tuple[Panel, ...]:
    return (
        Panel("Series in memory", "Of the Prometheus that holds most.", Unit.COUNT, (queries.head_series(),), "stat", width=6, height=4),
        Panel(
            "Samples a second", "Of the Prometheus that takes in most.", Unit.PER_SECOND, (queries.samples_in(),), "stat", width=6, height=4
        ),
        Panel("Memory per series", "Usual are 3 to 8 KiB.", Unit.BYTES, (queries.memory_per_series(),), "stat", width=6, height=4),
        Panel(
            "Scrapes refused in an hour",
            "Scrapes that were refused whole, since their target exposes more series than its budget.",
            Unit.COUNT,
            (queries.refused(),),
            kind="stat",
            thresholds=(Threshold(1, "red"),),
            width=6,
            height=4,
        ),
    )


def _series(reader: Reader) -> tuple[Panel, ...]:
    return (
        Panel(
            "Series by application",
            "Series that scrapes bring, after those that are dropped.",
            Unit.COUNT,
            (queries.series_by_application(),),
            stacked=True,
        ),
        Panel(
            "Samples by application",
            "Samples a second: series by how often they are scraped.",
            Unit.PER_SECOND,
            (queries.samples_by_application(),),
            stacked=True,
        ),
        Panel(
            "Series budget used",
            "Share of its budget that the largest target of each service and dependency uses; above 100 % it is not scraped at all.",
            Unit.RATIO,
            (queries.budget_used(reader),),
            kind="bars",
            thresholds=(Threshold(0.7, "yellow"), Threshold(0.9, "red")),
        ),
        Panel("Series by job", "The twenty jobs with most series.", Unit.COUNT, (queries.series_by_job(),), kind="bars"),
        Panel(
            "Series dropped at the scrape",
            "Series that targets expose and nobody needs: they cost a scrape and no memory.",
            Unit.COUNT,
            (queries.dropped_by_job(),),
            kind="bars",
            empty="nothing is dropped",
        ),
        Panel(
            "New series",
            "Jobs that make most new series, a second: pods that come and go, or labels without bounds.",
            Unit.PER_SECOND,
            (queries.new_series(),),
        ),
    )


def _storage() -> tuple[Panel, ...]:
    return (
        Panel("Stored on disk", "Blocks of each Prometheus; the newest two hours are in memory.", Unit.BYTES, (queries.stored(),)),
        Panel(
            "Remote write: samples",
            "Samples a second that are written to the long-term store, and those that were lost.",
            Unit.PER_SECOND,
            (queries.remote_samples(), queries.remote_failures()),
            empty=_REMOTE,
        ),
        Panel("Remote write: bytes", "What this takes, compressed.", Flow.BYTES_PER_SECOND, (queries.remote_bytes(),), empty=_REMOTE),
    )


def _others(reader: Reader) -> tuple[Panel, ...]:
    """What collectors count on the way, once they are there."""
    counted = (
        ("log-metrics", "Log records", "Log records a second, by application and level.", queries.log_records()),
        ("span-metrics", "Spans", "Spans a second, by application and service, before sampling.", queries.spans()),
    )
    return tuple(
        Panel(title, described, Unit.PER_SECOND, (query,), stacked=True, width=12, empty="this environment's collectors count none")
        for exporter, title, described, query in counted
        if exporter in reader.catalog.exporters and reader.catalog.exporters[exporter].planned is None
    )


def _metrics(reader: Reader) -> tuple[Panel, ...]:
    return (
        Panel(
            "Largest metrics",
            "The metrics of the catalog with most series; a histogram counts by its buckets. Prometheus' own page (Status, TSDB) has all.",
            Unit.COUNT,
            (queries.largest_metrics(reader.catalog),),
            kind="bars",
            width=24,
            height=12,
        ),
    )

"""Queries on what telemetry costs: series and samples by who exposes them, against their budgets; storage, remote write, logs, spans."""

from collections import defaultdict

from catalog.catalog import Catalog
from catalog.exporters import Metrics
from dashboards.model import Query
from dashboards.reading import Reader
from rendering import promql

_WINDOW = "$__rate_interval"
_CHOSEN = 'application=~"$application"'
_MOST = 20


def series_by_application() -> Query:
    """Series that scrapes bring, after those that are dropped."""
    return Query(f"sum by (application) (scrape_samples_post_metric_relabeling{{{_CHOSEN}}})", "{{application}}")


def series_by_job() -> Query:
    """The twenty jobs with most series."""
    return Query(f"topk({_MOST}, sum by (job) (scrape_samples_post_metric_relabeling{{{_CHOSEN}}}))", "{{job}}")


def dropped_by_job() -> Query:
    """The twenty jobs of which most series are dropped at the scrape."""
    dropped = f"sum by (job) (scrape_samples_scraped{{{_CHOSEN}}} - scrape_samples_post_metric_relabeling{{{_CHOSEN}}})"
    return Query(f"topk({_MOST}, {dropped} > 0)", "{{job}}")


def new_series() -> Query:
    """The twenty jobs that make most new series, a second: pods that come and go, or ids as labels."""
    return Query(f"topk({_MOST}, sum by (job) (rate(scrape_series_added{{{_CHOSEN}}}[1h])))", "{{job}}")


def samples_by_application() -> Query:
    """Samples of each scrape, by the interval at which it comes: samples a second."""
    return Query(f"sum by (application) (sum_over_time(scrape_samples_post_metric_relabeling{{{_CHOSEN}}}[15m])) / 900", "{{application}}")


def budget_used(reader: Reader) -> Query:
    """The twenty services and dependencies whose largest target uses most of its series budget.

    Budgets are the catalog's scrape limits and in no series, so those with the same budget are asked together.
    """
    budgets: dict[tuple[str, str, int], list[str]] = defaultdict(list)
    for subject in reader.subjects:
        key = (subject.application.application, subject.kind, subject.watched.series_budget)
        budgets[key].append(subject.name)
    parts = [
        f"max by (application, {kind}) (scrape_samples_post_metric_relabeling{{{_CHOSEN},"
        f'{promql.selector({"application": application})},{kind}=~{promql.quoted("|".join(names))},probe=""}}) / {budget}'
        for (application, kind, budget), names in budgets.items()
    ]
    return Query(f"topk({_MOST}, {_either(parts)})", "{{application}} {{service}}{{dependency}}")


def largest_metrics(catalog: Catalog) -> Query:
    """The twenty metrics of the catalog with most series; histograms count by their buckets."""
    names = "|".join(sorted(_names(catalog)))
    return Query(f'topk({_MOST}, count by (__name__) ({{__name__=~"{names}",{_CHOSEN}}}))', "{{__name__}}")


def head_series() -> Query:
    """Series in memory, of the Prometheus that has most."""
    return Query("max(prometheus_tsdb_head_series)", "series")


def samples_in() -> Query:
    """Samples a second, of the Prometheus that takes in most."""
    return Query(f"max(sum by (pod) (rate(prometheus_tsdb_head_samples_appended_total[{_WINDOW}])))", "samples")


def memory_per_series() -> Query:
    """Bytes of memory for each series in it."""
    return Query('max(process_resident_memory_bytes{service="prometheus"}) / max(prometheus_tsdb_head_series)', "memory per series")


def stored() -> Query:
    """Bytes of each Prometheus' blocks on disk."""
    return Query("max by (pod) (prometheus_tsdb_storage_blocks_bytes)", "{{pod}}")


def refused() -> Query:
    """Scrapes within an hour that were refused whole, since the target is over its budget."""
    return Query("sum by (pod) (increase(prometheus_target_scrapes_exceeded_sample_limit_total[1h]))", "{{pod}}")


def remote_samples() -> Query:
    """Samples a second that are written to the long-term store."""
    return Query(f"sum by (remote_name) (rate(prometheus_remote_storage_samples_total[{_WINDOW}]))", "{{remote_name}}")


def remote_bytes() -> Query:
    """Bytes a second that this takes, compressed."""
    return Query(f"sum by (remote_name) (rate(prometheus_remote_storage_bytes_total[{_WINDOW}]))", "{{remote_name}}")


def remote_failures() -> Query:
    """Samples a second that were lost on the way, and those that wait."""
    return Query(f"sum by (remote_name) (rate(prometheus_remote_storage_samples_failed_total[{_WINDOW}]))", "{{remote_name}} lost")


def log_records() -> Query:
    """Log records a second, by application and level."""
    return Query(f"sum by (application, level) (rate(log_events_total{{{_CHOSEN}}}[{_WINDOW}]))", "{{application}} {{level}}")


def spans() -> Query:
    """Spans a second, by application and service."""
    counted = f"sum by (application, service) (rate(traces_span_metrics_calls_total{{{_CHOSEN}}}[{_WINDOW}]))"
    return Query(counted, "{{application}} {{service}}")


def _either(parts: list[str]) -> str:
    """One of them or another, as a tree and not as a chain: parsers copy what lies below each `or`."""
    half = len(parts) // 2
    return parts[0] if half == 0 else f"({_either(parts[:half])} or {_either(parts[half:])})"


def _names(catalog: Catalog) -> set[str]:
    """Series that the catalog knows of; a histogram's buckets stand for all of it."""
    exposed: list[Metrics] = [exporter.metrics for exporter in catalog.exporters.values() if exporter.planned is None]
    exposed += [service.exposes for application in catalog.applications.values() for service in application.services.values()]
    return {f"{name}_bucket" if "le" in labels else name for metrics in exposed for name, labels in metrics.items()}

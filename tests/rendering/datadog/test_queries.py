"""Signals become queries that select the right subject's points in Datadog's own tags and windows."""

import pytest

from catalog.catalog import Catalog, Subject
from rendering.datadog import grammar, queries
from tests.rendering.datadog.sites import SITE


def subject(catalog: Catalog, name: str, application: str = "skillforge") -> Subject:
    return next(each for each in catalog.subjects() if (each.application.application, each.name) == (application, name))


@pytest.mark.parametrize(
    ("name", "ingest", "metric", "scope"),
    [
        ("ai-services", "openmetrics", "", "env:prod,cluster:observatory-prod,service:skillforge-ai"),
        ("ai-services", "dogstatsd", "", "env:prod,cluster:observatory-prod,service:skillforge-ai"),
        ("ai-services", "apm", "", "env:prod,service:skillforge-ai"),
        ("ai-services", "logs", "", "env:prod,service:skillforge-ai"),
        ("backend", "synthetics", "", "env:prod,application:skillforge,service:skillforge-backend"),
        ("backend", "integration", "", "cluster:observatory-prod,application:skillforge,service:skillforge-backend"),
        ("postgres", "integration", "", "cluster:observatory-prod,application:skillforge,dependency:postgres"),
        ("cluster", "integration", "", "cluster:observatory-prod"),
        ("backend", "kubernetes", "kubernetes.cpu.limits", "cluster:observatory-prod,kube_namespace:skillforge,kube_deployment:backend"),
        (
            "backend",
            "kubernetes",
            "kubernetes_state.hpa.max_replicas",
            "cluster:observatory-prod,kube_namespace:skillforge,horizontalpodautoscaler:backend",
        ),
        (
            "backend",
            "kubernetes",
            "kubernetes_state.container.restarts",
            "cluster:observatory-prod,kube_namespace:skillforge,service:skillforge-backend",
        ),
        ("cluster", "kubernetes", "kubernetes_state.node.by_condition", "cluster:observatory-prod"),
    ],
)
def test_a_scope_has_the_tags_with_which_points_arrive(real: Catalog, name: str, ingest: str, metric: str, scope: str) -> None:
    assert queries.scope(subject(real, name), ingest, SITE, metric) == scope


def test_a_share_is_bad_events_by_all(real: Catalog) -> None:
    found = queries.expression(subject(real, "ai-services"), real.signals["inference_errors"], SITE)
    assert found.count(" by {model_name}.as_count()") == 2
    assert "!status:success" in found


def test_a_statistic_of_a_distribution_is_its_aggregation(real: Catalog) -> None:
    service, signal = subject(real, "ai-services"), real.signals["inference_latency"]
    assert queries.expression(service, signal, SITE, "p95").startswith("p95:ai_model_inference_duration_seconds{")
    assert queries.expression(service, signal, SITE, "average").startswith("avg:")
    events = queries.events(service, signal, SITE)
    assert events is not None
    assert events.startswith("count:")


def test_groups_by_nothing_are_left_out(real: Catalog) -> None:
    assert " by {" not in queries.expression(subject(real, "backend"), real.signals["http_latency"], SITE, "p95")


def test_every_query_of_every_subject_is_one_that_datadog_reads(real: Catalog) -> None:
    read = 0
    for each in real.subjects():
        for signal in real.signals.values():
            if queries.datadog(signal) is not None:
                grammar.parse(queries.expression(each, signal, SITE, "p95"))
                read += 1
    assert read > 1000


def test_a_signal_with_a_gap_has_no_query(real: Catalog) -> None:
    with pytest.raises(ValueError, match="Datadog cannot see the"):
        queries.expression(subject(real, "backend"), real.signals["oom_kills"], SITE)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (30, "last_1m"),
        (60, "last_1m"),
        (90, "last_2m"),
        (300, "last_5m"),
        (3600, "last_1h"),
        (5400, "last_90m"),
        (86400, "last_1d"),
        (172800, "last_48h"),
        (604800, "last_1w"),
    ],
)
def test_a_window_is_in_datadogs_words_and_never_shorter_than_meant(seconds: int, text: str) -> None:
    assert queries.window(seconds) == text
    assert queries.window_seconds(text) >= seconds


def test_what_is_no_window_is_refused_with_examples() -> None:
    with pytest.raises(ValueError, match="write last_5m"):
        queries.window_seconds("last_five")


@pytest.mark.parametrize(
    ("query", "nature"),
    [
        ("sum:a{*}.as_count()", "count"),
        ("sum:a{*}.as_rate()", "rate"),
        ("per_second(sum:a{*})", "rate"),
        ("p95:a{*}", "percentile"),
        ("max:a{*} by {b}", "gauge"),
        ("avg:p95.a{*}", "gauge"),
    ],
)
def test_points_add_up_by_what_they_are(query: str, nature: str) -> None:
    assert queries.nature(query) == nature


def test_groups_are_read_taken_away_and_changed() -> None:
    query = "sum:a{x:y} by {b,c}.as_count() / sum:d{*} by {b,c}.as_count()"
    assert queries.groups(query) == ("b", "c")
    assert queries.ungrouped(query) == "sum:a{x:y}.as_count() / sum:d{*}.as_count()"
    assert queries.grouped_by(query, ("e",)) == "sum:a{x:y} by {e}.as_count() / sum:d{*} by {e}.as_count()"
    assert queries.grouped_by("avg:a{*}", ("e",)) == "avg:a{*} by {e}"


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (604800, "week_before(sum:a{*}.as_rate())"),
        (86400, "day_before(sum:a{*}.as_rate())"),
        (7200, "timeshift(sum:a{*}.as_rate(), -7200)"),
    ],
)
def test_the_past_is_the_same_query_some_time_before(offset: int, text: str) -> None:
    assert queries.earlier("sum:a{*}.as_count()", offset) == text

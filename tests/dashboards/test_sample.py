"""Sample data are what scrapes of everything in the catalog could have brought: right names and labels, sane values, always the same."""

import re
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from catalog.catalog import Catalog
from catalog.exposure import Exposure
from catalog.loading import load
from rendering.rules import rule_groups
from tests.dashboards.sample import episodes, outages, rates
from tests.dashboards.sample.moments import NOW, Reach, moments, reaches
from tests.dashboards.sample.places import EXTERNAL, SITE, Places
from tests.dashboards.sample.recording import layers
from tests.dashboards.sample.series import Sample, Series

AGENTS_PLACE = {"namespace", "pod", "container", "node"}
"""What tells of a node has a pod of its own as well, which no query may ask for."""
SPARSE = re.compile(r"kube_pod_container_status_.*_reason")
"""Has series only of what went wrong."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(Path(__file__).resolve().parents[2])


@pytest.fixture(scope="module")
def sample(catalog: Catalog) -> list[Series]:
    return list(Sample(Places(catalog), {}).series())


def planned(catalog: Catalog) -> set[str]:
    return {name for exporter in catalog.exporters.values() if exporter.planned is not None for name in exporter.metrics}


def subject_of(series: Series) -> tuple[str, str]:
    return series.labels["application"], series.labels.get("service") or series.labels["dependency"]


def test_every_series_and_label_is_one_that_the_catalog_exposes(catalog: Catalog, sample: list[Series]) -> None:
    exposure = Exposure(catalog)
    exposed = {(subject.application.application, subject.name): exposure.of(subject) for subject in catalog.subjects()}
    strange: set[tuple[str, ...]] = set()
    for series in sample:
        known = exposed[subject_of(series)].get(series.name)
        labels = series.labels.keys() - EXTERNAL.keys() - AGENTS_PLACE
        if known is None or labels - known:
            strange.add((series.name, *subject_of(series), *sorted(labels - (known or set()))))
    assert strange == set()


def test_everything_that_is_exposed_has_samples(catalog: Catalog, sample: list[Series]) -> None:
    there = {(*subject_of(series), series.name) for series in sample}
    exposure = Exposure(catalog)
    missing = {
        (*key, name)
        for subject in catalog.subjects()
        if tuple(Places(catalog).targets(subject))
        for key in [(subject.application.application, subject.name)]
        for name in exposure.of(subject)
        if (*key, name) not in there and not any(name.startswith(metric) for metric in planned(catalog)) and not SPARSE.fullmatch(name)
    }
    assert missing == set()


def test_no_series_is_there_twice(sample: list[Series]) -> None:
    keys = [(series.name, *sorted(series.labels.items())) for series in sample]
    assert len(keys) == len(set(keys))


def test_counters_never_fall(sample: list[Series]) -> None:
    counters = [series for series in sample if rates.COUNTING.fullmatch(series.name) or series.name.endswith(("_bucket", "_sum", "_count"))]
    gauges = {"pg_stat_activity_count", "elasticsearch_indices_segments_count", "elasticsearch_thread_pool_queue_count"}
    counters = [series for series in counters if series.name not in gauges]
    fallen = {series.name for series in counters if np.any(np.diff(series.values) < 0) and not series.name.endswith("_locks_count")}
    assert len(counters) > 3000
    assert fallen == set()


def test_wider_buckets_hold_no_less(sample: list[Series]) -> None:
    histograms: dict[tuple[str, ...], list[tuple[float, Series]]] = {}
    for series in sample:
        if series.name.endswith("_bucket"):
            key = (series.name, *(f"{name}={value}" for name, value in sorted(series.labels.items()) if name != "le"))
            histograms.setdefault(key, []).append((float(series.labels["le"].replace("+Inf", "inf")), series))
    assert histograms
    for key, found in histograms.items():
        ordered = [series.values for _, series in sorted(found, key=lambda pair: pair[0])]
        assert all(np.all(wider >= narrower) for narrower, wider in pairwise(ordered)), key


def test_ratios_and_states_lie_between_none_and_all(sample: list[Series]) -> None:
    bounded = [series for series in sample if re.search(r"_(ratio|rate|accuracy|success|up)$|^up$", series.name)]
    bounded = [series for series in bounded if series.name != "redis_mem_fragmentation_ratio"]
    assert bounded
    assert {series.name for series in bounded if series.values.min() < 0 or series.values.max() > 1} == set()


def test_two_runs_give_the_same(catalog: Catalog, sample: list[Series]) -> None:
    again = islice(Sample(Places(catalog), {}).series(), 500)
    assert all(one.labels == two.labels and np.array_equal(one.values, two.values) for one, two in zip(sample, again, strict=False))


def test_samples_reach_back_as_far_as_a_query_looks() -> None:
    import promql_parser as promql

    found = reaches(promql.parse("increase(a[1d]) + b offset 7d + max_over_time(rate(c[1h])[2h:5m] offset 1d) + d"), 3600)
    assert {name: reach.seconds for name, reach in found.items()} == {"a": 90000, "b": 608400, "c": 100800, "d": 3600}
    at = moments(found["b"])
    assert at[0] <= NOW - 608400
    assert NOW - 7 * 86400 - 60 in at
    assert len(moments(Reach(3600))) < 400


def test_rules_are_evaluated_after_those_that_they_read(catalog: Catalog) -> None:
    rules = [rule for groups in rule_groups(catalog, SITE).values() for group in groups for rule in group["rules"]]
    found = layers(rules)
    assert len(found) > 2
    place = {rule["record"]: number for number, layer in enumerate(found) for rule in layer}
    for number, layer in enumerate(found):
        for rule in layer:
            assert all(place[name] < number for name in place if re.search(rf"(?<![\w:]){name}(?![\w:])", rule["expr"])), rule["record"]


def test_an_alert_that_ended_is_recorded_with_its_length(catalog: Catalog) -> None:
    rules = [rule for groups in rule_groups(catalog, SITE).values() for group in groups for rule in group["rules"]]
    found = list(episodes.alerts(rules))
    ended = [series for series in found if series.name == episodes.ENDED]
    assert {series.name for series in found} == {"ALERTS", "ALERTS_FOR_STATE", *episodes.MADE}
    assert all(np.all(series.values >= 180) and np.all(series.at <= NOW + 60) for series in ended)


def test_who_was_down_was_so_without_anybody_knowing_for_two_minutes() -> None:
    keys = [f"service-{number}" for number in range(9)]
    down = [1 - outages.past("service:available:bool", key, NOW)[1] for key in keys]
    unknown = [outages.past("service:undetected:bool", key, NOW)[1] for key in keys]
    assert any(part.sum() for part in down)
    assert all(np.all(known <= out) for known, out in zip(unknown, down, strict=True))
    assert any(not part.sum() for part in down)

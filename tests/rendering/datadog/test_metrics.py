"""Custom metrics keep the tags that somebody asks by and lose those that cost money with every deployment."""

from dataclasses import replace

import pytest

from catalog.catalog import Catalog
from rendering.datadog import metrics
from rendering.resource import Resource
from tests.rendering.datadog.outside_as_sent import faults
from tests.rendering.datadog.sites import SITE, with_datadog

EPHEMERAL = {"pod_name", "container_id", "container_name", "image_id", "kube_replica_set", "instance"}


def configured(catalog: Catalog, kind: str = metrics.TAGS) -> dict[str, dict[str, object]]:
    return {each.name: each.inputs for each in metrics.resources(catalog, SITE) if each.kind == kind}


def test_every_payload_is_one_that_datadogs_models_take(real: Catalog) -> None:
    assert not [fault for resource in metrics.resources(real, SITE) for fault in faults(resource)]


@pytest.mark.parametrize(("key", "value"), [("metricType", "counter"), ("tags", "env"), ("percentiles", True)])
def test_a_broken_payload_is_refused(key: str, value: object) -> None:
    assert faults(Resource(metrics.TAGS, "x", {"metricName": "x", "metricType": "gauge", "tags": ["env"], key: value}))


def test_nothing_is_kept_that_changes_with_every_deployment(real: Catalog) -> None:
    for name, metric in metrics.customs(real, SITE).items():
        assert not metric.tags & EPHEMERAL, name


def test_everything_that_signals_ask_by_is_kept(real: Catalog) -> None:
    tags = configured(real)
    assert tags["http_requests.count"]["tags"] == ["cluster", "endpoint", "env", "method", "service", "status", "version"]
    assert "user_id" in metrics.customs(real, SITE)["skillforge.data.access_rate"].tags


def test_types_are_those_that_datadog_stores(real: Catalog) -> None:
    found = {name: metric.kind for name, metric in metrics.customs(real, SITE).items()}
    assert found["http_requests.count"] == "count"  # an agent's check sends a monotonic count
    assert found["skillforge.payments"] == "rate"  # DogStatsD stores counts as rates
    assert found["skillforge.users.active"] == "gauge"
    assert found["http_request_duration_seconds"] == "distribution"


def test_percentiles_are_kept_of_distributions_alone(real: Catalog) -> None:
    for inputs in configured(real).values():
        assert ("includePercentiles" in inputs) == (inputs["metricType"] == "distribution")


def test_metrics_of_integrations_and_tests_are_left_alone(real: Catalog) -> None:
    prefixes = ("kubernetes", "postgresql.", "redis.", "nginx.", "synthetics.", "aws.", "trace.", "system.", "logs.")
    assert not [name for name in configured(real) if name.startswith(prefixes)]


def test_plain_metrics_get_their_signals_unit(real: Catalog) -> None:
    units = {name: inputs["unit"] for name, inputs in configured(real, metrics.METADATA).items()}
    assert units["http_request_duration_seconds"] == "second"
    assert units["skillforge.subscriptions.churn"] == "fraction"
    assert units["ai_model_memory_bytes"] == "byte"
    assert "http_requests.count" not in units


def test_before_metrics_have_arrived_nothing_is_asked_of_them(real: Catalog) -> None:
    assert not metrics.resources(real, with_datadog(metrics_arrived=False))
    assert not metrics.resources(real, replace(SITE, datadog=None))


def test_metrics_are_the_accounts(real: Catalog) -> None:
    assert all(each.account_wide for each in metrics.resources(real, SITE))

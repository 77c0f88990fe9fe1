"""Money: prices with their tiers, what is counted, and how a total comes about."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog.catalog import Catalog
from rendering.costs import aws, datadog
from rendering.costs.datadog import Bought
from rendering.costs.estimate import Line, estimate
from rendering.costs.prices import Price, Prices, prices
from rendering.costs.settings import CostsSettings, Traffic
from rendering.datadog.log_settings import LogsSettings
from rendering.datadog.synthetic_settings import SyntheticsSettings
from rendering.resource import Resource
from rendering.site import DatadogSite, Site

METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm"
TRAFFIC = Traffic(nodes=10, logs_gb_a_day=100, browser_sessions=1000, spans_gb_a_day=100, series_used=0.5)


def test_every_price_has_a_source_and_none_is_from_the_future() -> None:
    found = prices()
    assert found.as_of <= date(2026, 11, 21)
    assert all(url.startswith("https://") for url in found.sources.values())
    assert all(price.read is None or price.read <= found.as_of for price in found.prices.values())


def test_each_tier_costs_its_own_price() -> None:
    price = Price.model_validate({"unit": "u", "source": "s", "tiers": [{"to": 10, "usd": 0}, {"to": 20, "usd": 1}, {"usd": 0.5}]})
    assert [price.of(amount) for amount in (0, 10, 15, 20, 24)] == [0, 0, 5, 10, 12]


@given(st.sampled_from(sorted(prices().prices)), st.floats(0, 1e12), st.floats(0, 1e12))
def test_more_never_costs_less(name: str, one: float, other: float) -> None:
    price = prices().prices[name]
    assert price.of(min(one, other)) <= price.of(max(one, other)) + 1e-6


@pytest.mark.parametrize(
    "tiers", [[{"to": 10, "usd": 1}], [{"usd": 1}, {"usd": 2}], [{"to": 9, "usd": 1}, {"to": 5, "usd": 1}, {"usd": 1}]]
)
def test_tiers_that_do_not_rise_are_refused(tiers: list[dict[str, float]]) -> None:
    with pytest.raises(ValidationError, match="tiers rise"):
        Price.model_validate({"unit": "u", "source": "s", "tiers": tiers})


def test_lines_of_one_price_share_its_tiers_and_add_up() -> None:
    found = estimate([Line("a", "dashboard", 2, ""), Line("b", "dashboard", 3, ""), Line("b", "key", 0, "")], prices(), "us-east-1")
    assert found.total == pytest.approx(2 * 3.0)
    assert found.systems == {"b": pytest.approx(3.6), "a": pytest.approx(2.4)}
    assert len(found.lines) == 2, "what is not there is not listed"


def test_a_region_costs_its_factor_and_datadog_does_not() -> None:
    lines = [Line("a", "key", 1, ""), Line("b", "dd_host", 1, "")]
    here, there = (estimate(lines, prices(), region).systems for region in ("eu-central-1", "ap-south-2"))
    assert (here["a"], there["a"]) == (pytest.approx(1.15), pytest.approx(1.25))
    assert here["b"] == there["b"] == 15


def test_an_estimate_says_how_old_its_prices_are_and_which_nobody_compared() -> None:
    found = estimate([Line("a", "samples", 1, ""), Line("a", "key", 1, ""), Line("a", "dashboard", 5, "")], prices(), "us-east-1")
    assert found.age(found.as_of + timedelta(days=200)) == 200
    assert found.unread == ("samples",)
    assert found.stale(found.as_of) == ("keys",)
    assert set(found.stale(found.as_of + timedelta(days=400))) == {"keys", "dashboards"}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"read": "2026-01-01", "by": None}, "belong together: key"),
        ({"by": "nobody"}, "no quote is named nobody"),
        ({"source": "rumour"}, "no source is named rumour"),
    ],
)
def test_a_price_whose_comparison_nobody_can_repeat_is_refused(changed: dict[str, Any], told: str) -> None:
    file = prices().model_dump(mode="json")
    file["prices"]["key"] |= changed
    with pytest.raises(ValidationError, match=told):
        Prices.model_validate(file)


@pytest.mark.parametrize(
    ("inputs", "metrics"),
    [
        ({"period": 60}, 1),
        ({"metricQueries": [{"metric": {"period": 60}}, {"metric": {"period": 60}}, {"expression": "a/b"}]}, 2),
        ({"metricQueries": [{"metric": {"period": 60}}, {"expression": "ANOMALY_DETECTION_BAND(m1, 2)"}]}, 3),
    ],
)
def test_an_alarm_is_billed_by_the_metrics_that_it_reads(inputs: dict[str, Any], metrics: int) -> None:
    assert aws.alarm_metrics(inputs) == metrics


def test_what_is_registered_is_counted() -> None:
    found = [
        Resource(METRIC, "slow", {"period": 60}),
        Resource(METRIC, "fast", {"period": 10}),
        Resource("aws:cloudwatch/compositeAlarm:CompositeAlarm", "both", {}),
        Resource("aws:cloudwatch/dashboard:Dashboard", "one", {}),
        Resource("aws:route53/healthCheck:HealthCheck", "one", {"type": "HTTPS"}),
        Resource("aws:route53/healthCheck:HealthCheck", "two", {"type": "TCP"}),
        Resource("aws:sns/topic:Topic", "free", {}),
    ]
    counted = {line.price: line.amount for line in aws.lines(found, 8640) if line.amount}
    assert counted == {
        "alarm": 1,
        "alarm_fast": 1,
        "alarm_composite": 1,
        "dashboard": 1,
        "health_check": 2,
        "health_check_https": 1,
        "canary_run": 8640,
    }


def test_samples_follow_series_and_interval() -> None:
    sent, stored = aws.samples(1000, 30, 60)
    assert sent.amount == 1000 * 86400
    assert stored.amount == pytest.approx(1000 * 86400 * 2 / 2**30 * 2)


def counted(catalog: Catalog, site: Site, bought: Bought | None = None) -> dict[str, float]:
    return {line.price: line.amount for line in datadog.lines(catalog, site, TRAFFIC, bought or Bought()) if line.amount}


def with_datadog(site: Site, synthetics: SyntheticsSettings | None = None, logs: LogsSettings | None = None) -> Site:
    return replace(site, datadog=DatadogSite("datadoghq.eu", synthetics=synthetics, logs=logs))


def test_nothing_of_datadogs_costs_anything_where_it_is_off(real: Catalog, site: Site) -> None:
    assert counted(real, site) == {}


def test_hosts_cost_what_is_switched_on_for_them(real: Catalog, site: Site) -> None:
    plain = counted(real, with_datadog(site))
    assert plain["dd_host"] == 10
    assert "dd_apm_host" not in plain
    rich = counted(real, with_datadog(site), Bought(traces=True, cws=True, databases=2))
    assert (rich["dd_apm_host"], rich["dd_workload_host"], rich["dd_database"]) == (10, 10, 2)
    assert rich["dd_spans_gb"] == 100 * 30 - 150 * 10


def test_test_runs_are_those_that_the_budget_counts(real: Catalog, site: Site) -> None:
    synthetics = SyntheticsSettings.model_validate({"runs_per_month": 10**6, "locations": ["aws:eu-central-1"]})
    found = counted(real, with_datadog(site, synthetics=synthetics))
    assert found["dd_browser_run"] >= 2880
    assert found["dd_api_run"] > found["dd_browser_run"]
    paused = counted(real, with_datadog(site, synthetics=synthetics.model_copy(update={"paused": True})))
    assert "dd_api_run" not in paused


def test_an_index_takes_no_more_records_than_its_limit(real: Catalog, site: Site) -> None:
    def indexed(limit: int, keep: float) -> float:
        environments = {site.environment: {"retention": 15, "daily_limit": limit, "keep": keep}}
        logs = LogsSettings.model_validate(
            {"environments": environments, "security": {"retention": 15, "daily_limit": 1}, "other_indexes": [], "other_pipelines": []}
        )
        return counted(real, with_datadog(site, logs=logs))["dd_events_15"]

    assert indexed(1000, 1) == pytest.approx(1000 * 30 / 10**6)
    assert indexed(10**12, 0.5) == pytest.approx(indexed(10**12, 1) / 2)


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 1, "traffic": {"nodes": 0}}, {"limit": 1, "traffic": {"nodes": 1, "series_used": 2}}]
)
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CostsSettings.model_validate({"traffic": {"nodes": 1, "logs_gb_a_day": 1}} | wrong)

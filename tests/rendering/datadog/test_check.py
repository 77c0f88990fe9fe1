"""The checker finds what was really shipped wrong elsewhere, says why and what would be right, and lets what is right pass."""

from dataclasses import replace
from typing import Any

import pytest

from catalog.catalog import Catalog
from catalog.signal import DatadogQuery
from catalog.units import Unit
from rendering.datadog import check, grammar, judging
from rendering.datadog.check import Sources
from rendering.datadog.monitor import METRIC, MONITOR
from rendering.resource import Resource
from rendering.site import Site
from tests.rendering.datadog.sites import SITE

WHERE = Sources(frozenset({"http_requests.count", "cpu_usage_percent", "request_seconds", "ready"}), ("shop.",))
_ROUTES = "by {route}.as_count()"
GOOD = f"sum(last_5m):sum:http_requests.count{{env:prod,status:5*}} {_ROUTES} / sum:http_requests.count{{env:prod}} {_ROUTES} > 0.05"


def monitor(query: str, critical: str = "0.05", **inputs: Any) -> Resource:  # noqa: ANN401  inputs of several types
    whole: dict[str, Any] = {"type": METRIC, "name": "m", "message": "", "tags": [], "priority": "3", "query": query}
    whole["monitorThresholds"] = {"critical": critical}
    return Resource(MONITOR, "m", whole | inputs)


def reasons(resource: Resource, unit: Unit | None = None) -> str:
    return "; ".join(problem.reason for problem in check.problems(resource, WHERE, unit))


def test_a_good_monitor_has_no_problem() -> None:
    told = check.problems(monitor(GOOD, message="{{route.name}} {{value}}", tags=["env:prod", "service:a/b.c-d_e"]), WHERE, Unit.RATIO)
    assert told == []


@pytest.mark.parametrize(
    ("query", "critical", "reason"),
    [
        # A share compared with a per cent: shipped, and quiet for a year.
        ("avg(last_5m):avg:system.disk.in_use{*} by {host} > 90", "90", "never above 90"),
        ("avg(last_5m):avg:shop.success_ratio{*} < 99.5", "99.5", "never above 99.5"),
        # A per cent compared with a share: fires for ever.
        ("avg(last_5m):100 - avg:system.cpu.idle{*} by {host} > 0.9", "0.9", "per cent"),
        ("avg(last_5m):avg:cpu_usage_percent{*} > 0.8", "0.8", "per cent"),
        ("sum(last_5m):sum:shop.errors{*}.as_count() / sum:shop.requests{*}.as_count() * 100 > 0.05", "0.05", "per cent"),
    ],
)
def test_a_threshold_in_another_scale_than_its_metric_is_found(query: str, critical: str, reason: str) -> None:
    assert reason in reasons(monitor(query, critical), Unit.RATIO)


@pytest.mark.parametrize(
    "query",
    [
        "avg(last_5m):avg:cpu_usage_percent{*} / 100 > 0.8",
        "avg(last_5m):1 - (avg:system.cpu.idle{*} + avg:system.cpu.iowait{*}) / 100 > 0.8",
        "avg(last_5m):avg:system.mem.pct_usable{*} > 0.8",
        "avg(last_5m):avg:system.cpu.user{*} * 0.01 > 0.8",
    ],
)
def test_a_per_cent_that_is_divided_is_a_share(query: str) -> None:
    assert not reasons(monitor(query, "0.8"), Unit.RATIO)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("avg(last_5m):avg:http_reqests.count{*} > 0.05", "nobody sends this metric"),
        ("avg(last_5m):smooth(avg:shop.a{*}) > 0.05", "no function 'smooth'"),
        ("avg(last_5m):avg:shop.a{*} by {host} / avg:shop.b{*} by {pod} > 0.05", "share no groups"),
        ("avg(last_5m):sum:shop.a{*}.as_count() > 0.05", "sums alone"),
        ("percentile(last_5m):avg:request_seconds{*} > 0.05", "only distributions"),
        ("mean(last_5m):avg:shop.a{*} > 0.05", "no way to make one number"),
        ("avg(last_5min):avg:shop.a{*} > 0.05", "is no window"),
        ("avg(last_30s):avg:shop.a{*} > 0.05", "a minute at least"),
        ("avg(last_3mo):avg:shop.a{*} > 0.05", "a month at most"),
        ("avg(last_5m):avg:shop.a{*} by {host > 0.05", "no query of Datadog's"),
        ("avg(last_5m):avg:shop.a{9lives:1} > 0.05", "no tag has this form"),
        ("avg(last_5m):avg:shop.a > 0.05", "no query of Datadog's"),
        ("avg:shop.a{*} > 0.05", "no monitor's query"),
        ("avg(last_5m):avg:shop.a{*} > .05", "no monitor's query"),
    ],
)
def test_a_broken_query_is_found(query: str, reason: str) -> None:
    assert reason in reasons(monitor(query))


def test_a_query_and_thresholds_that_differ_are_found() -> None:
    assert "compares with 0.05, the thresholds say 0.5" in reasons(monitor(GOOD, "0.5"))


@pytest.mark.parametrize("name", ["warning", "criticalRecovery"])
def test_a_warning_or_recovery_on_the_alerts_side_is_found(name: str) -> None:
    assert "lies on the alert's side" in reasons(monitor(GOOD, monitorThresholds={"critical": "0.05", name: "0.06"}))


@pytest.mark.parametrize("key", ["message", "name", "escalationMessage"])
def test_a_variable_that_the_query_is_not_grouped_by_is_found(key: str) -> None:
    assert "so this place stays empty" in reasons(monitor(GOOD, **{key: "who: {{user_id.name}}"}))


def test_an_anomalys_windows_and_share_are_compared() -> None:
    query = "avg(last_4h):anomalies(avg:shop.a{*} by {user}, 'basic', 2, direction='above', alert_window='last_1h', interval=60) >= "
    windows = {"triggerWindow": "last_30m", "recoveryWindow": "last_30m"}
    assert "the trigger window is last_30m" in reasons(monitor(f"{query}1", "1", monitorThresholdWindows=windows))
    assert "a share above 0" in reasons(monitor(f"{query}50", "50", monitorThresholdWindows={"triggerWindow": "last_1h"}))


def test_a_metric_of_aws_is_looked_at_late_enough() -> None:
    where = replace(WHERE, prefixes=("aws.",))
    told = check.problems(monitor("avg(last_5m):avg:aws.rds.cpuutilization{*} > 0.05", evaluationDelay=60), where)
    assert [problem.key for problem in told] == ["evaluationDelay"]


@pytest.mark.parametrize("priority", ["0", "6", "P1", ""])
def test_a_priority_that_is_none_is_found(priority: str) -> None:
    assert "1 (high) to 5 (low)" in reasons(monitor(GOOD, priority=priority))


def test_a_name_over_its_limit_is_found_with_its_length() -> None:
    assert "201 characters, more than 200" in reasons(monitor(GOOD, name="n" * 201))


@pytest.mark.parametrize("tag", ["9lives", "a b:c", "team:", "x" * 201, "owner:me@example.com"])
def test_a_tag_with_characters_that_datadog_rewrites_is_found(tag: str) -> None:
    assert "Datadog rewrites this tag" in reasons(monitor(GOOD, tags=[tag]))


def test_the_grammar_reads_what_is_nested() -> None:
    node = grammar.parse("1 - clamp_max(default_zero(sum:a.b{x:y,!z:w*} by {c, d}.as_count()), 1) / -2")
    assert [(read.metric, read.by, read.methods) for read in grammar.reads(node)] == [("a.b", ("c", "d"), ("as_count",))]
    assert [call.function for call in grammar.calls(node)] == ["clamp_max", "default_zero"]


@pytest.mark.parametrize(
    "text", ["", "sum:a{*} +", "(sum:a{*}", "sum:a{*} sum:b{*}", "f(sum:a{*}", "sum:a{*}.as_cuont()", "top(sum:a{*} 10)"]
)
def test_the_grammar_refuses_what_is_no_query(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        grammar.parse(text)


def changed(catalog: Catalog, name: str, **query: Any) -> Catalog:  # noqa: ANN401
    signal = catalog.signals[name].model_copy(update={"datadog": DatadogQuery.model_validate(query)})
    return replace(catalog, signals=catalog.signals | {name: signal})


def test_a_mistake_in_a_signal_is_told_where_it_stands(real: Catalog) -> None:
    broken = changed(real, "system_cpu", ingest="openmetrics", value="max:system_cpu_usage_percent{$tags}")
    (fault,) = judging.judge(broken, SITE)
    assert (fault.key, fault.remedy) == ("system_cpu.datadog.value", "divide the metric by 100")


def test_a_mistyped_metric_of_a_signal_is_told_with_the_likeliest_one(real: Catalog) -> None:
    broken = changed(real, "models_loaded", ingest="openmetrics", value="min:ai_model_loaded{$tags}")
    (fault,) = judging.judge(broken, SITE)
    assert fault.remedy == "did you mean 'ai_models_loaded'?"


def test_an_objective_over_a_window_that_datadog_has_not_is_told(real: Catalog) -> None:
    application = real.applications["skillforge"]
    service = application.services["backend"]
    objective = service.objectives["availability"].model_copy(update={"window": 28 * 86400})
    services = application.services | {"backend": service.model_copy(update={"objectives": {"availability": objective}})}
    broken = replace(real, applications=real.applications | {"skillforge": application.model_copy(update={"services": services})})
    (fault,) = judging.judge(broken, SITE)
    assert fault.key == "services.backend.objectives.availability.window"
    assert "7d, 30d, 90d" in fault.reason


def test_nothing_is_judged_where_datadog_is_off(real: Catalog, site: Site) -> None:
    broken = changed(real, "models_loaded", ingest="openmetrics", value="no query")
    assert judging.judge(broken, site) == []
    assert judging.judge(broken, SITE)

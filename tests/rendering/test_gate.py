"""What a gate asks is what the catalog promises, and what an answer means errs on the side of not passing."""

from dataclasses import replace
from pathlib import Path

import promql_parser
import pytest

from catalog.catalog import Catalog, Subject
from catalog.loading import load
from catalog.units import Unit
from rendering import gate
from rendering.gate import Answer, Check, Judged
from rendering.rules import rule_groups
from rendering.site import Site

ROOT = Path(__file__).resolve().parents[2]
SITE = Site(environment="prod", region="eu-central-1", cluster="main", runbooks_url="https://example.com")
BUDGET = Check("availability", "errors", "v", 6, None, "e", 20, 0.001)
SHARE = Check("ErrorRatioHigh", "errors", "v", 0.05, Unit.RATIO, "e", 20)
SLOW = Check("LatencyHigh", "latency", "v", 1, Unit.SECONDS, "e", 20)
FULL = Check("MemoryHigh", "saturation", "v", 0.85, Unit.RATIO)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ROOT)


def subject(catalog: Catalog, name: str) -> Subject:
    return next(each for each in catalog.subjects() if f"{each.application.application}/{each.name}" == name)


def services(catalog: Catalog) -> list[Subject]:
    return [each for each in catalog.subjects() if each.kind == "service" and each.application.namespace is not None]


def test_every_service_of_every_application_has_a_check_of_each_kind(catalog: Catalog) -> None:
    for each in services(catalog):
        assert {check.kind for check in gate.checks(catalog, SITE, each, 1800)} == {"errors", "latency", "saturation"}, each.name


def test_every_question_is_promql(catalog: Catalog) -> None:
    for each in services(catalog):
        for check in gate.checks(catalog, SITE, each, 1737):
            for text in filter(None, (check.value, check.events)):
                promql_parser.parse(text)


def test_what_is_read_of_objectives_is_what_rules_record(catalog: Catalog) -> None:
    recorded = {
        rule["record"] for groups in rule_groups(catalog, SITE).values() for group in groups for rule in group["rules"] if "record" in rule
    }
    asked = gate.checks(catalog, SITE, subject(catalog, "skillforge/backend"), 1800)
    assert {"slo:bad_events:rate5m", "slo:all_events:rate5m"} <= recorded
    assert asked[0].value.count("slo:bad_events:rate5m") == 1


def test_rates_that_reach_behind_the_release_are_left_out(catalog: Catalog) -> None:
    check = gate.checks(catalog, SITE, subject(catalog, "skillforge/backend"), 1800)[0]
    assert "[25m]" in check.value
    assert check.events is not None
    assert check.events.endswith("* 1500")


def test_an_alert_s_threshold_is_the_limit_and_an_objective_goes_before_it(catalog: Catalog) -> None:
    api = {check.name: check for check in gate.checks(catalog, SITE, subject(catalog, "ai-platform/api"), 1800)}
    assert {name: check.limit for name, check in api.items()} == {"ErrorRatioHigh": 0.05, "LatencyHigh": 1, "MemoryHigh": 0.85}
    backend = {check.name for check in gate.checks(catalog, SITE, subject(catalog, "skillforge/backend"), 1800)}
    assert "availability" in backend
    assert "ErrorRatioHigh" not in backend, "its errors are the objective's already"


def test_the_older_a_release_the_slower_its_budget_may_burn(catalog: Catalog) -> None:
    def limit(seconds: int) -> float:
        return gate.checks(catalog, SITE, subject(catalog, "skillforge/backend"), seconds)[0].limit

    assert [limit(seconds) for seconds in (600, 21_600, 21_601, 86_400, 200_000)] == [6, 6, 3, 3, 1]


def test_only_series_of_this_cluster_count(catalog: Catalog) -> None:
    for check in gate.checks(catalog, SITE, subject(catalog, "universal-ai-tools/chat-service"), 1800):
        assert 'cluster=~"main|"' in check.value, check.name


@pytest.mark.parametrize(
    ("check", "answer", "finding"),
    [
        (BUDGET, Answer(5.9, events=9000), "ok"),
        (BUDGET, Answer(6.1, events=9000), "burns"),
        (BUDGET, Answer(1000, events=19), "too few"),
        (BUDGET, Answer(50, events=40), "too few"),  # two of forty failed
        (BUDGET, Answer(100, events=40), "burns"),  # four of forty
        (BUDGET, Answer(50, before=48, events=9000), "no worse"),
        (BUDGET, Answer(60, before=48, events=9000), "burns"),
        (BUDGET, Answer(50, before=5, events=9000), "burns"),
        (BUDGET, Answer(None), "no data"),
        (BUDGET, Answer(1), "no data"),
        (BUDGET, Answer(None, events=3), "too few"),
        (SHARE, Answer(0.05, events=20), "ok"),
        (SHARE, Answer(0.06, events=20), "too many"),
        (SHARE, Answer(0.06, events=19), "too few"),
        (SLOW, Answer(1.1, events=100), "too slow"),
        (SLOW, Answer(1.1, before=1.2, events=100), "no worse"),
        (FULL, Answer(0.9), "saturated"),
        (FULL, Answer(0.9, before=0.5), "saturated"),
        (FULL, Answer(0.9, before=0.9), "no worse"),
        (FULL, Answer(None), "no data"),
    ],
)
def test_what_an_answer_means(check: Check, answer: Answer, finding: str) -> None:
    assert gate.judge(check, answer) == finding


def judged(*found: tuple[Check, gate.Finding]) -> list[Judged]:
    return [Judged(check, Answer(1), finding) for check, finding in found]


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([(BUDGET, "ok"), (SLOW, "ok"), (FULL, "ok")], "pass"),
        ([(BUDGET, "no worse"), (SLOW, "ok"), (FULL, "ok")], "pass"),
        ([(BUDGET, "ok"), (SLOW, "ok"), (FULL, "saturated")], "fail"),
        ([(BUDGET, "no data"), (SLOW, "too slow"), (FULL, "no data")], "fail"),
        ([(BUDGET, "no data"), (SLOW, "ok"), (FULL, "ok")], "blind"),
        ([(BUDGET, "ok"), (SLOW, "too few"), (FULL, "ok")], "blind"),
        ([(BUDGET, "ok"), (SLOW, "ok"), (FULL, "no data")], "blind"),
        ([(BUDGET, "no data"), (SHARE, "ok"), (SLOW, "ok"), (FULL, "ok")], "blind"),  # an alert's look is no objective's
        ([(BUDGET, "ok"), (SHARE, "no data"), (SLOW, "ok"), (FULL, "ok")], "pass"),
        ([], "blind"),
    ],
)
def test_a_gate_that_cannot_see_is_no_pass(found: list[tuple[Check, gate.Finding]], verdict: str) -> None:
    assert gate.verdict(judged(*found)) == verdict


def test_what_is_switched_off_is_not_asked_for(catalog: Catalog) -> None:
    traced = {check.name for check in gate.checks(catalog, SITE, subject(catalog, "ai-platform/api"), 1800)}
    off = replace(SITE, switched_off=frozenset({"otel-sampler", "otel-agent", "jaeger", "span_metrics"}))
    assert {check.name for check in gate.checks(catalog, off, subject(catalog, "ai-platform/api"), 1800)} <= traced

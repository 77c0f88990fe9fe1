"""The large environment is made from the real one, and Prometheus' answers are read as they are meant."""

import os
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.loading import load
from cli import bench, bench_rules
from cli.arguments import ROOT
from cli.options import PARTS
from cli.synthetic import ROUTES, STATUSES, Exposition, configuration, groups, multiplied
from rendering.rules import rule_groups
from rendering.site import Site

SITE = Site(environment="any", region="any", cluster="any", runbooks_url="https://runbooks.example.com")
RULES = {
    "data": {
        "groups": [
            {"name": "shop.web", "evaluationTime": 0.03, "rules": [{"name": "Down", "health": "ok"}, {"name": "Slow", "health": "ok"}]},
            {"name": "shop.web.slow", "evaluationTime": 0.3, "rules": [{"name": "Spent", "health": "ok"}]},
        ]
    }
}
METRICS = """# HELP prometheus_rule_group_iterations_total The total number of scheduled rule group evaluations.
prometheus_rule_group_iterations_total{rule_group="/tmp/rules.json;shop.web"} 4
prometheus_rule_group_iterations_total{rule_group="/tmp/rules.json;shop.web.slow"} 2
prometheus_tsdb_head_series 1.5e+03
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ROOT)


def test_every_copy_has_the_rules_of_the_original_under_its_own_name(catalog: Catalog) -> None:
    original = [group for group in rule_groups(catalog, SITE)["universal-ai-tools"] if ".api-gateway" in group["name"]]
    copied = rule_groups(multiplied(catalog, 3), SITE)["universal-ai-tools"]
    for name in ("svc-0001", "svc-0002", "svc-0003"):
        own = [group for group in copied if f".{name}" in group["name"]]
        renamed = [[rule["expr"].replace("api-gateway", name) for rule in group["rules"]] for group in original]
        assert [[rule["expr"] for rule in group["rules"]] for group in own] == renamed


def test_slow_groups_are_hastened_and_their_own_interval_is_remembered(catalog: Catalog) -> None:
    documents = [{"spec": {"groups": found}} for found in rule_groups(multiplied(catalog, 1), SITE).values()]
    made, own = groups(documents, "15s", "60s")
    assert {group["interval"] for group in made} == {"15s", "60s"}
    assert own["universal-ai-tools.svc-0001.slo-slow"] == "5m"
    assert own.keys() == {group["name"] for group in made}


def test_every_service_is_a_target_of_its_own_and_tells_its_name(catalog: Catalog) -> None:
    services = configuration(2, 80, "rules.json")["scrape_configs"][0]["static_configs"]
    exposition = Exposition(multiplied(catalog, 2), 2)
    assert [each["labels"]["service"] for each in services] == ["svc-0001", "svc-0002"]
    for each in services:
        text = exposition.text(each["labels"]["__metrics_path__"], 1000)
        assert f'cpu_usage_percent{{service="{each["labels"]["service"]}"}} 20' in text
        assert text.count("http_requests_total{") == len(ROUTES) * len(STATUSES)
        assert 'le="0.1"' in text
    assert 'pod="svc-0002-' in exposition.text("/shared", 1000)


def test_counters_only_grow(catalog: Catalog) -> None:
    exposition = Exposition(multiplied(catalog, 1), 1)
    earlier, later = (bench_rules.parsed(exposition.text("/svc-0001", seconds))["http_requests_total"] for seconds in (1000, 2000))
    assert all(later[labels] > value for labels, value in earlier.items())


def test_groups_are_held_against_their_own_interval() -> None:
    reading = bench_rules.read(RULES, {"shop.web": "15s", "shop.web.slow": "5m"})
    assert (reading.rules, reading.groups, reading.slowest, reading.unhealthy) == (3, 2, "shop.web", ())
    assert reading.slowest_share == pytest.approx(0.002)
    assert reading.busy == pytest.approx(0.003)


def test_a_rule_that_fails_is_named() -> None:
    failing = {"data": {"groups": [{"name": "g", "evaluationTime": 0, "rules": [{"name": "Bad", "health": "err", "lastError": "why"}]}]}}
    assert bench_rules.read(failing, {"g": "15s"}).unhealthy == ("g: Bad (why)",)


def test_the_metrics_of_prometheus_are_read() -> None:
    metrics = bench_rules.parsed(METRICS)
    assert bench_rules.iterations(metrics) == {"shop.web": 4, "shop.web.slow": 2}
    assert metrics["prometheus_tsdb_head_series"] == {"": 1500}


def test_the_machines_work_is_all_but_idling_and_waiting_for_disks(tmp_path: Path) -> None:
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 10 20 99999 88888 3 4 5 60 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n")
    assert bench_rules.machine_seconds(stat) == 142 / os.sysconf("SC_CLK_TCK")
    assert bench_rules.machine_seconds(tmp_path / "none") == 0


def test_the_command_line_offers_every_part_of_the_benchmark() -> None:
    assert tuple(bench.MEASURES) == PARTS

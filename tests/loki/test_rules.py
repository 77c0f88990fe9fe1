"""Alerts in LogQL, judged and fired by a real ruler, heard by a real Alertmanager with the labels that Prometheus would give."""

import json
import urllib.parse

import pytest

from catalog.catalog import Catalog
from rendering.loki.rules import groups
from rendering.rules import labels
from tests.loki.stage import SITE, Stage
from tests.traces.stage import get, wait_for

pytestmark = pytest.mark.tools


def test_the_ruler_takes_every_rule_and_none_of_them_fails(stage: Stage, catalog: Catalog) -> None:
    rendered = {
        (rule["alert"], rule["labels"]["service"]) for found in groups(catalog, SITE).values() for g in found for rule in g["rules"]
    }
    wait_for(
        lambda: all(rule["health"] == "ok" for rule in stage.rules()) and bool(stage.rules()), "rules to be evaluated", stage.own_words
    )
    assert {(rule["name"], rule["labels"]["service"]) for rule in stage.rules()} == rendered
    assert rendered


def test_loki_s_own_parser_reads_every_expression_and_refuses_a_broken_one(stage: Stage, catalog: Catalog) -> None:
    def parses(expression: str) -> bool:
        return get(stage.http, f"/loki/api/v1/format_query?{urllib.parse.urlencode({'query': expression})}") is not None

    expressions = [rule["expr"] for found in groups(catalog, SITE).values() for group in found for rule in group["rules"]]
    assert [expression for expression in expressions if not parses(expression)] == []
    assert not parses(expressions[0].replace("{", "("))
    assert not parses('sum(rate({application="x"} | level~"error" [5m])) > 1')


def test_a_breach_that_is_logged_fires_with_the_catalog_s_labels_and_the_environment_s(stage: Stage, catalog: Catalog) -> None:
    placed = next(p for p in catalog.alerts() if p.name == "SecurityBreach" and p.subject.application.application == "jac-learning")
    assert [alert for alert in stage.alerts() if alert["labels"]["alertname"] == placed.name] == []
    breach = {"service": "jac-backend", "level": "critical", "message": "somebody reads what is not theirs", "event": "security_breach"}
    stage.write("jac-learning", "breach-1", breach)

    def heard() -> list[dict[str, str]]:
        return [alert["labels"] for alert in stage.alerts() if alert["labels"]["alertname"] == placed.name]

    wait_for(lambda: bool(heard()), "the alert", lambda: json.dumps(stage.rules())[:2000])
    place = {"environment": "test", "region": "eu-central-1", "cluster": "here"}
    assert heard() == [{"alertname": placed.name, **labels(placed, catalog), **place}]
    text = next(a["annotations"] for a in stage.alerts() if a["labels"]["alertname"] == placed.name)
    assert text["runbook_url"] == "https://runbooks.example/SecurityBreach.md"
    assert "{{" not in text["description"]

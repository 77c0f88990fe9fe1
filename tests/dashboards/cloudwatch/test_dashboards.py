"""CloudWatch's dashboards are what its reference describes, show each AWS resource there is, and broken ones are refused."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from catalog.aws import KINDS
from dashboards.cloudwatch import lint
from dashboards.cloudwatch.everything import bodies, resources
from dashboards.cloudwatch.queries import GRAPHS
from tests.rendering.cloudwatch import sites

Body = dict[str, Any]
SKILLFORGE = "observatory-prod-skillforge"


def drawn() -> dict[str, Body]:
    return bodies(sites.catalog(), sites.site())


def widgets(body: Body, kind: str) -> list[dict[str, Any]]:
    return [each["properties"] for each in body["widgets"] if each["type"] == kind]


def test_every_application_and_the_platform_have_one() -> None:
    assert set(drawn()) == {f"observatory-prod-{name}" for name in sites.catalog().applications}
    assert set(bodies(sites.catalog(), sites.site(container_insights=False))) == {"observatory-prod-platform", SKILLFORGE}
    assert resources(sites.catalog(), sites.without()) == []


@pytest.mark.parametrize("name", sorted(drawn()))
def test_each_is_what_the_reference_describes_and_small_enough(name: str) -> None:
    assert lint.faults(drawn()[name]) == []
    assert len(json.dumps(drawn()[name])) < 200_000


def test_every_kind_of_resource_has_graphs() -> None:
    assert set(GRAPHS) == set(KINDS)


def test_an_applications_dashboard_shows_each_of_its_resources_where_its_metrics_are() -> None:
    shown: dict[str, str] = {}
    for each in widgets(drawn()[SKILLFORGE], "metric"):
        for metric in each["metrics"]:
            if isinstance(metric[0], str):
                shown[metric[0]] = each["region"]
    assert shown.keys() >= {
        *("AWS/RDS", "AWS/ElastiCache", "AWS/ApplicationELB", "AWS/SQS", "AWS/S3", "AWS/CloudFront", "AWS/Lambda", "AWS/ECS"),
        "ContainerInsights",
    }
    assert shown["AWS/CloudFront"] == "us-east-1"
    assert shown["AWS/RDS"] == "eu-central-1"


def test_alarms_stand_first_and_are_those_that_are_rendered() -> None:
    known = {
        each.inputs.get("name") or each.inputs.get("alarmName")
        for kind in ("MetricAlarm", "CompositeAlarm")
        for each in sites.of(kind).values()
    }
    for name, body in drawn().items():
        listed = [arn.partition(":alarm:")[2] for each in widgets(body, "alarm") for arn in each["alarms"]]
        assert set(listed) <= known, name
        assert not any(each.endswith("/condition") for each in listed)
    platform = [arn for each in widgets(drawn()["observatory-prod-platform"], "alarm") for arn in each["alarms"]]
    assert len(platform) >= 28
    assert any(arn.startswith("arn:aws:cloudwatch:us-east-1:") for arn in platform)


def _widget(body: Body, kind: str) -> dict[str, Any]:
    return next(each for each in body["widgets"] if each["type"] == kind)


def _properties(kind: str, **changes: object) -> Callable[[Body], None]:
    return lambda body: _widget(body, kind)["properties"].update(changes)


def _place(**changes: int) -> Callable[[Body], None]:
    return lambda body: _widget(body, "metric").update(changes)


BROKEN: dict[str, tuple[Callable[[Body], None], str]] = {
    "a widget of no kind": (lambda body: _widget(body, "metric").update(type="graph"), "type is 'graph'"),
    "a widget beyond the grid": (_place(x=20), "the grid has 24 columns"),
    "widgets over each other": (_place(y=0), "lies over"),
    "a graph without a region": (lambda body: _widget(body, "metric")["properties"].pop("region"), "lacks region"),
    "a property that nobody knows": (_properties("metric", colour="red"), "does not know: colour"),
    "a view that there is not": (_properties("metric", view="line"), "view is 'line'"),
    "a period that is not allowed": (_properties("metric", period=45), "a period of 45 s is not allowed"),
    "a dimension without a value": (_properties("metric", metrics=[["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier"]]), "is no metric"),
    "a statistic that there is not": (_properties("metric", metrics=[["AWS/RDS", "CPUUtilization", {"stat": "Mean"}]]), "stat is 'Mean'"),
    "math on what is not there": (_properties("metric", metrics=[[{"id": "e1", "expression": "m1 / m2"}]]), "m1, m2 is no id"),
    "an id twice": (_properties("metric", metrics=[["A", "B", {"id": "m1"}], ["A", "C", {"id": "m1"}]]), "ids are not unique"),
    "an alarm that is no ARN": (_properties("alarm", alarms=["DatabaseCpuHigh"]), "is no alarm's ARN"),
    "too many alarms": (_properties("alarm", alarms=["arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a"] * 101), "101 alarms"),
    "a query of no logs": (_properties("log", query="fields @message"), "reads 0 log groups"),
    "a start that is none": (lambda body: body.update(start="6h"), "start is '6h'"),
    "no widget": (lambda body: body.update(widgets=[]), "there is no widget"),
    "a key that nobody knows": (lambda body: body.update(title="x"), "keys that CloudWatch does not know"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_dashboard_is_told(name: str) -> None:
    breaking, words = BROKEN[name]
    body = copy.deepcopy(drawn()[SKILLFORGE])
    breaking(body)
    assert any(words in told for told in lint.faults(body))

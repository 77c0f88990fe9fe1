"""What alarms ask, whom they tell, and that a composite pages while its members do not."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from catalog.base import Backend
from catalog.catalog import PlacedAlert
from rendering.cloudwatch import alarms
from rendering.cloudwatch.everything import resources
from rendering.datadog import messages
from rendering.resource import Resource
from tests.rendering.cloudwatch import sites

_ATOM = re.compile(r'ALARM\("([^"]+)"\)')


def metric(name: str) -> dict[str, Any]:
    return sites.of("MetricAlarm")[name].inputs


def asked() -> Iterator[tuple[PlacedAlert, Resource]]:
    every = {**sites.of("MetricAlarm"), **sites.of("CompositeAlarm")}
    for placed, _, found in alarms.asked(sites.catalog(), sites.site()):
        for target in found:
            suffix = (target.name,) if len(found) > 1 else ()
            yield placed, every[".".join((placed.subject.application.application, placed.subject.name, placed.name, *suffix))]


def fires(rule: str, states: dict[str, bool]) -> bool:
    """A composite's rule, with AND and NOT alone as ours have it; an alarm that is not named is well."""
    parts = rule.split(" AND ")
    return all(states.get(_ATOM.findall(part)[0], False) != part.startswith("NOT ") for part in parts)


def test_every_kind_of_resource_that_aws_runs_has_an_alarm() -> None:
    namespaces = {
        namespace
        for each in sites.of("MetricAlarm").values()
        for namespace in (
            [each.inputs["namespace"]]
            if "namespace" in each.inputs
            else [query["metric"]["namespace"] for query in each.inputs["metricQueries"] if "metric" in query]
        )
    }
    assert namespaces == {
        *("AWS/ApplicationELB", "AWS/CloudFront", "AWS/ECS", "AWS/ElastiCache", "AWS/Lambda", "AWS/NATGateway", "AWS/RDS", "AWS/S3"),
        *("AWS/SQS", "ContainerInsights", "ECS/ContainerInsights", "Observatory/Logs"),
    }


def test_a_static_alarm_compares_the_metric_in_its_own_unit() -> None:
    cpu = metric("skillforge.postgres.DatabaseCpuHigh")
    assert (cpu["namespace"], cpu["metricName"], cpu["statistic"]) == ("AWS/RDS", "CPUUtilization", "Average")
    assert (cpu["threshold"], cpu["comparisonOperator"]) == (80, "GreaterThanThreshold")
    assert cpu["dimensions"] == {"DBInstanceIdentifier": "skillforge-prod"}
    assert (cpu["period"], cpu["evaluationPeriods"], cpu["datapointsToAlarm"]) == (60, 15, 12)
    assert metric("skillforge.postgres.DatabaseStorageLow.condition")["comparisonOperator"] == "LessThanThreshold"


def test_math_asks_for_events_enough_and_has_one_result() -> None:
    errors = metric("skillforge.backend.LoadBalancerErrors.condition")
    shown = [query for query in errors["metricQueries"] if query["returnData"]]
    assert [query["expression"] for query in shown] == ["IF(requests >= 20, FILL(errors, 0) / requests, 0.0005)"]
    assert errors["threshold"] == 0.05
    rate = metric("skillforge.backend.HighErrorRate")["metricQueries"]
    assert [query.get("expression") for query in rate] == [None, "events / PERIOD(events)"]


def test_an_anomaly_is_beyond_a_band_on_the_side_that_is_bad() -> None:
    unusual = metric("skillforge.postgres.DatabaseConnectionsUnusual")
    assert unusual["comparisonOperator"] == "GreaterThanUpperThreshold"
    assert "threshold" not in unusual
    assert [query["id"] for query in unusual["metricQueries"]] == ["result", unusual["thresholdMetricId"]]
    assert unusual["metricQueries"][1]["expression"] == "ANOMALY_DETECTION_BAND(result, 3)"


def test_a_percentile_is_the_one_that_the_alert_names() -> None:
    slow = metric("skillforge.backend.ResponseVerySlow")
    assert slow["extendedStatistic"] == "p95"
    assert "statistic" not in slow
    assert slow["evaluateLowSampleCountPercentiles"] == "ignore"


def test_missing_data_are_what_the_alert_says() -> None:
    said = {"ok": "notBreaching", "ticket": "missing", "page": "breaching"}
    every = sites.of("MetricAlarm")
    for placed, each in asked():
        part = every.get(f"{each.name}.condition", each)
        assert part.inputs["treatMissingData"] == said[placed.alert.no_data], each.name
    waiting = metric("skillforge.backend.JobsWaiting")
    assert waiting["insufficientDataActions"] == waiting["alarmActions"]


@pytest.mark.parametrize("example", ["quiet", "fires"])
def test_thresholds_tell_a_signals_quiet_example_from_its_firing_one(example: str) -> None:
    for placed, each in asked():
        alert, signal = placed.alert, placed.signal
        if alert.anomaly is None and alert.statistic is None:
            limit = signal.unit.parse(alert.above if alert.above is not None else alert.below)
            value = getattr(signal.examples, example)
            assert (value > limit if alert.above is not None else value < limit) == (example == "fires"), each.name


def test_alarms_carry_the_labels_of_the_contract_and_the_key_of_every_backend() -> None:
    seen = 0
    for placed, each in asked():
        tags, seen = each.inputs["tags"], seen + 1
        wanted = placed.subject.labels | {"team": placed.team, "severity": placed.alert.effective_severity.value}
        wanted |= {"priority": placed.alert.priority.value, "environment": "prod", "region": "eu-central-1", "cluster": "observatory-prod"}
        assert wanted.items() <= tags.items()
        key = messages.key(placed.subject, placed.name)
        assert tags["key"] == key == key.lower()
        assert each.inputs["alarmDescription"].endswith(f"\nKey: {key}")
        assert f"https://example.com/runbooks/{placed.name}.md" in each.inputs["alarmDescription"]
        assert (tags.get("pages") == "true") == (sites.catalog().pager(placed) is Backend.CLOUDWATCH and placed.alert.pages)
    assert seen >= 28


def test_only_what_cloudwatch_notifies_of_tells_somebody() -> None:
    for placed, each in asked():
        told = bool(each.inputs.get("alarmActions"))
        assert told == (sites.catalog().pager(placed) is Backend.CLOUDWATCH), each.name
        assert each.inputs["actionsEnabled"] == told


def test_a_composite_pages_and_its_parts_do_not() -> None:
    composites = sites.of("CompositeAlarm")
    assert len(composites) >= 5
    for name, each in composites.items():
        part = metric(f"{name}.condition")
        assert each.inputs["alarmActions"]
        assert not {"alarmActions", "okActions"} & part.keys()
        assert part["tags"]["part"] == "condition"
        assert not {"pages", "notifies"} & part["tags"].keys()
        assert each.after, "it comes after the alarms that it names"


def test_a_composite_is_quiet_while_its_cause_fires() -> None:
    rule = sites.of("CompositeAlarm")["skillforge.backend.LoadBalancerErrors"].inputs["alarmRule"]
    mine, cause = "prod/skillforge/backend/LoadBalancerErrors/condition", "prod/skillforge/backend/TargetsUnhealthy"
    assert fires(rule, {mine: True})
    assert not fires(rule, {mine: True, cause: True})
    assert not fires(rule, {cause: True})


def test_alarms_on_cloudfront_and_all_that_they_tell_stand_where_its_metrics_are() -> None:
    errors = metric("skillforge.frontend.CdnErrors")
    assert errors["region"] == "us-east-1"
    assert errors["dimensions"]["Region"] == "Global"
    topic = sites.of("Topic")[errors["alarmActions"][0].name]
    key = next(each for each in sites.rendered() if (each.kind, each.name) == ("aws:kms/key:Key", topic.inputs["kmsMasterKeyId"].name))
    rule = sites.of("EventRule")["skillforge.frontend.CdnErrors.us-east-1.trigger"]
    target = sites.of("EventTarget")["skillforge.frontend.CdnErrors.us-east-1.trigger"]
    destination = sites.of("EventApiDestination")[target.inputs["arn"].name]
    assert {each.inputs.get("region") for each in (topic, key, rule, target, destination)} == {"us-east-1"}


def test_what_containers_do_is_watched_only_where_somebody_pays_for_it() -> None:
    found = resources(sites.catalog(), sites.site(container_insights=False))
    names = {each.name for each in found}
    assert "skillforge.backend.ServiceDown" not in names
    assert "amazon-cloudwatch-observability" not in names
    composite = next(each for each in found if each.name == "skillforge.backend.TargetsUnhealthy")
    assert composite.kind.endswith(":MetricAlarm"), "without its cause it is no composite"


def test_settings_name_what_stands_in_an_environment() -> None:
    own = {"skillforge": {"database": {"DBInstanceIdentifier": "legacy-7"}}}
    found = resources(sites.catalog(), sites.site(resources=own))
    cpu = next(each for each in found if each.name == "skillforge.postgres.DatabaseCpuHigh")
    assert cpu.inputs["dimensions"] == {"DBInstanceIdentifier": "legacy-7"}
    assert any(each.inputs.get("name") == "/aws/rds/instance/legacy-7/postgresql" for each in found)


def test_nothing_is_rendered_where_cloudwatch_is_off() -> None:
    assert resources(sites.catalog(), sites.without()) == []

"""What CloudWatch would refuse, or take and never do, is refused before anything is registered."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from catalog.aws import AwsResource, reproaches
from catalog.loading import examine
from catalog.signal import CloudwatchQuery
from rendering.cloudwatch import check
from rendering.cloudwatch.everything import faults
from rendering.cloudwatch.retention import DAYS, days
from rendering.cloudwatch.settings import CloudwatchSettings
from rendering.resource import Resource
from tests.rendering.cloudwatch import sites

STATIC, MATH, BAND = (
    "skillforge.postgres.DatabaseCpuHigh",
    "skillforge.ai-services.ExtractionFailing",
    "skillforge.postgres.DatabaseConnectionsUnusual",
)
_NO = object()


def changed(name: str, change: dict[str, Any], kind: str = "MetricAlarm") -> list[str]:
    each = sites.of(kind)[name]
    inputs = {key: value for key, value in (each.inputs | change).items() if value is not _NO}
    others = [other for other in sites.rendered() if other is not each]
    return [told for told in check.faults([*others, Resource(each.kind, each.name, inputs)]) if told.startswith(f"{name}: ")]


def test_ours_are_without_fault() -> None:
    assert check.faults(sites.rendered()) == []


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        (STATIC, {"extendedStatistic": "p95"}, "either a statistic or an extended one, not both"),
        (STATIC, {"statistic": _NO}, "not both and not neither"),
        (STATIC, {"statistic": "Mean"}, "statistic is 'Mean'"),
        (STATIC, {"statistic": _NO, "extendedStatistic": "p101"}, "extendedStatistic is 'p101'"),
        (STATIC, {"period": 90}, "a period of 90 s is not allowed"),
        (STATIC, {"period": 20}, "a period of 20 s is not allowed"),
        (STATIC, {"treatMissingData": _NO}, "treatMissingData is None"),
        (STATIC, {"treatMissingData": "bad"}, "treatMissingData is 'bad'"),
        (STATIC, {"comparisonOperator": "GreaterThan"}, "comparisonOperator is 'GreaterThan'"),
        (STATIC, {"comparisonOperator": "GreaterThanUpperThreshold"}, "a threshold takes"),
        (STATIC, {"datapointsToAlarm": 16}, "16 of 15 periods"),
        (STATIC, {"evaluationPeriods": 1500}, "look back too far"),
        (STATIC, {"threshold": _NO}, "not both and not neither"),
        (STATIC, {"dimensions": {"DBInstanceIdentifier": ""}}, "dimensions without a value"),
        (STATIC, {"name": "x" * 256}, "256 characters"),
        (STATIC, {"alarmDescription": "x" * 1025}, "1025 characters"),
        (STATIC, {"alarmActions": ["a"] * 6}, "6 actions"),
        (STATIC, {"tags": {"team": "a;b"}}, "characters that AWS refuses"),
        (MATH, {"statistic": "Sum"}, "metric math stands beside statistic"),
        (MATH, {"metricQueries": [{"id": "Result", "expression": "1", "returnData": True}]}, "ids begin with a small letter"),
        (MATH, {"metricQueries": [{"id": "result", "expression": "calls", "returnData": True}]}, "calls is no id of a query"),
        (MATH, {"metricQueries": [{"id": "result", "expression": "1", "returnData": False}]}, "0 queries return data"),
        (BAND, {"threshold": 1}, "either a threshold or the id of a band"),
        (BAND, {"thresholdMetricId": "other"}, "the band's among them"),
    ],
)
def test_a_broken_alarm_is_told_by_name(name: str, change: dict[str, Any], words: str) -> None:
    assert words in "\n".join(changed(name, change))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("prod/x", "is no rule"),
        ('ALARM("a") & ALARM("b")', "is no rule"),
        ('ALARM("nobody")', "no alarm is called 'nobody'"),
        ('ALARM("prod/skillforge/frontend/CdnErrors")', "stands in another region"),
    ],
)
def test_a_composite_names_alarms_of_its_region(rule: str, words: str) -> None:
    assert words in "\n".join(changed("skillforge.backend.LoadBalancerErrors", {"alarmRule": rule}, "CompositeAlarm"))


def test_a_part_that_pages_by_itself_is_refused() -> None:
    name = "skillforge.backend.LoadBalancerErrors.condition"
    each = sites.of("MetricAlarm")[name]
    loud = Resource(each.kind, each.name, each.inputs | {"alarmActions": ["arn"], "actionsEnabled": True})
    told = check.faults([*(other for other in sites.rendered() if other is not each), loud])
    assert any("tells somebody by itself" in fault for fault in told)


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("LogGroup", {"retentionInDays": 45}, "no retention of 45 days; take 30 or 60"),
        ("LogGroup", {"retentionInDays": None}, "keeps records for ever"),
        ("LogGroup", {"name": "a b"}, "no name of a log group"),
        ("LogMetricFilter", {"metricTransformation": {"name": "a:b", "namespace": "X", "value": "1"}}, "no name of a metric"),
        ("LogMetricFilter", {"metricTransformation": {"name": "a", "namespace": "AWS/X", "value": "1"}}, "belongs to AWS"),
    ],
)
def test_a_broken_log_group_or_filter_is_told(kind: str, change: dict[str, Any], words: str) -> None:
    assert words in "\n".join(changed(next(iter(sites.of(kind))), change, kind))


@pytest.mark.parametrize(("seconds", "expected"), [(86_400, 1), (2 * 86_400, 3), (45 * 86_400, 60), (365 * 86_400, 365), (86_401, 3)])
def test_days_are_rounded_up_to_those_that_cloudwatch_has(seconds: float, expected: int) -> None:
    assert days(seconds) == expected


def test_longer_than_cloudwatch_keeps_is_refused() -> None:
    with pytest.raises(ValueError, match="3653 days at the most, not for 4000"):
        days(4000 * 86_400)
    assert tuple(sorted(set(DAYS))) == DAYS


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"retention": {"databases": 100}}, "databases: CloudWatch has no retention of 100 days; take 90 or 120"),
        ({"log_groups": ["databases", "databases"]}, "names one twice"),
        ({"stream": {"firehose_arn": "firehose", "namespaces": ["AWS/RDS"]}}, "should match pattern"),
        ({"chat": {"workspace_id": "t-1", "channels": {"#a": "C1"}}}, "should match pattern"),
        ({"pagerduty": "sms"}, "events"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CloudwatchSettings.model_validate(settings)


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ({"kind": "rds", "dimensions": {"Name": "a"}}, "no metric of a database without its dimension DBInstanceIdentifier"),
        ({"kind": "alb", "dimensions": {"LoadBalancer": "app/a/0123456789abcdef"}}, "without its dimension TargetGroup"),
        ({"kind": "alb", "dimensions": {"LoadBalancer": "a", "TargetGroup": "targetgroup/a/0123456789abcdef"}}, "this is no LoadBalancer"),
        ({"kind": "sqs", "dimensions": {"QueueName": "a-$stage"}}, "$stage is no name"),
        ({"kind": "nat", "dimensions": {"NatGatewayId": "nat-00000000", "Zone": "a"}}, "has no such dimension"),
    ],
)
def test_a_resource_without_what_its_metrics_need_is_told(resource: dict[str, Any], words: str) -> None:
    assert words in "\n".join(reason for _, _, reason, _ in reproaches(AwsResource.model_validate(resource)))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"metric": "A", "period": "90s"}, "a period of 90 s is not allowed"),
        ({"metric": "A", "statistic": "Mean"}, "should match pattern"),
        ({"metric": "A", "expression": "a"}, "either `metric`"),
        ({"expression": "a"}, "`metrics` are what"),
        ({"metrics": {"a": "A"}, "expression": "a", "samples": "b"}, "none of metrics"),
        ({"pattern": "x", "kind": "sqs"}, "needs a `kind` that has logs"),
    ],
)
def test_a_query_that_cannot_be_asked_is_refused(query: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CloudwatchQuery.model_validate({"namespace": "AWS/SQS", "statistic": "Sum", **query})


def _catalog(tmp_path: Path, old: str, new: str) -> list[str]:
    """Faults of a copy of the catalog in which something of skillforge's is written otherwise."""
    root = Path(__file__).parent.parent.parent.parent
    for path in (root / "catalog").rglob("*.yaml"):
        copy = tmp_path / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        if path.name == "skillforge.yaml":
            assert old in text
            text = text.replace(old, new, 1)
        copy.write_text(text, encoding="utf-8")
    _, found = examine(tmp_path)
    return [f"{fault.file}: {fault.key}: {fault.reason}" for fault in found]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "{DBInstanceIdentifier: skillforge-$environment}",
            "{Instance: skillforge}",
            "dependencies.postgres.aws.database.dimensions: CloudWatch has no metric of a database without its dimension",
        ),
        (
            "assets: {kind: s3, dimensions: {BucketName: skillforge-$environment-assets}}",
            "cdn2: {kind: cloudfront, dimensions: {DistributionId: E0EXAMPLE0000}}",
            "no backend can evaluate this alert",
        ),
        ("jobs: {kind: sqs", "cdn: {kind: sqs", "2 services or dependencies of this application have an AWS resource of this name"),
        ("        above: 20\n        window: 5m", "        above: 20\n        window: 90s", "a period of 90 s is not allowed"),
        ("        inhibited_by: [TargetsUnhealthy]", "        inhibited_by: [CdnErrors]", "its alarm stands in"),
        ("        inhibited_by: [TargetsUnhealthy]", "        inhibited_by: [DatabasePoolExhausted]", "CloudWatch notifies of this alert"),
    ],
)
def test_a_catalog_that_cloudwatch_cannot_follow_is_refused(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert any(words in told for told in _catalog(tmp_path, old, new))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"resources": {"shop": {}}}, "no application of this name"),
        ({"resources": {"skillforge": {"databse": {}}}}, "skillforge has no AWS resource of this name"),
        ({"resources": {"skillforge": {"database": {"Instance": "a"}}}}, "has no such dimension"),
        ({"resources": {"skillforge": {"api": {"LoadBalancer": "api"}}}}, "this is no LoadBalancer"),
        ({"chat": {"workspace_id": "T1", "channels": {"#nobody": "C1"}}}, "no team has this channel"),
        ({"logs": None}, "nobody says how long"),
    ],
)
def test_settings_that_fit_no_catalog_are_told(changes: dict[str, Any], words: str) -> None:
    told = faults(sites.catalog(), sites.site(**changes), "Pulumi.prod.yaml", "observatory:settings.aws")
    assert any(words in fault.reason for fault in told)
    assert all(fault.remedy for fault in told)


def test_our_settings_fit_the_catalog() -> None:
    assert faults(sites.catalog(), sites.site(), "Pulumi.prod.yaml", "observatory:settings.aws") == []

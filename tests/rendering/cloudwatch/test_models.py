"""Every call that a resource becomes is one that botocore's models allow, and a moto account takes, changes and gives back."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from dashboards.cloudwatch import everything as dashboards
from rendering.resource import Resource
from tests.rendering.aws import policies, reading
from tests.rendering.aws.models import complaints
from tests.rendering.cloudwatch import sites
from tests.rendering.cloudwatch.as_sent import calls

MIRRORED = ("cloudwatch", "events", "logs", "sns")
NOT_BY_MOTO = ("CreateLogAnomalyDetector", "PutCompositeAlarm", "PutQueryDefinition")
KEY = ("aws:kms/key:Key", "observatory")
Account = Callable[[str], Any]
"""Makes the client of a service."""
OWN = {"aws:sns/topicPolicy:TopicPolicy": "arn:aws:sns:eu-central-1:123456789012:topic", "aws:kms/key:Key": reading.KEY}


def everything() -> list[Resource]:
    return [*sites.rendered(), *dashboards.resources(sites.catalog(), sites.site())]


def test_every_call_is_one_that_the_models_allow() -> None:
    found = everything()
    known = reading.by_key(found)
    judged: Counter[str] = Counter()
    told: list[str] = []
    for each in found:
        for service, operation, parameters in calls(each, known):
            judged[f"{service}.{operation}"] += 1
            told += [f"{each.name}: {fault}" for fault in complaints(service, operation, parameters)]
    assert told == []
    assert judged["cloudwatch.PutMetricAlarm"] >= 28
    assert len(judged) >= 20


@pytest.mark.parametrize(
    ("kind", "change", "words"),
    [
        ("MetricAlarm", {"comparisonOperator": "MoreThan"}, "is none of"),
        ("MetricAlarm", {"evaluationPeriods": 0}, "is below 1"),
        ("MetricAlarm", {"alarmDescription": "x" * 1025}, "above 1024"),
        ("Topic", {"name": 7}, "Invalid type"),
        ("EventRule", {"state": "ON"}, "is none of"),
        ("LogAnomalyDetector", {"anomalyVisibilityTime": 400}, "above 90"),
        ("MetricStream", {"outputFormat": "xml"}, "is none of"),
    ],
)
def test_the_models_refuse_what_is_broken(kind: str, change: dict[str, Any], words: str) -> None:
    found = everything()
    each = next(each for each in found if each.kind.endswith(f":{kind}"))
    broken = Resource(each.kind, each.name, each.inputs | change)
    told = [fault for call in calls(broken, reading.by_key(found)) for fault in complaints(*call)]
    assert words in " ".join(told)


def test_every_policy_opens_nothing_that_is_not_needed() -> None:
    found = everything()
    known, told, judged = reading.by_key(found), list[str](), 0
    for each in found:
        for name in ("policy", "assumeRolePolicy"):
            if name in each.inputs:
                judged += 1
                policy = json.loads(reading.resolved(each.inputs[name], known))
                told += [f"{each.kind} {each.name}: {fault}" for fault in policies.complaints(policy, own=OWN.get(each.kind))]
    assert told == []
    assert judged > 12


def _snake(operation: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation).lower()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        clients: dict[str, Any] = {}

        def client(service: str) -> Any:  # noqa: ANN401  boto3 makes its clients' methods as it goes
            made = clients.get(service) or cast("Any", boto3).client(service, region_name=reading.REGION)
            clients[service] = made
            return made

        yield client


def _apply(account: Account, found: list[Resource]) -> Counter[str]:
    known, done = reading.by_key(found), Counter[str]()
    for each in found:
        for service, operation, parameters in calls(each, known):
            if service in MIRRORED and operation not in NOT_BY_MOTO and "region" not in each.inputs:
                sent = {key: value for key, value in parameters.items() if key not in ("kmsKeyId", "KmsKeyIdentifier")}
                getattr(account(service), _snake(operation))(**sent)
                done[operation] += 1
    return done


def _ordered() -> list[Resource]:
    """Topics, groups, connections and rules first, then what stands on them."""
    first = (":Topic", ":LogGroup", ":EventConnection", ":EventApiDestination", ":EventRule", ":MetricAlarm")
    skipped = (":LogSubscriptionFilter", ":EventTarget", ":TopicSubscription", ":MetricStream")
    found = [each for each in everything() if not each.kind.endswith(skipped)]
    made = {each.inputs["name"] for each in found if each.kind.endswith(":LogGroup")}
    found = [each for each in found if not each.kind.endswith(":LogMetricFilter") or _group_of(each) in made]
    return sorted(found, key=lambda each: next((place for place, kind in enumerate(first) if each.kind.endswith(kind)), len(first)))


def _group_of(each: Resource) -> str:
    return str(reading.resolved(each.inputs["logGroupName"], reading.by_key(everything())))


def test_an_account_takes_them_changes_them_and_gives_them_back(account: Account) -> None:
    done = _apply(account, _ordered())
    assert done["PutMetricAlarm"] >= 27
    assert done["PutDashboard"] == 5

    watch, logs = account("cloudwatch"), account("logs")
    alarms: Any = watch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100)
    names = [each["AlarmName"] for each in (*alarms["MetricAlarms"], *alarms["CompositeAlarms"])]
    assert "prod/skillforge/postgres/DatabaseCpuHigh" in names
    kept = {each["logGroupName"]: each["retentionInDays"] for each in logs.describe_log_groups()["logGroups"]}
    assert kept["/aws/eks/observatory-prod/cluster"] == 365
    assert kept["/aws/lambda/skillforge-prod-extraction"] == 30

    once_more = [each for each in _ordered() if each.kind.endswith((":MetricAlarm", ":Dashboard"))]
    _apply(account, [Resource(each.kind, each.name, _louder(each.inputs)) for each in once_more])
    changed = watch.describe_alarms(AlarmNames=["prod/skillforge/postgres/DatabaseCpuHigh"])["MetricAlarms"][0]
    assert changed["Threshold"] == 81

    watch.delete_alarms(AlarmNames=names)
    watch.delete_dashboards(DashboardNames=[each["DashboardName"] for each in watch.list_dashboards()["DashboardEntries"]])
    for group in kept:
        logs.delete_log_group(logGroupName=group)
    for topic in account("sns").list_topics()["Topics"]:
        account("sns").delete_topic(TopicArn=topic["TopicArn"])
    assert watch.describe_alarms()["MetricAlarms"] == []
    assert logs.describe_log_groups()["logGroups"] == []
    assert account("sns").list_topics()["Topics"] == []


def _louder(inputs: dict[str, Any]) -> dict[str, Any]:
    return inputs | ({"threshold": inputs["threshold"] + 1} if "threshold" in inputs else {})

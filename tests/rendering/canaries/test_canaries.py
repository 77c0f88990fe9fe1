"""Canaries, their rights, bucket, alarms and health checks as Amazon would take them, and what is refused."""

import base64
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from catalog.catalog import Catalog
from rendering.aws.place import Place
from rendering.canaries import everything, runs
from rendering.canaries.code import archive
from rendering.canaries.settings import CanariesSettings
from rendering.cloudwatch.settings import CloudwatchSettings
from rendering.datadog.synthetic_settings import SyntheticsSettings
from rendering.resource import Resource
from rendering.site import AwsSite, DatadogSite, Site
from tests.rendering.aws import policies, reading
from tests.rendering.aws.imitation import ask, imitated
from tests.rendering.aws.models import complaints

PLACE = Place("123456789012", "eu-central-1", "test", "test-1")
VPC = {"subnets": ["subnet-0123456789abcdef0"], "security_groups": ["sg-0123456789abcdef0"]}


def placed(site: Site, **chosen: object) -> Site:
    settings = CanariesSettings.model_validate({"runs_per_month": 100_000, "browser": True, "health_checks": True, **chosen})
    return replace(site, aws=AwsSite(PLACE, cloudwatch=CloudwatchSettings(), canaries=settings))


def made(catalog: Catalog, site: Site, kind: str) -> dict[str, dict[str, Any]]:
    found = everything.resources(catalog, site)
    known = {(each.kind, each.name): each for each in found}
    return {each.name: reading.resolved(each.inputs, known) for each in found if each.kind.endswith(f":{kind}")}


def test_every_kind_of_check_and_journey_is_a_canary_or_left_out_with_a_reason(real: Catalog, site: Site) -> None:
    here = placed(site)
    kinds = {canary.what for canary in runs.canaries(real, here)}
    assert kinds == {"heartbeat", "api", "browser"}
    left = runs.left_out(real, here)
    assert left["skillforge-backend-mobile-mobile-matches"] == "CloudWatch runs no mobile applications"
    assert "inside the cluster" in left["skillforge-backend-heartbeat-health"]
    assert "browser is off" in runs.left_out(real, placed(site, browser=False))["skillforge-frontend-browser-apply-for-a-job"]


def created(each: dict[str, Any]) -> dict[str, Any]:
    """A canary as its provider asks for it."""
    return {
        "Name": each["name"],
        "Code": {"S3Bucket": each["s3Bucket"], "S3Key": each["s3Key"], "Handler": each["handler"]},
        "ArtifactS3Location": each["artifactS3Location"],
        "ExecutionRoleArn": each["executionRoleArn"],
        "Schedule": {
            "Expression": each["schedule"]["expression"],
            "RetryConfig": {"MaxRetries": each["schedule"]["retryConfig"]["maxRetries"]},
        },
        "RunConfig": {
            "TimeoutInSeconds": each["runConfig"]["timeoutInSeconds"],
            "MemoryInMB": each["runConfig"]["memoryInMb"],
            "EphemeralStorage": each["runConfig"]["ephemeralStorage"],
            "EnvironmentVariables": each["runConfig"].get("environmentVariables", {}),
        },
        "SuccessRetentionPeriodInDays": each["successRetentionPeriod"],
        "FailureRetentionPeriodInDays": each["failureRetentionPeriod"],
        "RuntimeVersion": each["runtimeVersion"],
        "VpcConfig": {"SubnetIds": each["vpcConfig"]["subnetIds"], "SecurityGroupIds": each["vpcConfig"]["securityGroupIds"]},
        "ArtifactConfig": {"S3Encryption": {"EncryptionMode": "SSE_KMS", "KmsKeyArn": each["artifactConfig"]["s3Encryption"]["kmsKeyArn"]}},
        "Tags": each["tags"],
    }


def test_amazons_model_takes_every_canary(real: Catalog, site: Site) -> None:
    for each in made(real, placed(site, vpc=VPC), "Canary").values():
        assert complaints("synthetics", "CreateCanary", created(each)) == []


def looked(each: dict[str, Any]) -> dict[str, Any]:
    """A health check as its provider asks for it."""
    return {
        "Type": each["type"],
        "FullyQualifiedDomainName": each["fqdn"],
        "Port": each["port"],
        "ResourcePath": each["resourcePath"],
        "RequestInterval": each["requestInterval"],
        "FailureThreshold": each["failureThreshold"],
        "EnableSNI": each["enableSni"],
    }


def test_amazons_models_take_alarms_and_health_checks(real: Catalog, site: Site) -> None:
    here = placed(site)
    for name, each in made(real, here, "HealthCheck").items():
        assert complaints("route53", "CreateHealthCheck", {"CallerReference": name, "HealthCheckConfig": looked(each)}) == []
    for each in made(real, here, "MetricAlarm").values():
        told = {
            "AlarmName": each["name"],
            "AlarmDescription": each["alarmDescription"],
            "Namespace": each["namespace"],
            "MetricName": each["metricName"],
            "Statistic": each["statistic"],
            "Period": each["period"],
            "EvaluationPeriods": each["evaluationPeriods"],
            "DatapointsToAlarm": each["datapointsToAlarm"],
            "Threshold": each["threshold"],
            "ComparisonOperator": each["comparisonOperator"],
            "TreatMissingData": each["treatMissingData"],
            "Dimensions": [{"Name": key, "Value": value} for key, value in each["dimensions"].items()],
            "Tags": [{"Key": key, "Value": value} for key, value in each["tags"].items()],
        }
        assert complaints("cloudwatch", "PutMetricAlarm", told) == []
        assert each["period"] * each["evaluationPeriods"] <= 604_800


def test_an_imitation_of_amazon_takes_canaries_and_health_checks_and_gives_the_latter_back(real: Catalog, site: Site) -> None:
    here = placed(site)
    with imitated() as address:
        for each in made(real, here, "Canary").values():
            given = created(each | {"vpcConfig": {"subnetIds": [], "securityGroupIds": []}})
            ask(address, "synthetics", "CreateCanary", **given)
            held = ask(address, "synthetics", "GetCanary", Name=each["name"])["Canary"]
            assert held["Schedule"]["Expression"] == each["schedule"]["expression"]
            assert held["ExecutionRoleArn"] == each["executionRoleArn"]
        for name, each in made(real, here, "HealthCheck").items():
            check = ask(address, "route53", "CreateHealthCheck", CallerReference=name, HealthCheckConfig=looked(each))["HealthCheck"]["Id"]
            ask(address, "route53", "UpdateHealthCheck", HealthCheckId=check, ResourcePath="/elsewhere")
            held = ask(address, "route53", "GetHealthCheck", HealthCheckId=check)["HealthCheck"]["HealthCheckConfig"]
            assert (held["FullyQualifiedDomainName"], held["ResourcePath"]) == (each["fqdn"], "/elsewhere")
            ask(address, "route53", "DeleteHealthCheck", HealthCheckId=check)
        assert ask(address, "route53", "ListHealthChecks")["HealthChecks"] == []


@pytest.mark.parametrize("vpc", [None, VPC])
def test_each_applications_role_does_what_its_canaries_need_and_no_more(real: Catalog, site: Site, vpc: object) -> None:
    here = placed(site, vpc=vpc)
    found = made(real, here, "RolePolicy")
    assert set(found) == {"canaries-ai-platform", "canaries-jac-learning", "canaries-skillforge"}
    for name, each in found.items():
        policy = json.loads(each["policy"])
        interfaces = "parliament: RESOURCE_STAR ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface']"
        assert policies.complaints(policy) == ([interfaces] if vpc else []), "Lambda tries these rights on everything"
        reads = [each for each in policy["Statement"] if each["Sid"] == "ReadEntry"]
        entries = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:observatory/test/synthetics-skillforge-??????"]
        assert [each["Resource"] for each in reads] == ([entries] if name == "canaries-skillforge" else [])


def test_a_role_is_trusted_by_functions_alone(real: Catalog, site: Site) -> None:
    for each in made(real, placed(site), "Role").values():
        (statement,) = json.loads(each["assumeRolePolicy"])["Statement"]
        assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
        assert len(each["name"]) <= 64


def test_what_runs_leave_behind_expires_and_code_does_not(real: Catalog, site: Site) -> None:
    (each,) = made(real, placed(site, keep=14), "BucketLifecycleConfiguration").values()
    expiring = {rule["filter"]["prefix"]: rule["expiration"]["days"] for rule in each["rules"] if "days" in rule.get("expiration", {})}
    assert expiring == {"runs/": 14}
    keys = [each["key"] for each in made(real, placed(site), "BucketObjectv2").values()]
    assert all(key.startswith("code/") for key in keys)


def test_the_same_steps_are_the_same_archive_and_other_steps_another_name(real: Catalog, site: Site) -> None:
    here = placed(site)
    first, second = made(real, here, "BucketObjectv2"), made(real, here, "BucketObjectv2")
    assert first == second
    journey = real.applications["skillforge"].services["backend"].journeys["match"]
    other = journey.model_copy(update={"steps": journey.steps[:-1]})
    assert archive(journey, {}).digest != archive(other, {}).digest
    content = zipfile.ZipFile(io.BytesIO(base64.b64decode(first["skillforge-backend-api-match"]["contentBase64"])))
    assert content.namelist() == ["index.mjs", "journey.json", "synthetics.json"]
    reported = json.loads(content.read("synthetics.json"))
    assert reported["har"] is False, "an archive of all traffic would hold the password"
    assert not any(reported["report"][key] for key in ("includeRequestBody", "includeRequestHeaders", "includeResponseBody"))


def test_no_secret_is_anywhere_but_in_its_entry(real: Catalog, site: Site) -> None:
    here = placed(site)
    canary = made(real, here, "Canary")["skillforge-backend-api-match"]
    assert canary["runConfig"]["environmentVariables"] == {"SECRET_ID": "observatory/test/synthetics-skillforge"}
    (secret,) = runs.secrets(real, here)
    assert (secret.name, secret.key) == ("synthetics-skillforge", "synthetic-password")


def test_an_alarm_notifies_only_where_nobody_else_tells_of_the_same(real: Catalog, site: Site) -> None:
    alone = made(real, placed(site), "MetricAlarm")["skillforge.backend.HealthCheckDown.api.api-health"]
    assert alone["tags"]["notifies"] == "page"
    assert alone["alarmActions"] == alone["okActions"] != []
    assert alone["treatMissingData"] == "breaching"
    synthetics = SyntheticsSettings.model_validate({"runs_per_month": 1, "locations": ["aws:eu-central-1"]})
    both = replace(placed(site), datadog=DatadogSite("datadoghq.eu", synthetics=synthetics))
    shown = made(real, both, "MetricAlarm")["skillforge.backend.HealthCheckDown.api.api-health"]
    assert "notifies" not in shown["tags"]
    assert not shown["actionsEnabled"]
    paused = replace(both, datadog=DatadogSite("datadoghq.eu", synthetics=synthetics.model_copy(update={"paused": True})))
    assert "notifies" in made(real, paused, "MetricAlarm")["skillforge.backend.HealthCheckDown.api.api-health"]["tags"]


def test_health_checks_ask_what_the_public_reaches_and_show(real: Catalog, site: Site) -> None:
    alarms = [each for each in made(real, placed(site), "MetricAlarm").values() if each["namespace"] == "AWS/Route53"]
    assert alarms
    assert {each["region"] for each in alarms} == {"us-east-1"}
    assert not any(each["actionsEnabled"] for each in alarms)
    assert not made(real, placed(site, health_checks=False), "HealthCheck")


def test_a_canary_in_the_vpc_asks_the_load_balancer_and_no_health_check_does(real: Catalog, site: Site) -> None:
    vpc = VPC | {"addresses": {"backend.skillforge.svc:8000": "https://skillforge.internal.example.com"}}
    here = placed(site, vpc=vpc)
    (found,) = [canary for canary in runs.canaries(real, here) if canary.key == "skillforge-backend-heartbeat-health"]
    assert found.urls == ["https://skillforge.internal.example.com/health"]
    assert "skillforge-backend-heartbeat-health" not in made(real, here, "HealthCheck")


@pytest.mark.parametrize(
    ("every", "schedule", "timeout", "count"),
    [
        (30, "rate(1 minute)", 30, 43200),
        (60, "rate(1 minute)", 30, 43200),
        (90, "rate(1 minute)", 30, 43200),
        (300, "rate(5 minutes)", 150, 8640),
        (3600, "rate(1 hour)", 840, 720),
        (5400, "rate(1 hour)", 840, 720),
        (18000, "cron(0 */4 * * ? *)", 840, 180),
        (604800, "cron(0 3 * * ? *)", 840, 30),
    ],
)
def test_a_pace_is_one_that_cloudwatch_keeps(real: Catalog, site: Site, every: int, schedule: str, timeout: int, count: int) -> None:
    first = runs.canaries(real, placed(site))[0]
    journey = real.applications["skillforge"].services["backend"].journeys["match"]
    canary = replace(first, about=journey.model_copy(update={"every": every}))
    assert (canary.schedule, canary.timeout, canary.runs) == (schedule, timeout, count)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"memory": 1000}, "multiple of 64"),
        ({"memory": 512}, "greater than or equal to 960"),
        ({"runtime": "syn-python-selenium-1.0"}, "should match"),
        ({"keep": 0}, "greater than or equal to 1"),
        ({"bucket": "Company_Canaries"}, "should match"),
        ({"vpc": VPC | {"subnets": []}}, "at least 1 item"),
        ({"vpc": VPC | {"subnets": ["10.0.0.0/16"]}}, "should match"),
        ({"vpc": VPC | {"addresses": {"a.svc": "ftp://x"}}}, "should match"),
    ],
)
def test_settings_that_cloudwatch_would_refuse_are_refused_here(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        CanariesSettings.model_validate({"runs_per_month": 1, **wrong})


def test_too_many_runs_and_addresses_of_nobody_are_named(real: Catalog, site: Site) -> None:
    here = placed(site, runs_per_month=100, vpc=VPC | {"addresses": {"nobody.svc": "https://x.example.com"}})
    money, address = everything.faults(real, here, "Pulumi.test.yaml", "observatory:settings.aws")
    assert money.key == "observatory:settings.aws.canaries.runs_per_month"
    assert "runs in 30 days; the most: " in money.reason
    assert (address.key, address.value) == ("observatory:settings.aws.canaries.vpc.addresses", "nobody.svc")
    assert "backend.skillforge.svc:8000" in address.remedy


def test_nothing_is_made_where_canaries_are_off(real: Catalog, site: Site) -> None:
    assert everything.resources(real, site) == []
    assert everything.resources(real, replace(site, aws=AwsSite(PLACE))) == []
    found: list[Resource] = everything.resources(real, placed(site, paused=True))
    assert all(each.inputs["startCanary"] is False for each in found if each.kind == everything.CANARY)
    assert not [each for each in found if each.kind.endswith("MetricAlarm") and "CanaryName" in each.inputs["dimensions"]]

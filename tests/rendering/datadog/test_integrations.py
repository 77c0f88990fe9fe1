"""Slack's channels, PagerDuty's keys and services, and the AWS account: once for the account, with no secret in any of them."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from catalog.base import Priority, Severity
from catalog.catalog import Catalog
from local.tools import ensure
from rendering.datadog import integrations, messages, webhooks
from rendering.datadog.aws_settings import AwsSettings
from rendering.documents import Rendered
from rendering.resource import Resource
from rendering.secrets import SecretKey
from tests.rendering.datadog.outside_as_sent import faults, payload
from tests.rendering.datadog.sites import SITE, with_datadog


def everything(catalog: Catalog) -> list[Resource]:
    return [*integrations.resources(catalog, SITE), *webhooks.resources(catalog, SITE)]


def account(catalog: Catalog, **changes: object) -> dict[str, Any]:
    aws = AwsSettings(account_id="123456789012", role_name="datadog").model_copy(update=changes)
    (made,) = [each for each in integrations.resources(catalog, with_datadog(aws=aws)) if each.kind == integrations.ACCOUNT]
    return made.inputs


def test_every_payload_is_one_that_datadogs_models_take(real: Catalog) -> None:
    assert not [fault for resource in everything(real) for fault in faults(resource)]


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        (integrations.CHANNEL, ("display", "picture"), True),
        (integrations.SERVICE, ("serviceUrl",), "x"),
        (integrations.ACCOUNT, ("awsPartition",), "europe"),
        (integrations.ACCOUNT, ("metricsConfig", "everything"), True),
        (integrations.ACCOUNT, ("awsRegions",), {"includeOnlies": "eu-central-1"}),
        (webhooks.WEBHOOK, ("encodeAs",), "xml"),
        (webhooks.VARIABLE, ("isSecret",), "yes"),
    ],
)
def test_a_broken_payload_is_refused(real: Catalog, kind: str, path: tuple[str, ...], value: object) -> None:
    resource = next(each for each in everything(real) if each.kind == kind)
    inputs = json.loads(json.dumps(resource.inputs, default=lambda _: "a secret"))
    place = inputs
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert faults(replace(resource, inputs=inputs))


def test_teams_that_datadog_tells_have_channels_services_and_webhooks(real: Catalog) -> None:
    assert set(webhooks.told(real)) == {"ml-platform", "security-team", "talent"}
    made = {(each.kind, each.name) for each in everything(real)}
    for name, team in webhooks.told(real).items():
        assert (integrations.SERVICE, name) in made
        assert {(webhooks.WEBHOOK, f"pagerduty-{name}"), (webhooks.WEBHOOK, f"pagerduty-{name}-resolve")} <= made
        assert {(integrations.CHANNEL, channel.removeprefix("#")) for channel in team.slack.values()} <= made


def test_all_of_it_belongs_to_the_account(real: Catalog) -> None:
    assert all(each.account_wide for each in everything(real))


def test_keys_are_secrets_and_stand_in_no_input(real: Catalog) -> None:
    services = [each for each in everything(real) if each.kind == integrations.SERVICE]
    variables = [each for each in everything(real) if each.kind == webhooks.VARIABLE]
    assert all(isinstance(each.inputs["serviceKey"], SecretKey) and each.secrets == ("serviceKey",) for each in services)
    assert all(isinstance(each.inputs["value"], SecretKey) and each.secrets == ("value",) and each.inputs["isSecret"] for each in variables)


def test_a_webhook_opens_the_incident_whose_key_every_backend_builds(real: Catalog) -> None:
    made = {each.name: each for each in webhooks.resources(real, SITE)}
    opening, closing = payload(made["pagerduty-talent"]), payload(made["pagerduty-talent-resolve"])
    assert (opening["event_action"], closing["event_action"]) == ("trigger", "resolve")
    assert opening["routing_key"] == closing["routing_key"] == "$PAGERDUTY_TALENT_KEY"
    subject = next(each for each in real.subjects() if each.name == "postgres" and each.application.application == "skillforge")
    tags = messages.alert_tags(subject, "PostgresDown", "talent", Severity.CRITICAL, Priority.P1, SITE, "page")
    for text in (opening["dedup_key"], closing["dedup_key"], opening["payload"]["custom_details"]["deduplication_key"]):
        assert filled(text, tags) == messages.key(subject, "PostgresDown") == "skillforge/postgres/postgresdown"


def filled(text: str, tags: list[str]) -> str:
    """As Datadog fills in `$TAGS[...]`: of tags that it has written in small letters."""
    for tag in tags:
        key, _, value = tag.lower().partition(":")
        text = text.replace(f"$TAGS[{key}]", value)
    return text


@pytest.mark.tools
def test_alertmanager_builds_the_same_key(real: Catalog, rendered: Rendered, tmp_path: Path) -> None:
    amtool = ensure(["amtool"], print)["amtool"]
    receivers = yaml.safe_load(rendered.files["alertmanager/alertmanager.yaml"])["receivers"]
    text = next(each["details"]["deduplication_key"] for receiver in receivers for each in receiver.get("pagerduty_configs", ()))
    for subject in real.subjects():
        for alert in subject.watched.alerts:
            data = {"commonLabels": {**subject.labels, "alertname": alert}}
            (tmp_path / "data.json").write_text(json.dumps(data))
            (tmp_path / "none.tmpl").write_text("")
            command = [amtool, "template", "render", f"--template.glob={tmp_path}/none.tmpl", f"--template.text={text}"]
            shown = subprocess.run([*command, f"--template.data={tmp_path}/data.json"], capture_output=True, text=True, check=True)
            assert shown.stdout.strip() == messages.key(subject, alert)


def test_rules_call_webhooks_that_exist(real: Catalog) -> None:
    made = {each.name for each in webhooks.resources(real, SITE)}
    assert {messages.pagerduty_webhook(name) for name, team in webhooks.told(real).items() if team.pagerduty} <= made


def test_no_variable_of_a_team_begins_anothers(real: Catalog) -> None:
    names = [each.inputs["name"] for each in webhooks.resources(real, SITE) if each.kind == webhooks.VARIABLE]
    assert not [(one, other) for one in names for other in names if one != other and other.startswith(one)]


def test_what_is_switched_off_is_not_made(real: Catalog) -> None:
    silent = replace(SITE, pagerduty=False, slack=False)
    assert not webhooks.resources(real, silent)
    assert [each.kind for each in integrations.resources(real, silent)] == [integrations.ACCOUNT]
    assert not [each for each in integrations.resources(real, with_datadog(slack_workspace=None)) if each.kind == integrations.CHANNEL]
    assert not integrations.resources(real, replace(SITE, datadog=None))


def test_the_aws_account_is_read_by_a_role_in_few_namespaces_and_regions(real: Catalog) -> None:
    inputs = account(real, external_id="an-id")
    assert inputs["authConfig"] == {"awsAuthConfigRole": {"roleName": "datadog", "externalId": "an-id"}}
    assert inputs["awsRegions"] == {"includeOnlies": ["eu-central-1", "us-east-1"]}  # the latter has CloudFront's
    assert {"AWS/RDS", "AWS/ElastiCache", "AWS/ECS", "AWS/S3", "AWS/CloudFront", "AWS/Lambda", "AWS/ApplicationELB"} <= set(
        inputs["metricsConfig"]["namespaceFilters"]["includeOnlies"]
    )
    assert not inputs["metricsConfig"]["collectCustomMetrics"]


def test_without_an_external_id_datadog_makes_one(real: Catalog) -> None:
    assert account(real)["authConfig"] == {"awsAuthConfigRole": {"roleName": "datadog"}}


@pytest.mark.parametrize(
    "broken", [{"account_id": "1234"}, {"role_name": "arn:aws:iam::1:role/x"}, {"partition": "eu"}, {"secret_key": "x"}]
)
def test_an_account_that_is_none_is_refused(broken: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        AwsSettings(**({"account_id": "123456789012", "role_name": "datadog"} | broken))  # pyright: ignore[reportArgumentType]

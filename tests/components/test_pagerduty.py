"""What is registered with PagerDuty fits its provider's SDK, and the keys that come of it reach every sender and nobody else."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest

from catalog.faults import FaultsError
from components.cluster import Cluster
from components.pagerduty import TOKEN, USER_TOKEN, PagerDuty, PagerDutySettings
from components.secrets import Need
from local import engine, monitor, placeholders, program
from local.monitor import Recording, Registered, record
from local.render import documents as rendered_files
from local.state import State
from local.values import Secret, plain
from rendering import secrets
from rendering.pagerduty import everything, services
from rendering.resource import Resource
from stacks.pagerduty import PagerDutyAccount
from stacks.program import ROOT, prepare
from tests.components.sdk_contract import complaints
from tests.local.fake_api import FakeApi
from tests.stacks.real import prepared, recording
from tests.stacks.test_bad_input import GONE, KEY, edit, project, refused

SDK = "pulumi_pagerduty"
CANARY = "canary-71d0aa"
KEYED = "pagerduty:index/eventOrchestrationIntegration:EventOrchestrationIntegration"
SETTINGS: dict[str, Any] = {"region": "us", "people": "found", "aiops": True}


def registered(stack: str, kind: str = "") -> dict[str, Registered]:
    return {f"{r.type} {r.name}": r for r in recording(stack) if r.type.startswith("pagerduty:") and r.type.endswith(kind)}


def provider(found: Iterable[Registered]) -> Registered:
    return next(r for r in found if r.type == "pulumi:providers:pagerduty")


def register(resources: Iterable[Resource] = (), **settings: object) -> None:
    chosen = PagerDutySettings.model_validate({**SETTINGS, **settings})
    PagerDuty("pagerduty", Cluster(pulumi.ProviderResource("kubernetes", "k", {}), {}), chosen, resources)


def made(**settings: object) -> Recording:
    return record(lambda: register((), **settings))


def account(stack: str) -> PagerDutyAccount:
    found = prepared(stack).vendors["pagerduty"]
    assert isinstance(found, PagerDutyAccount)
    return found


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for login in (TOKEN, USER_TOKEN):
        monkeypatch.delenv(login.variable, raising=False)
        monkeypatch.delenv(login.need.variable, raising=False)


@pytest.mark.tools  # importing the SDK takes seconds, which is why the program does not
def test_every_resource_fits_the_installed_sdk() -> None:
    found = [r for stack in ("local", "prod") for r in (*registered(stack).values(), provider(recording(stack)))]
    assert len({r.type for r in found}) > 10
    assert [fault for resource in found for fault in complaints(resource, SDK)] == []

    broken = registered("prod", ":Service").popitem()[1]
    inputs = {**broken.inputs, "bogus": 1, "incidentUrgencyRule": {"kind": "constant"}}
    inputs.pop("escalationPolicy")
    told = "\n".join(complaints(replace(broken, inputs=inputs), SDK))
    for words in (
        "bogus is unknown",
        "incidentUrgencyRule.kind is unknown",
        "incidentUrgencyRule.type is required",
        "escalationPolicy is required",
    ):
        assert words in told, told


def test_it_is_recorded_here_off_in_dev_and_on_in_prod() -> None:
    assert account("local").settings.simulated
    assert not account("prod").settings.simulated
    assert "pagerduty" not in prepared("dev").vendors
    assert registered("dev") == {}


@pytest.mark.usefixtures("no_keys")
def test_everything_says_the_explicit_provider_and_its_region() -> None:
    for stack in ("local", "prod"):
        assert {r.provider for r in registered(stack).values()} == {provider(recording(stack)).urn}
    inputs = plain(dict(provider(made(region="eu")).inputs))
    assert inputs == {"serviceRegion": "eu", "skipCredentialsValidation": "true", "version": "4.37.0"}
    assert "serviceRegion" not in provider(made()).inputs


@pytest.mark.usefixtures("no_keys")
def test_keys_of_the_account_are_secret_inputs_or_the_environments_affair(monkeypatch: pytest.MonkeyPatch) -> None:
    slack = {"workspace_id": "T0123ABCD", "channels": {"#a": "C0123ABCD"}}
    monkeypatch.setenv(TOKEN.need.variable, CANARY)
    monkeypatch.setenv(USER_TOKEN.need.variable, CANARY)
    assert {"token"} == provider(made()).inputs.keys() & {"token", "userToken"}, "only Slack asks for a user's"
    both = provider(made(slack=slack))
    assert (both.visible["token"], both.visible["userToken"]) == ("[secret]", "[secret]")
    monkeypatch.setenv(TOKEN.variable, CANARY)
    monkeypatch.setenv(USER_TOKEN.variable, CANARY)
    assert {"token", "userToken"}.isdisjoint(provider(made(slack=slack)).inputs), "the provider reads them itself"


def test_the_key_of_a_team_is_one_and_reaches_every_sender_of_its_events() -> None:
    """Alertmanager by a Secret, in prod by Secrets Manager; Datadog by a variable; EventBridge by a connection."""
    for stack, place in (("local", "kubernetes:core/v1:Secret"), ("prod", "aws:secretsmanager/secretVersion:SecretVersion")):
        found = {(r.type, r.name): r for r in recording(stack)}
        key = _key(found[KEYED, "talent"])
        name = "monitoring/pagerduty-talent" if place.startswith("kubernetes") else "pagerduty-talent"
        assert key in str(plain(dict(found[place, name].inputs))), stack
        assert key not in str(found[place, name].visible), "it is secret"
    found = recording("prod")
    key, integration = next((_key(r), r.urn) for r in found if (r.type, r.name) == (KEYED, "talent"))
    senders = {r.type for r in found if r.type != KEYED and key in str(plain(dict(r.inputs)))}
    assert senders == {
        "aws:cloudwatch/eventConnection:EventConnection",
        "aws:secretsmanager/secretVersion:SecretVersion",
        "datadog:index/webhookCustomVariable:WebhookCustomVariable",
        "datadog:pagerduty/serviceObject:ServiceObject",
        "grafana:alerting/contactPoint:ContactPoint",
    }
    for sender in found:
        if sender.type in senders and key in str(plain(dict(sender.inputs))):
            assert any(integration in urns for urns in sender.property_dependencies.values()), sender.name
            assert key not in str(sender.visible), sender.name


def _key(integration: Registered) -> str:
    answered = placeholders.computed(integration.urn, integration.type, plain(dict(integration.inputs)))
    return str(answered["parameters"][0]["routingKey"])


@pytest.mark.usefixtures("no_keys")
def test_where_it_is_on_nobody_is_asked_for_a_teams_key() -> None:
    recorder = monitor.Recorder("prod", "observatory")
    with pytest.raises(FaultsError) as error:
        program.run(program.load("prod", ROOT), recorder, preview=False, inline=True)
    asked = {fault.key: fault for fault in error.value.faults}
    assert "observatory:pagerdutyToken" in asked
    assert "set PAGERDUTY_TOKEN in the environment" in asked["observatory:pagerdutyToken"].remedy
    assert "leave pagerduty out" in asked["observatory:pagerdutyToken"].remedy
    assert not [key for key in asked if "RoutingKey" in key]
    assert not [r for r in recorder.seen.values() if r.custom], "nothing was registered"
    aws = prepared("prod").aws
    assert aws
    assert not [entry.name for entry in aws.held if entry.name.startswith("pagerduty-")], "`make secret` asks for none either"


def test_off_the_key_stays_one_that_is_given_by_hand(project: Path) -> None:
    edit(project, {"pagerduty": GONE})
    found = prepare("prod", project)
    need = secrets.pagerduty("talent")
    assert "pagerduty" not in found.vendors
    assert found.aws
    assert "pagerduty-talent" in {entry.name for entry in found.aws.held}
    assert not [each for each in found.aws.resources if each.kind.endswith(":SecretVersion")]
    assert Need(need.name, need.key, need.purpose) in found.plan.needs
    assert found.account
    assert need.name in {each.name for each in found.account.needs}


@pytest.fixture
def canaries(monkeypatch: pytest.MonkeyPatch) -> Recording:
    """Prod with a canary in every key that opens the account, and in the keys that come of it."""
    for login in (TOKEN, USER_TOKEN):
        monkeypatch.delenv(login.variable, raising=False)
        monkeypatch.setenv(login.need.variable, CANARY)
    outputs = {**placeholders.OUTPUTS, KEYED: {"id": "{uuid}", "parameters": [{"routingKey": f"{CANARY}-{{hex}}", "type": "global"}]}}
    monkeypatch.setattr(placeholders, "OUTPUTS", outputs)
    return monitor.record(program.load("prod", ROOT))


def test_no_key_is_in_any_rendered_file_message_or_export(canaries: Recording) -> None:
    assert CANARY in str(plain(dict(provider(canaries).inputs))), "the canary is there, unless masked"
    version = next(r for r in canaries if r.type.endswith(":SecretVersion") and r.name == "pagerduty-talent")
    assert CANARY in str(plain(dict(version.inputs)))
    files = rendered_files(canaries, prepared("prod").files)
    assert [path for path, text in files.items() if CANARY in text] == []
    assert CANARY not in "\n".join(canaries.warnings)
    assert CANARY not in str(canaries.exports)
    assert len([path for path in files if path.startswith("pagerduty/")]) == len(account("prod").resources) > 40


@pytest.mark.parametrize("simulated", [True, False])
def test_no_key_is_in_what_an_engine_remembers_or_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, simulated: bool
) -> None:
    for login in (TOKEN, USER_TOKEN):
        monkeypatch.setenv(login.variable, f"{CANARY}-{login.variable}")
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    resources = account("local").resources
    api = FakeApi(tmp_path)
    try:
        toy = program.Program("toy", "observatory", lambda: register(resources, simulated=simulated))
        result = engine.deploy(toy, api, told.append)
    finally:
        api.close()
    assert result.ok, result.failures
    remembered = State("toy").path.read_text()
    assert remembered.count('"pagerduty:') >= 60
    for text in (remembered, caplog.text, "\n".join((*told, *result.warnings)), str(result)):
        assert CANARY not in text


def test_a_key_is_secret_wherever_it_is_handed_on() -> None:
    found: list[pulumi.Output[str]] = []

    def toy() -> None:
        resources = everything.resources(prepared("local").catalog, PagerDutySettings.model_validate(SETTINGS).account("x", owns=False))
        chosen = PagerDutySettings.model_validate({**SETTINGS, "simulated": True})
        cluster = Cluster(pulumi.ProviderResource("kubernetes", "k", {}), {})
        filled = PagerDuty("pagerduty", cluster, chosen, resources, everything.keys(prepared("local").catalog).values())
        values = filled.values({secrets.pagerduty("talent"): services.parameters("talent")})
        found.extend(values.values())
        for value in values.values():
            pulumi.export("key", value)

    told = record(toy)
    assert len(found) == 1
    assert isinstance(told.exports["key"], Secret)


REFUSED: dict[str, tuple[str, object, str, str]] = {
    # name: dotted place, value, key of the fault, part of its reason
    "nobody who sends": ("notifications.pagerduty", False, "pagerduty", "nobody would send"),
    "people of an account that is another's": ("pagerduty.people", "made", "pagerduty.people", "does not own"),
    "an integration without our key": ("aws.cloudwatch.pagerduty", "topics", "aws.cloudwatch.pagerduty", "a second time"),
    "a channel that nobody has": (
        "pagerduty.slack",
        {"workspace_id": "T0123ABCD", "channels": {"#skilforge-critical": "C0123ABCD"}},
        "pagerduty.slack.channels",
        "no team",
    ),
    "a project that nobody has": (
        "pagerduty.jira",
        {
            "account_mapping": "PLBP09X",
            "issue_type": {"id": "1", "name": "Incident"},
            "triggered": {"id": "1", "name": "To do"},
            "projects": {"SKIL": {"id": "1", "name": "Skillforge"}},
        },
        "pagerduty.jira.projects",
        "no team",
    ),
    "a region that is none": ("pagerduty.region", "asia", "pagerduty.region", "Input should be"),
    "a choice that is not made": ("pagerduty.aiops", GONE, "pagerduty.aiops", "required"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_choice_that_another_one_spoils_is_told(project: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    place, value, key, reason = REFUSED[name]
    if name.startswith("people"):
        edit(project, {"account_wide": False})
    refused(project, monkeypatch, place, value, key, reason)


def test_a_name_that_an_environment_makes_too_long_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rendering.pagerduty.limits.LONGEST_NAME", 30)
    with pytest.raises(FaultsError) as error:
        prepare("prod", project)
    told = [fault for fault in error.value.faults if fault.key == f"{KEY}.environment"]
    assert told
    assert "'prod universal-ai-tools.security-team' would have 37 characters, and may have 30" in "\n".join(each.reason for each in told)


__all__ = ["project"]

"""What is registered with Datadog fits its provider's SDK, keeps its secrets, and comes after what it refers to."""

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pulumi
import pytest

from catalog.faults import FaultsError
from components.cluster import Cluster
from components.content import secrets
from components.datadog import keys
from components.datadog.content import Datadog
from components.datadog.settings import DatadogSettings
from local import engine, monitor, program
from local.monitor import Recording, Registered, record
from local.render import documents as rendered_files
from local.state import State
from local.values import Secret, plain
from rendering.resource import Ref, Resource, Text, refs
from rendering.secrets import SecretKey
from stacks.program import ROOT
from tests.components.sdk_contract import complaints
from tests.local.fake_api import FakeApi
from tests.stacks.real import prepared, recording

SDK = "pulumi_datadog"
MONITOR, TEST = "datadog:index/monitor:Monitor", "datadog:index/syntheticsTest:SyntheticsTest"
CANARY = "canary-4f1c9e"


def registered(stack: str, kind: str = "") -> dict[str, Registered]:
    """Resources of Datadog's provider, by type and name."""
    return {f"{r.type} {r.name}": r for r in recording(stack) if r.type.startswith("datadog:") and r.type.endswith(kind)}


def provider(found: Recording) -> Registered:
    return next(r for r in found if r.type == "pulumi:providers:datadog")


@pytest.mark.tools  # importing the SDK takes up to 17 s, which is why the program does not
def test_every_resource_fits_the_installed_sdk() -> None:
    found = [r for stack in ("local", "dev", "prod") for r in (*registered(stack).values(), provider(recording(stack)))]
    assert len({r.type for r in found}) > 30
    assert [fault for resource in found for fault in complaints(resource, SDK)] == []

    one = registered("prod", ":SyntheticsGlobalVariable").popitem()[1]
    assert complaints(replace(one, secret_outputs=()), SDK) == [f"{one.name}: value is secret in the SDK"]
    broken = registered("prod", ":Monitor").popitem()[1]
    inputs = {**broken.inputs, "bogus": 1, "monitorThresholds": {"criticle": "1"}}
    inputs.pop("message")
    told = "\n".join(complaints(replace(broken, inputs=inputs), SDK))
    for words in ("bogus is unknown", "monitorThresholds.criticle is unknown", "message is required"):
        assert words in told, told


def made(*resources: Resource, **settings: object) -> Recording:
    """The component alone with some resources."""
    chosen = DatadogSettings.model_validate({"site": "us5.datadoghq.com", "cluster_state": "datadog", "simulated": True, **settings})

    return record(lambda: register(chosen, resources))


def register(chosen: DatadogSettings, resources: Iterable[Resource]) -> None:
    Datadog("datadog", Cluster(pulumi.ProviderResource("kubernetes", "k", {}), {}), chosen, resources)


def only(found: Recording, name: str) -> Registered:
    return next(r for r in found if r.name == name)


def test_the_provider_is_explicit_and_says_site_tags_and_whether_it_tries_the_keys() -> None:
    inputs = plain(dict(provider(made(tags={"cost_center": "x"})).inputs))
    assert inputs["apiUrl"] == "https://api.us5.datadoghq.com/"
    assert inputs["version"] == "5.17.0"
    assert inputs["validate"] == "false", "simulated keys open nothing"
    assert json.loads(inputs["defaultTags"]) == {"tags": {"managed_by": "observatory", "cost_center": "x"}}
    for stack in ("local", "dev", "prod"):
        assert {r.provider for r in registered(stack).values()} == {provider(recording(stack)).urn}


def test_keys_are_secret_inputs_or_the_environments_affair(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (login.variable for login in keys.LOGINS):
        monkeypatch.delenv(variable, raising=False)
    without = provider(made(simulated=False))
    assert {"apiKey", "appKey"}.isdisjoint(without.inputs)
    assert without.inputs["validate"] == "false", "a preview without keys asks nobody"
    monkeypatch.setenv(keys.API.variable, CANARY)
    monkeypatch.setenv(keys.ADMIN.variable, CANARY)
    configured = provider(made(simulated=False))
    assert isinstance(configured.inputs["apiKey"], Secret)
    assert configured.visible["appKey"] == "[secret]"
    assert configured.inputs["validate"] == "true"
    assert provider(made(simulated=False, validate=False)).inputs["validate"] == "false"
    for variable in (login.variable for login in keys.LOGINS):
        monkeypatch.setenv(variable, CANARY)
    assert {"apiKey", "appKey"}.isdisjoint(provider(made(simulated=False)).inputs), "the provider reads them itself"


def test_monitors_are_tried_before_they_are_changed_only_where_there_are_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Resource(MONITOR, "m", {"name": "m"})
    assert only(made(one), "m").inputs["validate"] is False
    for variable in (login.variable for login in keys.LOGINS):
        monkeypatch.setenv(variable, CANARY)
    assert only(made(one, simulated=False), "m").inputs["validate"] is True
    assert only(made(one, simulated=False, validate=False), "m").inputs["validate"] is False


def test_references_become_outputs_and_dependencies_in_whatever_order_they_stand() -> None:
    whole = Resource(MONITOR, "whole", {"query": Text((Ref(MONITOR, "part"), " && !", Ref(MONITOR, "other")))})
    objective = Resource("datadog:index/serviceLevelObjective:ServiceLevelObjective", "o", {"monitorIds": [Ref(TEST, "t", "monitorId")]})
    parts = [Resource(MONITOR, name, {"name": name}) for name in ("part", "other")]
    found = made(whole, objective, *parts, Resource(TEST, "t", {"name": "t"}))
    told = only(found, "whole")
    first, second = told.inputs["query"].split(" && !")
    assert first.isdigit()
    assert first != second
    assert {only(found, name).urn for name in ("part", "other")} == set(told.property_dependencies["query"])
    assert isinstance(only(found, "o").inputs["monitorIds"][0], int)
    assert only(found, "o").property_dependencies == {"monitorIds": (only(found, "t").urn,)}


def test_resources_that_wait_for_one_another_are_refused() -> None:
    first, second = (Resource(MONITOR, a, {"query": Ref(MONITOR, b)}) for a, b in (("a", "b"), ("b", "a")))
    with pytest.raises(ValueError, match="cycle"):
        made(first, second)


def test_secrets_inside_of_resources_are_secret_and_named() -> None:
    variable = "datadog:index/webhookCustomVariable:WebhookCustomVariable"
    inputs = {"name": "V", "value": SecretKey("a", "b", "for a test"), "isSecret": True}
    found = only(made(Resource(variable, "v", inputs, secrets=("value",))), "v")
    assert isinstance(found.inputs["value"], Secret)
    assert found.visible["value"] == "[secret]"
    assert found.secret_outputs == ("value",)


@pytest.fixture
def canaries(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Recording]:
    """Prod with a canary in every key that anything of Datadog's needs."""
    ours = prepared("prod")
    assert ours.account
    wanted = {*ours.account.needs, *ours.plan.values, *(login.need for login in keys.LOGINS)}
    for need in wanted:
        monkeypatch.setenv(need.variable, f"{CANARY}-{need.config}")
    return lambda: monitor.record(program.load("prod", ROOT))


def test_no_key_is_in_any_rendered_file_message_or_export(canaries: Callable[[], Recording]) -> None:
    found = canaries()
    assert CANARY in str(plain(dict(provider(found).inputs))), "the canary is there, unless masked"
    files = rendered_files(found, prepared("prod").files)
    assert [path for path, text in files.items() if CANARY in text] == []
    assert CANARY not in "\n".join(found.warnings)
    assert CANARY not in str(found.exports)
    agents = [path for path in files if path.startswith("datadog/")]
    assert len(agents) > 300


@pytest.mark.parametrize("simulated", [True, False])
def test_no_key_is_in_what_an_engine_remembers_or_logs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, simulated: bool
) -> None:
    """The keys as the environment gives them; simulated, no other secret of an account leaves the environment either."""
    account = prepared("local").account
    assert account
    resources = account.resources if simulated else [each for each in account.resources if not [*secrets(each.inputs), *refs(each.inputs)]]
    for name in (
        *(login.variable for login in keys.LOGINS),
        *(need.variable for need in (*account.needs, *(login.need for login in keys.LOGINS))),
    ):
        monkeypatch.setenv(name, f"{CANARY}-{name}")
    chosen = DatadogSettings.model_validate({"site": "datadoghq.eu", "cluster_state": "datadog", "simulated": simulated})
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    api = FakeApi(tmp_path)
    try:
        result = engine.deploy(program.Program("toy", "observatory", lambda: register(chosen, resources)), api, told.append)
    finally:
        api.close()
    assert result.ok, result.failures
    remembered = State("toy").path.read_text()
    assert remembered.count('"datadog:') >= len(resources) > 200
    for text in (remembered, caplog.text, "\n".join((*told, *result.warnings)), str(result)):
        assert CANARY not in text


def test_missing_keys_are_named_with_their_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    for need, variable in ((login.need, login.variable) for login in keys.LOGINS):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(need.variable, raising=False)
    loaded = program.load("dev", ROOT)
    recorder = monitor.Recorder("dev", "observatory")
    with pytest.raises(FaultsError) as error:
        program.run(loaded, recorder, preview=False, inline=True)
    faults = {fault.key: fault for fault in error.value.faults}
    assert {"observatory:datadogApiKey", "observatory:datadogAdminAppKey"} <= set(faults)
    remedy = faults["observatory:datadogAdminAppKey"].remedy
    assert "set DD_APP_KEY in the environment" in remedy
    assert "leave datadog out" in remedy
    assert not [r for r in recorder.seen.values() if r.custom], "nothing was registered"


def test_account_wide_resources_belong_to_the_stack_that_says_so() -> None:
    singletons = {"LogsIndexOrder", "LogsPipelineOrder", "Team", "SecurityMonitoringRuleJson", "IntegrationAccount"}

    def kinds(stack: str) -> set[str]:
        return {r.type.rpartition(":")[2] for r in registered(stack).values()}

    assert singletons <= kinds("prod")
    assert singletons.isdisjoint(kinds("dev"))
    assert "Monitor" in kinds("dev")

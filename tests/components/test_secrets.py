"""Where secrets come from, and what is said when they do not."""

import asyncio
from dataclasses import replace

import pulumi
import pytest

from components.secret_objects import external, store
from components.secrets import Need, SecretsSettings, missing
from local.values import Secret
from tests.stacks.real import prepared, recording

NEED = Need("pagerduty-ai-tools", "routing-key", "PagerDuty key of team ai-tools")


def test_a_need_has_one_flat_configuration_key_and_one_variable() -> None:
    assert NEED.config == "pagerdutyAiToolsRoutingKey"
    assert NEED.variable == "OBSERVATORY_PAGERDUTY_AI_TOOLS_ROUTING_KEY"


def test_every_need_of_the_real_stacks_has_a_key_of_its_own() -> None:
    needs = prepared("prod").plan.values
    assert len({need.config for need in needs}) == len({need.variable for need in needs}) == len(needs) > 10


def test_every_missing_value_is_listed_with_the_command_that_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Need("slack", "token", "a bot's token")
    monkeypatch.setenv(other.variable, "xoxb")

    async def ask() -> list[str]:
        await asyncio.sleep(0)
        pulumi.runtime.set_all_config({})
        return [str(fault) for fault in missing(SecretsSettings(source="config"), [other, NEED], "dev")]

    (fault,) = asyncio.run(ask())
    assert "Pulumi.dev.yaml: observatory:pagerdutyAiToolsRoutingKey" in fault
    assert "pulumi config set --secret --stack dev observatory:pagerdutyAiToolsRoutingKey" in fault


def test_other_sources_miss_nothing() -> None:
    assert missing(SecretsSettings(source="external"), [NEED], "prod") == []
    assert missing(SecretsSettings(source="simulated"), [NEED], "local") == []


def test_an_external_secret_names_its_place_in_secrets_manager() -> None:
    context = prepared("prod").plan.context
    (document,) = external(context, SecretsSettings(source="external"), [NEED], [])
    assert document["spec"]["data"] == [
        {"secretKey": "routing-key", "remoteRef": {"key": "observatory/prod/pagerduty-ai-tools", "property": "routing-key"}}
    ]


def test_a_store_of_somebody_else_is_left_alone() -> None:
    context = replace(prepared("prod").plan.context, region="eu-west-1")
    assert store(context, SecretsSettings(source="external")) == []
    (document,) = store(context, SecretsSettings(source="external", create_store=True))
    assert document["spec"]["provider"]["aws"] == {"service": "SecretsManager", "region": "eu-west-1"}


def test_simulated_values_are_secret_marked_and_lead_nowhere() -> None:
    found = [r for r in recording("local") if r.inputs.get("kind") == "Secret"]
    simulated = {r.inputs["metadata"]["name"]: r for r in found if r.inputs["metadata"].get("annotations")}
    assert {"slack", "skillforge-postgres", "webhook-ai-tools"} <= simulated.keys()
    for resource in simulated.values():
        assert resource.inputs["metadata"]["annotations"] == {"observatory.dev/simulated": "secrets"}
    url = simulated["webhook-ai-tools"].inputs["stringData"]
    url = url.value if isinstance(url, Secret) else url
    value = url["url"].value if isinstance(url["url"], Secret) else url["url"]
    assert value.startswith("http://simulated.invalid/")


def test_an_application_is_handed_a_key_only_where_it_sends_to_datadog_and_an_authority_where_it_writes_to_elasticsearch() -> None:
    found = {
        r.inputs["metadata"]["namespace"]: r
        for r in recording("local")
        if r.inputs.get("kind") == "Secret" and r.inputs["metadata"]["name"] == "observatory"
    }
    handed = {
        name: set(variables.value if isinstance(variables, Secret) else variables)
        for name, resource in found.items()
        for variables in [resource.inputs["stringData"]]
    }
    key = {"DD_API_KEY"}
    assert handed == {"ai-platform": key, "skillforge": key, "universal-ai-tools": {"ELASTICSEARCH_CA"}}


def test_a_handed_secret_is_copied_from_secrets_manager_into_the_applications_namespace() -> None:
    ours = prepared("prod")
    handed = [hand for hand in ours.plan.handed if hand.application]
    documents = external(ours.plan.context, ours.settings.secrets, [], handed)
    assert {d["metadata"]["namespace"] for d in documents} == {"ai-platform", "skillforge", "universal-ai-tools"}
    assert documents[0]["spec"]["data"] == [
        {"secretKey": "DD_API_KEY", "remoteRef": {"key": "observatory/prod/datadog", "property": "api-key"}}
    ]


def test_the_key_that_is_handed_over_is_among_the_values_somebody_must_give() -> None:
    assert Need("datadog", "api-key", "") in {replace(need, purpose="") for need in prepared("prod").plan.values}

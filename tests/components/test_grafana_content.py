"""What is registered with Grafana fits its provider's SDK, keeps its secrets, and goes when the server goes."""

import json
from dataclasses import replace
from typing import Any

import pytest

from components.base import Plugin, plugin
from components.grafana_content import TOKENS
from local import monitor
from local.monitor import Registered
from local.values import Secret, plain
from tests.components.sdk_contract import complaints
from tests.stacks.real import recording

SDK = "pulumiverse_grafana"


def registered(stack: str, kind: str = "") -> dict[str, Registered]:
    """Resources of the Grafana provider, by name."""
    return {r.name: r for r in recording(stack) if r.type.startswith("grafana:") and r.type.endswith(kind)}


def inputs(resource: Registered) -> dict[str, Any]:
    return plain(dict(resource.inputs))


@pytest.mark.parametrize("stack", ["local", "prod"])
def test_every_resource_fits_the_installed_sdk(stack: str) -> None:
    found = [r for r in recording(stack) if r.type.startswith("grafana:") or r.type == "pulumi:providers:grafana"]
    assert len({r.type for r in found}) == 12
    assert [fault for resource in found for fault in complaints(resource, SDK)] == []


def test_the_contract_finds_what_the_sdk_does_not_know_misses_or_keeps_secret() -> None:
    point = registered("local", ":ContactPoint")["talent.critical"]
    broken = {**point.inputs, "bogus": 1, "slacks": [{"recipient": 3}], "emails": [{"subject": "x"}]}
    found = "\n".join(complaints(replace(point, inputs=broken), SDK))
    for words in ("bogus is unknown", "recipient is no str", "addresses is required"):
        assert words in found, found
    token = registered("local", ":ServiceAccountToken")["observatory-ci"]
    assert complaints(replace(token, secret_outputs=()), SDK) == ["observatory-ci: key is secret in the SDK"]
    assert complaints(replace(token, type="grafana:oss/token:Token"), SDK) == [f"grafana:oss/token:Token: {SDK} has no such type"]


def test_the_plugin_is_that_of_the_installed_sdk_whoever_publishes_it() -> None:
    assert plugin("grafana") == Plugin("2.44.0", "github://api.github.com/pulumiverse")
    assert plugin("kubernetes").server is None
    with pytest.raises(ValueError, match="no SDK of the provider 'nobody'"):
        plugin("nobody")


def test_content_goes_with_the_server_and_comes_after_it() -> None:
    server = next(r.urn for r in recording("local") if r.inputs.get("kind") == "StatefulSet" and r.name == "monitoring/grafana")
    provider = next(r for r in recording("local") if r.type == "pulumi:providers:grafana")
    assert server in provider.dependencies
    for resource in registered("local").values():
        assert resource.deleted_with == server, resource.urn
        assert resource.provider == provider.urn, resource.urn


def test_the_providers_credential_is_not_among_its_inputs() -> None:
    provider = next(r for r in recording("prod") if r.type == "pulumi:providers:grafana")
    assert inputs(provider) == {"url": "https://grafana.observatory.example.com", "version": "2.44.0"}


def test_owners_edit_their_folder_and_others_look() -> None:
    team = registered("local", ":Team")["talent"]
    permission = registered("local", ":FolderPermission")["skillforge"]
    assert team.urn in permission.dependencies
    *roles, owner = inputs(permission)["permissions"]
    assert roles == [{"permission": "View", "role": "Viewer"}, {"permission": "View", "role": "Editor"}]
    assert owner["permission"] == "Edit"
    assert owner["teamId"].startswith("1:")
    assert sorted(registered("local", ":Folder")) == ["ai-platform", "jac-learning", "platform", "skillforge", "universal-ai-tools"]


def test_every_dashboard_is_in_its_folder_and_replaces_what_was_changed_by_hand() -> None:
    found = registered("prod", ":Dashboard")
    assert len(found) > 20
    for uid, resource in found.items():
        given = inputs(resource)
        assert json.loads(given["configJson"])["uid"] == uid
        assert given["overwrite"] is True
        folder = registered("prod", ":Folder")[given["folder"]]
        assert folder.urn in resource.dependencies


def test_secrets_are_secret_and_nowhere_in_plain_text() -> None:
    datadog = registered("local", ":DataSource")["datadog"]
    assert isinstance(datadog.inputs["secureJsonDataEncoded"], Secret)
    assert json.loads(inputs(datadog)["secureJsonDataEncoded"]) == {"apiKey": "(simulated)", "appKey": "(simulated)"}
    critical = registered("local", ":ContactPoint")["talent.critical"].visible
    assert critical["slacks"][0]["token"] == critical["pagerduties"][0]["integrationKey"] == "[secret]"
    assert "(simulated)" not in json.dumps(monitor.resources_json(recording("local")))


def test_machines_find_their_tokens_in_a_secret_which_the_outputs_name() -> None:
    secret = next(r for r in recording("prod") if r.name == f"monitoring/{TOKENS}")
    assert secret.visible["stringData"] == {"ci": "[secret]", "viewer": "[secret]"}
    assert inputs(secret)["stringData"]["ci"].startswith("glsa_")
    assert recording("prod").exports["secrets"][TOKENS] == {
        "namespace": "monitoring",
        "name": TOKENS,
        "keys": ["ci", "viewer"],
        "remote": None,
    }
    assert {name: inputs(r)["role"] for name, r in registered("prod", ":ServiceAccount").items()} == {
        "observatory-ci": "Editor",
        "observatory-viewer": "Viewer",
    }


def test_without_an_address_there_is_the_server_alone() -> None:
    assert registered("dev") == {}
    assert TOKENS not in recording("dev").exports["secrets"]
    assert any(r.name == "monitoring/grafana" for r in recording("dev"))

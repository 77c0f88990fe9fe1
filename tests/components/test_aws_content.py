"""What is registered with Amazon fits its provider's SDK, says where it goes, and comes after what it refers to."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pulumi
import pytest

from components.aws.content import Aws
from components.aws.settings import AwsSettings
from components.cluster import Cluster
from local import engine, program
from local.monitor import Recording, Registered, record
from local.state import State
from local.values import Secret, plain
from rendering.aws import key
from rendering.aws.place import KEY_ARN, Place
from rendering.resource import Json, Resource, Text, text
from rendering.secrets import SecretKey
from stacks.aws import AwsAccount
from tests.components.sdk_contract import complaints
from tests.local.fake_api import FakeApi
from tests.stacks.real import prepared, recording

SDK = "pulumi_aws"
STACKS = ("local", "dev", "prod")
CANARY = "canary-77d0aa"
PLACE = Place("123456789012", "eu-west-1", "prod", "observatory-prod")


def registered(stack: str, kind: str = "") -> list[Registered]:
    return [r for r in recording(stack) if r.type.startswith("aws:") and r.type.endswith(kind)]


def provider(found: Recording) -> Registered:
    return next(r for r in found if r.type == "pulumi:providers:aws")


@pytest.mark.tools  # importing the SDK's modules takes seconds
def test_every_resource_fits_the_installed_sdk() -> None:
    imitated = provider(made(endpoint="http://127.0.0.1:5000", profile="p", role_arn="arn:aws:iam::123456789012:role/deployer"))
    found = [imitated, *(r for stack in STACKS for r in (*registered(stack), provider(recording(stack))))]
    assert len({r.type for r in found}) > 25
    assert [fault for resource in found for fault in complaints(resource, SDK)] == []

    broken = registered("prod", ":PodIdentityAssociation")[0]
    inputs = {key: value for key, value in broken.inputs.items() if key != "roleArn"} | {"bogus": 1}
    told = "\n".join(complaints(replace(broken, inputs=inputs), SDK))
    for words in ("bogus is unknown", "roleArn is required"):
        assert words in told, told


def made(*resources: Resource, **settings: object) -> Recording:
    """The component alone with some resources."""
    return record(lambda: register(resources, **settings))


def register(resources: tuple[Resource, ...], **settings: object) -> None:
    chosen = AwsSettings.model_validate({"account_id": "123456789012", **settings})
    Aws("aws", Cluster(pulumi.ProviderResource("kubernetes", "k", {}), {}), chosen, PLACE, resources)


def test_the_provider_is_explicit_and_every_resource_is_its() -> None:
    inputs = plain(dict(provider(made(tags={"cost_center": "x"}, role_arn="arn:aws:iam::123456789012:role/deployer")).inputs))
    assert inputs["region"] == "eu-west-1"
    assert json.loads(inputs["allowedAccountIds"]) == ["123456789012"], "another account's credentials are refused by the provider"
    tags = {"managed_by": "observatory", "environment": "prod", "cluster": "observatory-prod", "cost_center": "x"}
    assert json.loads(inputs["defaultTags"]) == {"tags": tags}
    assert json.loads(inputs["assumeRoles"]) == [{"roleArn": "arn:aws:iam::123456789012:role/deployer", "sessionName": "observatory-prod"}]
    assert {"accessKey", "secretKey"}.isdisjoint(inputs), "credentials are the environment's"
    for stack in STACKS:
        assert {r.provider for r in registered(stack)} == {provider(recording(stack)).urn}


def test_an_imitation_answers_every_service_that_we_ask() -> None:
    inputs = plain(dict(provider(made(endpoint="http://127.0.0.1:5000")).inputs))
    (endpoints,) = json.loads(inputs["endpoints"])
    assert set(endpoints.values()) == {"http://127.0.0.1:5000"}
    assert "allowedAccountIds" not in inputs
    asked = {r.type.split(":")[1].partition("/")[0] for stack in STACKS for r in registered(stack)}
    assert {"ce" if module == "costexplorer" else module for module in asked} <= set(endpoints), "a service would be asked for real"


def test_what_is_only_recorded_is_registered_with_credentials_that_open_nothing() -> None:
    inputs = provider(recording("local")).inputs
    assert isinstance(inputs["accessKey"], Secret)
    assert provider(recording("local")).visible["secretKey"] == "[secret]"
    assert inputs["skipCredentialsValidation"] == "true"


def test_references_inside_documents_become_outputs_and_order() -> None:
    policy = Resource("aws:sns/topicPolicy:TopicPolicy", "p", {"arn": Text(("x:", KEY_ARN)), "policy": Json({"Key": [KEY_ARN]})})
    found = made(policy, *key.resources(PLACE, AwsSettings(account_id="123456789012").key))
    told = next(r for r in found if r.name == "p")
    arn = json.loads(plain(told.inputs["policy"]))["Key"][0]
    assert arn.startswith("arn:aws:kms:")
    assert plain(told.inputs["arn"]) == f"x:{arn}"
    assert told.property_dependencies["policy"] == (next(r for r in found if r.type == "aws:kms/key:Key").urn,)


def test_the_cluster_is_looked_up_and_never_made() -> None:
    assert not [r for stack in STACKS for r in registered(stack) if r.type in {"aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup"}]


def test_pods_get_their_namespace_only_once_their_role_is_theirs() -> None:
    found = recording("prod")
    namespaces = [r for r in found if r.type == "kubernetes:core/v1:Namespace"]
    associations = {r.urn for r in registered("prod", ":PodIdentityAssociation")}
    assert associations
    for namespace in namespaces:
        assert associations <= set(namespace.dependencies)


def test_no_value_of_a_secret_is_in_what_is_made_for_it() -> None:
    """A version holds its value in state: none but of a key that PagerDuty made, which stands there as its own output already."""
    for stack in STACKS:
        vendors = prepared(stack).vendors.values()
        made = {secret.name for vendor in vendors for secret in vendor.gives}
        versions = registered(stack, ":SecretVersion")
        assert {version.name for version in versions} == (made if stack == "prod" else set[str]())
        assert all(version.visible["secretString"] == "[secret]" for version in versions)
        for entry in registered(stack, ":Secret"):
            assert {"secretString", "secretBinary"}.isdisjoint(entry.inputs)


@pytest.fixture
def canaries(monkeypatch: pytest.MonkeyPatch) -> Callable[[], AwsAccount]:
    """Every secret that anything needs, given with a canary."""
    ours = prepared("prod")
    assert ours.aws
    for need in {*ours.aws.needs, *ours.plan.values}:
        monkeypatch.setenv(need.variable, f"{CANARY}-{need.config}")
    account = ours.aws
    return lambda: account


def test_no_secret_is_in_state_or_in_files(canaries: Callable[[], AwsAccount], tmp_path: Path) -> None:
    account = canaries()
    assert not [path for path, content in account.files.items() if CANARY in content]
    secret = Resource(
        "aws:cloudwatch/eventConnection:EventConnection", "c", {"name": "c", "value": SecretKey("slack", "token", "for a test")}
    )
    api = FakeApi(tmp_path)
    told: list[str] = []
    try:
        result = engine.deploy(program.Program("toy", "observatory", lambda: register((secret,), simulated=True)), api, told.append)
    finally:
        api.close()
    assert result.ok, result.failures
    for content in (State("toy").path.read_text(), "\n".join(told), str(result), text(secret)):
        assert CANARY not in content


def test_credentials_of_the_environment_are_in_no_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(variable, CANARY)
    api = FakeApi(tmp_path)
    try:
        result = engine.deploy(program.Program("toy", "observatory", lambda: register(())), api, lambda _line: None)
    finally:
        api.close()
    assert result.ok, result.failures
    assert CANARY not in State("toy").path.read_text()

"""Every policy of every stack is judged; broken ones are refused by the same judges."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rendering.aws import rights
from rendering.aws.place import Place
from rendering.aws.policies import document, pod_trust, service_trust, web_trust
from rendering.aws.roles import Workload, resources, trust
from rendering.aws.settings import IdentitySettings
from rendering.resource import Json, Resource
from tests.rendering.aws import reading
from tests.rendering.aws.policies import complaints
from tests.stacks.real import prepared

PLACE = Place("123456789012", "eu-central-1", "prod", "observatory-prod")
ROLE = "arn:aws:iam::123456789012:role/observatory-prod-loki"
OWN = {
    "aws:kms/key:Key": reading.KEY,
    "aws:s3/bucketPolicy:BucketPolicy": "arn:aws:s3:::bucket",
    "aws:secretsmanager/secretPolicy:SecretPolicy": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:entry-AbCdEf",
    "aws:sns/topicPolicy:TopicPolicy": "arn:aws:sns:eu-central-1:123456789012:topic",
}
"""Kinds that carry a policy of their own, and a resource as which `*` is read there."""


def policies(stack: str) -> Iterator[tuple[Resource, dict[str, Any]]]:
    found = reading.resources(prepared(stack))
    known = reading.by_key(found)
    for each in found:
        for key in ("policy", "assumeRolePolicy"):
            if isinstance(each.inputs.get(key), Json):
                yield each, json.loads(reading.resolved(each.inputs[key], known))


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_every_policy_is_known_to_iam_and_opens_nothing_that_is_not_needed(stack: str) -> None:
    found = list(policies(stack))
    assert len(found) > 20
    assert [f"{each.kind} {each.name}: {told}" for each, policy in found for told in complaints(policy, own=OWN.get(each.kind))] == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ({"Action": ["s3:*"], "Resource": "arn:aws:s3:::b/*"}, "the action s3:* is open"),
        ({"Action": ["s3:Get*"], "Resource": "arn:aws:s3:::b/*"}, "the action s3:Get* is open"),
        ({"Action": ["s3:GetObject"], "Resource": "*"}, "RESOURCE_STAR"),
        ({"Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b"}, "RESOURCE_MISMATCH"),
        ({"Action": ["s3:GetObjct"], "Resource": "arn:aws:s3:::b/*"}, "UNKNOWN_ACTION"),
        ({"Action": ["aps:RemoteWrite"], "Resource": "arn:aws:aps:*:123456789012:workspace/ws-1"}, "is of any region or account"),
        ({"Action": ["sns:Publish"], "Resource": "arn:aws:sns:eu-central-1:123456789012:*"}, "is everything of a service"),
        ({"NotAction": ["s3:GetObject"], "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*"}, "what is not named is left open"),
        ({"Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*", "Principal": "*"}, "anybody is let in"),
    ],
)
def test_a_broken_policy_is_refused(statement: dict[str, Any], told: str) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Sid": "Broken", "Effect": "Allow", **statement}]}
    assert any(told in each for each in complaints(policy)), complaints(policy)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ({"Effect": "Allow", "Action": "sts:AssumeRole"}, "trusts nobody"),
        ({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "events.amazonaws.com"}}, "without aws:SourceAccount"),
        ({"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": "arn:x"}}, "without :sub"),
        ({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::1:root"}}, "without sts:ExternalId"),
        ({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}, "anybody is let in"),
    ],
)
def test_a_broken_trust_is_refused(statement: dict[str, Any], told: str) -> None:
    assert any(told in each for each in complaints({"Version": "2012-10-17", "Statement": [statement]}))


def test_our_own_ways_to_trust_are_right() -> None:
    pods = document(
        pod_trust(PLACE, "logging", ["loki"]), web_trust(PLACE, "oidc.eks.eu-central-1.amazonaws.com/id/A", "logging", ["loki"])
    )
    for trusted in (pods, service_trust(PLACE, "events")):
        assert complaints(trusted.document) == []


def test_a_role_is_trusted_to_the_service_account_of_one_workload_alone() -> None:
    loki = Workload("loki", ROLE, rights.keep_objects(PLACE, "bucket"), "logging", ("loki",))
    by_agent = trust(PLACE, IdentitySettings(), loki).document["Statement"][0]["Condition"]["StringEquals"]
    assert by_agent["aws:RequestTag/kubernetes-service-account"] == "loki"
    assert by_agent["aws:RequestTag/kubernetes-namespace"] == "logging"
    issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABC"
    by_token = trust(PLACE, IdentitySettings(by="irsa", oidc_issuer=issuer), loki).document["Statement"][0]
    assert by_token["Condition"]["StringEquals"][f"{issuer}:sub"] == "system:serviceaccount:logging:loki"
    assert [each.kind for each in resources(PLACE, IdentitySettings(by="irsa", oidc_issuer=issuer), [loki])] == [
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
    ]


def test_a_role_of_another_account_is_somebody_elses_to_make() -> None:
    other = Workload("loki", "arn:aws:iam::999999999999:role/loki", rights.keep_objects(PLACE, "bucket"), "logging", ("loki",))
    assert resources(PLACE, IdentitySettings(), [other]) == []


def test_a_role_that_would_trust_nobody_is_not_made() -> None:
    shown = Workload("elasticsearch", ROLE, rights.keep_objects(PLACE, "bucket"), "logging", ("elasticsearch",), token=True)
    with pytest.raises(ValueError, match="elasticsearch would trust nobody"):
        trust(PLACE, IdentitySettings(), shown)


def test_each_workload_of_prod_has_a_role_of_its_own_and_one_environment_reads_no_others_entries() -> None:
    found = {each.name: each for each in reading.resources(prepared("prod")) if each.kind == "aws:iam/rolePolicy:RolePolicy"}
    assert {"prometheus", "grafana", "jaeger", "elasticsearch", "external-secrets"} <= found.keys()
    read = found["external-secrets"].inputs["policy"].document["Statement"][0]["Resource"]
    assert read == "arn:aws:secretsmanager:eu-central-1:123456789012:secret:observatory/prod/*"

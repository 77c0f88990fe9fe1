"""Everything that is to be made is asked of Amazon's own models, and of an imitation of Amazon where it has one."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any, cast

import botocore.session
import pytest

from components.aws.settings import AwsSettings
from rendering.aws import entries
from rendering.aws.entries import Entry
from rendering.aws.place import Place
from rendering.aws.regions import PARTITIONS
from rendering.aws.settings import EntriesSettings
from rendering.resource import Resource
from tests.rendering.aws import reading
from tests.rendering.aws.imitation import answers, ask, imitated
from tests.rendering.aws.models import complaints
from tests.rendering.aws.sent import CALLS, Call
from tests.stacks.real import prepared

STACKS = ("local", "dev", "prod")
PLACE = Place("123456789012", "eu-central-1", "prod", "observatory-prod")
ROTATION = {
    "slack": {"function": "arn:aws:lambda:eu-central-1:123456789012:function:renew", "schedule": "rate(30 days)"},
}


def ours(stack: str) -> list[Resource]:
    """Those of this room, and one entry with everything that settings can ask for."""
    chosen = EntriesSettings.model_validate({"rotation": ROTATION, "givers": ["arn:aws:iam::123456789012:role/keeper"]})
    entry = Entry("slack", "observatory/prod/slack", {"token": "a bot's token"})
    wanted = entries.resources(PLACE, chosen, [entry], PLACE.role("observatory-prod-external-secrets"))
    found = {(each.kind, each.name): each for each in reading.resources(prepared(stack)) if each.kind in CALLS}
    return list((found | {(each.kind, each.name): each for each in wanted}).values())


def calls(stack: str) -> Iterator[tuple[Resource, Call]]:
    found = ours(stack)
    known = reading.by_key(reading.resources(prepared(stack))) | reading.by_key(found)
    for each in found:
        for call in CALLS[each.kind](reading.resolved(each.inputs, known)):
            yield each, call


@pytest.mark.parametrize("stack", STACKS)
def test_every_call_is_one_that_amazons_models_know(stack: str) -> None:
    found = list(calls(stack))
    assert len({call[0] for _, call in found}) > 4
    assert [f"{each.name}: {told}" for each, call in found for told in complaints(*call)] == []


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "told"),
    [
        ("kms", "EnableKeyRotation", {"KeyId": "k", "RotationPeriodInDays": 30}, "30 is below 90"),
        ("kms", "EnableKeyRotation", {"KeyId": "k", "RotationPeriodInDays": 9999}, "9999 is above 2560"),
        ("s3", "PutBucketVersioning", {"Bucket": "b", "VersioningConfiguration": {"Status": "On"}}, "'On' is none of"),
        ("iam", "CreateRole", {"RoleName": "a b", "AssumeRolePolicyDocument": "{}"}, "does not match"),
        ("iam", "CreateRole", {"RoleName": "a"}, "AssumeRolePolicyDocument"),
        ("eks", "CreateAddon", {"clusterName": "c", "addonName": "a", "resolveConflicts": "KEEP"}, "'KEEP' is none of"),
        ("amp", "CreateWorkspaces", {}, "has no CreateWorkspaces"),
    ],
)
def test_a_broken_call_is_refused(service: str, operation: str, parameters: dict[str, Any], told: str) -> None:
    assert any(told in each for each in complaints(service, operation, parameters)), complaints(service, operation, parameters)


def test_regions_are_those_that_amazon_has() -> None:
    session = cast("Any", botocore.session).get_session()
    for partition, regions in PARTITIONS.items():
        assert set(session.get_available_regions("cloudwatch", partition_name=partition)) == set(regions)
    with pytest.raises(ValueError, match="no region of Amazon's"):
        AwsSettings.model_validate({"account_id": "123456789012", "region": "eu-central-9"})


@pytest.fixture(scope="module")
def imitation() -> Iterator[str]:
    with imitated() as address:
        yield address


ORDER = (
    *("kms/key", "kms/alias", "s3/bucket:", "s3/", "iam/role:", "iam/", "secretsmanager/secret:", "secretsmanager/"),
    *("cloudwatch/logGroup", "amp/workspace:", "amp/", "backup/vault:", "backup/"),
)
LATER = {"ScheduleKeyDeletion", "DeleteSecret", "RotateSecret", "AddPermission"}
"""Asked in tests of their own, of what is there by then."""
NOT_IMITATED = {
    ("amp", "UpdateWorkspaceConfiguration"): "how long series are kept, and how many there may be",
    ("backup", "CreateBackupSelection"): "which volumes are copied",
    ("ce", "CreateAnomalyMonitor"): "what is dearer than usual",
    ("ce", "CreateAnomalySubscription"): "who hears of it",
    ("chatbot", "CreateSlackChannelConfiguration"): "the chat channel",
    ("eks", "CreateAddon"): "add-ons of the cluster",
    ("eks", "CreatePodIdentityAssociation"): "which pods get a role",
    ("synthetics", "DeleteCanary"): "a canary's end",
    ("synthetics", "UpdateCanary"): "a canary's change",
}
"""What moto does not know, and what nothing but Amazon has therefore ever taken from us; the models of botocore alone judge it."""


def place(found: tuple[Resource, Call]) -> int:
    return next((index for index, part in enumerate(ORDER) if f":{part}" in found[0].kind), len(ORDER))


@pytest.fixture(scope="module")
def filled(imitation: str) -> tuple[str, str]:
    """The imitation, with all of prod's that it can have; its address and the key's ARN."""
    key, workspace, asked = reading.KEY, "", 0
    for _, (service, operation, parameters) in sorted(calls("prod"), key=place):
        if operation in LATER or (service, operation) in NOT_IMITATED:
            continue
        given: dict[str, Any] = json.loads(json.dumps(parameters).replace(reading.KEY, key))
        if service == "kms" and operation != "CreateKey":
            given["KeyId" if "KeyId" in given else "TargetKeyId"] = key.rpartition("/")[2]
        if operation == "CreateLoggingConfiguration":
            given["workspaceId"] = workspace
        if operation == "PutResourcePolicy":  # the suffix of an ARN is Amazon's to choose
            given["SecretId"] = given["SecretId"].split(":secret:")[1].rpartition("-")[0]
        answer = ask(imitation, service, operation, **given)
        key = answer["KeyMetadata"]["Arn"] if operation == "CreateKey" else key
        workspace = answer["workspaceId"] if operation == "CreateWorkspace" else workspace
        asked += 1
    assert asked > 90
    return imitation, key


@pytest.mark.parametrize(("service", "operation"), NOT_IMITATED)
def test_what_is_said_not_to_be_imitated_is_not(service: str, operation: str) -> None:
    assert not answers(service, operation), "moto knows it by now: ask it"


def test_the_imitation_is_known_to_answer() -> None:
    assert answers("backup", "CreateBackupPlan")
    assert not answers("backup", "CreateBackupPlans")
    assert not answers("nothing", "CreateBackupPlan")


def test_the_key_renews_itself_and_can_be_brought_back(filled: tuple[str, str]) -> None:
    address, key = filled
    assert ask(address, "kms", "GetKeyRotationStatus", KeyId=key)["KeyRotationEnabled"]
    made = ask(address, "kms", "CreateKey")["KeyMetadata"]["KeyId"]
    ask(address, "kms", "ScheduleKeyDeletion", KeyId=made, PendingWindowInDays=30)
    assert ask(address, "kms", "DescribeKey", KeyId=made)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    ask(address, "kms", "CancelKeyDeletion", KeyId=made)


def test_buckets_are_private_versioned_and_encrypted_and_take_tls_only(filled: tuple[str, str]) -> None:
    address, key = filled
    bucket = {"Bucket": "company-observatory-prod-elasticsearch"}
    assert ask(address, "s3", "GetBucketVersioning", **bucket)["Status"] == "Enabled"
    (rule,) = ask(address, "s3", "GetBucketEncryption", **bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
    closed = ask(address, "s3", "GetPublicAccessBlock", **bucket)["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    assert "TlsOnly" in ask(address, "s3", "GetBucketPolicy", **bucket)["Policy"]
    rules = {each["ID"] for each in ask(address, "s3", "GetBucketLifecycleConfiguration", **bucket)["Rules"]}
    assert {"incomplete-uploads", "old-versions"} <= rules


def test_a_role_is_made_changed_and_deleted(filled: tuple[str, str]) -> None:
    address, _ = filled
    role = {"RoleName": "observatory-prod-prometheus"}
    trusted = ask(address, "iam", "GetRole", **role)["Role"]["AssumeRolePolicyDocument"]
    assert trusted["Statement"][0]["Principal"] == {"Service": "pods.eks.amazonaws.com"}
    ask(address, "iam", "UpdateAssumeRolePolicy", **role, PolicyDocument=json.dumps(trusted))
    ask(address, "iam", "DeleteRolePolicy", **role, PolicyName="work")
    ask(address, "iam", "DeleteRole", **role)
    assert role["RoleName"] not in {each["RoleName"] for each in ask(address, "iam", "ListRoles")["Roles"]}


def function(address: str) -> str:
    """A function that is there and does nothing."""
    role = ask(address, "iam", "CreateRole", RoleName="renew", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as packed:
        packed.writestr("index.py", "def handler(event, context): pass")
    made = {"FunctionName": "renew", "Runtime": "python3.12", "Handler": "index.handler", "Code": {"ZipFile": code.getvalue()}}
    return str(ask(address, "lambda", "CreateFunction", Role=role, **made)["FunctionArn"])


def test_an_entry_can_be_changed_rotated_deleted_and_brought_back(filled: tuple[str, str]) -> None:
    address, key = filled
    entry = {"SecretId": "observatory/prod/slack"}
    assert ask(address, "secretsmanager", "DescribeSecret", **entry)["KmsKeyId"] == key
    ask(address, "secretsmanager", "UpdateSecret", **entry, Description="new")
    ask(address, "secretsmanager", "PutSecretValue", **entry, SecretString='{"token":"old"}')
    (rotation,) = [call[2] for _, call in calls("prod") if call[1] == "RotateSecret"]
    told = {**rotation, **entry, "RotationLambdaARN": function(address)}
    ask(address, "secretsmanager", "RotateSecret", **told)
    found = ask(address, "secretsmanager", "DescribeSecret", **entry)
    assert found["RotationLambdaARN"] == rotation["RotationLambdaARN"]
    assert ask(address, "secretsmanager", "DeleteSecret", **entry, RecoveryWindowInDays=30)["DeletionDate"]
    ask(address, "secretsmanager", "RestoreSecret", **entry)


def test_copies_are_planned_kept_from_deletion_and_given_up_again(filled: tuple[str, str]) -> None:
    address, key = filled
    vault = {"BackupVaultName": "observatory-prod-backups-volumes"}
    assert ask(address, "backup", "DescribeBackupVault", **vault)["EncryptionKeyArn"] == key
    plans = {each["BackupPlanName"]: each["BackupPlanId"] for each in ask(address, "backup", "ListBackupPlans")["BackupPlansList"]}
    assert plans.keys() == {"observatory-prod-backups-volumes", "observatory-prod-backups-databases"}
    volumes = plans["observatory-prod-backups-volumes"]
    (rule,) = ask(address, "backup", "GetBackupPlan", BackupPlanId=volumes)["BackupPlan"]["Rules"]
    assert (rule["ScheduleExpression"], rule["Lifecycle"]) == ("cron(0 */4 * * ? *)", {"DeleteAfterDays": 7})
    ask(address, "backup", "PutBackupVaultLockConfiguration", **vault, MinRetentionDays=3)
    ask(address, "backup", "DeleteBackupVaultLockConfiguration", **vault)
    ask(address, "backup", "DeleteBackupPlan", BackupPlanId=volumes)
    ask(address, "backup", "DeleteBackupVault", **vault)
    left = {each["BackupVaultName"] for each in ask(address, "backup", "ListBackupVaults")["BackupVaultList"]}
    assert left == {"observatory-prod-backups-databases"}


def test_the_workspace_is_made_renamed_and_deleted(filled: tuple[str, str]) -> None:
    address, _ = filled
    (workspace,) = ask(address, "amp", "ListWorkspaces")["workspaces"]
    assert workspace["alias"] == "observatory-prod"
    named = {"workspaceId": workspace["workspaceId"]}
    logged = ask(address, "amp", "DescribeLoggingConfiguration", **named)["loggingConfiguration"]["logGroupArn"]
    assert logged.endswith(":log-group:/aws/vendedlogs/amp/observatory-prod:*")
    ask(address, "amp", "UpdateWorkspaceAlias", **named, alias="another")
    assert ask(address, "amp", "DescribeWorkspace", **named)["workspace"]["alias"] == "another"
    ask(address, "amp", "DeleteWorkspace", **named)
    assert ask(address, "amp", "ListWorkspaces")["workspaces"] == []

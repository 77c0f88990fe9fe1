"""What Amazon is asked for each resource, as its provider asks it: service, operation, parameters by botocore's names.

The way of each field is the provider's (github.com/hashicorp/terraform-provider-aws, internal/service).
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

Call = tuple[str, str, dict[str, Any]]
Inputs = Mapping[str, Any]


def upper(value: object) -> Any:  # noqa: ANN401  JSON of any shape
    """Keys in Amazon's way: the first letter is a capital."""
    if isinstance(value, dict):
        return {f"{key[0].upper()}{key[1:]}": upper(part) for key, part in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [upper(part) for part in cast("list[object]", value)]
    return value


def _key(each: Inputs) -> list[Call]:
    rotation = {"KeyId": "new", "RotationPeriodInDays": each["rotationPeriodInDays"]}
    calls = [("kms", "CreateKey", {"Description": each["description"], "Policy": each["policy"]}), ("kms", "EnableKeyRotation", rotation)]
    return [*calls, ("kms", "ScheduleKeyDeletion", {"KeyId": "new", "PendingWindowInDays": each["deletionWindowInDays"]})]


def _bucket(each: Inputs) -> list[Call]:
    where = {"CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"}}
    return [("s3", "CreateBucket", {"Bucket": each["bucket"], **where})]


def _lifecycle(each: Inputs) -> list[Call]:
    rules: list[dict[str, Any]] = []
    for rule in each["rules"]:
        made = upper(rule)
        made["ID"] = made.pop("Id")
        rules.append(made)
    return [("s3", "PutBucketLifecycleConfiguration", {"Bucket": each["bucket"], "LifecycleConfiguration": {"Rules": rules}})]


def _encryption(each: Inputs) -> list[Call]:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": {
                "SSEAlgorithm": rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"],
                "KMSMasterKeyID": rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"],
            },
            "BucketKeyEnabled": rule["bucketKeyEnabled"],
        }
        for rule in each["rules"]
    ]
    return [("s3", "PutBucketEncryption", {"Bucket": each["bucket"], "ServerSideEncryptionConfiguration": {"Rules": rules}})]


def _public(each: Inputs) -> list[Call]:
    closed = {key: value for key, value in upper(dict(each)).items() if key != "Bucket"}
    return [("s3", "PutPublicAccessBlock", {"Bucket": each["bucket"], "PublicAccessBlockConfiguration": closed})]


def _role(each: Inputs) -> list[Call]:
    boundary = {"PermissionsBoundary": each["permissionsBoundary"]} if "permissionsBoundary" in each else {}
    described = {"Description": each["description"]} if "description" in each else {}
    return [
        ("iam", "CreateRole", {"RoleName": each["name"], "AssumeRolePolicyDocument": each["assumeRolePolicy"], **described, **boundary})
    ]


def _role_policy(each: Inputs) -> list[Call]:
    return [("iam", "PutRolePolicy", {"RoleName": each["role"], "PolicyName": each["name"], "PolicyDocument": each["policy"]})]


def _secret(each: Inputs) -> list[Call]:
    made = {"Name": each["name"], "Description": each["description"], "KmsKeyId": each["kmsKeyId"]}
    gone = {"SecretId": each["name"], "RecoveryWindowInDays": each["recoveryWindowInDays"]}
    return [("secretsmanager", "CreateSecret", made), ("secretsmanager", "DeleteSecret", gone)]


def _secret_policy(each: Inputs) -> list[Call]:
    told = {"SecretId": each["secretArn"], "ResourcePolicy": each["policy"], "BlockPublicPolicy": each["blockPublicPolicy"]}
    return [("secretsmanager", "PutResourcePolicy", told)]


def _rotation(each: Inputs) -> list[Call]:
    told = {
        "SecretId": each["secretId"],
        "RotationLambdaARN": each["rotationLambdaArn"],
        "RotationRules": upper(each["rotationRules"]),
        "RotateImmediately": each["rotateImmediately"],
    }
    return [("secretsmanager", "RotateSecret", told)]


def _permission(each: Inputs) -> list[Call]:
    told = {"Action": each["action"], "FunctionName": each["function"], "Principal": each["principal"], "StatementId": "made"}
    return [("lambda", "AddPermission", {**told, "SourceAccount": each["sourceAccount"], "SourceArn": each["sourceArn"]})]


def _workspace(each: Inputs) -> list[Call]:
    logged = {"workspaceId": "ws-1", "logGroupArn": each["loggingConfiguration"]["logGroupArn"]}
    return [
        ("amp", "CreateWorkspace", {"alias": each["alias"], "kmsKeyArn": each["kmsKeyArn"]}),
        ("amp", "CreateLoggingConfiguration", logged),
    ]


def _log_group(each: Inputs) -> list[Call]:
    return [
        ("logs", "CreateLogGroup", {"logGroupName": each["name"], "kmsKeyId": each["kmsKeyId"]}),
        ("logs", "PutRetentionPolicy", {"logGroupName": each["name"], "retentionInDays": each["retentionInDays"]}),
    ]


def _vault(each: Inputs) -> list[Call]:
    return [("backup", "CreateBackupVault", {"BackupVaultName": each["name"], "EncryptionKeyArn": each["kmsKeyArn"]})]


def _plan(each: Inputs) -> list[Call]:
    rules: list[dict[str, Any]] = []
    for rule in each["rules"]:
        cold = rule["lifecycle"]
        rules.append(
            {
                "RuleName": rule["ruleName"],
                "TargetBackupVaultName": rule["targetVaultName"],
                "ScheduleExpression": rule["schedule"],
                "StartWindowMinutes": rule["startWindow"],
                "CompletionWindowMinutes": rule["completionWindow"],
                "Lifecycle": {
                    "DeleteAfterDays": cold["deleteAfter"],
                    **({"MoveToColdStorageAfterDays": cold["coldStorageAfter"]} if "coldStorageAfter" in cold else {}),
                },
            }
        )
    return [("backup", "CreateBackupPlan", {"BackupPlan": {"BackupPlanName": each["name"], "Rules": rules}})]


def _selection(each: Inputs) -> list[Call]:
    told: dict[str, Any] = {"SelectionName": each["name"], "IamRoleArn": each["iamRoleArn"], "Resources": each["resources"]}
    if "conditions" in each:
        told["Conditions"] = {
            f"{kind[0].upper()}{kind[1:]}".replace("StringLikes", "StringLike"): [
                {"ConditionKey": every["key"], "ConditionValue": every["value"]} for every in found
            ]
            for kind, found in each["conditions"][0].items()
        }
    return [("backup", "CreateBackupSelection", {"BackupPlanId": each["planId"], "BackupSelection": told})]


def _lock(each: Inputs) -> list[Call]:
    told = {"BackupVaultName": each["backupVaultName"], "MinRetentionDays": each["minRetentionDays"]}
    return [("backup", "PutBackupVaultLockConfiguration", told)]


def _configuration(each: Inputs) -> list[Call]:
    limits = {"retentionPeriodInDays": each["retentionPeriodInDays"], "limitsPerLabelSet": each["limitsPerLabelSets"]}
    return [("amp", "UpdateWorkspaceConfiguration", {"workspaceId": each["workspaceId"], **limits})]


def _addon(each: Inputs) -> list[Call]:
    version = {"addonVersion": each["addonVersion"]} if "addonVersion" in each else {}
    told = {"clusterName": each["clusterName"], "addonName": each["addonName"], "resolveConflicts": each["resolveConflictsOnCreate"]}
    return [("eks", "CreateAddon", {**told, **version})]


CALLS: Mapping[str, Callable[[Inputs], list[Call]]] = {
    "aws:amp/workspace:Workspace": _workspace,
    "aws:amp/workspaceConfiguration:WorkspaceConfiguration": _configuration,
    "aws:backup/plan:Plan": _plan,
    "aws:backup/selection:Selection": _selection,
    "aws:backup/vault:Vault": _vault,
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": _lock,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:eks/addon:Addon": _addon,
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": lambda each: [("eks", "CreatePodIdentityAssociation", dict(each))],
    "aws:iam/role:Role": _role,
    "aws:iam/rolePolicy:RolePolicy": _role_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": lambda each: [
        ("iam", "AttachRolePolicy", {"RoleName": each["role"], "PolicyArn": each["policyArn"]})
    ],
    "aws:kms/alias:Alias": lambda each: [("kms", "CreateAlias", {"AliasName": each["name"], "TargetKeyId": each["targetKeyId"]})],
    "aws:kms/key:Key": _key,
    "aws:lambda/permission:Permission": _permission,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _lifecycle,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": lambda each: [
        ("s3", "PutBucketOwnershipControls", {"Bucket": each["bucket"], "OwnershipControls": {"Rules": [upper(each["rule"])]}})
    ],
    "aws:s3/bucketPolicy:BucketPolicy": lambda each: [("s3", "PutBucketPolicy", {"Bucket": each["bucket"], "Policy": each["policy"]})],
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _public,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _encryption,
    "aws:s3/bucketVersioning:BucketVersioning": lambda each: [
        ("s3", "PutBucketVersioning", {"Bucket": each["bucket"], "VersioningConfiguration": upper(each["versioningConfiguration"])})
    ],
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:secretsmanager/secretPolicy:SecretPolicy": _secret_policy,
    "aws:secretsmanager/secretRotation:SecretRotation": _rotation,
}
"""By type token; kinds of the other rooms are judged by their own tests."""

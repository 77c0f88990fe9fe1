"""The environment's own key: logs, secrets, topics, buckets and copies are encrypted with it, and it renews itself."""

from rendering.aws.place import KEY, Place
from rendering.aws.policies import Statement, allow, document
from rendering.aws.settings import KeySettings
from rendering.resource import Resource

_ALIAS = "aws:kms/alias:Alias"
_USE = ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
_SIGNAL = ("kms:Decrypt", "kms:GenerateDataKey")
_SENDERS = ("budgets", "cloudwatch", "costalerts", "events")
"""Services that write into an encrypted topic (docs.aws.amazon.com/sns, «Managing encryption keys and costs», compatible event sources)."""
_ADMINISTER = (
    *("kms:CancelKeyDeletion", "kms:DescribeKey", "kms:DisableKey", "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy"),
    *("kms:GetKeyRotationStatus", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:TagResource"),
    *("kms:UntagResource", "kms:UpdateKeyDescription"),
)


def resources(place: Place, settings: KeySettings) -> list[Resource]:
    """The key and the name by which people find it."""
    inputs = {
        "description": f"observatory {place.environment}: logs, secrets, topics, buckets, backups",
        "enableKeyRotation": True,
        "rotationPeriodInDays": settings.rotation_days,
        "deletionWindowInDays": settings.deletion_days,
        "policy": document(*_statements(place, settings)),
    }
    key = Resource(KEY.kind, KEY.name, inputs)
    return [key, Resource(_ALIAS, KEY.name, {"name": f"alias/observatory-{place.environment}", "targetKeyId": key.ref})]


def _statements(place: Place, settings: KeySettings) -> list[Statement]:
    """In a key's own policy the resource is the key itself, so `*` names no other."""
    logs = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": place.arn("logs", "log-group:*")}}
    writer = {"Service": f"logs.{place.region}.amazonaws.com"}
    found = [
        # Without it nobody but whom this policy names could ever mend it (docs.aws.amazon.com/kms, «Default key policy»).
        allow("AccountDecidesByIam", ["kms:*"], "*", principal={"AWS": place.root}),
        allow("LogGroups", _USE, "*", logs, writer),
        allow("LogGroupsLook", ["kms:DescribeKey"], "*", principal=writer),
        allow(
            "EncryptedTopics",
            _SIGNAL,
            "*",
            {"StringEquals": {"aws:SourceAccount": place.account}},
            {"Service": [f"{name}.amazonaws.com" for name in _SENDERS]},
        ),
    ]
    if settings.administrators:
        found.append(allow("Administrators", _ADMINISTER, "*", principal={"AWS": list(settings.administrators)}))
    return found

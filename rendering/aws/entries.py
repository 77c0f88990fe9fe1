"""Entries in Secrets Manager: names, who may read, when values are renewed. The values themselves never pass through here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rendering.aws.place import KEY_ARN, Place
from rendering.aws.policies import Statement, deny, document
from rendering.aws.settings import EntriesSettings, RotationSettings
from rendering.resource import Json, Ref, Resource
from rendering.secrets import SecretKey

ENTRY = "aws:secretsmanager/secret:Secret"
VALUE = "aws:secretsmanager/secretVersion:SecretVersion"
_VALUES = ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret")


@dataclass(frozen=True)
class Entry:
    """One Secret's place: `observatory/prod/slack` with the keys that it holds as JSON."""

    name: str
    """The Secret's name in the cluster, and of the resource."""
    remote: str
    """In Secrets Manager."""
    keys: Mapping[str, str]
    """Each key with what it is for."""
    readers: tuple[str, ...] = ()
    """Roles that read it besides External Secrets'."""
    by: str = "make secret"
    """Who gives its value."""


def resources(place: Place, settings: EntriesSettings, entries: Iterable[Entry], reader: str | None) -> list[Resource]:
    """All entries; `reader` is the role of External Secrets."""
    found: list[Resource] = []
    for entry in entries:
        purposes = "; ".join(f"{key}: {purpose}" for key, purpose in sorted(entry.keys.items()))
        inputs = {
            "name": entry.remote,
            "description": f"JSON, given by {entry.by}. {purposes}"[:2048],
            "kmsKeyId": KEY_ARN,
            "recoveryWindowInDays": settings.recovery_days,
        }
        secret = Resource(ENTRY, entry.name, inputs)
        policy = Resource(
            "aws:secretsmanager/secretPolicy:SecretPolicy",
            entry.name,
            {"secretArn": secret.arn, "policy": document(*_closed(place, settings, reader, entry)), "blockPublicPolicy": True},
        )
        found += [secret, policy]
        if rotation := settings.rotation.get(entry.name):
            found += _rotation(place, entry, rotation)
    return found


def values(entries: Iterable[Entry], given: Iterable[SecretKey], *, made: bool) -> list[Resource]:
    """Values that another account gives, each its entry's only key; `made` says whether the entry is ours or was there already."""
    places = {entry.name: entry for entry in entries}
    found: list[Resource] = []
    for secret in sorted(given):
        if entry := places.get(secret.name):
            where = Ref(ENTRY, entry.name) if made else entry.remote
            found.append(
                Resource(VALUE, entry.name, {"secretId": where, "secretString": Json({secret.key: secret})}, secrets=("secretString",))
            )
    return found


def _closed(place: Place, settings: EntriesSettings, reader: str | None, entry: Entry) -> list[Statement]:
    """In an entry's own policy the resource is the entry itself. Without readers by name, whoever the account's policies let."""
    outside = {"StringNotEquals": {"aws:PrincipalAccount": place.account}, "Bool": {"aws:PrincipalIsAWSService": "false"}}
    found = [deny("OurAccountOnly", _VALUES, "*", outside, "*")]
    if settings.givers and reader:
        others = {"ArnNotEquals": {"aws:PrincipalArn": sorted({reader, *entry.readers, *settings.givers})}}
        found.append(deny("ReadersByName", _VALUES, "*", others, "*"))
    return found


def _rotation(place: Place, entry: Entry, rotation: RotationSettings) -> list[Resource]:
    permission = {
        "action": "lambda:InvokeFunction",
        "function": rotation.function,
        "principal": "secretsmanager.amazonaws.com",
        "sourceAccount": place.account,
        "sourceArn": Ref(ENTRY, entry.name, "arn"),
    }
    may = Resource("aws:lambda/permission:Permission", f"rotate-{entry.name}", permission)
    inputs = {
        "secretId": Ref(ENTRY, entry.name),
        "rotationLambdaArn": rotation.function,
        # At once would fail: an entry has no value before `make secret`.
        "rotateImmediately": False,
        "rotationRules": {"scheduleExpression": rotation.schedule},
    }
    return [may, Resource("aws:secretsmanager/secretRotation:SecretRotation", entry.name, inputs, after=(may.ref,))]

"""AWS Backup: copies of volumes and databases, each into a vault of their own. A guide for each system says how to bring them back."""

from collections.abc import Mapping
from typing import Any

from rendering.aws.place import KEY_ARN, Place
from rendering.aws.policies import service_trust
from rendering.aws.settings import BackupsSettings, Kept
from rendering.resource import Ref, Resource

VOLUMES, DATABASES = "volumes", "databases"
_VAULT = "aws:backup/vault:Vault"
_PLAN = "aws:backup/plan:Plan"
_ROLE = "aws:iam/role:Role"
_OWNED = "aws:ResourceTag/kubernetes.io"


def vault(place: Place, what: str) -> str:
    """The name of a vault; what is copied into it is counted by this name, so each kind of copies has its own."""
    return place.name(f"backups-{what}")


def kept(settings: BackupsSettings) -> dict[str, Kept]:
    """When copies of each kind are made."""
    return {VOLUMES: settings.volumes, **({DATABASES: settings.databases} if settings.databases else {})}


def resources(place: Place, settings: BackupsSettings, volumes: Mapping[str, tuple[str, str]]) -> list[Resource]:
    """Vaults, plans, role and what is selected; `volumes` are claims by system: their namespace and what their names begin with."""
    name = place.name("backups")
    role = Resource(_ROLE, "backups", {"name": name, "assumeRolePolicy": service_trust(place, "backup")})
    found = [role, *_rights(place, role)]
    plans: dict[str, Resource] = {}
    for what, when in kept(settings).items():
        made = Resource(_VAULT, what, {"name": vault(place, what), "kmsKeyArn": KEY_ARN, "forceDestroy": False})
        plans[what] = _plan(place, _rule(what, when, made))
        found += [made, plans[what]]
        if settings.locked_days is not None:
            lock = {"backupVaultName": Ref(made.kind, made.name, "name"), "minRetentionDays": settings.locked_days}
            found.append(Resource("aws:backup/vaultLockConfiguration:VaultLockConfiguration", what, lock))
    found += [_volumes(place, role, plans[VOLUMES], system, *where) for system, where in sorted(volumes.items())]
    if DATABASES in plans:
        found.append(_selection(role, plans[DATABASES], DATABASES, {"resources": list(settings.database_arns)}))
    return found


def _plan(place: Place, rule: dict[str, Any]) -> Resource:
    return Resource(_PLAN, rule["ruleName"], {"name": place.name(f"backups-{rule['ruleName']}"), "rules": [rule]})


def _rule(name: str, kept: Kept, vault: Resource) -> dict[str, Any]:
    cold = {"coldStorageAfter": kept.cold_days} if kept.cold_days else {}
    return {
        "ruleName": name,
        "targetVaultName": Ref(vault.kind, vault.name, "name"),
        "schedule": kept.schedule,
        "startWindow": kept.start_within,
        "completionWindow": kept.complete_within,
        "lifecycle": {"deleteAfter": kept.keep_days, **cold},
    }


def _rights(place: Place, role: Resource) -> list[Resource]:
    """Amazon's own policies for this service: they follow what it needs, which a copy of ours would not."""
    prefix = f"arn:{place.partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor"
    attached = {what: {"role": Ref(role.kind, role.name, "name"), "policyArn": f"{prefix}{what}"} for what in ("Backup", "Restores")}
    kind = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    return [Resource(kind, f"backups-{what.lower()}", inputs) for what, inputs in attached.items()]


def _volumes(place: Place, role: Resource, plan: Resource, system: str, namespace: str, claims: str) -> Resource:
    """Volumes by the tags that the EBS driver gives them (aws-ebs-csi-driver, docs/tagging.md); all conditions must hold."""
    equals = [
        {"key": f"{_OWNED}/cluster/{place.cluster}", "value": "owned"},
        {"key": f"{_OWNED}/created-for/pvc/namespace", "value": namespace},
    ]
    like = [{"key": f"{_OWNED}/created-for/pvc/name", "value": f"{claims}*"}]
    where = {
        "resources": [f"arn:{place.partition}:ec2:*:*:volume/*"],
        "conditions": [{"stringEquals": equals, "stringLikes": like}],
    }
    return _selection(role, plan, system, where)


def _selection(role: Resource, plan: Resource, name: str, where: dict[str, Any]) -> Resource:
    inputs = {"name": name, "planId": plan.ref, "iamRoleArn": role.arn, **where}
    return Resource("aws:backup/selection:Selection", name, inputs)

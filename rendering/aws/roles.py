"""Roles of workloads: each its own, each may do only what its work asks for, and is trusted only to pods of its service accounts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rendering.aws.place import Place
from rendering.aws.policies import Statement, document, pod_trust, web_trust
from rendering.aws.settings import IdentitySettings
from rendering.resource import Json, Ref, Resource

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/rolePolicy:RolePolicy"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
_ARN = re.compile(r"^arn:[^:]+:iam::(?P<account>\d{12}):role/(?P<name>[A-Za-z0-9_+=,.@-]{1,64})$")


@dataclass(frozen=True)
class Workload:
    """Pods that ask Amazon for something."""

    name: str
    """As resources call it: `prometheus`, `loki`."""
    role_arn: str
    """As the settings of the workload say it."""
    statements: tuple[Statement, ...]
    namespace: str = ""
    accounts: tuple[str, ...] = ()
    """Service accounts; none where somebody outside of the cluster takes the role on, whose trust `outside` is."""
    token: bool = False
    """Whether it can only show its own token (IRSA), whatever the others do."""
    outside: Statement | None = None

    def by_token(self, settings: IdentitySettings) -> bool:
        """Whether its pods prove who they are by a token of the cluster's issuer."""
        return bool(self.accounts) and (self.token or settings.by == "irsa")


def ours(place: Place, workloads: Iterable[Workload]) -> list[Workload]:
    """Those whose role is in this account and without a path; others are somebody else's to make."""
    return [each for each in workloads if role_name(place, each.role_arn)]


def role_name(place: Place, arn: str) -> str | None:
    """The name of a role that is ours to make."""
    found = _ARN.match(arn)
    return found["name"] if found and found["account"] == place.account else None


def resources(place: Place, settings: IdentitySettings, workloads: Iterable[Workload]) -> list[Resource]:
    """For each workload a role, what it may do, and which pods get it."""
    found: list[Resource] = []
    for workload in ours(place, workloads):
        role = Resource(ROLE, workload.name, _role(place, settings, workload))
        policy = {"role": Ref(ROLE, workload.name, "name"), "name": "work", "policy": document(*workload.statements)}
        rights = Resource(POLICY, workload.name, policy)
        found += [role, rights]
        if workload.by_token(settings):
            continue
        for account in workload.accounts:
            inputs = {
                "clusterName": place.cluster,
                "namespace": workload.namespace,
                "serviceAccount": account,
                "roleArn": role.arn,
            }
            found.append(Resource(ASSOCIATION, f"{workload.name}-{account}", inputs, after=(rights.ref,)))
    return found


def _role(place: Place, settings: IdentitySettings, workload: Workload) -> dict[str, object]:
    return {
        "name": role_name(place, workload.role_arn),
        "description": f"observatory {place.environment}: {workload.name}",
        "assumeRolePolicy": trust(place, settings, workload),
        **({"permissionsBoundary": settings.boundary} if settings.boundary else {}),
    }


def trust(place: Place, settings: IdentitySettings, workload: Workload) -> Json:
    """Who may take the role on; ValueError where that would be nobody, which settings refuse before."""
    if workload.outside:
        return document(workload.outside)
    if not workload.by_token(settings):
        return document(pod_trust(place, workload.namespace, workload.accounts))
    if settings.oidc_issuer is None:
        raise ValueError(f"the role of {workload.name} would trust nobody: no oidc_issuer is known")
    return document(web_trust(place, settings.oidc_issuer, workload.namespace, workload.accounts))

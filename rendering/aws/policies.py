"""Policies as IAM reads them: put together here, judged by tests."""

from collections.abc import Mapping, Sequence
from typing import Any

from rendering.aws.place import Place
from rendering.resource import Json, Ref, Text

Statement = dict[str, Any]
Where = str | Ref | Text


def document(*statements: Statement) -> Json:
    """A policy of the present version."""
    return Json({"Version": "2012-10-17", "Statement": list(statements)})


def allow(
    sid: str,
    actions: Sequence[str],
    resources: Where | Sequence[Where],
    condition: Mapping[str, Mapping[str, Any]] | None = None,
    principal: Mapping[str, Any] | None = None,
) -> Statement:
    """One statement that allows; with a principal it is a resource's own policy."""
    return _statement("Allow", sid, actions, resources, condition, principal)


def deny(
    sid: str,
    actions: Sequence[str],
    resources: Where | Sequence[Where],
    condition: Mapping[str, Mapping[str, Any]],
    principal: Mapping[str, Any] | str | None = None,
) -> Statement:
    """One statement that forbids, whatever else allows."""
    return _statement("Deny", sid, actions, resources, condition, principal)


def _statement(
    effect: str,
    sid: str,
    actions: Sequence[str],
    resources: Where | Sequence[Where],
    condition: Mapping[str, Mapping[str, Any]] | None,
    principal: Mapping[str, Any] | str | None,
) -> Statement:
    found: Statement = {"Sid": sid, "Effect": effect}
    if principal is not None:
        found["Principal"] = principal
    found |= {"Action": sorted(actions), "Resource": resources if isinstance(resources, str | Ref | Text) else list(resources)}
    return found | ({"Condition": dict(condition)} if condition else {})


def service_trust(place: Place, service: str, source: str | None = None) -> Json:
    """Lets a service of Amazon's take a role on, for this account only; `source` is the ARN, or its pattern, of who asks."""
    condition: dict[str, dict[str, Any]] = {"StringEquals": {"aws:SourceAccount": place.account}}
    if source:
        condition["ArnLike"] = {"aws:SourceArn": source}
    trusted = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole", "Condition": condition}
    return document(trusted)


def pod_trust(place: Place, namespace: str, accounts: Sequence[str]) -> Statement:
    """Lets EKS' agent hand a role to pods of some service accounts of this cluster (docs.aws.amazon.com/eks, «EKS Pod Identity roles»)."""
    names = accounts[0] if len(accounts) == 1 else list(accounts)
    return {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:SourceAccount": place.account,
                "aws:RequestTag/eks-cluster-arn": place.arn("eks", f"cluster/{place.cluster}"),
                "aws:RequestTag/kubernetes-namespace": namespace,
                "aws:RequestTag/kubernetes-service-account": names,
            }
        },
    }


def web_trust(place: Place, issuer: str, namespace: str, accounts: Sequence[str]) -> Statement:
    """Lets pods of some service accounts take a role on by their token, which the cluster's issuer signs (IRSA)."""
    subjects = [f"system:serviceaccount:{namespace}:{name}" for name in accounts]
    return {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:{place.partition}:iam::{place.account}:oidc-provider/{issuer}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subjects[0] if len(subjects) == 1 else subjects}
        },
    }

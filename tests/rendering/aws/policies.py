"""Judges policies: parliament for what IAM knows, and a checker of ours for wildcards, trusts and who is let in."""

import copy
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

with warnings.catch_warnings():
    for kind in (ResourceWarning, DeprecationWarning, SyntaxWarning):  # files left open and escapes of old: its own affair
        warnings.simplefilter("ignore", kind)
    import parliament

_OPEN = re.compile(r"[*?]")
_KEYS_OWN = "AccountDecidesByIam"
"""The one statement that may say `kms:*`: without it nobody could mend a key's own policy."""


ACCEPTED = {
    "RESOURCE_MISMATCH [{'action': 'kms:ConnectCustomKeyStore'": "`kms:*` of a key's own policy means what can be done with a key",
    "MISMATCHED_TYPE Type mismatch: ArnLike": "the encryption context of logs is an ARN, which only their documentation says",
    "MISMATCHED_TYPE Type mismatch: s3:TlsVersion": "1.2 is a number, which parliament takes to be whole",
    "UNKNOWN_CONDITION_FOR_ACTION Unknown condition s3:TlsVersion": "`s3:*` that is forbidden also names actions without TLS' version",
}
"""What parliament says and is not so, by how it begins, with the reason."""


_SENDS_NO_ACCOUNT = {
    "lambda.amazonaws.com": "a function takes its role on without saying for whom; the guide of canaries' roles has no condition either",
}
"""Services that name no account when they take a role on, with where that is said: who may pass the role decides alone."""


def listed(value: object) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def complaints(policy: Mapping[str, Any], *, own: str | None = None) -> list[str]:
    """What is wrong; `own` is the resource whose own policy it is, for which `*` stands in there."""
    judged = copy.deepcopy(dict(policy))
    found = list(_wildcards(judged["Statement"], own=own is not None))
    trust = any("sts:AssumeRole" in action for each in judged["Statement"] for action in listed(each["Action"]))
    if trust:
        return [*found, *_trust(judged["Statement"])]
    for statement in judged["Statement"]:
        if own is None and ("Principal" in statement):
            found.append(f"{statement['Sid']}: a principal in a role's policy")
        statement.pop("Principal", None)
        if own is not None:
            statement["Resource"] = own if statement["Resource"] == "*" else statement["Resource"]
    return [*found, *_parliament(judged)]


def _parliament(policy: Mapping[str, Any]) -> Iterator[str]:
    analyzed: Any = cast("Any", parliament).analyze_policy_string(json.dumps(policy), ignore_private_auditors=True)
    for each in analyzed.findings:
        told = f"{each.issue} {each.detail}"
        if not told.startswith(tuple(ACCEPTED)):
            yield f"parliament: {told}"


def _wildcards(statements: Iterable[Mapping[str, Any]], *, own: bool) -> Iterator[str]:
    for each in statements:
        name = each.get("Sid", "statement")
        if {"NotAction", "NotResource", "NotPrincipal"} & each.keys():
            yield f"{name}: what is not named is left open"
        if each["Effect"] == "Deny":
            continue
        yield from (
            f"{name}: the action {action} is open" for action in listed(each["Action"]) if _OPEN.search(action) and name != _KEYS_OWN
        )
        principal = each.get("Principal")
        if principal == "*" or (isinstance(principal, dict) and "*" in listed(cast("dict[str, Any]", principal).get("AWS"))):
            yield f"{name}: anybody is let in"
        yield from (f"{name}: {told}" for resource in listed(each.get("Resource", "")) for told in _open(str(resource), own=own))


def _open(resource: str, *, own: bool) -> Iterator[str]:
    """A lone `*` is parliament's affair: it knows whether the action has a narrower resource."""
    parts = resource.split(":", 5)
    if len(parts) != len(["arn", "aws", "service", "region", "account", "resource"]):
        return
    if "*" in parts[3] or "*" in parts[4]:
        yield f"{resource} is of any region or account"
    if parts[5].strip("/") == "*" and not own:
        yield f"{resource} is everything of a service"


def _trust(statements: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for each in statements:
        principal = cast("dict[str, Any]", each.get("Principal") or {})
        if not principal:
            yield "the role trusts nobody"
        told = json.dumps(each.get("Condition", {}))
        wanted = {"Federated": ":sub", "Service": "aws:SourceAccount", "AWS": "sts:ExternalId"}
        for kind, condition in wanted.items():
            if kind in principal and condition not in told and principal[kind] not in _SENDS_NO_ACCOUNT:
                yield f"a trust in {principal[kind]} without {condition}"
        if "*" in str(principal) or "StringLike" in told:
            yield f"a trust in {principal}, with {told}, is open"

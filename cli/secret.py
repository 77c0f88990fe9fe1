"""`make secret`: gives a workload's secret its value, once and out of band; neither state nor any file of ours ever holds it."""

import argparse
import json
import logging
import secrets
import sys
from collections.abc import Iterator, Mapping
from getpass import getpass
from typing import Any, cast

from rich.table import Table

from catalog.faults import Fault, FaultsError, MissingError, nearest
from cli.arguments import ROOT
from cli.console import out
from components import restarts
from components.aws.settings import AwsSettings
from rendering.aws.entries import Entry
from rendering.aws.place import Place
from stacks.plan import Plan
from stacks.program import Prepared, prepare
from stacks.settings import KEY, file_of

_LENGTH = 40
_NO_VALUE = "no value yet"


def run_secret(arguments: argparse.Namespace) -> None:
    """Gives one value, or lists what has one."""
    stack: str = arguments.stack
    prepared = prepare(stack, ROOT)
    entries = _entries(prepared, stack)
    chosen, place = cast("AwsSettings", prepared.settings.aws), cast("Place", prepared.aws and prepared.aws.place)
    name: str | None = arguments.name
    if name is None:
        _list(store(chosen, place), entries)
        return
    entry, key = _wanted(name, entries, stack)
    keeper = store(chosen, place)
    value = secrets.token_urlsafe(_LENGTH) if arguments.generate else _asked(f"{entry.name}/{key}", entry.keys[key], stack)
    give(keeper, entry, key, value)
    out.print(f"{entry.remote}: {key} is given. External Secrets copies it within the hour; at once by", soft_wrap=True, markup=False)
    out.print(f"  kubectl annotate externalsecret --all-namespaces --all --overwrite force-sync={secrets.token_hex(4)}", soft_wrap=True)
    if found := list(readers(prepared.plan, entry.name)):
        by_themselves = prepared.settings.operated.reloader is not None
        out.print(
            "Reloader then replaces the pods of" if by_themselves else "Pods that read it only at their start are to be replaced then:"
        )
        for namespace, workload in found:
            out.print(
                f"  {namespace} {workload}" if by_themselves else f"  kubectl -n {namespace} rollout restart {workload}",
                soft_wrap=True,
                markup=False,
            )


def readers(plan: Plan, entry: str) -> Iterator[tuple[str, str]]:
    """Workloads of ours whose pods read a Secret of this entry only when they start: namespace, and kind with name."""
    places = {(plan.context.namespaces.monitoring, entry)}
    places |= {(hand.namespace, hand.name) for hand in plan.handed if any(need.name == entry for need in hand.variables.values())}
    yield from restarts.readers(plan.documents(), places)


def valueless(prepared: Prepared, stack: str) -> list[str]:
    """The secrets that nobody gave a value yet, as NAME/KEY; MissingError where Secrets Manager cannot be asked."""
    entries = _entries(prepared, stack)
    keeper = store(cast("AwsSettings", prepared.settings.aws), cast("Place", prepared.aws and prepared.aws.place))
    return [
        f"{entry.name}/{key}" for entry in entries.values() if not _stated(keeper, entry).startswith("given") for key in sorted(entry.keys)
    ]


def _entries(prepared: Prepared, stack: str) -> Mapping[str, Entry]:
    """The environment's entries; FaultsError where values do not come from Secrets Manager."""
    if prepared.aws and prepared.settings.secrets.source == "external":
        return {each.name: each for each in prepared.aws.held}
    source = prepared.settings.secrets.source
    said = {"config": f"pulumi config set --secret --stack {stack} observatory:<key>", "simulated": "nothing: values are made up here"}
    reason = "values do not come from Secrets Manager" if source != "external" else "the account that holds the entries is not named"
    remedy = said.get(source, "write aws with account_id")
    raise FaultsError([Fault(file_of(stack), f"{KEY}.secrets.source", source, reason, remedy)])


def _wanted(name: str, entries: Mapping[str, Entry], stack: str) -> tuple[Entry, str]:
    called, _, key = name.partition("/")
    known = [f"{entry.name}/{each}" for entry in entries.values() for each in entry.keys]
    if called not in entries or key not in entries[called].keys:
        reason = "no workload of this stack reads such a secret"
        raise FaultsError([Fault(file_of(stack), "NAME", name, reason, nearest(name, known))])
    return entries[called], key


def _asked(name: str, purpose: str, stack: str) -> str:
    """The value, from a person without echo or from a pipe; it is no argument, which others on this machine could see."""
    if sys.stdin.isatty():
        out.print(f"{name}: {purpose}", markup=False, soft_wrap=True)
        value, again = getpass("value (not shown): "), getpass("once more: ")
        if value != again:
            raise FaultsError([Fault(file_of(stack), name, "", "the two values differ", "type it again")])
    else:
        value = sys.stdin.read().removesuffix("\n")
    if not value:
        raise FaultsError([Fault(file_of(stack), name, "", "the value is empty", "type or pipe it, or let --generate make one")])
    return value


def store(chosen: AwsSettings, place: Place) -> Any:  # noqa: ANN401  boto3 has no types
    """Secrets Manager of the environment's account; MissingError where nobody here may ask it."""
    import boto3

    logging.getLogger("botocore").setLevel(logging.WARNING)  # at DEBUG it writes what it sends, values among it
    made = cast("Any", boto3)
    try:
        session = made.Session(profile_name=chosen.profile, region_name=place.region)
        if chosen.role_arn:
            told = session.client("sts").assume_role(RoleArn=chosen.role_arn, RoleSessionName="observatory-secret")["Credentials"]
            keys = {"aws_access_key_id": told["AccessKeyId"], "aws_secret_access_key": told["SecretAccessKey"]}
            session = made.Session(**keys, aws_session_token=told["SessionToken"], region_name=place.region)
        account = session.client("sts", endpoint_url=chosen.endpoint).get_caller_identity()["Account"]
    except Exception as error:
        raise MissingError(f"Amazon cannot be asked from here: {error}; log in first (AWS_PROFILE, aws sso login)") from error
    if account != place.account and not chosen.endpoint:
        raise MissingError(f"these credentials lead to account {account}, and the stack's is {place.account} (aws.account_id)")
    return session.client("secretsmanager", endpoint_url=chosen.endpoint)


def give(keeper: Any, entry: Entry, key: str, value: str) -> None:  # noqa: ANN401  boto3 has no types
    """Puts one key of an entry and leaves its others as they are; MissingError where the entry is not made yet."""
    try:
        described = keeper.describe_secret(SecretId=entry.remote)
    except keeper.exceptions.ResourceNotFoundException as error:
        raise MissingError(f"there is no entry {entry.remote} yet; bring the stack up once, which makes it") from error
    held: dict[str, str] = {}
    if _given(described):
        held = json.loads(keeper.get_secret_value(SecretId=entry.remote)["SecretString"])
    keeper.put_secret_value(SecretId=entry.remote, SecretString=json.dumps({**held, key: value}, sort_keys=True))


def _given(described: Mapping[str, Any]) -> bool:
    return any("AWSCURRENT" in stages for stages in described.get("VersionIdsToStages", {}).values())


def _list(keeper: Any, entries: Mapping[str, Entry]) -> None:  # noqa: ANN401  boto3 has no types
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("name", "for", "state"):
        table.add_column(title)
    for entry in entries.values():
        state = _stated(keeper, entry)
        for key, purpose in sorted(entry.keys.items()):
            table.add_row(f"{entry.name}/{key}", purpose, state)
    out.print(table)


def _stated(keeper: Any, entry: Entry) -> str:  # noqa: ANN401  boto3 has no types
    try:
        described = keeper.describe_secret(SecretId=entry.remote)
    except keeper.exceptions.ResourceNotFoundException:
        return "no entry yet: `up` makes it"
    changed = described.get("LastChangedDate")
    return f"given, changed {changed:%Y-%m-%d}" if _given(described) and changed else "given" if _given(described) else _NO_VALUE

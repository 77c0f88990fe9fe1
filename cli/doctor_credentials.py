"""Which providers the stack's settings switch on, and whether their keys are given here: where from, never what."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

import yaml

from catalog.faults import FaultsError, MissingError
from cli.arguments import ROOT
from components.datadog import keys
from components.grafana_content import AUTH, AUTH_KEY
from components.logins import Login
from components.secrets import PROJECT, Need
from rendering.doctor.finding import Finding, State
from stacks.prepared import Prepared
from stacks.settings import file_of

_AWS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
)
"""Each begins one way of Amazon's SDKs to a credential (docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html)."""
_PULUMI = ("PULUMI_ACCESS_TOKEN", "PULUMI_BACKEND_URL")


def findings(prepared: Prepared, stack: str, *, embedded: bool) -> Iterator[Finding]:
    """A line for each provider, and one for the values that workloads need."""
    config = _configuration(stack)
    yield from (_login(system, logins, config, stack) for system, logins in _logins(prepared))
    if _fills_grafana(prepared):
        yield _key("grafana", AUTH, AUTH_KEY, config, stack)
    if prepared.aws and not prepared.aws.settings.simulated:
        yield _aws(prepared.aws.settings.profile)
    if not embedded:
        yield _state()
    yield _values(prepared, config, stack)


def _logins(prepared: Prepared) -> Iterator[tuple[str, Iterable[Login]]]:
    if prepared.settings.datadog and not prepared.settings.datadog.simulated:
        yield "datadog", keys.LOGINS
    for name, vendor in prepared.vendors.items():
        if not vendor.settings.simulated:
            yield name, vendor.component.logins


def _fills_grafana(prepared: Prepared) -> bool:
    grafana = prepared.settings.grafana
    return grafana is not None and grafana.filled and not grafana.content.simulated


def _configuration(stack: str) -> Mapping[str, object]:
    """The stack's configuration as it lies there: that a secret stands in it can be seen, what it is can not."""
    content = cast("dict[str, object]", yaml.safe_load((ROOT / file_of(stack)).read_text(encoding="utf-8")) or {})
    return cast("Mapping[str, object]", content.get("config") or {})


def _login(system: str, logins: Iterable[Login], config: Mapping[str, object], stack: str) -> Finding:
    given: list[str] = []
    for login in logins:
        found = next((each for each in (login.variable, login.need.variable) if os.environ.get(each)), None)
        key = f"{PROJECT}:{login.need.config}"
        if found is None and key not in config:
            remedy = f"set {login.variable} in the environment, or pulumi config set --secret --stack {stack} {key}"
            return Finding(f"credentials: {system}", State.MISSING, f"not given: {login.need.purpose}", remedy)
        given.append(found or key)
    return Finding(f"credentials: {system}", State.OK, f"given by {', '.join(given)}")


def _key(system: str, variable: str, key: str, config: Mapping[str, object], stack: str) -> Finding:
    where = variable if os.environ.get(variable) else f"{PROJECT}:{key}" if f"{PROJECT}:{key}" in config else None
    if where:
        return Finding(f"credentials: {system}", State.OK, f"given by {where}")
    remedy = f"set {variable} in the environment, or pulumi config set --secret --stack {stack} {PROJECT}:{key}"
    return Finding(f"credentials: {system}", State.MISSING, "not given", remedy)


def _aws(profile: str | None) -> Finding:
    files = [Path.home() / ".aws" / name for name in ("credentials", "config")]
    where = profile or next((name for name in _AWS if os.environ.get(name)), None)
    where = where or next((str(path).replace(str(Path.home()), "~", 1) for path in files if path.exists()), None)
    if where:
        return Finding("credentials: aws", State.OK, f"given by {where}; `make secret` asks whether they open the account")
    return Finding("credentials: aws", State.MISSING, "not given", "log in first (AWS_PROFILE, aws sso login)")


def _state() -> Finding:
    """Where Pulumi keeps the stack's state, which it must be logged in to."""
    where = next((name for name in _PULUMI if os.environ.get(name)), None)
    file = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi") / "credentials.json"
    if where or file.exists():
        return Finding("credentials: pulumi", State.OK, f"given by {where or 'pulumi login'}")
    return Finding(
        "credentials: pulumi", State.MISSING, "not logged in to a backend", "pulumi login s3://<bucket>, or set PULUMI_BACKEND_URL"
    )


def _values(prepared: Prepared, config: Mapping[str, object], stack: str) -> Finding:
    """Values that workloads read, where they come from."""
    needs, source = prepared.plan.values, prepared.settings.secrets.source
    if source == "simulated":
        return Finding("secrets", State.SIMULATED, f"{len(needs)} values are made up here and open nothing")
    if source == "config":
        lacking = [need for need in needs if not _given(need, config)]
        first = f"pulumi config set --secret --stack {stack} {PROJECT}:{lacking[0].config}" if lacking else ""
        return _lacking([f"{need.name}/{need.key}" for need in lacking], len(needs), first)
    from cli import secret

    try:
        return _lacking(secret.valueless(prepared, stack), len(needs), f"make secret STACK={stack} NAME=<one of them>")
    except (MissingError, FaultsError) as error:
        return Finding("secrets", State.MISSING, f"nobody can say whether they are there: {error}", f"make secret STACK={stack} lists them")


def _given(need: Need, config: Mapping[str, object]) -> bool:
    return bool(os.environ.get(need.variable)) or f"{PROJECT}:{need.config}" in config


def _lacking(names: list[str], count: int, remedy: str) -> Finding:
    if not names:
        return Finding("secrets", State.OK, f"{count} values are given")
    return Finding("secrets", State.MISSING, f"{len(names)} of {count} have no value: {', '.join(names)}", remedy)

"""The program: read, judge everything, then register; the same under Pulumi's engine and under ours."""

import os
from pathlib import Path
from typing import cast

import pulumi
from pulumi.runtime.config import get_config

from catalog import loading
from catalog.faults import Fault, FaultsError, MissingError
from components import logins
from components.datadog import keys
from components.grafana_content import AUTH, AUTH_KEY, unauthorised
from components.secrets import PROJECT, Need, missing, ungiven
from rendering.documents import render
from rendering.judging import judge
from stacks import aws, checks, costs, datadog, grafana, grafana_health, settings, vendors
from stacks.environment import deploy
from stacks.plan import plan
from stacks.prepared import Prepared

ROOT = Path(__file__).resolve().parent.parent


def prepare(stack: str, root: Path, given: object = None) -> Prepared:
    """Everything of an environment; FaultsError lists the faults of settings and catalog together, or says that it costs too much."""
    found = survey(stack, root, given)
    if faults := costs.faults(found.settings, found.costs, settings.file_of(stack)):
        raise FaultsError(faults)
    return found


def survey(stack: str, root: Path, given: object = None) -> Prepared:
    """The same, whatever it costs."""
    chosen, faults = settings.examine(stack, root, given)
    catalog, wrong = loading.examine(root)
    faults += wrong
    if chosen is not None:
        faults += checks.alone(chosen, settings.file_of(stack))
    if chosen is None or catalog is None or wrong:
        raise FaultsError(faults)
    documents = render(catalog, chosen.site)
    made = plan(chosen, catalog, documents)
    dashboards, undrawn = grafana.drawn(catalog, chosen.site, documents.groups)
    faults += undrawn
    faults += [*checks.together(chosen, catalog, made, settings.file_of(stack)), *judge(catalog, documents, chosen.site)]
    if faults:
        raise FaultsError(faults)
    filling = grafana.filling(chosen, catalog, made.context, dashboards)
    others = vendors.accounts(chosen, catalog, made)
    told = frozenset(secret for vendor in others.values() for secret in vendor.gives)
    account, amazon = datadog.account(chosen, catalog), aws.account(chosen, catalog, made, told)
    reckoned = costs.reckoned(chosen, catalog, made, amazon.resources if amazon else ())
    return Prepared(chosen, catalog, documents, made, filling, account, amazon, others, reckoned)


def run() -> None:
    """Registers the stack that the engine names and exports its outputs; nothing where anything is wrong.

    The engine shows a RunError's text alone, so that a user's mistake ends in no traceback; its cause says what it was.
    """
    try:
        stack = pulumi.get_stack()
        prepared = prepare(stack, ROOT, _given())
        _demand_secrets(prepared, stack)
        _demand_grafana(prepared, stack)
    except (FaultsError, MissingError) as error:
        raise pulumi.RunError(str(error)) from error
    for name, value in deploy(prepared).items():
        pulumi.export(name, value)


def _given() -> object:
    """The settings that the engine hands us: a folder of its own may hold other ones than the checkout."""
    try:
        return cast("object", pulumi.Config(PROJECT).get_object("settings"))
    except pulumi.ConfigTypeError:
        return None  # no JSON: the file's own reading says better what is wrong


def _demand_secrets(prepared: Prepared, stack: str) -> None:
    """FaultsError where secrets are missing; a preview needs none, so that CI can run it for anyone."""
    if pulumi.runtime.is_dry_run():
        return
    faults = missing(prepared.settings.secrets, prepared.plan.values, stack)
    if _reaches_grafana(prepared) and prepared.filling:
        faults += [*ungiven(prepared.filling.needs, stack), *unauthorised(stack)]
    if prepared.account and prepared.settings.datadog and not prepared.settings.datadog.simulated:
        faults += [*ungiven(prepared.account.needs, stack), *logins.unauthorised(keys.LOGINS, "datadog", stack)]
    if prepared.aws and not prepared.aws.settings.simulated:
        faults += ungiven(prepared.aws.needs, stack)
    for vendor in prepared.vendors.values():
        faults += vendor.missing(stack)
    made = {f"{PROJECT}:{Need(each.name, each.key, each.purpose).config}" for vendor in prepared.vendors.values() for each in vendor.gives}
    if faults := [fault for fault in faults if fault.key not in made]:
        raise FaultsError(_once(faults))


def _once(faults: list[Fault]) -> list[Fault]:
    """Without those that are told already: two systems may need one secret."""
    return list({(fault.file, fault.key): fault for fault in faults}.values())


def _reaches_grafana(prepared: Prepared) -> bool:
    """Whether content goes to a Grafana that somebody must be able to reach from here."""
    grafana = prepared.settings.grafana
    return grafana is not None and grafana.filled and not grafana.content.simulated


def _demand_grafana(prepared: Prepared, stack: str) -> None:
    """MissingError where Grafana cannot be filled. A preview asks nobody, so that CI can run it without a way to Grafana."""
    given = prepared.settings.grafana
    if given is None or given.content.simulated:
        return
    if given.url is None:
        pulumi.log.info(grafana.EMPTY)
    elif pulumi.runtime.is_dry_run():
        pulumi.log.info(f"a preview does not ask whether Grafana answers at {given.url}; `up` does")
    else:
        grafana_health.ask(given.url, os.environ.get(AUTH) or get_config(f"{PROJECT}:{AUTH_KEY}"), stack)

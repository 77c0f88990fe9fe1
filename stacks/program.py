"""The program: read, judge everything, then register; the same under Pulumi's engine and under ours."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pulumi

from catalog import loading
from catalog.catalog import Catalog
from catalog.faults import FaultsError
from components.secrets import PROJECT, missing
from rendering.documents import Rendered, render
from rendering.judging import judge
from stacks import checks, settings
from stacks.environment import deploy
from stacks.plan import Plan, plan
from stacks.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Prepared:
    """An environment that is known to be right, before anything of it is registered."""

    settings: Settings
    catalog: Catalog
    documents: Rendered
    plan: Plan


def prepare(stack: str, root: Path, given: object = None) -> Prepared:
    """Everything of an environment; FaultsError lists the faults of settings and catalog together."""
    chosen, faults = settings.examine(stack, root, given)
    catalog, wrong = loading.examine(root)
    faults += wrong
    if chosen is not None:
        faults += checks.alone(chosen, settings.file_of(stack))
    if chosen is None or catalog is None or wrong:
        raise FaultsError(faults)
    documents = render(catalog, chosen.site)
    made = plan(chosen, catalog, documents)
    faults += [*checks.together(chosen, catalog, made, settings.file_of(stack)), *judge(catalog, documents, chosen.site)]
    if faults:
        raise FaultsError(faults)
    return Prepared(chosen, catalog, documents, made)


def run() -> None:
    """Registers the stack that the engine names and exports its outputs; nothing where anything is wrong.

    The engine shows a RunError's text alone, so that a user's mistake ends in no traceback; its cause says what it was.
    """
    try:
        stack = pulumi.get_stack()
        prepared = prepare(stack, ROOT, _given())
        _demand_secrets(prepared, stack)
    except FaultsError as error:
        raise pulumi.RunError(str(error)) from error
    deploy(prepared.settings, prepared.plan)
    for name, value in prepared.plan.outputs.model_dump(mode="json").items():
        pulumi.export(name, value)


def _given() -> object:
    """The settings that the engine hands us: a folder of its own may hold other ones than the checkout."""
    try:
        return cast("object", pulumi.Config(PROJECT).get_object("settings"))
    except pulumi.ConfigTypeError:
        return None  # no JSON: the file's own reading says better what is wrong


def _demand_secrets(prepared: Prepared, stack: str) -> None:
    """FaultsError where secrets are missing; a preview needs none, so that CI can run it for anyone."""
    faults = [] if pulumi.runtime.is_dry_run() else missing(prepared.settings.secrets, prepared.plan.values, stack)
    if faults:
        raise FaultsError(faults)

"""`make drift`: what differs between the program and reality, by provider, and who changed it."""

import argparse
import json
from collections import Counter
from typing import Any

from rich.table import Table
from rich.text import Text

from catalog.faults import MissingError
from cli import drift_pulumi, target
from cli.arguments import ROOT
from cli.console import out, progress
from local import drift, program
from local.drift_found import Drift, Drifts
from local.paths import state

STYLES = {"changed": "yellow", "missing": "red", "extra": "magenta"}
_LONGEST = 100
"""Characters of one value; the whole of it is what `--json` is for."""


def run_drift(arguments: argparse.Namespace) -> int:
    """Status 0: none. 1: some. 2: there is no such stack. 3: there is nothing to compare with, or part of it could not be compared."""
    stack: str = arguments.stack
    embedded = target.is_embedded(stack)
    with progress(f"comparing {stack} with reality") as report:
        found = _looked(stack, report, embedded=embedded)
    if arguments.json:
        out.print_json(json.dumps(document(stack, found)), indent=1)
    else:
        _show(stack, found)
    return status(found)


def status(found: Drifts) -> int:
    """What could not be compared is no pass."""
    return 1 if found.found else 3 if found.unseen else 0


def _looked(stack: str, report: Any, *, embedded: bool) -> Drifts:  # noqa: ANN401  a function of one line
    if not embedded:
        report("asking the pulumi CLI, which looks at every provider; that takes minutes")
        return drift_pulumi.look(stack, target.named(stack), embedded=False)
    cluster = target.running(stack)
    if cluster is None:
        raise MissingError("no cluster is running, so there is nothing to compare with; run `make up` first")
    if (state(stack) / "pulumi").exists():
        report("asking the pulumi CLI, which brought this stack up")
        return drift_pulumi.look(stack, cluster, embedded=True)
    report("asking the API server what each document would become, and what it is")
    return drift.look(program.load(stack, ROOT), cluster)


def document(stack: str, found: Drifts) -> dict[str, Any]:
    """As JSON has it."""
    return {
        "stack": stack,
        "status": status(found),
        "compared": dict(sorted(found.compared.items())),
        "recorded": dict(sorted(found.recorded.items())),
        "drift": [
            {
                "kind": each.kind,
                "provider": each.provider,
                "name": each.name,
                "urn": each.urn,
                "by": str(each.by) if each.by else None,
                "note": each.note,
                "fields": [
                    {"path": one.path, "ours": one.ours, "theirs": one.theirs, "by": str(one.by) if one.by else None} for one in each.fields
                ],
            }
            for each in found.found
        ],
        "not_compared": found.unseen,
    }


def _show(stack: str, found: Drifts) -> None:
    if found.found:
        table = Table(box=None, padding=(0, 2, 0, 0))
        for title in ("", "what", "the program's → what is there", "by"):
            table.add_column(title, overflow="fold")
        for each in found.found:
            _rows(table, each)
        out.print(table)
    for line in found.unseen:
        out.print(Text.assemble(("not compared: ", "bold red"), line), soft_wrap=True)
    drifted = Counter(each.provider for each in found.found)
    for provider in sorted({*found.compared, *drifted}):
        kinds = Counter(each.kind for each in found.found if each.provider == provider)
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no drift"
        out.print(f"[bold]{provider}[/]: {told}; {found.compared[provider]} resources compared", soft_wrap=True)
    if recorded := sum(found.recorded.values()):
        names = ", ".join(f"{name} {count}" for name, count in sorted(found.recorded.items()) if count)
        out.print(f"[dim]{recorded} resources are only recorded here ({names}): nothing real to compare them with[/]", soft_wrap=True)
    if found.found:
        out.print(f"`make up STACK={stack}` puts back what is changed and missing; what is extra, a person decides on.", soft_wrap=True)


def _rows(table: Table, each: Drift) -> None:
    first = Text(each.kind, STYLES[each.kind])
    table.add_row(first, Text(each.name, "bold"), Text(each.note, "dim"), Text(str(each.by or "")))
    for one in each.fields:
        table.add_row("", Text(f"  {one.path}"), Text(f"{_cut(one.ours)} → {_cut(one.theirs)}"), Text(str(one.by or "nobody says")))


def _cut(value: object) -> str:
    text = "(nothing)" if value is None else value if isinstance(value, str) else json.dumps(value)
    text = text.replace("\n", "\\n")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

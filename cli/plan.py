"""How a plan or a result is shown: what changes, what is real and what is not, what the stack exports."""

import json
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import Any, cast

from rich.table import Table
from rich.text import Text

from cli.console import out
from local.plan import Action, Mode, Plan, Result, Step

SIGNS: Mapping[Action, tuple[str, str]] = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "replace": ("±", "magenta"),
    "delete": ("-", "red"),
    "skip": ("…", "dim"),
    "same": (" ", "dim"),
}
CHANGED: frozenset[Action] = frozenset({"update", "replace"})
DONE: Mapping[Action, str] = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "skip": "skipped",
    "same": "unchanged",
}
MODES: Mapping[Mode, str] = {
    "real": "applied to the API server with strict validation and awaited until they work",
    "simulated": "accepted by the API server; the operator or store behind them is not here, so nothing comes of them",
    "recorded": "resources of other providers: written down, never created",
}
LONGEST = 160
"""Characters of one value in a difference; the whole of it is what `make render` is for."""


def show_steps(plan: Plan, actions: Container[Action] = SIGNS.keys() - {"same"}) -> None:
    """The steps of some actions, with their differences."""
    for step in plan.steps:
        if step.action not in actions:
            continue
        sign, style = SIGNS[step.action]
        line = Text.assemble((f"{sign} {step.type} ", style), (step.name, f"bold {style}"))
        if step.mode != "real":
            line.append(f" ({step.mode})", "dim")
        if step.note:
            line.append(f" {step.note}", "dim")
        out.print(line, soft_wrap=True)
        if step.action in CHANGED:
            for change in step.changes:
                out.print(Text(f"    {_cut(str(change))}", style), soft_wrap=True)


def show_problems(plan: Plan) -> None:
    """What the program warned of, what failed, and why."""
    for warning in plan.warnings:
        out.print(Text(f"warning: {warning}", "yellow"), soft_wrap=True)
    for step in plan.failures:
        out.print(Text.assemble(("failed: ", "bold red"), f"{step.type} {step.name}: {step.error}"), soft_wrap=True)
    if plan.fault:
        out.print(Text.assemble(("failed: ", "bold red"), plan.fault), soft_wrap=True)


def headline(plan: Plan) -> str:
    """One line such as `3 updated, 1 deleted, 158 unchanged in 9.3 s`; `no changes` where there are none."""
    took = f" in {plan.seconds:.1f} s" if isinstance(plan, Result) else ""
    failed = f"{len(plan.failures)} failed, " if plan.failures else ""
    if not plan.changed and plan.ok:
        return f"no changes, {plan.counts['same']} resources{took}"
    words = DONE if isinstance(plan, Result) else {action: f"to {action}" for action in DONE} | {"same": "unchanged"}
    return failed + ", ".join(f"{plan.counts[action]} {word}" for action, word in words.items() if plan.counts[action]) + took


def show_modes(plan: Plan) -> None:
    """How many resources are real, simulated and recorded, and what each word means."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for mode, meaning in MODES.items():
        steps = [step for step in plan.steps if step.mode == mode and step.action not in {"delete", "skip"} and not step.error]
        if steps:
            table.add_row(f"[bold]{mode}[/]", str(len(steps)), f"{meaning} [dim]({kinds(steps)})[/]")
    out.print(table)


def kinds(steps: list[Step], most: int = 4) -> str:
    """The commonest kinds of some steps, such as `24 ServiceMonitor, 3 Deployment, 9 others`."""
    counts = Counter(step.type.rpartition(":")[2] for step in steps)
    shown = counts.most_common(most)
    rest = len(steps) - sum(count for _, count in shown)
    return ", ".join([f"{count} {kind}" for kind, count in shown] + ([f"{rest} others"] if rest else []))


def show_outputs(exports: Mapping[str, Any]) -> None:
    """The stack's outputs, secrets masked by whoever made the plan."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in sorted(exports.items()):
        for row, text in _rows(name, value):
            table.add_row(row, Text(text))
    out.print(table)


def _rows(name: str, value: object) -> Iterator[tuple[str, str]]:
    """A flat map by its keys, a deeper one by their names alone: `outputs.json` has it all."""
    if not isinstance(value, dict):
        yield name, value if isinstance(value, str) else _cut(json.dumps(value))
        return
    entries = cast("dict[str, object]", value)
    if any(isinstance(entry, dict | list) for entry in entries.values()):
        yield name, _cut(", ".join(sorted(entries)))
        return
    for key, entry in sorted(entries.items()):
        yield f"{name}.{key}", str(entry)


def _cut(text: str) -> str:
    text = text.replace("\n", "\\n")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

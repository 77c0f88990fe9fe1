"""`make costs`: what a stack costs a month, where each number comes from, and what nobody can know before the bill."""

import argparse
from datetime import UTC, date, datetime

from rich.table import Table

from catalog.faults import Fault, FaultsError
from cli.arguments import ROOT
from cli.console import out
from rendering.costs.estimate import STALE, UNKNOWN, Estimate
from stacks.program import survey
from stacks.settings import KEY, file_of

_LEAST = 0.5
"""USD a month below which a line is added up with its like."""

_MANY = 100


def run_costs(arguments: argparse.Namespace) -> int:
    """Prints the estimate; status 1 where it is above the limit."""
    stack: str = arguments.stack
    prepared = survey(stack, ROOT)
    found, chosen = prepared.costs, prepared.settings.costs
    if found is None or chosen is None:
        reason = "nobody has said what traffic there is, so nothing can be estimated"
        raise FaultsError([Fault(file_of(stack), f"{KEY}.costs", "", reason, "write limit and traffic (nodes, logs_gb_a_day) below costs")])
    _lines(found)
    _systems(found)
    _honest(found, datetime.now(UTC).date())
    within = found.total <= chosen.limit
    out.print(
        f"\n[bold]{stack}[/]: about {_usd(found.total)} USD a month in {found.region}; the limit is {_usd(chosen.limit)}", soft_wrap=True
    )
    if not within:
        out.print("[bold red]above the limit[/]: nothing is previewed or brought up until one of both changes")
    return 0 if within else 1


def _lines(found: Estimate) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title, kind in (("system", "left"), ("USD a month", "right"), ("units", "right"), ("of", "left"), ("because", "left")):
        table.add_column(title, justify="right" if kind == "right" else "left", no_wrap=title != "because")
    small: dict[str, float] = {}
    for priced in sorted(found.lines, key=lambda priced: (priced.line.system, -priced.usd)):
        if priced.usd < _LEAST:
            small[priced.line.system] = small.get(priced.line.system, 0) + priced.usd
            continue
        table.add_row(priced.line.system, _usd(priced.usd), _units(priced.line.amount), priced.unit, priced.line.why)
    for system, usd in small.items():
        table.add_row(system, _usd(usd), "", "", "lines of less than half a dollar")
    out.print(table)


def _systems(found: Estimate) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for system, usd in found.systems.items():
        table.add_row(system, _usd(usd))
    table.add_row("[bold]in all[/]", f"[bold]{_usd(found.total)}[/]")
    out.print("\n[bold]by system, USD a month[/]")
    out.print(table)


def _honest(found: Estimate, today: date) -> None:
    age = found.age(today)
    old = f", {age} days ago: compare them with their sources (rendering/costs/prices.yaml)" if age > STALE else ""
    out.print(
        f"\nlist prices put together on {found.as_of}{old}; compared with nothing: {', '.join(found.unread) or 'none'}",
        soft_wrap=True,
    )
    if stale := found.stale(today):
        out.print(f"compared with what is older than a year: {', '.join(stale)}", soft_wrap=True)
    out.print("\n[bold]what this cannot know[/]")
    for line in UNKNOWN:
        out.print(f"  - {line}", soft_wrap=True)


def _usd(amount: float) -> str:
    return f"{amount:,.2f}"


def _units(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= _MANY else f"{amount:.1f}"

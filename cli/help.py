"""`make help`: the commands as make targets."""

import argparse

from rich.table import Table

from cli.arguments import COMMANDS, STATUS
from cli.console import out
from cli.options import ENGINES, TIERS


def run_help(_: argparse.Namespace) -> None:
    """Prints one line a target."""
    table = Table(box=None, padding=(0, 2), show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column()
    for command in COMMANDS:
        table.add_row(f"make {command.name}", command.variables, command.summary)
    out.print(table)
    out.print()
    out.print(f"  STACK=local (default), dev or prod · ENGINE={'|'.join(ENGINES)} · TIER={'|'.join(TIERS)}", markup=False)
    out.print("  also: make venv (Python packages), make lock (pin them anew); ./observatory COMMAND --help for details")
    out.print(f"  {STATUS} (make itself turns 1-3 into 2; ./observatory keeps them)")

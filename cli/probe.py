"""What `make bench` runs in processes of their own: `python -m cli.probe program STACK` or `cluster`; prints one JSON line."""

import importlib
import json
import resource
import sys
import time
from collections.abc import Callable

from cli.arguments import ROOT


def program(stack: str) -> dict[str, float]:
    """Imports what a preview imports, then records a stack's program: `started` is when the imports were through."""
    from local import monitor
    from local import program as programs

    importlib.import_module("stacks.program")  # ahead, so that the run is measured without it
    loaded = programs.load(stack, ROOT)
    started = time.monotonic()
    registered = monitor.record(loaded)
    run = time.monotonic() - started
    unit = 1024 if sys.platform == "linux" else 1024**2
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return {"started": started, "run": run, "resources": len(registered), "peak": peak}


def cluster() -> dict[str, float]:
    """Starts the embedded control plane, whose tools are built first where they are not in the cache."""
    from local import cluster as embedded
    from local import tools
    from local.controlplane import DAEMONS

    tools.ensure(DAEMONS, _quiet)
    started = time.monotonic()
    embedded.up(_quiet)
    return {"start": time.monotonic() - started}


def _quiet(_: str) -> None:
    """Nobody looks."""


PROBES: dict[str, Callable[..., dict[str, float]]] = {"program": program, "cluster": cluster}

if __name__ == "__main__":
    print(json.dumps(PROBES[sys.argv[1]](*sys.argv[2:])))

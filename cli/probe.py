"""What `make bench` runs in fresh processes: `python -m cli.probe program|checks STACK`, `dashboards N`, `cluster`; prints JSON."""

import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from cli.arguments import ROOT


def program(stack: str) -> dict[str, float]:
    """Imports what a preview imports, then records a stack's program: `started` is when the imports were through.

    Seconds of `importing` and `running` are those of the processor, which other processes do not lengthen much.
    """
    from local import monitor
    from local import program as programs

    importlib.import_module("stacks.program")  # ahead, so that the run is measured without it
    loaded = programs.load(stack, ROOT)
    started, importing = time.monotonic(), time.process_time()
    registered = monitor.record(loaded)
    run, running = time.monotonic() - started, time.process_time() - importing
    return {"started": started, "importing": importing, "run": run, "running": running, "resources": len(registered), "peak": peak()}


def checks(stack: str) -> dict[str, float]:
    """Seconds that each kind of static check of a stack takes; anything that it finds ends the run."""
    from local import tools

    paths = tools.ensure(("promtool", "amtool"), _quiet)
    marks = [("", time.monotonic())]

    def done(what: str) -> None:
        marks.append((what, time.monotonic()))

    from cli import generated
    from rendering.alertmanager import CONFIGURATION
    from stacks.program import prepare

    documents = prepare(stack, ROOT).documents
    done("load and judge")
    with tempfile.TemporaryDirectory(prefix="observatory-bench-") as name:
        folder = Path(name)
        for path, text in documents.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text.replace("/etc/alertmanager/config/", f"{folder}/alertmanager/"), encoding="utf-8")
        files = sorted(map(str, folder.glob("prometheus/rules/*.yaml")))
        subprocess.run([paths["promtool"], "check", "rules", "--lint=all", "--lint-fatal", *files], stdout=subprocess.DEVNULL, check=True)
        done("promtool")
        subprocess.run([paths["amtool"], "check-config", folder / "alertmanager" / CONFIGURATION], stdout=subprocess.DEVNULL, check=True)
        done("amtool")
    stale, told = generated.stale(), generated.complaints()
    if stale or told:
        raise RuntimeError(f"make check has something to say: {[*map(str, stale), *told][0]}")
    done("generated files, runbooks, parity")
    return {what: at - before for (_, before), (what, at) in pairwise(marks)}


def dashboards(services: str) -> dict[str, float]:
    """Renders every dashboard of the catalog, or (with a number of services) of one application with so many; processor time."""
    from catalog.loading import load
    from cli.synthetic import multiplied
    from dashboards.grafana.build import source_text
    from dashboards.grafana.everything import documents
    from dashboards.grafana.lint import queries_on_load
    from rendering.rules import object_groups
    from rendering.site import Site

    site = Site(environment="bench", region="any", cluster="any", runbooks_url="https://runbooks.example.com")
    catalog = load(ROOT)
    if int(services):
        catalog = multiplied(catalog, int(services))
    groups = object_groups(catalog, site)
    started = time.process_time()
    made = documents(catalog, site, groups)
    passed = time.process_time() - started
    return {
        "seconds": passed,
        "documents": len(made),
        "bytes": sum(len(source_text(document)) for document in made.values()),
        "queries": max(queries_on_load(document) for document in made.values()),
        "peak": peak(),
    }


def peak() -> float:
    """The most memory that this process ever had, in MB."""
    unit = 1024 if sys.platform == "linux" else 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


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


PROBES: dict[str, Callable[..., dict[str, float]]] = {"program": program, "checks": checks, "dashboards": dashboards, "cluster": cluster}

if __name__ == "__main__":
    print(json.dumps(PROBES[sys.argv[1]](*sys.argv[2:])))

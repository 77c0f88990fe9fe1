"""`make bench`: the figures that the project promises, each measured on this machine beside its target."""

import argparse
import filecmp
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from rich.table import Table

from cli.arguments import ROOT
from cli.bench_rules import SIZES, SLACK, rules
from cli.bench_traces import traces
from cli.console import log, out, progress
from cli.figure import Figure
from local.paths import cache

RUNS = 3
"""Each program figure is the median of this many processes."""


def machine() -> str:
    """The line without which a figure says nothing."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0] if names else model
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} x {model}, {gigabytes:.0f} GB, {system}, load {os.getloadavg()[0]:.1f}"


def program(stack: str) -> Iterator[Figure]:
    """A stack's program under the recording monitor, in fresh processes; the first one only warms the bytecode."""
    samples = [_probe(stack) for _ in range(RUNS + 1)][1:]
    resources = int(samples[0]["resources"])
    command = f"the {stack} program recorded, median of {RUNS}"
    importing = f"bytecode compiled; {median(s['importing'] for s in samples):.2f} s of the processor"
    yield Figure("imports and start", median(s["start"] for s in samples), 1.5, "s", command, importing)
    each, busy = (median(s[how] / s["resources"] * 1000 for s in samples) for how in ("run", "running"))
    note = f"{resources} resources, catalog and rendering included; {busy:.2f} ms of the processor"
    yield Figure("a resource", each, 4, "ms", command, note)
    yield Figure("memory", max(s["peak"] for s in samples), 220, "MB", command, "peak resident set")


def _probe(stack: str) -> dict[str, float]:
    before = time.monotonic()
    sample = _answer("cli.probe", "program", stack)
    return {**sample, "start": sample["started"] - before}


def render(stack: str) -> Iterator[Figure]:
    """Two renders of a stack, compared byte by byte."""
    folder = Path(tempfile.mkdtemp(prefix="observatory-bench-"))
    try:
        seconds: list[float] = []
        for name in ("first", "second"):
            start = time.monotonic()
            _run("cli", "render", "--stack", stack, "--out", str(folder / name))
            seconds.append(time.monotonic() - start)
        different = differences(folder / "first", folder / "second")
        yield Figure(
            "two renders differ in", len(different), 0, "files", f"make render STACK={stack}, twice", f"{median(seconds):.1f} s each"
        )
    finally:
        shutil.rmtree(folder)


def differences(first: Path, second: Path) -> list[str]:
    """The relative names of files that two folders do not have alike."""
    names = {str(path.relative_to(folder)) for folder in (first, second) for path in folder.rglob("*") if path.is_file()}
    _, mismatch, missing = filecmp.cmpfiles(first, second, names, shallow=False)
    return sorted(mismatch + missing)


def checks(stack: str) -> Iterator[Figure]:
    """Everything of an environment that is judged without running it, in a fresh process."""
    answer = _answer("cli.probe", "checks", stack)
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in answer.items())
    yield Figure("static checks", sum(answer.values()), 20, "s", f"the {stack} environment, tools from the cache", parts)


def dashboards() -> Iterator[Figure]:
    """Grafana's JSON of the catalog's applications, and of one with 100 and with 1,000 services; processor time, in fresh processes."""
    answer = _answer("cli.probe", "dashboards", "0")
    note = f"{answer['documents']:.0f} dashboards, {answer['bytes'] / 1024**2:.1f} MiB; at most {answer['queries']:.0f} queries on load"
    yield Figure("all dashboards", answer["seconds"], 2, "s", "rendered from the catalog", note)
    some, many = (_answer("cli.probe", "dashboards", str(count)) for count in SIZES)
    yield Figure(f"dashboards of {SIZES[1]} services", many["seconds"], None, "s", "synthetic services", f"{many['peak']:.0f} MB at most")
    growth = many["seconds"] / some["seconds"]
    linear = SIZES[1] / SIZES[0]
    yield Figure("growth of dashboards", growth, linear * SLACK, "times", f"{SIZES[1]} services beside {SIZES[0]}", "linear is 10 times")


def sdk(package: str, what: str) -> Iterator[Figure]:
    """Resources registered by type token and by the provider's SDK, in fresh processes; the first typed one warms the bytecode."""
    tokens = _answer("cli.typed_sdk", "tokens", package)
    _answer("cli.typed_sdk", "typed", package)
    typed = _answer("cli.typed_sdk", "typed", package)
    how = f"{tokens['resources']:.0f} {what} recorded, processor time"
    yield Figure(f"{package}: a resource by type token", tokens["each"], None, "ms", how, f"peak {tokens['peak']:.0f} MB")
    note = f"peak {typed['peak']:.0f} MB, import {typed['import']:.1f} s"
    yield Figure(f"{package}: a resource by the SDK", typed["each"], None, "ms", how, note)
    yield Figure(f"{package}: by type token, of the SDK's time", tokens["each"] / typed["each"], 1, "times", how, "without the import")


def embedded() -> Iterator[Figure]:
    """Start of the control plane from the cache and a second `up`, in a state folder of their own: yours goes on running."""
    folder = Path(tempfile.mkdtemp(prefix="observatory-bench-"))
    own = {"OBSERVATORY_STATE": str(folder), "KUBECONFIG": ""}
    try:
        yield Figure(
            "control plane", _answer("cli.probe", "cluster", own=own)["start"], 30, "s", "start from the cache, CRDs and operator included"
        )
        first = _timed("cli", "up", own=own)
        second = _timed("cli", "up", own=own)
        yield Figure("second up", second[0], 20, "s", "make up, twice", f"{second[1]}; the first took {first[0]:.0f} s")
    finally:
        subprocess.run([sys.executable, "-m", "cli", "down"], cwd=ROOT, env={**os.environ, **own}, capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _timed(*module: str, own: dict[str, str]) -> tuple[float, str]:
    start = time.monotonic()
    shown = _run(*module, own=own)
    seconds = time.monotonic() - start
    return seconds, next((line.strip() for line in shown.splitlines() if "unchanged" in line or "no changes" in line), "all changed")


def _answer(*module: str, own: dict[str, str] | None = None) -> dict[str, float]:
    return json.loads(_run(*module, own=own).splitlines()[-1])


def _run(*module: str, own: dict[str, str] | None = None) -> str:
    """What `python -m MODULE ...` prints; an empty variable is left out of its environment.

    Its bytecode is kept, whatever this shell's settings: a container's may keep none, and every run would compile hundreds of files again.
    """
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(cache() / "bytecode")}
    environment = {key: value for key, value in {**os.environ, **compiled, **(own or {})}.items() if value}
    run = subprocess.run([sys.executable, "-m", *module], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    log.info("%s\n%s%s", module, run.stdout, run.stderr)
    if run.returncode:
        last = (run.stderr or run.stdout).strip().splitlines()[-1:]
        raise RuntimeError(f"{' '.join(module)} ended with status {run.returncode}: {' '.join(last)}")
    return run.stdout


MEASURES: dict[str, Callable[[], Iterator[Figure]]] = {
    "program": lambda: program("prod"),
    "render": lambda: render("prod"),
    "checks": lambda: checks("prod"),
    "rules": rules,
    "dashboards": dashboards,
    "datadog": lambda: sdk("datadog", "monitors"),
    "aws": lambda: sdk("aws", "alarms"),
    "traces": traces,
    "cluster": embedded,
}
"""By the names that `cli.arguments.PARTS` offers."""


def run_bench(arguments: argparse.Namespace) -> None:
    """Prints the figures of the parts asked for (none: all) with their targets; a missed one is no failure: machines differ."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("figure", "measured", "target", "", "how"):
        table.add_column(column, justify="right" if column in {"measured", "target"} else "left")
    with progress("measuring") as report:
        for part in arguments.parts or MEASURES:
            for figure in MEASURES[part]():
                report(f"{figure.name}: {figure.value:.2f} {figure.unit}")
                how = f"{figure.command}[dim] {figure.note}[/]"
                table.add_row(figure.name, f"{figure.value:.4g} {figure.unit}", *_judged(figure), how)
    out.print(f"[dim]{machine()}[/]")
    out.print(table)


def _judged(figure: Figure) -> tuple[str, str]:
    """The target and whether it is met; nothing where there is none."""
    if figure.limit is None:
        return "", ""
    return f"<= {figure.limit:g} {figure.unit}", "[green]met[/]" if figure.value <= figure.limit else "[red]missed[/]"

"""`make check`, `format`, `generate`, `schema` and `test`: the project held against its own rules."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from cli.arguments import ROOT
from cli.console import err, out
from cli.generated import complaints, schema, stale, write

CONTRACT = ROOT.parent / "shared" / "contract.py"
_TWO = ("-n2", "--dist=loadfile", "--no-loadscope-reorder")
"""Two files at a time, however many cores there are: half of the time tests wait for processes. `ARGS=-n0` for one.

In the order of tests/conftest.py, and not the files with most tests first: those with few are the slow ones.
"""
TIERS = {
    "all": (),
    "unit": ("-m", "not cluster and not tools"),
    "tools": ("-m", "tools"),
    "cluster": ("-m", "cluster"),
}


def _tool(*arguments: str) -> list[str]:
    return [sys.executable, "-m", *arguments]


def _steps() -> dict[str, list[str]]:
    steps = {
        "format": _tool("ruff", "format", "--check", "--quiet", "."),
        "lint": _tool("ruff", "check", "--quiet", "."),
        "types": _tool("basedpyright", "--warnings"),
    }
    if CONTRACT.exists():
        steps["contract"] = [sys.executable, str(CONTRACT)]
    return steps


def _passes(name: str, arguments: list[str]) -> bool:
    """Runs one step and says how it went; its output is shown only where it failed."""
    start = time.monotonic()
    run = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=False)
    _say(name, time.monotonic() - start, passed=run.returncode == 0)
    if run.returncode:
        err.print((run.stdout + run.stderr).strip(), markup=False, soft_wrap=True)
    return run.returncode == 0


def _say(name: str, seconds: float, *, passed: bool) -> None:
    out.print(f"{'[green]ok[/]    ' if passed else '[red]failed[/]'}  {name}  [dim]{seconds:.1f}s[/]")


def run_check(_: argparse.Namespace) -> int:
    """Runs every step, also after one has failed; status 1 where any did."""
    passed = [_passes(name, arguments) for name, arguments in _steps().items()]
    start = time.monotonic()
    outdated, told = stale(), complaints()
    _say("generated files and runbooks", time.monotonic() - start, passed=not outdated and not told)
    for path in outdated:
        err.print(f"{path.relative_to(ROOT)} is not what the sources say; run: make generate", markup=False, soft_wrap=True)
    for complaint in told:
        err.print(complaint, markup=False, soft_wrap=True)
    return 0 if all(passed) and not outdated and not told else 1


def run_generate(_: argparse.Namespace) -> None:
    """Writes the generated files that are committed, and says what people have to add to them."""
    _tell(write())
    for complaint in complaints():
        err.print(complaint, markup=False, soft_wrap=True)


def run_schema(_: argparse.Namespace) -> None:
    """Writes the settings' schema alone."""
    _tell(write([schema]))


def _tell(paths: list[Path]) -> None:
    for path in paths:
        out.print(f"wrote {path.relative_to(ROOT)}", markup=False)


def run_format(_: argparse.Namespace) -> int:
    """Formats, and mends what the linter can mend by itself."""
    mended = subprocess.run(_tool("ruff", "check", "--fix", "."), cwd=ROOT, check=False)
    formatted = subprocess.run(_tool("ruff", "format", "."), cwd=ROOT, check=False)
    return 1 if mended.returncode or formatted.returncode else 0


def run_test(arguments: argparse.Namespace) -> int:
    """Runs pytest on one tier; status 1 where a test failed or none was found."""
    command = [*_tool("pytest", *_TWO, *TIERS[arguments.tier]), *arguments.rest]
    run = subprocess.run(command, cwd=ROOT, check=False)
    return 1 if run.returncode else 0

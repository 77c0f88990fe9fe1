"""What becomes of each command that a guide tells to type: run here, run by another test, or in need of an account."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path

from cli.arguments import parser
from tests.docs.guides import ACCOUNT, ROOT, Block

OURS = ("make", "./observatory")
_PLACEHOLDER = re.compile(r"<[^<>]*>|\.\.\.")
_PATH = re.compile(
    r"(?:catalog|rendering|dashboards|components|stacks|local|cli|tests|docs|examples|demo|policy)/[\w./*<>{},-]*|Pulumi\.\w+\.yaml"
)
_TREE = tuple(
    f"{name}/"
    for name in ("catalog", "rendering", "dashboards", "components", "stacks", "local", "cli", "tests", "docs", "examples", "demo")
)


@dataclass(frozen=True)
class Elsewhere:
    """Another test that runs a command: its file, and what there proves it."""

    file: str
    word: str


def program(name: str) -> str:
    """Where a program lies; the test fails where there is none."""
    found = shutil.which(name)
    assert found, f"{name} is not on PATH"
    return found


def refusal(command: str) -> str:
    """Why `make` or `./observatory` would not understand a command; "" where it would, or where it is none of them."""
    words = _words(command)
    if not words or words[0] not in OURS:
        return ""
    if words[0] == "make":
        return _of_make(tuple(words[1:]))
    return _of_observatory(words[1:])


def _words(command: str) -> list[str]:
    """The words of one simple command, without redirections, a background sign, and what is piped or chained after it."""
    try:
        words = shlex.split(_PLACEHOLDER.sub("x", command), comments=True)
    except ValueError:
        return []
    end = next((at for at, word in enumerate(words) if word in {"&", "|", "&&", "||", ";", ">", "2>&1"}), len(words))
    return [word for word in words[:end] if word != "env"]


def bare() -> dict[str, str]:
    """The environment of a shell that `make` did not start: it hands its own variables and flags on to whatever it runs."""
    ours = set(re.findall(r"^(\w+)\s*\?=", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)) - {"PYTHON"}
    return {name: value for name, value in os.environ.items() if name not in ours | {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"}}


@cache
def _of_make(words: tuple[str, ...]) -> str:
    """What `make -n` says that it would run is given to our own parser."""
    command = [program("make"), "--no-print-directory", "-n", *words]
    run = subprocess.run(command, cwd=ROOT, env=bare(), capture_output=True, text=True, check=False)
    if run.returncode:
        return run.stderr.strip().splitlines()[-1]
    lines = run.stdout.replace("\\\n", " ").splitlines()
    told = [_of_observatory(line.partition("./observatory ")[2].split(" || ")[0]) for line in lines if "./observatory " in line]
    return next(filter(None, told), "")


def _of_observatory(words: str | list[str]) -> str:
    given = shlex.split(words) if isinstance(words, str) else words
    said = StringIO()
    try:
        with redirect_stderr(said):
            parser().parse_args(given)
    except SystemExit as ended:
        return said.getvalue().strip().splitlines()[-1] if ended.code else ""
    return ""


def unproven(blocks: Iterable[Block], here: Iterable[str], elsewhere: Mapping[str, Elsewhere]) -> Iterator[str]:
    """Commands that nobody runs: in no block that needs an account, not run here, and in no other test."""
    run = set(here)
    for block in blocks:
        if block.marker == ACCOUNT:
            continue
        for command in block.commands:
            parts = [] if command in run else re.split(r"\s*(?:&&|;)\s*", command)
            if any(part not in run and owner(part, elsewhere) is None for part in parts):
                yield f"{block.place}: {command}"


def owner(command: str, elsewhere: Mapping[str, Elsewhere]) -> Elsewhere | None:
    """Which other test runs a command: the longest beginning that the table names."""
    found = [key for key in elsewhere if command == key or command.startswith(f"{key} ")]
    return elsewhere[max(found, key=len)] if found else None


def missing_paths(text: str, saved: Iterable[str] = ()) -> list[str]:
    """Paths of this repository that a page names and that are not there; `saved` are those that it tells to make."""
    code = re.findall(r"`([^`\n]+)`|\]\(([^)\s]+)\)", text)
    names = {match for pair in code for part in pair for match in _PATH.findall(part) if part.startswith(match) or part.startswith(_TREE)}
    kept = (name.rstrip(".,") for name in names if not set("<>*{}") & set(name))
    return sorted(name for name in kept if name not in set(saved) and not (ROOT / name).exists() and not (ROOT / "docs" / name).exists())


def inline(text: str) -> list[str]:
    """Commands of ours that stand in a line of text."""
    found: list[str] = re.findall(r"`((?:make|\./observatory) [^`\n]+)`", text)
    return [each for each in found if not _PLACEHOLDER.search(each)]


def exists(named: Elsewhere, root: Path = ROOT) -> bool:
    """Whether another test is what the table says."""
    path = root / named.file
    return path.exists() and named.word in path.read_text(encoding="utf-8")

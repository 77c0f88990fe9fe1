"""Gives `.venv` a shared home in the cache, so that a second clone with the same requirements installs nothing.

Run by `make venv` with any Python >= 3.11 and the standard library only: `python3 -m cli.venv`. The environment lies in
`<cache>/venv-<hash of requirements and interpreter>`; a marker file written last says that it is complete, so an
interrupted installation is made anew; a lock lets two clones wait for each other.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from local.paths import cache

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
MARKER = ".complete"
OLDEST = (3, 11)


def key(root: Path) -> str:
    """A hash of all that decides what is installed: the pinned requirements, the interpreter and the platform."""
    digest = hashlib.sha256()
    for name in REQUIREMENTS:
        digest.update((root / name).read_bytes())
    for part in (sys.implementation.name, platform.python_version(), sysconfig.get_platform(), sys.base_prefix):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]


def install(home: Path, root: Path) -> None:
    """Makes the environment at its final place (environments cannot be moved), complete or without its marker."""
    shutil.rmtree(home, ignore_errors=True)
    print(f"observatory: installing Python packages into {home} (once, about a minute)", file=sys.stderr)
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    # --no-compile: bytecode of the provider SDKs costs minutes and is never run; Python compiles what is imported.
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps", "--require-hashes"]
    for name in REQUIREMENTS:
        pip += ["-r", str(root / name)]
    subprocess.run(pip, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    (home / MARKER).write_text("complete\n")


def link(target: Path, at: Path) -> None:
    """Points the symlink `at` to `target` in one step; a real folder of that name is somebody's own and stays."""
    if at.is_symlink() and at.readlink() == target:
        return
    if at.exists() and not at.is_symlink():
        raise SystemExit(f"observatory: {at} is a folder of your own; move it away, then run `make venv` again")
    fresh = at.with_name(f"{at.name}.{os.getpid()}")
    fresh.symlink_to(target)
    fresh.replace(at)


def ensure(root: Path) -> Path:
    """Returns the complete environment of `root`'s requirements, installing it where it is not there yet."""
    home = cache() / f"venv-{key(root)}"
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f"{home.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / MARKER).exists():
            install(home, root)
    link(home, root / ".venv")
    return home


def main() -> int:
    """Exit status 3 where Python itself is too old, 1 where the installation failed."""
    if sys.version_info < OLDEST:
        print(f"observatory: Python {platform.python_version()} is too old; use 3.11 or newer: make PYTHON=python3.12 ...", file=sys.stderr)
        return 3
    try:
        ensure(ROOT)
    except subprocess.CalledProcessError as error:
        print(f"observatory: installing the Python packages failed (status {error.returncode}); run `make venv` again", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

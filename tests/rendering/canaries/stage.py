"""Runs a canary's archive as it would be uploaded: unpacked, beside stand-ins of the runtime's libraries, in a real node."""

import json
import os
import subprocess
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from local import npm
from rendering.canaries.code import Archive

RUNTIME = Path(__file__).parent / "runtime"
_MODULES = {"@aws/synthetics-playwright": "synthetics.mjs", "@aws-sdk/client-secrets-manager": "secrets.mjs"}


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    passed: bool
    error: str
    steps: list[dict[str, Any]]
    pictures: int
    closed: bool
    """Whether no browser was left behind."""
    told: str
    """All that it wrote."""


def run(archive: Archive, folder: Path, environment: dict[str, str] | None = None) -> Outcome:
    """One run in an empty folder."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(BytesIO(archive.content)) as packed:
        packed.extractall(folder)
    for module, file in _MODULES.items():
        place = folder / "node_modules" / module
        place.mkdir(parents=True)
        (place / "package.json").write_text(json.dumps({"name": module, "type": "module", "main": "index.mjs"}))
        (place / "index.mjs").write_text((RUNTIME / file).read_text())
    (folder / "run.mjs").write_text((RUNTIME / "run.mjs").read_text())
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [str(npm.node()), "run.mjs", str(folder / "index.mjs")]
    given = plain | {"PLAYWRIGHT": "none", **(environment or {})}
    done = subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, check=False, timeout=120)
    lines = done.stdout.strip().splitlines()
    assert lines, done.stderr
    found: dict[str, Any] = json.loads(lines[-1])
    return Outcome(found["passed"], found.get("error", ""), found["steps"], found["pictures"], found["closed"], done.stdout + done.stderr)

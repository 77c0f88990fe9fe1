"""Argo Events' own code as a judge: compiled once from the module's sources, it reads, checks, filters and acts as the engine does."""

import hashlib
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.locks import locked
from local.paths import cache
from local.toolchain import toolchain

SOURCES = Path(__file__).with_name("engine")


@dataclass(frozen=True)
class Verdict:
    """What the engine makes of our objects and of one notification."""

    faults: list[str]
    passed: list[str]
    """Dependencies whose filters let the notification pass."""
    recorded: list[str]
    done: list[dict[str, Any]]
    """Triggers that ran: `trigger`, `error` ("" where it succeeded), and `wanted`, the object as it would be sent."""


@dataclass(frozen=True)
class Judge:
    """The compiled program."""

    program: Path

    def __call__(
        self, objects: dict[str, dict[str, Any]], alerts: dict[str, Any] | None = None, kubeconfig: Path | None = None, user: str = ""
    ) -> Verdict:
        """Judges an EventBus, an EventSource and a Sensor by kind; then lets a notification in, and acts on a cluster if one is given."""
        given = {
            "bus": objects["EventBus"],
            "source": objects["EventSource"],
            "sensor": objects["Sensor"],
            "user": user,
            **({"alerts": alerts} if alerts else {}),
            **({"kubeconfig": str(kubeconfig)} if kubeconfig else {}),
        }
        run = subprocess.run([self.program], input=json.dumps(given), capture_output=True, text=True, check=True, timeout=60)
        # The engine's library prints what it meets to the same stream; the verdict is the last line.
        return Verdict(**json.loads(run.stdout.strip().splitlines()[-1]))


def judge() -> Judge:
    """The judge, compiled where it is not in the cache yet."""
    chain = toolchain(print)
    digest = hashlib.sha256("".join([chain.version, *(path.read_text() for path in sorted(SOURCES.iterdir()))]).encode()).hexdigest()[:12]
    program = cache() / "tools" / f"remediation-{digest}" / "judge"
    program.parent.mkdir(parents=True, exist_ok=True)
    with locked(program.parent / ".lock", lambda: print("waiting for another run that builds the judge")):
        if not program.exists():
            command = [
                str(chain.go),
                "build",
                "-mod=readonly",
                "-trimpath",
                "-gcflags=all=-N -l",
                "-ldflags",
                "-s -w",
                "-o",
                f"{program}.new",
                ".",
            ]
            subprocess.run(command, cwd=SOURCES, env=chain.environment(), check=True)
            Path(f"{program}.new").replace(program)
    return Judge(program)

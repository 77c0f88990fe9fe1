"""Workflows and actions as data: their jobs, steps and commands, for tests that hold them against rules or run them."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = ROOT / ".github" / "workflows"
ACTIONS = ROOT / ".github" / "actions"
SCRIPTS = ROOT / ".github" / "scripts"
BASH, GIT = (shutil.which(name) or name for name in ("bash", "git"))


@dataclass(frozen=True)
class Step:
    """One step of a job or of an action."""

    file: str
    job: str
    told: dict[str, Any]

    @property
    def script(self) -> str:
        """Its shell commands."""
        return str(self.told.get("run", ""))


def workflow(name: str) -> dict[str, Any]:
    """A workflow; `on` is a word that YAML 1.1 takes for a truth value."""
    found = cast("dict[Any, Any]", yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text()))
    return {"on" if key is True else str(key): value for key, value in found.items()}


def action(name: str) -> dict[str, Any]:
    """A composite action."""
    return cast("dict[str, Any]", yaml.safe_load((ACTIONS / name / "action.yml").read_text()))


def steps() -> Iterator[Step]:
    """Every step there is."""
    for path in sorted(WORKFLOWS.glob("*.yml")):
        for name, job in workflow(path.stem)["jobs"].items():
            for told in job.get("steps", ()):
                yield Step(path.name, name, told)
    for path in sorted(ACTIONS.iterdir()):
        for told in action(path.name)["runs"]["steps"]:
            yield Step(f"{path.name}/action.yml", "", told)


def commands() -> Iterator[tuple[str, str]]:
    """Where an `observatory` or `make` command stands, in workflows, actions and their scripts, and its words."""
    texts = [(step.file, step.script) for step in steps()] + [(path.name, path.read_text()) for path in sorted(SCRIPTS.glob("*.sh"))]
    for file, text in texts:
        for line in text.replace("\\\n", " ").splitlines():
            if (found := re.search(r'(?:/observatory"?|\bmake) ([a-z].*)', line)) and not line.lstrip().startswith("#"):
                yield file, found[1]

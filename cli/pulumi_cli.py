"""Runs Pulumi's real CLI: always for a stack on a real cluster, and for the embedded one with ENGINE=pulumi.

The embedded stack gets a project folder of its own in the state folder: the CLI writes an encryption salt into the
stack's file (by design: github.com/pulumi/pulumi/issues/11220), and that must not be the committed one.
"""

import copy
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from catalog.faults import MissingError
from cli.arguments import ROOT
from local.paths import private, state

INSTALL = "https://www.pulumi.com/docs/iac/download-install/"
VERBS = {"up": ("up", "--yes", "--skip-preview"), "preview": ("preview", "--diff"), "down": ("destroy", "--yes", "--skip-preview")}


def executable() -> Path | None:
    """The CLI on PATH."""
    found = shutil.which("pulumi")
    return Path(found) if found else None


def required(stack: str) -> Path:
    """The CLI; raises `MissingError` where there is none."""
    found = executable()
    if found is None:
        raise MissingError(f"the pulumi CLI, which stack {stack!r} needs here, is not on PATH; install it ({INSTALL}) and run this again")
    return found


def run(verb: str, stack: str) -> int:
    """Runs one command on the stack's own backend and secrets provider, which the user has logged in to."""
    return _call([str(required(stack)), *VERBS[verb], "--stack", stack], ROOT, {})


def run_embedded(verb: str, stack: str, kubeconfig: Path, settings: Mapping[str, Any] | None = None) -> int:
    """Runs one command for the embedded stack on a file backend; `settings` replace the committed ones."""
    cli = str(required(stack))
    project = project_folder(stack, settings)
    environment = _embedded(project, kubeconfig)
    selected = _call([cli, "stack", "select", stack, "--create", "--secrets-provider", "passphrase"], project, environment)
    return selected or _call([cli, *VERBS[verb], "--stack", stack], project, environment)


def preview_json(stack: str, *options: str, kubeconfig: Path | None = None) -> dict[str, Any]:
    """What `pulumi preview --json` tells, secrets masked by the CLI itself; `kubeconfig` is the embedded cluster's.

    MissingError in the CLI's own words where it cannot preview.
    """
    command = [str(required(stack)), "preview", "--json", *options, "--stack", stack, "--non-interactive"]
    project = project_folder(stack) if kubeconfig else ROOT
    run = subprocess.run(
        command,
        cwd=project,
        env=_environment(_embedded(project, kubeconfig) if kubeconfig else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        told = cast("dict[str, Any]", json.loads(run.stdout))
    except ValueError:
        told = {}
    diagnostics = cast("list[dict[str, str]]", told.get("diagnostics") or [])
    errors = [each["message"].strip() for each in diagnostics if each.get("severity") == "error"]
    if run.returncode or errors or not told:
        said = (errors or run.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise MissingError(f"the pulumi CLI cannot preview stack {stack!r}, so nothing can be compared: {said}")
    return told


def _embedded(project: Path, kubeconfig: Path) -> dict[str, str | None]:
    """The embedded stack's own backend and cluster."""
    return {
        "PULUMI_BACKEND_URL": f"file://{private(project / 'backend')}",
        "PULUMI_CONFIG_PASSPHRASE": None,  # of the user's other stacks; the CLI would prefer it to the file
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(passphrase(project)),
        "KUBECONFIG": str(kubeconfig),
    }


def project_folder(stack: str, settings: Mapping[str, Any] | None = None) -> Path:
    """Writes the project's and the stack's file for the CLI to use and to write to; the program stays where it is."""
    folder = private(state(stack) / "pulumi")
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))
    project["main"] = str(ROOT)
    project["runtime"] = {"name": "python", "options": {"virtualenv": str((ROOT / ".venv").resolve())}}
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project, sort_keys=False), encoding="utf-8")
    committed = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))
    given = cast("dict[str, object]", committed.get("config") or {})
    config = {key: value for key, value in given.items() if not _ciphered(value)}
    content: dict[str, Any] = {"config": config}
    own = folder / f"Pulumi.{stack}.yaml"
    if own.exists():
        salt = yaml.safe_load(own.read_text(encoding="utf-8")).get("encryptionsalt")
        content |= {"encryptionsalt": salt} if salt else {}
    config["observatory:settings"] = _without_accounts(config.get("observatory:settings")) if settings is None else dict(settings)
    own.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return folder


def _without_accounts(settings: object) -> object:
    """Settings for a real engine on the embedded stack: what is only recorded without one has no server to go to."""
    match settings:
        case {"grafana": {"content": {"simulated": True}}}:
            changed = cast("dict[str, Any]", copy.deepcopy(settings))
            changed["grafana"]["content"]["simulated"] = False
            return changed
        case _:
            return settings


def _ciphered(value: object) -> bool:
    """A secret of another secrets provider: this one could not open it, nor its salt."""
    return isinstance(value, dict) and "secure" in value


def passphrase(folder: Path) -> Path:
    """A file with a passphrase of the stack's own, made once, readable by its owner alone."""
    path = folder / "passphrase"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(32))
    return path


def _call(command: list[str], folder: Path, environment: Mapping[str, str | None]) -> int:
    """The CLI speaks to the terminal itself; its failure is status 1, whatever it was. A variable that is None is unset."""
    run = subprocess.run([*command, "--non-interactive"], cwd=folder, env=_environment(environment), check=False)
    return 1 if run.returncode else 0


def _environment(more: Mapping[str, str | None]) -> dict[str, str]:
    shared = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true", "PYTHONPATH": str(ROOT), **more}
    return {name: value for name, value in shared.items() if value is not None}

"""`make render`: every document of a stack as files, from the registered resources and the rendered documents themselves."""

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from catalog.faults import Fault, FaultsError
from cli.arguments import ROOT
from cli.console import out
from local import monitor, program
from local.monitor import Recording
from local.values import mask
from rendering.document import to_yaml
from stacks.program import prepare

MARK = "resources.json"
"""The file by which a folder is known to be one of ours, so that only such a folder is ever emptied."""
CLUSTER_WIDE = "_cluster"
"""Stands for the namespace of objects that have none; no namespace can begin with an underscore."""


def run_render(arguments: argparse.Namespace) -> None:
    """Renders one stack into a folder, replacing an earlier render."""
    folder: Path = arguments.out or ROOT / "build" / arguments.stack
    check(folder)
    rendered = prepare(arguments.stack, ROOT).documents.files
    files = rendered | documents(monitor.record(program.load(arguments.stack, ROOT)))
    clear(folder)
    for name, text in sorted(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    out.print(f"{len(files)} files in {folder}", markup=False, soft_wrap=True)


def check(folder: Path) -> None:
    """Refuses a folder that holds anything but an earlier render."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file()):
        reason = "it holds other things than an earlier render, which would be deleted"
        raise FaultsError([Fault("command line", "--out", str(folder), reason, "name an empty or a new folder")])


def clear(folder: Path) -> None:
    """Removes the earlier render, so that no file of a removed resource stays."""
    if folder.is_dir():
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    folder.mkdir(parents=True, exist_ok=True)


def documents(recording: Recording) -> dict[str, str]:
    """File name to content; the same recording gives the same bytes."""
    resources = monitor.resources_json(recording)
    files = {MARK: _json(resources), "outputs.json": _json(mask(dict(recording.exports)))}
    for resource in resources:
        inputs: Mapping[str, Any] = resource["inputs"]
        if resource["type"].startswith("kubernetes:") and "kind" in inputs and "metadata" in inputs:
            metadata = inputs["metadata"]
            name = f"{metadata.get('namespace', CLUSTER_WIDE)}.{inputs['kind']}.{metadata['name']}"
            files[f"kubernetes/{name}.yaml"] = to_yaml(dict(inputs))
    return files


def _json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

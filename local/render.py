"""Everything a stack would have, as files: registered resources, each Kubernetes document, each rendered document, the outputs."""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from catalog.faults import Fault, FaultsError
from local import program as programs
from local.monitor import Recording, record, resources_json
from local.objects import is_object
from local.values import Values, mask
from rendering.document import to_yaml

MARK = "resources.json"
"""The file by which a folder is known to be an earlier render, so that no other folder is ever replaced."""
CLUSTER_WIDE = "cluster"
"""Stands for the namespace of an object that lies in none."""


def render(stack: str, root: Path, out: Path) -> int:
    """Renders a stack into a folder in place of an earlier render; returns the number of files.

    Needs no cluster, cloud or secret. A render that fails leaves the folder as it was.
    """
    from stacks.program import prepare

    check(out)
    prepared = prepare(stack, root)
    files = documents(record(programs.load(stack, root)), prepared.files)
    write(out, files)
    return len(files)


def documents(recording: Recording, rendered: Mapping[str, str]) -> dict[str, str]:
    """File name to content, sorted; the same recording gives the same bytes. `rendered` are the stack's own documents."""
    resources = resources_json(recording)
    files = {MARK: _json(resources), "outputs.json": _json(mask(recording.exports)), **rendered}
    for resource in resources:
        if is_object(resource["type"], resource["inputs"]):
            files[_name(resource["inputs"])] = to_yaml(_ordered(resource["inputs"]))
    return dict(sorted(files.items()))


def check(folder: Path) -> None:
    """FaultsError where the folder holds anything but an earlier render."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file()):
        reason = "it holds other things than an earlier render, which would be lost"
        raise FaultsError([Fault("command line", "--out", str(folder), reason, "name an empty or a new folder")])


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Puts the files into a folder of their own, which then takes the place of the old one."""
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        made = Path(temporary) / "new"
        for name, text in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if folder.exists():
            shutil.move(folder, Path(temporary) / "old")
        made.rename(folder)


def _name(document: Values) -> str:
    metadata: Mapping[str, str] = document["metadata"]
    return f"kubernetes/{metadata.get('namespace') or CLUSTER_WIDE}.{document['kind'].lower()}.{metadata['name']}.yaml"


def _ordered(document: Values) -> Values:
    """A document as people write it: what it is before what it holds."""
    first = [key for key in ("apiVersion", "kind", "metadata") if key in document]
    return {key: document[key] for key in [*first, *(key for key in document if key not in first)]}


def _json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

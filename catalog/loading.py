"""Loads the catalog: every file read, every mistake in all of them told at once."""

from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel

from catalog.catalog import Catalog
from catalog.checks import check
from catalog.exporters import Exporter
from catalog.faults import Fault, FaultsError
from catalog.model import Application
from catalog.people import Team
from catalog.reading import parse, read
from catalog.signal import Signal

M = TypeVar("M", bound=BaseModel)


def load(root: Path) -> Catalog:
    """The catalog under `root`/catalog; FaultsError lists all that is wrong with it."""
    catalog, faults = examine(root)
    if catalog is None or faults:
        raise FaultsError(faults)
    return catalog


def examine(root: Path) -> tuple[Catalog | None, list[Fault]]:
    """The catalog and its faults, so that a caller can list them beside its own.

    The files that could be read are checked against each other even where others could not, lest a mistake hide another.
    """
    folder = root / "catalog"
    signals: dict[str, Signal] = {}
    files: dict[str, str] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("signals/*.yaml")):
        found, wrong = _mapping(Signal, path, root)
        twice = [
            Fault(
                path.relative_to(root).as_posix(),
                name,
                "",
                "another file defines this signal already",
                "define a signal once; rename or remove one",
            )
            for name in found.keys() & signals.keys()
        ]
        signals |= found
        files |= dict.fromkeys(found, path.relative_to(root).as_posix())
        faults += wrong + twice
    # Names that are defined, though wrongly: using one is no second fault.
    broken = {fault.key.partition(".")[0] for fault in faults} - signals.keys()
    teams, wrong = _mapping(Team, folder / "teams.yaml", root)
    faults += wrong
    exporters, unseen = _mapping(Exporter, folder / "exporters.yaml", root)
    faults += unseen
    applications: dict[str, Application] = {}
    for path in sorted(folder.glob("applications/*.yaml")):
        file = path.relative_to(root).as_posix()
        data, wrong = read(path, root)
        faults += wrong
        if data is None:
            unseen += wrong
            continue
        application, wrong = parse(Application, data, file)
        faults += wrong
        if application is None:
            unseen += wrong
            continue
        if application.application != path.stem:
            remedy = f"name the file {application.application}.yaml, or the application {path.stem}"
            faults.append(Fault(file, "application", application.application, "the file's name is another", remedy))
        applications[application.application] = application
    if not applications:
        faults.append(Fault("catalog/applications", "(folder)", "", "no application could be read", "write one file an application"))
    catalog = Catalog(signals, teams, applications, exporters)
    # Whatever an unreadable file exposes, others do not lack it.
    faults += check(catalog, broken, files, all_seen=not unseen)
    return catalog, faults


def _mapping(model: type[M], path: Path, root: Path) -> tuple[dict[str, M], list[Fault]]:
    """A file that maps names to models of one kind."""
    file = path.relative_to(root).as_posix()
    data, faults = read(path, root)
    if data is None:
        return {}, faults
    if not isinstance(data, dict):
        return {}, [*faults, Fault(file, "(file)", "", "this is no mapping of names", "write `name:` and its keys below")]
    found: dict[str, M] = {}
    for name, entry in cast("dict[object, object]", data).items():
        parsed, wrong = parse(model, entry, file, str(name))
        faults += wrong
        if parsed is not None:
            found[str(name)] = parsed
    return found, faults

"""`make pictures`, and what `make generate` and `make check` know of dashboards: their page, their pictures' age, their faults."""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from catalog.catalog import Catalog
from cli.arguments import ROOT
from rendering.document import Document

PAGE = ROOT / "docs" / "dashboards.md"
REMEDY = "run: make pictures"


def run_pictures(arguments: argparse.Namespace) -> int:
    """Draws the pictures that are old, or those named; they are drawn by what tests the dashboards too."""
    command = [sys.executable, "-m", "tests.dashboards.pictures", *arguments.uids]
    return 1 if subprocess.run(command, cwd=ROOT, check=False).returncode else 0


def page() -> dict[Path, str]:
    """The list of all dashboards."""
    from dashboards import listing
    from dashboards.datadog import everything as datadog
    from dashboards.datadog.reading import Reader as DatadogReader
    from dashboards.grafana.everything import everything
    from dashboards.reading import Reader

    catalog, groups = _read()
    shown = [dashboard for _, dashboard in datadog.everything(DatadogReader(catalog, listing.DATADOG))]
    return {PAGE: listing.text(everything(Reader(catalog, listing.SITE, groups)), catalog, shown)}


def complaints() -> list[str]:
    """Faults of the dashboards, and pictures that show what a dashboard was."""
    from dashboards import listing
    from dashboards.datadog import everything as datadog
    from dashboards.grafana import lint
    from dashboards.grafana.everything import documents
    from dashboards.grafana.known import known

    catalog, groups = _read()
    found = documents(catalog, listing.SITE, groups)
    faults = [str(fault) for fault in lint.check(list(found.values()), known(catalog, groups))]
    faults += [str(fault) for fault in datadog.faults(catalog, listing.DATADOG)]
    return [*faults, *outdated(found, ROOT / "docs" / listing.FOLDER)]


def outdated(found: dict[str, dict[str, Any]], folder: Path) -> list[str]:
    """Dashboards whose picture is missing or shows something else, and pictures of none."""
    from dashboards.listing import fingerprint

    record = folder / "drawn.json"
    drawn: dict[str, str] = json.loads(record.read_text()) if record.exists() else {}
    pictured = {file.stem for file in folder.glob("*.png")}
    old = [uid for uid, document in found.items() if uid not in pictured or drawn.get(uid) != fingerprint(document)]
    told = [f"docs/{folder.name}/{uid}.png does not show the dashboard as it is; {REMEDY}" for uid in old]
    return told + [f"docs/{folder.name}/{uid}.png shows no dashboard; {REMEDY}" for uid in sorted(pictured - found.keys())]


def _read() -> tuple[Catalog, dict[str, list[Document]]]:
    from catalog.loading import load
    from dashboards.listing import SITE
    from rendering.rules import rule_groups

    catalog = load(ROOT)
    return catalog, rule_groups(catalog, SITE)

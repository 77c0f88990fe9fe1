"""The page `docs/dashboards.md`: every dashboard of the project's own catalog, what it is for, whose it is, and how it looks."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from catalog.catalog import Catalog
from dashboards.model import Dashboard
from rendering.evaluated import WATCHING
from rendering.site import Site

SITE = Site(environment="sample", region="eu-central-1", cluster="sample-1", runbooks_url="docs/runbooks")
"""The environment that the page tells of: it runs everything."""
FOLDER = "dashboards"
"""Where the pictures lie, beside the page."""
DATADOG = replace(SITE, runbooks_url="https://example.com/runbooks", datadog=WATCHING)
"""The same, with an account of Datadog's, whose links must lead out of the repository."""
_PLATFORM = "platform"
_HEAD = """# Dashboards

Made from the catalog by `dashboards/grafana/`; `make generate` writes this page. Each stands in Grafana's folder of the application
whose team owns it, at `/d/<uid>`.

The pictures are no screenshots of Grafana. `make pictures` draws them with matplotlib from sample data: series made up for everything
that the catalog exposes, held by a real Prometheus, which answers each dashboard's own queries; recorded series are what their rules
give. They show the panels in their places as the dashboard opens (collapsed rows closed), with its units, legends and thresholds.
Three services suffer from a made-up incident of 45 minutes. Before the last six hours the samples are one an hour, so windows of
dashboards that look back further are longer than Grafana's.
"""

_AT_DATADOG = "datadog-"
"""Before a Datadog dashboard's anchor: its twin in Grafana has the same uid."""
_ACCOUNT = """## In Datadog

Made from the same catalog by `dashboards/datadog/`, for applications whose metrics Datadog collects; found there in the list
*Observatory <environment>*, and by the team that owns the application. Queries are those of the monitors; lines in graphs are thresholds of
alerts and promises; each dashboard leads to its twin in Grafana, to runbooks and to its monitors. It opens in its own environment and
cluster; service, model, endpoint, region and AWS account can be chosen.

There are no pictures: only Datadog draws these, and nothing here imitates it. Rows are filled by shared functions and are no powerpacks
(`dashboards/datadog/build.py` says why).
"""


def text(dashboards: Iterable[Dashboard], catalog: Catalog, datadog: Iterable[Dashboard] = ()) -> str:
    """The whole page; `datadog` are those of Datadog's."""
    found = sorted(dashboards, key=lambda each: (each.folder != _PLATFORM, each.folder))
    parts = [_HEAD]
    for folder, group in groupby(found, key=lambda each: each.folder):
        members = list(group)
        parts.append(f"## {_titled(folder, catalog)}\n\nOwned by {_owner(folder, catalog)}.\n")
        parts.append("| Dashboard | What for | Panels |\n|---|---|---|\n" + "".join(map(_row, members)))
        parts += [_pictured(each) for each in members]
    shown = list(datadog)
    if shown:
        parts.append(_ACCOUNT)
        parts.append("| Dashboard | What for | Widgets |\n|---|---|---|\n" + "".join(_row(each, _AT_DATADOG) for each in shown))
        parts += [_told(each) for each in shown]
    return "\n".join(parts)


def fingerprint(document: dict[str, Any]) -> str:
    """Of what a picture shows of a dashboard's JSON: other words in a description or a link make no picture old."""
    kept = {
        "title": document["title"],
        "time": document["time"],
        "variables": [each["name"] for each in document.get("templating", {}).get("list", [])],
        "panels": [
            {name: panel.get(name) for name in ("title", "type", "gridPos", "targets", "fieldConfig", "options", "transformations")}
            | {"closed": len(panel.get("panels") or [])}
            for panel in document["panels"]
        ],
    }
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def _row(dashboard: Dashboard, prefix: str = "") -> str:
    shown = sum(len(row.panels) for row in dashboard.rows if not row.collapsed)
    closed = sum(len(row.panels) for row in dashboard.rows if row.collapsed)
    count = f"{shown}, and {closed} in closed rows" if closed else str(shown)
    return f"| [{_cell(dashboard.title)}](#{prefix}{dashboard.uid}) | {_cell(dashboard.description)} | {count} |\n"


def _pictured(dashboard: Dashboard) -> str:
    return (
        f'<a id="{dashboard.uid}"></a>\n\n<details><summary>{dashboard.title} (<code>/d/{dashboard.uid}</code>)</summary>\n\n'
        f"![{_cell(dashboard.title)}, drawn from sample data]({FOLDER}/{dashboard.uid}.png)\n\n</details>\n"
    )


def _told(dashboard: Dashboard) -> str:
    """Row by row, in place of a picture."""
    rows = "\n".join(f"- {row.title}: {', '.join(panel.title for panel in row.panels)}" for row in dashboard.rows)
    return f'<a id="{_AT_DATADOG}{dashboard.uid}"></a>\n\n<details><summary>{dashboard.title}</summary>\n\n{rows}\n\n</details>\n'


def _titled(folder: str, catalog: Catalog) -> str:
    return catalog.applications[folder].title if folder in catalog.applications else folder.capitalize()


def _owner(folder: str, catalog: Catalog) -> str:
    return f"team `{catalog.applications[folder].owner.team}`" if folder in catalog.applications else "whoever runs the platform"


def _cell(said: str) -> str:
    return " ".join(said.replace("|", "/").split())

"""Saved objects as Kibana imports them: data views, searches and dashboards, with ids that stay.

Forms are those of Kibana 8.8 and later, which 9.x migrates on import by the two migration versions. Source: elastic/kibana,
`src/platform/plugins/shared/home/server/services/sample_data/data_sets/*/saved_objects.ts` and the plugins' `saved_object*` schemas.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.kibana.scope import Scope, View

SavedObject = dict[str, Any]
CORE = "8.8.0"
TYPES = {"index-pattern": "8.0.0", "search": "8.0.0", "dashboard": "8.7.0"}
"""The version of each type's form that these objects have; Kibana brings them up to its own."""
WIDTH = 48
"""Columns of a dashboard's grid."""
TIME = "@timestamp"


@dataclass(frozen=True)
class Panel:
    """One part of a dashboard, as wide and high as it needs."""

    title: str
    width: int
    height: int
    kind: str
    """`lens`, or `search` for a saved one."""
    config: dict[str, Any]
    """The embeddable's own."""
    view: str = ""
    """Id of the data view (`lens`) or of the saved search."""
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dashboard:
    """A page of panels, laid out from left to right in the order given."""

    key: str
    title: str
    description: str
    panels: Sequence[Panel]
    query: str = ""
    """In KQL; holds for every panel."""
    since: str = "now-24h"
    refresh: int = 60
    """Seconds."""


def data_view(scope: Scope, view: View) -> SavedObject:
    """The indices of one view; those that do not exist yet are no fault of it."""
    attributes = {
        "title": scope.patterns[view],
        "name": scope.name(view.replace("-", " ").capitalize()),
        "timeFieldName": TIME,
        "allowNoIndex": True,
    }
    return _object("index-pattern", scope.id(view), attributes, [])


def search(scope: Scope, key: str, title: str, view: View, columns: Sequence[str], query: str = "") -> SavedObject:
    """A list of records, the newest first."""
    reference = "kibanaSavedObjectMeta.searchSourceJSON.index"
    source: dict[str, Any] = {"query": {"query": query, "language": "kuery"}, "filter": [], "highlightAll": True, "indexRefName": reference}
    attributes = {
        "title": scope.name(title),
        "description": "",
        "columns": list(columns),
        "sort": [[TIME, "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": _json(source)},
    }
    return _object("search", scope.id(key), attributes, [_reference("index-pattern", scope.id(view), reference)])


def dashboard(scope: Scope, page: Dashboard) -> SavedObject:
    """A dashboard with its panels inside; what they refer to is listed once more at its own level, as Kibana does."""
    panels: list[dict[str, Any]] = []
    references: list[dict[str, str]] = []
    for number, (panel, place) in enumerate(zip(page.panels, _places(page.panels), strict=True), 1):
        index = str(number)
        entry = {
            "type": panel.kind,
            "version": CORE,
            "panelIndex": index,
            "gridData": {**place, "i": index},
            "title": panel.title,
            "embeddableConfig": panel.config,
        }
        if panel.kind == "search":
            entry["panelRefName"] = f"panel_{index}"
            references.append(_reference("search", panel.view, f"{index}:panel_{index}"))
        references += [_reference("index-pattern", panel.view, f"{index}:{layer_reference(layer)}") for layer in panel.layers]
        panels.append(entry)
    attributes = {
        "title": scope.name(page.title),
        "description": page.description,
        "panelsJSON": _json(panels),
        "optionsJSON": _json({"useMargins": True, "syncColors": True, "syncCursor": True, "syncTooltips": False, "hidePanelTitles": False}),
        "timeRestore": True,
        "timeFrom": page.since,
        "timeTo": "now",
        "refreshInterval": {"pause": False, "value": page.refresh * 1000},
        "kibanaSavedObjectMeta": {"searchSourceJSON": _json({"query": {"query": page.query, "language": "kuery"}, "filter": []})},
    }
    return _object("dashboard", scope.id(page.key), attributes, references)


def layer_reference(layer: str) -> str:
    """By this name a Lens layer finds its data view."""
    return f"indexpattern-datasource-layer-{layer}"


def _places(panels: Iterable[Panel]) -> list[dict[str, int]]:
    """Rows are filled from the left; a row is as high as its highest panel."""
    places: list[dict[str, int]] = []
    x = y = row = 0
    for panel in panels:
        if x + panel.width > WIDTH:
            x, y, row = 0, y + row, 0
        places.append({"x": x, "y": y, "w": panel.width, "h": panel.height})
        x, row = x + panel.width, max(row, panel.height)
    return places


def _object(kind: str, name: str, attributes: dict[str, Any], references: list[dict[str, str]]) -> SavedObject:
    return {
        "type": kind,
        "id": name,
        "attributes": attributes,
        "references": references,
        "coreMigrationVersion": CORE,
        "typeMigrationVersion": TYPES[kind],
    }


def _reference(kind: str, name: str, by: str) -> dict[str, str]:
    return {"type": kind, "id": name, "name": by}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

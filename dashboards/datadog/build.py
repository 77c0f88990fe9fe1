"""A dashboard as JSON in Datadog's own format: groups in lines of twelve columns, the choices above them, a way back at the top.

Groups are filled by shared builders and are no powerpacks: a powerpack's content is the provider's typed blocks and not this JSON, every
dashboard that shows one needs its id before it can be written, and who edits it by hand changes all dashboards at once.
"""

import json
import re
from typing import Any

from catalog.model import Application
from catalog.units import seconds
from dashboards.datadog import widgets
from dashboards.datadog.reading import ACCOUNT, CLUSTER, ENDPOINT, ENVIRONMENT, MODEL, REGION, SERVICE
from dashboards.layout import places
from dashboards.model import Dashboard, Panel, Row
from rendering.site import Site

Json = dict[str, Any]
_USED = re.compile(r"\$([a-z]\w*)")
_HALF = 2
"""Columns of the model's grid in one of Datadog's, which has twelve."""
_HIGH = 3
"""Lines of an ordinary widget, whose height is 8 in the model."""
_SPAN = re.compile(r"\.rollup\(\w+, (\d+)\)")
_FEW, _ENOUGH, _DAY = 3, 14, 86400
"""Points below which a graph says nothing, points that it then shows, and seconds."""
_UNITS = {"m": "minute", "h": "hour", "d": "day"}
_BACK = 2
"""Lines of the note at the top."""


def document(dashboard: Dashboard, application: Application, site: Site) -> Json:
    """The dashboard's JSON."""
    top = widgets.note(_words(dashboard, site), "vivid_blue")
    groups: list[Json] = [{"definition": top, "layout": {"x": 0, "y": 0, "width": 12, "height": _BACK}}]
    line = _BACK
    for row in dashboard.rows:
        group, height = _group(row, seconds(dashboard.since))
        groups.append({"definition": group, "layout": {"x": 0, "y": line, "width": 12, "height": height}})
        line += height
    return {
        "title": dashboard.title,
        "description": f"{dashboard.description} Made from the catalog: changes made here are lost with the next update.",
        "layout_type": "ordered",
        "reflow_type": "fixed",
        "tags": [f"team:{application.owner.team}"],  # Datadog takes no other tag on a dashboard
        "template_variables": _variables(groups, application, site),
        "default_timeframe": {"type": "live", "value": int(dashboard.since[:-1]), "unit": _UNITS[dashboard.since[-1]]},
        "notify_list": [],
        "widgets": groups,
    }


def text(found: Json) -> str:
    """As it is registered: the same for the same catalog, whatever order it was made in."""
    return json.dumps(found, sort_keys=True, ensure_ascii=False)


def _group(row: Row, since: float) -> tuple[Json, int]:
    """A group and its height; places inside count from the group's own corner. `since` is how many seconds the dashboard shows."""
    placed, below = places(row.panels, 0)
    found: list[Json] = []
    lines = sorted({line for _, line, _ in placed})
    heights = {line: after - line for line, after in zip(lines, [*lines[1:], below], strict=True)}
    tops: dict[int, int] = {}
    height = 0
    for line in lines:
        tops[line], height = height, height + _lines(heights[line])
    for panel, (left, line, width) in zip(row.panels, placed, strict=True):
        x = left // _HALF
        layout = {"x": x, "y": tops[line], "width": (left + width) // _HALF - x, "height": _lines(heights[line])}
        found.append({"definition": widgets.definition(panel) | _time(panel, since), "layout": layout})
    group = {"type": "group", "title": row.title, "layout_type": "ordered", "show_title": True, "widgets": found}
    return group, height + 1


def _time(panel: Panel, since: float) -> Json:
    """Days of its own for a graph of daily numbers on a dashboard of hours, which would show a part of one."""
    spans = [int(span) for query in panel.queries for span in _SPAN.findall(query.expression)]
    if panel.kind == "text" or not spans or since >= _FEW * max(spans):
        return {}
    return {"time": {"type": "live", "unit": "day", "value": -(-_ENOUGH * max(spans) // _DAY)}}


def _lines(height: int) -> int:
    return max(1, -(-height * _HIGH // 8))


def _words(dashboard: Dashboard, site: Site) -> str:
    links = " · ".join(f"[{link.title}]({link.url})" for link in dashboard.links)
    return f"{dashboard.description} Environment **{site.environment}**, cluster **{site.cluster}**.\n\n{links}"


def _variables(groups: list[Json], application: Application, site: Site) -> list[Json]:
    """The choices that any query follows, in this order."""
    used = set(_USED.findall(json.dumps(groups)))
    identities = [service.identity.datadog for service in application.services.values()]
    aws = site.datadog.aws if site.datadog is not None else None
    known: dict[str, tuple[str, list[str], str]] = {
        ENVIRONMENT: ("env", [], site.environment),
        CLUSTER: ("cluster", [], site.cluster),
        SERVICE: ("service", identities, "*"),
        MODEL: ("model_name", [], "*"),
        ENDPOINT: (application.http.route_label, [], "*"),
        REGION: ("region", [], site.region),
        ACCOUNT: ("aws_account", [], aws.account_id if aws is not None else "*"),
    }
    unknown = used - known.keys()
    if unknown:
        raise ValueError(f"queries follow choices that nobody offers: {', '.join(sorted(unknown))}")
    return [
        {"name": name, "prefix": prefix, "available_values": values, "defaults": [default]}
        for name, (prefix, values, default) in known.items()
        if name in used
    ]

"""Widgets as CloudWatch reads them, set row by row into its grid of 24 columns.

The structure is that of «Dashboard Body Structure and Syntax» in CloudWatch's API reference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.cloudwatch.queries import Graph

COLUMNS = 24
_HEIGHT = 6


@dataclass(frozen=True)
class Widget:
    """One widget before it has a place."""

    kind: str
    """`metric`, `text`, `log` or `alarm`."""
    properties: dict[str, Any]
    width: int = 8
    height: int = _HEIGHT


def body(rows: Iterable[Sequence[Widget]], start: str = "-PT6H") -> dict[str, Any]:
    """A dashboard's body; a row that is too wide goes on below."""
    widgets: list[dict[str, Any]] = []
    x = y = tallest = 0
    for row in rows:
        x, y, tallest = 0, y + tallest, 0
        for widget in row:
            if x + widget.width > COLUMNS:
                x, y, tallest = 0, y + tallest, 0
            place = {"x": x, "y": y, "width": widget.width, "height": widget.height}
            widgets.append({"type": widget.kind, **place, "properties": widget.properties})
            x, tallest = x + widget.width, max(tallest, widget.height)
    return {"start": start, "periodOverride": "inherit", "widgets": widgets}


def text(markdown: str, height: int = 2) -> Widget:
    """Words over the whole width."""
    return Widget("text", {"markdown": markdown}, COLUMNS, height)


def alarms(title: str, arns: Sequence[str]) -> Widget:
    """The state of some alarms, those that fire first."""
    height = 2 + (len(arns) + 7) // 8
    return Widget("alarm", {"title": title, "alarms": list(arns), "sortBy": "stateUpdatedTimestamp"}, COLUMNS, height)


def records(title: str, groups: Sequence[str], region: str, *lines: str) -> Widget:
    """A query of Logs Insights over some log groups."""
    sources = [f"SOURCE '{group}'" for group in groups]
    query = " | ".join([*sources, *lines])
    return Widget("log", {"title": title, "query": query, "region": region, "view": "table"}, COLUMNS, _HEIGHT)


def graph(title: str, found: Graph, namespace: str, dimensions: dict[str, str], region: str, width: int = 8) -> Widget:
    """A graph of one resource; `dimensions` are the resource's."""
    metrics: list[list[Any]] = []
    for number, each in enumerate(found.metrics, 1):
        own = {name: value for name, value in dimensions.items() if not each.only or name in each.only} | dict(each.extra)
        shown: dict[str, Any] = {"id": f"m{number}", "stat": each.statistic, "label": each.label}
        shown |= {"visible": False} if found.expressions else {}
        metrics.append([each.namespace or namespace, each.name, *(part for pair in own.items() for part in pair), shown])
    math = [[{"id": f"e{number}", "expression": told, "label": label}] for number, (told, label) in enumerate(found.expressions, 1)]
    properties = {
        "title": title,
        "view": "timeSeries",
        "stacked": False,
        "region": region,
        "period": found.period,
        "metrics": [*math, *metrics],
        "yAxis": {"left": {"label": found.unit, "showUnits": False, "min": 0}},
    }
    return Widget("metric", properties, width)

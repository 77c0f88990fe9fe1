"""What is wrong with a dashboard's body by its documented structure: CloudWatch takes many mistakes and shows an empty graph."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from catalog.signal import STATISTIC, not_a_period

_MOST_WIDGETS, _MOST_METRICS, _MOST_ALARMS, _MOST_GROUPS = 500, 500, 100, 50
_COLUMNS, _HIGHEST = 24, 1000
_ARN = re.compile(r"arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.{1,255}")
_ID = re.compile(r"[a-z][A-Za-z0-9_]*")
_NEEDED = {
    "metric": ("metrics", "region", "title", "view"),
    "text": ("markdown",),
    "log": ("query", "region", "view"),
    "alarm": ("alarms",),
}
_KNOWN = {
    "metric": {"metrics", "region", "title", "view", "stacked", "period", "yAxis", "stat", "annotations", "legend", "liveData"},
    "text": {"markdown", "background"},
    "log": {"query", "region", "title", "view", "logGroupNames"},
    "alarm": {"alarms", "title", "sortBy", "states"},
}
_VIEWS = {"metric": ("timeSeries", "singleValue", "gauge", "bar", "pie", "table"), "log": ("table", "timeSeries", "bar", "pie")}
Properties = Mapping[str, Any]


def faults(body: Mapping[str, Any]) -> list[str]:
    """Each with the widget's title."""
    widgets = cast("list[Properties]", body.get("widgets", []))
    found = [f"{len(widgets)} widgets; {_MOST_WIDGETS} at the most"] if len(widgets) > _MOST_WIDGETS else []
    if not widgets:
        found.append("there is no widget")
    if body.keys() - {"start", "end", "periodOverride", "widgets", "variables"}:
        found.append("the body has keys that CloudWatch does not know")
    if not re.fullmatch(r"-P(T?\d+[HMDW])+", str(body.get("start", "-PT3H"))):
        found.append(f"start is {body.get('start')!r}; a duration such as -PT6H")
    return [*found, *(f"{_title(each)}: {told}" for each in widgets for told in _widget(each)), *_overlaps(widgets)]


def _title(widget: Properties) -> str:
    properties = widget.get("properties", {})
    return str(properties.get("title") or properties.get("markdown", ""))[:60]


def _widget(widget: Properties) -> Iterator[str]:
    kind = str(widget.get("type"))
    if kind not in _NEEDED:
        yield f"type is {kind!r}; one of {', '.join(_NEEDED)}"
        return
    x, width, height = (int(widget.get(name, -1)) for name in ("x", "width", "height"))
    if x < 0 or not 1 <= width <= _COLUMNS - x or not 1 <= height <= _HIGHEST:
        yield f"at column {x}, {width} wide and {height} high; the grid has {_COLUMNS} columns"
    properties = cast("Properties", widget.get("properties", {}))
    if missing := [name for name in _NEEDED[kind] if not properties.get(name)]:
        yield f"lacks {', '.join(missing)}"
    if unknown := sorted(properties.keys() - _KNOWN[kind]):
        yield f"has properties that CloudWatch does not know: {', '.join(unknown)}"
    if kind in _VIEWS and properties.get("view") not in _VIEWS[kind]:
        yield f"view is {properties.get('view')!r}; one of {', '.join(_VIEWS[kind])}"
    if kind in _INSIDE:
        yield from _INSIDE[kind](properties)


def _metrics(properties: Properties) -> Iterator[str]:
    metrics = cast("list[list[Any]]", properties.get("metrics", []))
    if len(metrics) > _MOST_METRICS:
        yield f"{len(metrics)} metrics; {_MOST_METRICS} at the most"
    if told := not_a_period(int(properties.get("period", 300))):
        yield told
    options = [cast("Properties", each[-1]) for each in metrics if each and isinstance(each[-1], dict)]
    ids = [str(each["id"]) for each in options if "id" in each]
    if len(set(ids)) != len(ids) or not all(_ID.fullmatch(each) for each in ids):
        yield f"ids are not unique names with a small letter first: {', '.join(ids)}"
    for each in metrics:
        yield from _metric(each, ids)


def _metric(found: list[Any], ids: list[str]) -> Iterator[str]:
    """`[namespace, metric, name, value, …, {options}]`, or `[{expression}]`."""
    options: Properties = cast("Properties", found[-1]) if found and isinstance(found[-1], dict) else {}
    words = [each for each in found if not isinstance(each, dict)]
    if "expression" in options:
        if words:
            yield "an expression stands alone"
        unknown = set(re.findall(r"\b[me]\d+\b", str(options["expression"]))) - set(ids)
        if unknown:
            yield f"{', '.join(sorted(unknown))} is no id of a metric here"
        return
    if len(words) < 2 or len(words) % 2 or not all(isinstance(each, str) and each for each in words):  # noqa: PLR2004  namespace and name
        yield f"{words} is no metric: namespace, name, then pairs of dimensions"
    if not re.fullmatch(STATISTIC, str(options.get("stat", "Average"))):
        yield f"stat is {options.get('stat')!r}"


def _alarms(properties: Properties) -> Iterator[str]:
    arns = cast("list[str]", properties.get("alarms", []))
    if len(arns) > _MOST_ALARMS:
        yield f"{len(arns)} alarms; {_MOST_ALARMS} at the most"
    yield from (f"{each!r} is no alarm's ARN" for each in arns if not _ARN.fullmatch(each))


def _log(properties: Properties) -> Iterator[str]:
    sources = re.findall(r"SOURCE '([^']+)'", str(properties.get("query", "")))
    if not 1 <= len(sources) <= _MOST_GROUPS:
        yield f"the query reads {len(sources)} log groups; 1 to {_MOST_GROUPS}"


_INSIDE: dict[str, Callable[[Properties], Iterator[str]]] = {"metric": _metrics, "alarm": _alarms, "log": _log}


def _overlaps(widgets: list[Properties]) -> Iterator[str]:
    taken: dict[tuple[int, int], str] = {}
    for each in widgets:
        cells = [
            (x, y)
            for x in range(int(each.get("x", 0)), int(each.get("x", 0)) + int(each.get("width", 1)))
            for y in range(int(each.get("y", 0)), int(each.get("y", 0)) + int(each.get("height", 1)))
        ]
        if other := next((taken[cell] for cell in cells if cell in taken), None):
            yield f"{_title(each)}: lies over {other}"
        taken |= dict.fromkeys(cells, _title(each))

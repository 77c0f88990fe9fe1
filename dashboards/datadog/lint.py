"""Mistakes of a dashboard that Datadog takes without a word: queries that read nothing, choices without effect, widgets that overlap."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashboards.datadog.known import PER_CENT
from rendering.datadog import check
from rendering.datadog.check import Sources

Json = dict[str, Any]
_COLUMNS = 12
_NAME = re.compile(r"\bquery\d+\b")
_VARIABLE = re.compile(r"\$([a-z]\w*)")
_PER_CENT = re.compile("|".join(map(re.escape, PER_CENT)))
_HUNDREDTH = re.compile(r"/ 100\b|\* 0\.01\b")


@dataclass(frozen=True)
class Fault:
    """One mistake: in which widget, and what it is."""

    dashboard: str
    widget: str
    reason: str

    def __str__(self) -> str:
        """As a line of a report."""
        return f"{self.dashboard}: {self.widget}: {self.reason}"


def faults(document: Json, where: Sources) -> list[Fault]:
    """All of them; none means that only the account itself could say more."""
    title, groups = str(document["title"]), document["widgets"]
    found = [("choices", reason) for reason in _choices(document)]
    found += [("groups", reason) for reason in _layout(groups)]
    shown: list[Json] = []
    for group in groups:
        inner = group["definition"].get("widgets", [])
        found += [(str(group["definition"].get("title")), reason) for reason in _layout(inner)]
        shown += [each["definition"] for each in inner]
    titles = Counter(str(each.get("title")) for each in shown)
    found += [(name, "two widgets have this title") for name, count in titles.items() if count > 1]
    found += [(str(each.get("title")), reason) for each in shown for reason in _widget(each, where)]
    return [Fault(title, widget, reason) for widget, reason in found]


def _choices(document: Json) -> Iterator[str]:
    offered = {each["name"] for each in document["template_variables"]}
    followed = set(_VARIABLE.findall(json.dumps(document["widgets"])))
    yield from (f"queries follow ${name}, which nobody offers" for name in sorted(followed - offered))
    yield from (f"no query follows ${name}" for name in sorted(offered - followed))


def _layout(widgets: list[Json]) -> Iterator[str]:
    taken = Counter[tuple[int, int]]()
    for each in widgets:
        place = each["layout"]
        if place["x"] + place["width"] > _COLUMNS or min(place["width"], place["height"]) < 1:
            yield f"{each['definition'].get('title')} stands outside of the {_COLUMNS} columns"
        taken.update(
            (x, y) for x in range(place["x"], place["x"] + place["width"]) for y in range(place["y"], place["y"] + place["height"])
        )
    if any(count > 1 for count in taken.values()):
        yield "two widgets overlap"
    lines = {y for _, y in taken}
    if len(taken) < _COLUMNS * len(lines) or (lines and lines != set(range(max(lines) + 1))):
        yield "there are holes between its widgets"


def _widget(definition: Json, where: Sources) -> Iterator[str]:
    if definition["type"] == "note":
        return
    if not definition.get("title") or not definition.get("description"):
        yield "has no title or no description"
    yield from (f"{link['link']} leads nowhere" for link in definition.get("custom_links", ()) if "://" not in link["link"])
    if definition["type"] == "hostmap":
        yield from _reproaches(definition["requests"]["fill"]["q"], where)
        return
    requests: list[Json] = definition.get("requests", [])
    for request in requests:
        yield from _request(request, where)


def _request(request: Json, where: Sources) -> Iterator[str]:
    queries: list[Json] = request.get("queries", [])
    asked = {str(query["name"]): query for query in queries}
    metrics = {name: str(query["query"]) for name, query in asked.items() if query["data_source"] == "metrics"}
    used: set[str] = set()
    formulas: list[Json] = request.get("formulas", [])
    for formula in formulas:
        names = set(_NAME.findall(formula["formula"]))
        used |= names
        if names - asked.keys():
            yield f"{formula['formula']} names {', '.join(sorted(names - asked.keys()))}, which nobody asks"
        elif names <= metrics.keys():
            whole = _NAME.sub(lambda match: metrics[match[0]], formula["formula"])
            yield from _reproaches(whole, where)
            yield from _scale(whole, formula)
    if asked.keys() - used:
        yield f"asks {', '.join(sorted(asked.keys() - used))} for nothing"
    for query in asked.values() if request.get("response_format") == "scalar" else ():
        text = str(query.get("query", ""))
        if query["data_source"] == "metrics" and "aggregator" not in query:
            yield f"{text} does not say how its points become one number"
        elif ".as_count()" in text and query.get("aggregator") != "sum":
            yield f"{text} counts events, which can only be summed"


def _reproaches(text: str, where: Sources) -> Iterator[str]:
    """What is wrong with one query."""
    yield from (f"{each.value}: {each.reason}" for each in check.query_problems(text, where))


def _scale(expression: str, formula: Json) -> Iterator[str]:
    """A share is shown as such: 0.05 is 5 %; per cents shown as shares are a hundred times too high."""
    unit = formula.get("number_format", {}).get("unit", {}).get("unit_name")
    aws = _PER_CENT.search(expression) is not None and _HUNDREDTH.search(expression) is None
    if unit == "fraction" and (aws or check.in_per_cent(expression)):
        yield f"{expression}: shows per cents as a share; divide it by 100"

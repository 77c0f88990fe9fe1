"""Rules for what stands in a Grafana dashboard: panels that say what they show, of data sources and variables that there are."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, cast

from catalog.faults import nearest
from dashboards.grafana import lint_queries
from dashboards.grafana.known import Known

Json = dict[str, Any]
Wrong = tuple[str, str, str, str]
"""Where in the dashboard, what stands there, the reason, the remedy."""

_WITHOUT_NUMBERS = {"text", "logs", "table"}
"""Panels that show no numbers of one unit; a table's columns have their own."""
_PROMQL = "prometheus"
_OF_LINKS = frozenset({"__url_time_range", "__all_variables"})


def panels(document: Json) -> Iterator[Json]:
    """Every panel, headings of rows and what lies in collapsed ones among them."""
    for panel in document.get("panels", []):
        yield panel
        yield from panel.get("panels", [])


def variables(document: Json) -> list[Json]:
    """The dashboard's variables."""
    return document.get("templating", {}).get("list", [])


def look_up(variable: Json) -> str:
    """The query of a variable, which older documents wrap into an object."""
    asked = variable.get("query", "")
    return str(_object(asked).get("query", "")) or str(asked)


def place(panel: Json) -> str:
    """How a panel is found again."""
    return f"panel {panel.get('id')} {panel.get('title', '')!r}"


def check(document: Json, known: Known, uids: frozenset[str]) -> Iterator[Wrong]:
    """All that is wrong with a dashboard's variables, annotations, links and panels; `uids` are those of all dashboards."""
    chosen = frozenset(str(variable.get("name")) for variable in variables(document))
    for variable in variables(document):
        yield from _of_variable(variable, chosen, known)
    for annotation in document.get("annotations", {}).get("list", []):
        yield from _sourced(f"annotation {annotation.get('name')!r}", annotation.get("datasource"), known)
    for link in document.get("links", []):
        yield from _linked("links", link, chosen, uids)
    for panel in panels(document):
        yield from _told(panel, chosen)
        for link in panel.get("links", []):
            yield from _linked(place(panel), link, chosen, uids)
        if panel.get("type") != "row":
            yield from _queried(place(panel), panel, chosen, known)


def _told(panel: Json, chosen: frozenset[str]) -> Iterator[Wrong]:
    """Whether a reader learns what a panel shows, how to read it, and in what unit; a heading has its title alone."""
    if not str(panel.get("title") or "").strip():
        yield place(panel), "", "a panel says what it shows", "give it a title"
    for field in ("title", "description"):
        yield from _spelled(place(panel), str(panel.get(field, "")), chosen)
    if panel.get("type") == "row":
        return
    if not str(panel.get("description") or "").strip():
        yield place(panel), "", "a panel says how to read it", "give it a description"
    if panel.get("type") not in _WITHOUT_NUMBERS and not panel.get("fieldConfig", {}).get("defaults", {}).get("unit"):
        yield place(panel), "", "its numbers have no unit", "give it the unit of what it measures"


def _of_variable(variable: Json, chosen: frozenset[str], known: Known) -> Iterator[Wrong]:
    if variable.get("type") != "query":
        return
    where, text = f"variable {variable.get('name')!r}", look_up(variable)
    yield from _sourced(where, variable.get("datasource"), known)
    yield from _spelled(where, text, chosen)
    yield from ((where, text, *reproach) for reproach in lint_queries.look_up(text, known))


def _queried(where: str, panel: Json, chosen: frozenset[str], known: Known) -> Iterator[Wrong]:
    if panel.get("targets") or panel.get("datasource"):
        yield from _sourced(where, panel.get("datasource"), known)
    for target in panel.get("targets", []):
        if "datasource" in target:
            yield from _sourced(where, target["datasource"], known)
        text = str(target.get("expr", ""))
        yield from _spelled(where, text, chosen)
        yield from _spelled(where, str(target.get("legendFormat", "")), chosen)
        if _object(target.get("datasource") or panel.get("datasource")).get("type", _PROMQL) == _PROMQL:
            yield from ((where, text, *reproach) for reproach in lint_queries.query(text, known))


def _object(value: object) -> Json:
    """A JSON object; none where something else stands."""
    return cast("Json", value) if isinstance(value, dict) else {}


def _sourced(where: str, source: object, known: Known) -> Iterator[Wrong]:
    uid = _object(source).get("uid")
    if not isinstance(uid, str):
        yield where, str(source or ""), "its data source is not named by uid, so it is whatever is the default", "name it by its uid"
    elif uid not in known.sources:
        yield where, uid, "no environment has a data source of this uid", nearest(uid, known.sources)


def _spelled(where: str, text: str, chosen: frozenset[str]) -> Iterator[Wrong]:
    for name in lint_queries.unknown_variables(text, chosen):
        yield where, text, f"${name} is no variable of this dashboard", nearest(name, chosen)


def _linked(where: str, link: Json, chosen: frozenset[str], uids: frozenset[str]) -> Iterator[Wrong]:
    url = str(link.get("url", ""))
    yield from _spelled(where, url, chosen | _OF_LINKS)
    if url.startswith("/d/"):
        uid = url.removeprefix("/d/").partition("?")[0].partition("/")[0]
        if "$" not in uid and uid not in uids:
            likely = get_close_matches(uid, uids, n=1)
            remedy = f"did you mean {likely[0]!r}?" if likely else "make that dashboard, or leave the link out"
            yield where, url, f"leads to a dashboard that is not there: {uid}", remedy

"""Refuses dashboards that would mislead or fail in Grafana: checks the JSON itself, whoever made it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from catalog.faults import Fault
from dashboards.grafana import lint_panels
from dashboards.grafana.build import source_text
from dashboards.grafana.known import Known, reachable
from dashboards.grafana.lint_panels import Json, Wrong, panels, place, variables
from dashboards.model import WIDTH

LONGEST_UID = 40
"""`UIDMaxLength` in Grafana's pkg/util/shortid_generator.go."""
MOST_BYTES = 512 * 1024
MOST_QUERIES = 30


def check(documents: Sequence[Json], known: Known) -> list[Fault]:
    """All faults of all dashboards, in order; linear in what they hold."""
    uids = reachable(documents)
    found = list(shared_uids(documents))
    for document in documents:
        for key, value, reason, remedy in (*_whole(document), *_grid(document), *lint_panels.check(document, known, uids)):
            found.append(Fault(_file(document), key, value, reason, remedy))
    return found


def shared_uids(documents: Iterable[Json]) -> Iterator[Fault]:
    """Dashboards of one uid would overwrite each other in Grafana, in the order of their arrival."""
    titles: dict[str, list[str]] = {}
    for document in documents:
        titles.setdefault(document.get("uid") or "", []).append(str(document.get("title")))
    for uid, named in titles.items():
        if len(named) > 1:
            reason = f"{len(named)} dashboards have this uid: {', '.join(sorted(named))}"
            yield Fault(f"grafana/{uid}.json", "uid", uid, reason, "make it by dashboards.naming from what tells them apart")


def queries_on_load(document: Json) -> int:
    """How many queries opening the dashboard sends: those of its panels and of its variables; collapsed rows send none."""
    shown = sum(len(panel.get("targets", [])) for panel in document.get("panels", []))
    return shown + sum(variable.get("type") == "query" for variable in variables(document))


def _file(document: Json) -> str:
    return f"grafana/{document.get('uid') or document.get('title')}.json"


def _whole(document: Json) -> Iterator[Wrong]:
    uid = document.get("uid") or ""
    if not uid or len(uid) > LONGEST_UID or not uid.replace("-", "").replace("_", "").isalnum():
        reason = f"is no uid of at most {LONGEST_UID} letters, digits, dashes (it has {len(uid)} characters)"
        yield "uid", uid, reason, "make it by dashboards.naming.uid, which shortens it"
    for field in ("title", "description"):
        if not str(document.get(field) or "").strip():
            yield field, "", "a dashboard says what it is and what for", f"give it a {field}"
    size = len(source_text(document).encode())
    if size > MOST_BYTES:
        yield "", "", f"is {size // 1024} KiB long; over {MOST_BYTES // 1024} KiB it loads slowly and nears Grafana's limit", "split it"
    sent = queries_on_load(document)
    if sent > MOST_QUERIES:
        yield "panels", "", f"sends {sent} queries on load; more than {MOST_QUERIES} are slow", "put rows behind a click (collapsed)"
    numbers = Counter(panel.get("id") for panel in panels(document))
    for number in sorted((number for number, count in numbers.items() if count > 1), key=str):
        yield "panels", str(number), f"{numbers[number]} panels have the id {number}", "number them anew"


def _grid(document: Json) -> Iterator[Wrong]:
    """Panels side by side: those on the page, and those of each collapsed row among themselves."""
    pages = [document.get("panels", []), *(panel["panels"] for panel in document.get("panels", []) if panel.get("panels"))]
    for page in pages:
        placed = [(panel, panel.get("gridPos", {})) for panel in page]
        for panel, at in placed:
            x, width = at.get("x", -1), at.get("w", 0)
            if x < 0 or at.get("y", -1) < 0 or width < 1 or at.get("h", 0) < 1 or x + width > WIDTH:
                yield place(panel), str(at), f"lies outside of the grid's {WIDTH} columns", "leave places to dashboards.grafana.build"
        for (one, here), (other, there) in combinations(placed, 2):
            if _overlap(here, there):
                yield place(one), "", f"lies over {place(other)}", "leave places to dashboards.grafana.build"


def _overlap(here: Json, there: Json) -> bool:
    return all(
        here.get(start, 0) < there.get(start, 0) + there.get(length, 0) and there.get(start, 0) < here.get(start, 0) + here.get(length, 0)
        for start, length in (("x", "w"), ("y", "h"))
    )

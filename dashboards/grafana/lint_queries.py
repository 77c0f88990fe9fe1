"""Rules for the queries of a Grafana dashboard: they parse, read what is there, and read what is recorded where it is."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

import promql_parser as promql

from catalog.queries import Read, reads
from dashboards.grafana.known import Known
from dashboards.scope import ENVIRONMENT, parsed

Reproach = tuple[str, str]
"""A reason and its remedy."""

BUILT_IN = frozenset({"__rate_interval", "__interval", "__interval_ms", "__range", "__range_s", "__from", "__to"})
"""Grafana's own variables (Grafana's documentation, "Global variables")."""
VARIABLE = re.compile(r"\$(?:\{(\w+)(?:[:.][^}]*)?\}|(\w+))|\[\[(\w+)\]\]")
"""A variable in any of the three ways of writing it."""
LOOK_UP = re.compile(r"label_values\(\s*(?:(?P<metric>.+?)\s*,\s*)?(?P<label>\w+)\s*\)")
_ZOOMED = re.compile(r"\b(increase|changes|resets|count_over_time)\s*\([^()]*\[\$__(rate_)?interval[\]:]")
_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")')


def unknown_variables(text: str, chosen: frozenset[str]) -> list[str]:
    """Variables in a text that neither the dashboard nor Grafana has."""
    found = {next(filter(None, match.groups())) for match in VARIABLE.finditer(text)}
    return sorted(name for name in found - chosen - BUILT_IN if not name.isdigit())


def query(text: str, known: Known) -> Iterator[Reproach]:
    """What is wrong with a PromQL query in which dashboard variables stand."""
    try:
        expression = parsed(plain(text))
        found = reads(expression)
    except ValueError as error:
        yield f"is no PromQL that can be judged: {error}", "write PromQL that promtool accepts, its metrics by name"
        return
    for read in found:
        yield from _unread(read, known)
    if _ZOOMED.search(text):
        yield (
            "counts over a window that follows the zoom, so its numbers do too",
            "count over a window that stands in the title, or take a rate",
        )
    for recorded in dict.fromkeys(_recorded(expression, known)):
        yield f"computes what {recorded} has already", f"read {recorded}"


def look_up(text: str, known: Known) -> Iterator[Reproach]:
    """What is wrong with a variable's query."""
    match = LOOK_UP.fullmatch(text.strip())
    if match is None:
        yield "is no look-up of a label's values", "write label_values(metric, label)"
    elif match["metric"] is None:
        yield "looks through all series there are", "name a metric whose label it is: label_values(metric, label)"
    else:
        yield from query(match["metric"], known)
        metric = match["metric"].partition("{")[0]
        if metric in known.series and match["label"] not in known.series[metric]:
            yield _unlabelled(metric, frozenset({match["label"]}), known)


def plain(text: str) -> str:
    """The query without the filter by environment, variables outside of strings as numbers."""
    text = text.replace(f"{ENVIRONMENT},", "").replace(ENVIRONMENT, "")
    parts = _QUOTED.split(text)
    return "".join(part if part.startswith('"') else VARIABLE.sub(_number, part) for part in parts)


def _number(match: re.Match[str]) -> str:
    """Grafana's own variables are windows, which `parsed` knows."""
    name: str = next(filter(None, match.groups()))
    return f"${name}" if name in BUILT_IN else "1"


def _unread(read: Read, known: Known) -> Iterator[Reproach]:
    for metric in read.metrics:
        if metric in known.series:
            unknown = read.labels - known.series[metric]
            if unknown:
                yield _unlabelled(metric, unknown, known)
        elif metric in known.planned:
            yield f"reads {metric}, which nobody makes yet", f"wait for it: {known.planned[metric]}"
        else:
            likely = get_close_matches(metric, known.series, n=1, cutoff=0.75)
            meant = f"did you mean {likely[0]!r}? Else " if likely else ""
            remedy = f"{meant}add it to the service's `exposes` or to its exporter in catalog/exporters.yaml"
            yield f"reads {metric}, which nobody exposes and no rule records", remedy


def _unlabelled(metric: str, unknown: frozenset[str], known: Known) -> Reproach:
    names, has = ", ".join(sorted(unknown)), ", ".join(sorted(known.series[metric]))
    return f"asks {metric} for the label {names}, which it does not have", f"it has {has}"


def _recorded(expression: promql.Expr, known: Known) -> Iterator[str]:
    found: list[str] = []

    def visit(node: promql.Expr) -> None:
        name = known.recorded.get(node.prettify()) if not isinstance(node, promql.NumberLiteral | promql.StringLiteral) else None
        if name is not None:
            found.append(name)

    promql.walk(expression, pre_visit=visit)
    yield from found

"""A query's expression as dashboards take it: plain queries by name, and a formula over the names, so that a graph can say its unit."""

import re
from typing import Any, Literal

from dashboards.model import Query
from rendering.datadog import queries

Json = dict[str, Any]
_READ = re.compile(
    r"(?:avg|sum|min|max|count|p\d{2,3}(?:\.\d+)?):[A-Za-z][\w.]*\{[^{}]*\}(?: by \{[^{}]*\})?"
    r"(?:\.(?:as_count|as_rate|rollup|fill)\([^()]*\))*"
)
_TOP = re.compile(r"top\((.*), (\d+), '\w+', '(?:asc|desc)'\)")
_SCALARS = {"count": "sum", "rate": "avg", "percentile": "percentile", "gauge": "last"}
"""What one number of a query's points is, by how they add up."""


def asked(questions: tuple[Query, ...], form: Literal["timeseries", "scalar"], number_format: Json | None) -> tuple[list[Json], list[Json]]:
    """Queries and formulas of a request; the same query of two formulas is asked once."""
    names: dict[str, str] = {}
    formulas: list[Json] = []
    for question in questions:
        text = _READ.sub(lambda match: names.setdefault(match[0], f"query{len(names) + 1}"), plain(question.expression, form))
        formulas.append(
            {
                "formula": text,
                **({"alias": question.legend} if question.legend else {}),
                **({"number_format": number_format} if number_format else {}),
            }
        )
    return [_query(name, text, form) for text, name in names.items()], formulas


def plain(expression: str, form: str) -> str:
    """Without its own limit where a list of one number each has one."""
    match = _TOP.fullmatch(expression)
    return match[1] if match is not None and form == "scalar" else expression


def most(expression: str, least: int = 10) -> int:
    """How many values a list shows."""
    match = _TOP.fullmatch(expression)
    return int(match[2]) if match is not None else least


def _query(name: str, text: str, form: str) -> Json:
    scalar = {"aggregator": _SCALARS[queries.nature(text)]} if form == "scalar" else {}
    return {"data_source": "metrics", "name": name, "query": text, **scalar}

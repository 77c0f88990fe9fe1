"""A small reading of Datadog's log search and of its pipelines, by which tests see what becomes of a record.

Search: `@attribute:value`, `tag:value`, lists in brackets, `*` anywhere, `-`, `OR`, brackets, and AND where nothing stands between
(docs.datadoghq.com/logs/explorer/search_syntax). Values of attributes are compared letter by letter, those of tags in any case.
"""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, cast

from rendering.resource import Resource

Record = dict[str, Any]
"""Reserved attributes and tags by name, attributes by path with `@` before it."""
Step = Callable[[Record, Record], None]
"""What a processor's settings do to a record."""
_TOKEN = re.compile(r'\s*(-?@?[\w.*-]+:\([^()]*\)|-?@?[\w.]+:"[^"]*"|-?@?[\w.]+:[^\s()]+|-?\(|\)|OR\b|AND\b)')


def matches(query: str, record: Record) -> bool:
    """Whether a record is found by a query; ValueError where this reading does not know the query."""
    tokens: list[str] = []
    rest = query.strip()
    while rest:
        token = _TOKEN.match(rest)
        if token is None:
            raise ValueError(f"{rest!r} in {query!r} is no search")
        tokens.append(token[1])
        rest = rest[token.end() :].strip()
    found = _either(tokens, record)
    if tokens:
        raise ValueError(f"{query!r} closes a bracket that it did not open")
    return found


def _either(tokens: list[str], record: Record) -> bool:
    found = _both(tokens, record)
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        found = _both(tokens, record) or found
    return found


def _both(tokens: list[str], record: Record) -> bool:
    found = True
    while tokens and tokens[0] not in {"OR", ")"}:
        token = tokens.pop(0)
        if token != "AND":
            found = _one(token, tokens, record) and found
    return found


def _one(token: str, tokens: list[str], record: Record) -> bool:
    negated = token.startswith("-")
    token = token.removeprefix("-")
    if token == "(":
        found = _either(tokens, record)
        tokens.pop(0)
    else:
        name, _, wanted = token.partition(":")
        values = wanted.strip("()").split(" OR ") if wanted.startswith("(") else [wanted.strip('"')]
        there = record.get(name)
        texts = [] if there is None else [str(there) if name.startswith("@") else str(there).lower()]
        found = any(fnmatchcase(text, value if name.startswith("@") else value.lower()) for text in texts for value in values)
    return found is not negated


def processed(pipeline: Resource, record: Record) -> Record:
    """The record after the pipeline: remappers, categories, look-ups and exclusions; parsers of addresses are left out."""
    result = dict(record)
    if not matches(pipeline.inputs["filters"][0]["query"], result):
        return result
    for step in cast("list[dict[str, Any]]", pipeline.inputs["processors"]):
        ((kind, body),) = step.items()
        if kind in _STEPS:
            _STEPS[kind](body, result)
    return result


def _remap(body: Record, result: Record) -> None:
    source = next((f"@{each}" for each in body["sources"] if f"@{each}" in result), None)
    target = f"@{body['target']}"
    if source is None or (target in result and not body["overrideOnConflict"]):
        return
    value = result[source] if body["preserveSource"] else result.pop(source)
    result[target] = int(value) if body.get("targetFormat") == "integer" else value


def _categorise(body: Record, result: Record) -> None:
    name = next(
        (each["name"] for each in body["categories"] if each["filter"]["query"] == "*" or matches(each["filter"]["query"], result)), None
    )
    if name is not None:
        result[f"@{body['target']}"] = name


def _look_up(body: Record, result: Record) -> None:
    table = dict(line.split(",", 1) for line in body["lookupTables"])
    if (found := table.get(result.get(body["source"], ""))) is not None:
        result[f"@{body['target']}"] = found


def _exclude(body: Record, result: Record) -> None:
    result.pop(f"@{body['attributeToExclude']}", None)


def _reserve(name: str) -> Step:
    def step(body: Record, result: Record) -> None:
        value = next((result[f"@{each}"] for each in body["sources"] if f"@{each}" in result), None)
        if value is not None:
            result[name] = value

    return step


_STEPS: dict[str, Step] = {
    "attributeRemapper": _remap,
    "categoryProcessor": _categorise,
    "lookupProcessor": _look_up,
    "excludeAttributeProcessor": _exclude,
    "statusRemapper": _reserve("status"),
    "serviceRemapper": _reserve("service"),
    "traceIdRemapper": _reserve("trace_id"),
}


def index_of(indexes: list[Resource], record: Record) -> Resource | None:
    """The first index that takes a record; None where none does, or an exclusion drops it whatever its share."""
    for index in indexes:
        if matches(index.inputs["filters"][0]["query"], record):
            for exclusion in index.inputs["exclusionFilters"]:
                sampled = exclusion["filters"][0]
                if matches(sampled["query"], record):
                    return None if sampled["sampleRate"] == 1 else index
            return index
    return None

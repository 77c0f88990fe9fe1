"""Judges calls by botocore's models, and by what those say and botocore does not check: enumerations, ranges, patterns."""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape
from botocore.validate import ParamValidator

_OTHER = re.compile(r"\\p\{|\[:|\(\?[<!=]|\\x|\\u|&&")
"""Patterns that Python's engine reads otherwise than Amazon's."""


@functools.cache
def _service(name: str) -> Any:  # noqa: ANN401  botocore has no types
    return cast("Any", botocore.session).get_session().get_service_model(name)


def complaints(service: str, operation: str, parameters: Mapping[str, Any]) -> list[str]:
    """What the service's model does not allow in a call."""
    model = _service(service)
    if operation not in model.operation_names:
        return [f"{service} has no {operation}"]
    shape = model.operation_model(operation).input_shape
    report = cast("Any", ParamValidator()).validate(dict(parameters), shape)
    told = [line for line in str(report.generate_report()).splitlines() if line]
    return [f"{service}.{operation}: {fault}" for fault in (*told, *_leaves(shape, dict(parameters), ""))]


def _leaves(shape: Shape, value: object, place: str) -> Iterator[str]:
    known = cast("Any", shape)
    if isinstance(shape, StringShape) and isinstance(value, str):
        yield from _text(known, value, place)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _between(known.metadata, value, place)
    elif isinstance(shape, ListShape) and isinstance(value, list | tuple):
        yield from _between(known.metadata, len(cast("list[object]", value)), f"{place} (length)")
    for inner, part, where in _parts(shape, cast("object", value), place):
        yield from _leaves(inner, part, where)


def _parts(shape: Shape, value: object, place: str) -> Iterator[tuple[Shape, object, str]]:
    known = cast("Any", shape)
    if isinstance(shape, ListShape) and isinstance(value, list | tuple):
        yield from ((known.member, part, f"{place}[]") for part in cast("list[object]", value))
    elif isinstance(value, dict):
        for key, part in cast("dict[str, object]", value).items():
            if isinstance(shape, MapShape):
                yield from ((known.key, key, f"{place}.{key}"), (known.value, part, f"{place}.{key}"))
            elif isinstance(shape, StructureShape) and key in known.members:
                yield known.members[key], part, f"{place}.{key}"


def _text(known: Any, value: str, place: str) -> Iterator[str]:  # noqa: ANN401  botocore has no types
    if known.enum and value not in known.enum:
        yield f"{place}: {value!r} is none of {', '.join(known.enum)}"
    yield from _between(known.metadata, len(value), f"{place} (length)")
    pattern = known.metadata.get("pattern")
    if pattern and not _OTHER.search(pattern) and not re.fullmatch(pattern, value, re.DOTALL):
        yield f"{place}: {value!r} does not match {pattern}"


def _between(told: Mapping[str, Any], value: float, place: str) -> Iterator[str]:
    if "min" in told and value < told["min"]:
        yield f"{place}: {value} is below {told['min']}"
    if "max" in told and value > told["max"]:
        yield f"{place}: {value} is above {told['max']}"

"""What a value of JSON or YAML is, told to the type checker too."""

from typing import Any, TypeGuard

Json = Any
"""Any value of a document."""


def is_object(value: Json) -> TypeGuard[dict[str, Json]]:
    return isinstance(value, dict)


def is_list(value: Json) -> TypeGuard[list[Json]]:
    return isinstance(value, list)

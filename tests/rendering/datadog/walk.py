"""Holds a payload against Datadog's own models, strictly: unknown keys, values that no model knows, types and ranges.

Left to itself the client keeps an unknown key as an additional property and a value outside its enumeration as unparsed.
"""

from collections.abc import Iterator
from typing import Any, cast

from datadog_api_client import model_utils
from datadog_api_client.configuration import Configuration
from datadog_api_client.exceptions import OpenApiException

_read = cast("Any", model_utils.validate_and_convert_types)  # the client says nothing of its types


def complaints(model: type[Any], payload: object) -> list[str]:
    """What `model` (as `datadog_api_client.v1.model.monitor.Monitor`) does not take in JSON as it would be sent; one line a fault."""
    try:
        read = _read(payload, (model,), ["payload"], True, True, Configuration())
    except (OpenApiException, KeyError, TypeError, ValueError) as error:
        return [f"{model.__name__}: {error}"]
    return list(_walk(read, model.__name__))


def _walk(read: Any, path: str) -> Iterator[str]:  # noqa: ANN401  JSON of any shape
    parts: dict[str, Any] = {}
    if getattr(read, "_unparsed", False) is True and not isinstance(read, model_utils.ModelNormal | list):
        yield f"{path}: {_plain(read)} is none of {type(read).__name__}"
    elif isinstance(read, model_utils.UnparsedObject):
        yield f"{path}: no model takes {_plain(read)}"
    elif isinstance(read, model_utils.ModelComposed):
        parts = dict(zip(("",), cast("Any", read)._composed_instances, strict=True))  # exactly one, by `oneOf`
    elif isinstance(read, model_utils.ModelNormal):
        kind, parts = cast("Any", type(read)), {f".{name}": value for name, value in cast("Any", read)._data_store.items()}
        for name in parts.keys() - {f".{name}" for name in kind.openapi_types}:
            yield f"{path}{name} is unknown; {kind.__name__} has {', '.join(sorted(kind.openapi_types))}"
    elif isinstance(read, list):
        parts = {f"[{index}]": item for index, item in enumerate(cast("list[Any]", read))}
    elif isinstance(read, dict):
        parts = {f".{key}": value for key, value in cast("dict[str, Any]", read).items()}
    for name, part in parts.items():
        yield from _walk(part, f"{path}{name}")


def _plain(read: Any) -> object:  # noqa: ANN401
    return read.to_dict() if hasattr(read, "to_dict") else read

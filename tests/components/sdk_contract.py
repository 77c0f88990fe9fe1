"""Holds resources that are registered by type token against the provider's installed SDK, which the program does not import."""

import importlib
import inspect
import re
import typing
import warnings
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, cast

import pulumi
from pulumi import _types as types

from local.monitor import Registered
from local.values import plain

_SECRETS = re.compile(r"additional_secret_outputs=\[([^\]]*)\]")
_PLAIN: dict[type, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), float: (int, float)}


def complaints(resource: Registered, sdk: str) -> list[str]:
    """What the SDK `sdk` (as `pulumiverse_grafana`) does not know, misses, or would have kept secret."""
    _, place, name = resource.type.split(":")
    if resource.type.startswith("pulumi:providers:"):
        place, name = "", "Provider"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # an SDK tells of every deprecated type that it has, used or not
        module = importlib.import_module(".".join(part for part in (sdk, place.partition("/")[0].replace("index", "")) if part))
        kind: Any = getattr(module, name, None)
        arguments: Any = getattr(module, f"{name}Args", None)
    if kind is None or arguments is None:
        return [f"{resource.type}: {sdk} has no such type"]
    inputs = {key: value for key, value in plain(dict(resource.inputs)).items() if value is not None and key != "version"}
    found = [f"{resource.name}: {fault}" for fault in _object(arguments, inputs, "")]
    secret = {name for match in _SECRETS.findall(inspect.getsource(kind)) for name in re.findall(r"\"(\w+)\"", match)}
    there = {name for name in secret if name in inputs or name not in _names(arguments)}
    found += [f"{resource.name}: {name} is secret in the SDK" for name in sorted(there - set(resource.secret_outputs))]
    return found


def _names(arguments: Any) -> dict[str, str]:  # noqa: ANN401  generated classes have no base in common
    return {wire: python for python, wire in types.input_type_py_to_pulumi_names(arguments).items()}


def _object(arguments: Any, given: Mapping[str, Any], path: str) -> Iterator[str]:  # noqa: ANN401
    names, hints = _names(arguments), types.input_type_types(arguments)
    for parameter in list(inspect.signature(arguments.__init__).parameters.values())[1:]:
        wire = next((name for name, python in names.items() if python == parameter.name), parameter.name)
        if parameter.default is inspect.Parameter.empty and wire not in given:
            yield f"{path}{wire} is required"
    for key, value in given.items():
        if key not in names:
            yield f"{path}{key} is unknown; the SDK has {', '.join(sorted(names))}"
        elif key in hints:
            yield from _value(hints[key], value, f"{path}{key}")


def _value(hint: Any, value: Any, path: str) -> Iterator[str]:  # noqa: ANN401
    """Unwraps Optional, Input and Output; a list's items and nested objects are looked into."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, UnionType, pulumi.Output} or (origin is not None and "Awaitable" in str(origin)):
        inner = [
            part
            for part in parts
            if part is not type(None) and typing.get_origin(part) is not pulumi.Output and "Awaitable" not in str(part)
        ]
        yield from _value(inner[0], value, path) if inner else ()
    elif origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            yield f"{path} is no map: {value!r}"
    elif origin is not None:
        if not isinstance(value, list):
            yield f"{path} is no list: {value!r}"
            return
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _value(parts[0], item, f"{path}[{index}]")
    elif types.is_input_type(hint):
        if isinstance(value, dict):
            yield from _object(hint, cast("dict[str, Any]", value), f"{path}.")
        else:
            yield f"{path} is no object: {value!r}"
    elif hint in _PLAIN and (not isinstance(value, _PLAIN[hint]) or (isinstance(value, bool) and hint is not bool)):
        yield f"{path} is no {hint.__name__}: {value!r}"

"""Holds resources that are registered by type token against the provider's installed SDK, which the program does not import."""

import functools
import importlib
import inspect
import json
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
    kind, arguments = _kind(sdk, place, name)
    if kind is None or arguments is None:
        return [f"{resource.type}: {sdk} has no such type"]
    inputs = {key: value for key, value in plain(dict(resource.inputs)).items() if value is not None and key != "version"}
    if name == "Provider":
        flags = {key for key, hint in _hints(arguments).items() if hint is bool}
        inputs = {key: json.loads(value) if key in flags else _opened(value) for key, value in inputs.items()}
    found = [f"{resource.name}: {fault}" for fault in _object(arguments, inputs, "")]
    there = {name for name in _secret_outputs(kind) if name in inputs or name not in _names(arguments)}
    found += [f"{resource.name}: {name} is secret in the SDK" for name in sorted(there - set(resource.secret_outputs))]
    return found


@functools.cache
def _kind(sdk: str, place: str, name: str) -> tuple[Any, Any]:
    """A resource's class and that of its arguments; None for what the SDK does not have."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # an SDK tells of every deprecated type that it has, used or not
        module = importlib.import_module(".".join(part for part in (sdk, place.partition("/")[0].replace("index", "")) if part))
        # A module is executed when something of it is first asked for.
        # Where a nested type has the name already, the arguments are called `InitArgs`.
        return getattr(module, name, None), getattr(module, f"{name}InitArgs", getattr(module, f"{name}Args", None))


def _opened(value: Any) -> Any:  # noqa: ANN401
    """A provider's input that is no text travels as JSON."""
    return json.loads(value) if isinstance(value, str) and value.startswith(("{", "[")) else value


@functools.cache
def _secret_outputs(kind: Any) -> frozenset[str]:  # noqa: ANN401
    """Outputs that the SDK keeps secret."""
    return frozenset(name for match in _SECRETS.findall(inspect.getsource(kind)) for name in re.findall(r"\"(\w+)\"", match))


@functools.cache
def _hints(arguments: Any) -> dict[str, Any]:  # noqa: ANN401
    return types.input_type_types(arguments)


@functools.cache
def _required(arguments: Any) -> tuple[str, ...]:  # noqa: ANN401
    parameters = list(inspect.signature(arguments.__init__).parameters.values())[1:]
    return tuple(parameter.name for parameter in parameters if parameter.default is inspect.Parameter.empty)


@functools.cache
def _names(arguments: Any) -> dict[str, str]:  # noqa: ANN401  generated classes have no base in common
    return {wire: python for python, wire in types.input_type_py_to_pulumi_names(arguments).items()}


def _object(arguments: Any, given: Mapping[str, Any], path: str) -> Iterator[str]:  # noqa: ANN401
    names, hints = _names(arguments), _hints(arguments)
    for parameter in _required(arguments):
        wire = next((name for name, python in names.items() if python == parameter), parameter)
        if wire not in given:
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

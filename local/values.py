"""What travels between the SDK and an engine: protobuf structs on its side, plain values with their secrets marked on ours."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from google.protobuf import struct_pb2
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_TEXT

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key under which Pulumi marks special maps; this and the next are fixed in its sdk/go/common/resource/properties.go."""
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - says that a secret follows
RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"

MASK = "[secret]"


@dataclass(frozen=True)
class Secret:
    """A value that nobody may see; the mark may sit on one leaf or on a whole map."""

    value: Any

    def __repr__(self) -> str:
        return f"Secret({MASK})"


class Unknown:
    """What only an update will tell; there is one, `UNKNOWN`."""

    def __repr__(self) -> str:
        return "[unknown]"


UNKNOWN = Unknown()

Values = dict[str, Any]


def decode(struct: struct_pb2.Struct) -> Values:
    """A struct's fields, sorted (a protobuf map has no order); whole numbers become ints again, as the documents had them."""
    fields = struct.fields
    return {key: _decode(fields[key]) for key in sorted(fields)}


def _decode(value: struct_pb2.Value) -> Any:  # noqa: ANN401 - any JSON value
    match value.WhichOneof("kind"):
        case "string_value":
            text = value.string_value
            return UNKNOWN if text == UNKNOWN_TEXT else text
        case "struct_value":
            return _special(decode(value.struct_value))
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _special(fields: Values) -> Any:  # noqa: ANN401 - any JSON value
    match fields.get(SIGNATURE):
        case None:
            return fields
        case signature if signature == SECRET_SIGNATURE:
            return Secret(fields.get("value"))
        case signature if signature == RESOURCE_SIGNATURE:
            return fields.get("id") or fields.get("urn")
        case _:  # an asset or archive: what it holds
            return {key: value for key, value in fields.items() if key != SIGNATURE}


def encode(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """The inverse of `decode`, with secrets as the SDK wraps them."""
    struct = struct_pb2.Struct()
    for key, value in values.items():
        _encode(struct.fields[key], value)
    return struct


def _encode(target: struct_pb2.Value, value: Any) -> None:  # noqa: ANN401 - any JSON value
    match value:
        case None:
            target.null_value = struct_pb2.NULL_VALUE
        case bool():
            target.bool_value = value
        case int() | float():
            target.number_value = value
        case str():
            target.string_value = value
        case Unknown():
            target.string_value = UNKNOWN_TEXT
        case Secret(inner):
            _encode(target, {SIGNATURE: SECRET_SIGNATURE, "value": inner})
        case dict():
            fields = target.struct_value.fields
            target.struct_value.SetInParent()
            for key, item in cast("Values", value).items():
                _encode(fields[key], item)
        case _:
            target.list_value.SetInParent()
            for item in value:
                _encode(target.list_value.values.add(), item)


def walk(value: Any, leaf: Callable[[Any], Any], secret: Callable[[Secret], Any]) -> Any:  # noqa: ANN401 - any JSON value
    """The same shape with every leaf and every marked secret replaced."""
    match value:
        case dict():
            return {key: walk(item, leaf, secret) for key, item in cast("Values", value).items()}
        case list():
            return [walk(item, leaf, secret) for item in cast("list[Any]", value)]
        case Secret():
            return secret(value)
        case _:
            return leaf(value)


def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Without marks: what an API server is given."""
    return walk(value, lambda leaf: leaf, lambda secret: plain(secret.value))


def mask(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Fit to be shown: each leaf under a secret is `[secret]`, an unknown one `[unknown]`."""
    return walk(value, lambda leaf: repr(leaf) if isinstance(leaf, Unknown) else leaf, lambda secret: mask_all(secret.value))


def mask_all(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The shape of a value that is secret throughout."""
    return walk(value, lambda _: MASK, lambda secret: mask_all(secret.value))


def mark(inputs: Values) -> Values:
    """The inputs with what a Kubernetes Secret holds marked as secret, whoever forgot to."""
    if inputs.get("kind") != "Secret":
        return inputs
    fields = {key: inputs[key] for key in ("data", "stringData") if key in inputs}
    return inputs | {key: value if isinstance(value, Secret) else Secret(value) for key, value in fields.items()}


def unknowns(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """The paths of all leaves that are not known yet."""
    match value:
        case Unknown():
            yield path
        case Secret(inner):
            yield from unknowns(inner, path)
        case dict():
            for key, item in cast("Values", value).items():
                yield from unknowns(item, f"{path}.{key}" if path else key)
        case list():
            for index, item in enumerate(cast("list[Any]", value)):
                yield from unknowns(item, f"{path}[{index}]")
        case _:
            pass


def dump(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """JSON that `load` reads back with its secrets marked; for private files only."""
    return json.dumps(value, default=_mark_up, separators=(",", ":"), sort_keys=True)


def load(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """Reads what `dump` wrote."""
    return json.loads(text, object_hook=_special)


def _mark_up(value: object) -> object:
    if isinstance(value, Secret):
        return {SIGNATURE: SECRET_SIGNATURE, "value": value.value}
    if isinstance(value, Unknown):
        return repr(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")

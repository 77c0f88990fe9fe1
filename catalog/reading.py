"""Reads a person's YAML into a model and tells every mistake in it as a Fault."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar, cast, get_args

import yaml
from pydantic import BaseModel, ValidationError

from catalog.faults import Fault, nearest

M = TypeVar("M", bound=BaseModel)
_LOADER = yaml.CSafeLoader
_LONGEST_SHOWN = 80

_REMEDIES = {
    "missing": "add this key; it has no default, because the choice has consequences",
    "literal_error": "use one of the values named",
    "enum": "use one of the values named",
    "string_pattern_mismatch": "write it so that it matches the pattern",
}


def read(path: Path, root: Path) -> tuple[object, list[Fault]]:
    """A YAML file's data (None where it cannot be read) and its faults: unreadable, no YAML, a key said twice."""
    file = path.relative_to(root).as_posix()
    try:
        loader = _LOADER(path.read_text())
        node = loader.get_single_node()
        repeated = list(_repeated(node, ""))  # before constructing, which merges anchors into the node
        data = cast("object", loader.construct_document(node)) if node is not None else None  # pyright: ignore[reportUnknownMemberType]  the stub names no type
    except FileNotFoundError:
        return None, [Fault(file, "(file)", "", "there is no such file", f"create {file}")]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return None, [Fault(file, "(file)", "", f"this is no YAML: {' '.join(str(error).split())}", "mend the syntax at the place named")]
    return data, [
        Fault(
            file,
            key,
            "",
            f"this key stands twice, again in line {line}; the second would silently replace the first",
            "rename or remove one of them",
        )
        for key, line in repeated
    ]


def _repeated(node: yaml.Node | None, place: str) -> Iterator[tuple[str, int]]:
    """Keys said twice in one mapping, with the line of the second: YAML itself lets them pass."""
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            yield from _repeated(child, place)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            name = str(key.value)
            here = f"{place}.{name}" if place else name
            if name in seen:
                yield here, key.start_mark.line + 1
            seen.add(name)
            yield from _repeated(child, here)


def parse(model: type[M], data: object, file: str, prefix: str = "") -> tuple[M | None, list[Fault]]:
    """The model of some data (None where it does not fit) and all faults in it."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, faults_of(error, model, file, prefix)


def faults_of(error: ValidationError, model: type[BaseModel], file: str, prefix: str = "") -> list[Fault]:
    """Every mistake that pydantic found, in our words."""
    faults: dict[tuple[str, str], Fault] = {}
    for detail in error.errors():
        keys = [str(part) for part in detail["loc"] if not _internal(str(part))]
        place = ".".join([prefix, *keys] if prefix else keys) or "(file)"
        kind, message = detail["type"], detail["msg"].removeprefix("Value error, ")
        value = "" if kind == "missing" else _shown(detail["input"])
        remedy = _REMEDIES.get(kind, "write a value of the kind named")
        if kind == "extra_forbidden":
            message = f"{keys[-1]!r} is no key here"
            remedy = nearest(keys[-1], _keys_at(model, detail["loc"][:-1]))
        elif kind == "value_error":
            message, _, said = message.partition("; ")
            remedy = said or "mend it as said"
        faults.setdefault((place, kind), Fault(file, place, value, message, remedy))
    return list(faults.values())


def _internal(part: str) -> bool:
    """Whether a part of pydantic's location is its own (a union's branch, `[key]`), not the user's."""
    return "[" in part or part in {"(query)", "(gap)", "float", "str", "int"}


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 3]}..."


def _keys_at(model: type[BaseModel], location: Iterable[int | str]) -> set[str]:
    """The keys allowed at a place in a model, by walking its fields."""
    here = model
    for part in location:
        field = next((f for name, f in here.model_fields.items() if part in (name, f.alias)), None)
        if field is not None:
            here = _model_in(field.annotation) or here
    return {field.alias or name for name, field in here.model_fields.items()}


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The first model inside an annotation such as `dict[str, Service]` or `Service | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)

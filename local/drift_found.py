"""What drift is: objects that are not as the program has them, whoever looked."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from local.drift_owners import By
from local.values import MASK, Secret

Kind = Literal["changed", "missing", "extra"]
PROGRAM = By("the program, since the last `up`")
_SECRETIVE = re.compile(r"(env\[[^\]]*|data\..*|annotations\..*)(passw|token|secret|credential|api.?key|private)", re.IGNORECASE)


@dataclass(frozen=True)
class Field:
    """One field: what the program wants and what is there (None: not there), secrets masked."""

    path: str
    ours: Any
    theirs: Any
    by: By | None = None


@dataclass(frozen=True)
class Drift:
    """One object that is not as the program has it."""

    kind: Kind
    provider: str
    name: str
    """Kind, namespace and name, or a provider's type and the resource's name."""
    urn: str = ""
    fields: tuple[Field, ...] = ()
    by: By | None = None
    note: str = ""


@dataclass
class Drifts:
    """All of a stack. What could not be compared is no pass."""

    found: list[Drift] = field(default_factory=list[Drift])
    compared: Counter[str] = field(default_factory=Counter[str])
    """By provider."""
    recorded: Counter[str] = field(default_factory=Counter[str])
    """Resources of providers that have no reality here, by provider."""
    unseen: list[str] = field(default_factory=list[str])
    """What could not be looked at, and why."""

    def sort(self) -> None:
        """In an order that does not depend on who answered first."""
        self.found.sort(key=lambda drift: (drift.provider, drift.kind, drift.name))
        self.unseen.sort()


def marked(value: Any, inputs: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A live value, secret exactly where the program's input is: what lies beside a secret may be seen."""
    if isinstance(inputs, Secret):
        return Secret(value)
    if isinstance(value, dict) and isinstance(inputs, dict):
        known = cast("dict[str, Any]", inputs)
        return {key: marked(inner, known.get(key)) for key, inner in cast("dict[str, Any]", value).items()}
    if isinstance(value, list) and isinstance(inputs, list):
        items, wanted = cast("list[Any]", value), cast("list[Any]", inputs)
        if len(items) == len(wanted):
            return [marked(item, each) for item, each in zip(items, wanted, strict=True)]
        return Secret(items) if any(True for _ in secrets(wanted)) else items  # which one is which, nobody knows for sure
    return cast("Any", value)


def secrets(value: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """The paths of all marked secrets; those in a list are told as the list's own."""
    match value:
        case Secret():
            yield path
        case dict():
            for key, inner in cast("dict[str, Any]", value).items():
                yield from secrets(inner, f"{path}.{key}" if path else key)
        case list():
            if any(True for item in cast("list[Any]", value) for _ in secrets(item)):
                yield path
        case _:
            pass


def shown(path: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """A value that anybody may see; what is called a secret is none of them, wherever somebody wrote it."""
    match value:
        case dict():
            return {key: shown(f"{path}.{key}", inner) for key, inner in cast("dict[str, Any]", value).items()}
        case list():
            items = cast("list[Any]", value)
            names = [
                cast("dict[str, Any]", item).get("name", index) if isinstance(item, dict) else index for index, item in enumerate(items)
            ]
            return [shown(f"{path}[{name}]", item) for name, item in zip(names, items, strict=True)]
        case None:
            return None
        case _:
            return MASK if _SECRETIVE.search(path) else value

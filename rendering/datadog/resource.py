"""A resource of Datadog as this room hands it on: what the provider's SDK would register, without the SDK."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True)
class Ref:
    """The output of another resource of ours, in place of a value inside `Resource.inputs`; the component puts the Output there."""

    kind: str
    """The other's type token."""
    name: str
    """The other's logical name."""
    output: str = "id"
    """camelCase; everything but the id must be an output of the provider's resource."""


@dataclass(frozen=True)
class Text:
    """Text with others' outputs in it, as a composite monitor's query; the component concatenates."""

    parts: tuple[str | Ref, ...]

    def __str__(self) -> str:
        """The text with placeholders, for files and for people."""
        return "".join(part if isinstance(part, str) else f"<{part.name}>" for part in self.parts)


@dataclass(frozen=True)
class Resource:
    """One resource to register.

    Leaves of `inputs` are plain values, `Ref`s to other resources, `Text`s that hold some, or `rendering.secrets.SecretKey`s, whose values
    the component fetches and keeps secret: no rendering holds a secret.
    """

    kind: str
    """Pulumi's type token, as `datadog:index/monitor:Monitor`."""
    name: str
    """Our stable logical name, unique within its kind."""
    inputs: dict[str, Any]
    """camelCase, as the Pulumi SDK serialises them; nested blocks are lists of camelCase objects."""
    account_wide: bool = False
    """A singleton of the account: registered only by the stack whose settings say so."""
    secrets: tuple[str, ...] = ()
    """Outputs that the provider does not mark secret, and that are."""

    @property
    def ref(self) -> Ref:
        """Its id, for the inputs of others."""
        return Ref(self.kind, self.name)

    @property
    def file(self) -> str:
        """Where `make render` writes it: `datadog/service-level-objective/<name>.json`."""
        kind = self.kind.rpartition(":")[2]
        return f"datadog/{_HUMP.sub('-', kind).lower()}/{re.sub(r'[^A-Za-z0-9._-]', '-', self.name)}.json"


def refs(value: object) -> Iterator[Ref]:
    """Every reference inside a resource's inputs."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Text):
        yield from (part for part in value.parts if isinstance(part, Ref))
    elif isinstance(value, dict):
        for part in value.values():  # pyright: ignore[reportUnknownVariableType]  JSON of any shape
            yield from refs(part)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, list | tuple):
        for part in value:  # pyright: ignore[reportUnknownVariableType]
            yield from refs(part)  # pyright: ignore[reportUnknownArgumentType]

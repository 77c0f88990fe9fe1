"""A resource of an account as a renderer hands it on: what the provider's SDK would register, without the SDK."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from rendering.secrets import SecretKey

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
class Lookup:
    """What the account already has and only the provider can tell, in place of a value."""

    kind: str
    """The provider's function, as `sentry:index/getSentryTeam:getSentryTeam`."""
    arguments: tuple[tuple[str, str], ...]
    """camelCase."""
    output: str
    number: bool = False
    """Whether the answer is text of digits where a number is wanted."""

    def __str__(self) -> str:
        """What is asked, for files and for people."""
        return f"<{self.kind.rpartition(':')[2]} {' '.join(text for _, text in self.arguments)} {self.output}>"


@dataclass(frozen=True)
class Text:
    """Text with others' outputs in it, as a composite monitor's query; the component concatenates."""

    parts: tuple[str | Ref | Lookup, ...]

    def __str__(self) -> str:
        """The text with placeholders, for files and for people."""
        return "".join(f"<{part.name}>" if isinstance(part, Ref) else str(part) for part in self.parts)


@dataclass(frozen=True)
class Json:
    """A document that travels as JSON text, as a policy does; others' outputs may stand in it."""

    document: Any


@dataclass(frozen=True)
class Resource:
    """One resource to register.

    Leaves of `inputs` are plain values, `Ref`s to other resources, `Lookup`s, `Text`s and `Json`s that hold some, or
    `rendering.secrets.SecretKey`s, whose values the component fetches and keeps secret: no rendering holds a secret.
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
    after: tuple[Ref, ...] = ()
    """Others that must be there first though no input names them; the `output` of these does not matter."""

    @property
    def ref(self) -> Ref:
        """Its id, for the inputs of others."""
        return Ref(self.kind, self.name)

    @property
    def arn(self) -> Ref:
        """Its ARN, for the inputs of others; only of Amazon's resources."""
        return Ref(self.kind, self.name, "arn")

    @property
    def file(self) -> str:
        """Where `make render` writes it: `datadog/service-level-objective/<name>.json`, `aws/kms/key/<name>.json`."""
        package, module, kind = self.kind.split(":")
        area = module.partition("/")[0]
        folder = package if area in {"index", ""} else "cloudwatch" if area == "cloudwatch" else f"{package}/{area}"
        return f"{folder}/{_HUMP.sub('-', kind).lower()}/{re.sub(r'[^A-Za-z0-9._-]', '-', self.name)}.json"


def refs(value: object) -> Iterator[Ref]:
    """Every reference inside a resource's inputs."""
    match value:
        case Ref():
            yield value
        case Text():
            yield from (part for part in value.parts if isinstance(part, Ref))
        case Json():
            yield from refs(value.document)
        case dict():
            for part in cast("dict[str, object]", value).values():
                yield from refs(part)
        case list() | tuple():
            for part in cast("list[object]", value):
                yield from refs(part)
        case _:
            return


def text(resource: Resource) -> str:
    """A resource for people to read and to compare: others' outputs by their place, no secret."""
    document = {"type": resource.kind, "name": resource.name, "inputs": shown(resource.inputs)}
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def shown(value: object) -> Any:  # noqa: ANN401  JSON of any shape
    """A value of a resource's inputs as `text` writes it."""
    value = value.document if isinstance(value, Json) else value
    match value:
        case Ref():
            return f"<{value.kind.rpartition(':')[2]} {value.name} {value.output}>"
        case Text() | Lookup():
            return str(value)
        case SecretKey():
            return "[secret]"
        case dict():
            return {key: shown(part) for key, part in cast("dict[str, object]", value).items()}
        case list() | tuple():
            return [shown(part) for part in cast("list[object]", value)]
        case _:
            return value

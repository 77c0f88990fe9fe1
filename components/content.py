"""Fills an account by type token: each resource after those whose outputs it holds, the others at once."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any, cast

import pulumi

from components.base import Component, Resource
from components.cluster import Cluster
from components.secrets import Made, Need, given
from rendering import resource as rendered
from rendering.resource import Json, Lookup, Ref, Text, refs
from rendering.secrets import SecretKey

SIMULATED = "(simulated)"
UNASKED = "0"
"""What a look-up says where nobody may be asked: an id, and of nothing."""


def needs(resources: Iterable[rendered.Resource]) -> list[Need]:
    """Secrets that go into an account inside of resources."""
    found = {secret for each in resources for secret in secrets(each.inputs)}
    return sorted(Need(secret.name, secret.key, secret.purpose) for secret in found)


def secrets(value: object) -> Iterator[SecretKey]:
    """Every secret inside a resource's inputs."""
    if isinstance(value, SecretKey):
        yield value
    elif isinstance(value, Json):
        yield from secrets(value.document)
    elif isinstance(value, dict):
        for part in cast("dict[str, object]", value).values():
            yield from secrets(part)
    elif isinstance(value, list | tuple):
        for part in cast("list[object]", value):
            yield from secrets(part)


class Content(Component):
    """What an account is filled with. A subclass makes its provider, then calls `fill`."""

    simulated: bool
    asks: bool = True
    """Whether the account may be asked what it has: a preview without keys, and a simulated one, ask nobody."""

    def __init__(self, name: str, cluster: Cluster, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, cluster, opts)
        self._made: dict[tuple[str, str], Resource] = {}
        self._asked: Mapping[tuple[str, str], set[str]] = {}
        self._answers: dict[Lookup, pulumi.Output[Any]] = {}
        self._account: pulumi.ProviderResource | None = None
        self._known: Made = {}

    def fill(
        self, resources: Iterable[rendered.Resource], asked: Iterable[Ref], account: pulumi.ProviderResource, values: Made | None = None
    ) -> int:
        """Registers all of them and returns how many; CycleError where some wait for one another.

        Secrets among `values` were made by another account, so that nobody gives them.
        """
        self._known = values or {}
        known = {(each.kind, each.name): each for each in resources}
        self._asked = _outputs(known.values(), asked)
        self._account = account
        after = {key: {(ref.kind, ref.name) for ref in (*refs(each.inputs), *each.after)} for key, each in known.items()}
        for key in TopologicalSorter(after).static_order():
            self._made[key] = self._register(known[key], account)
        return len(self._made)

    def output(self, ref: Ref) -> pulumi.Output[Any]:
        """An output that another resource holds, or that was `asked` for."""
        made = self._made[ref.kind, ref.name]
        return made.id if ref.output == "id" else cast("pulumi.Output[Any]", made.__dict__[ref.output])

    def made(self, ref: Ref) -> Resource:
        """The resource itself, for those that come after it."""
        return self._made[ref.kind, ref.name]

    def amended(self, resource: rendered.Resource) -> dict[str, Any]:
        """Inputs that only the registration knows."""
        del resource
        return {}

    def _register(self, resource: rendered.Resource, account: pulumi.ProviderResource) -> Resource:
        inputs: dict[str, Any] = {key: self._resolved(value) for key, value in resource.inputs.items()}
        inputs |= dict.fromkeys(self._asked.get((resource.kind, resource.name), set()) - inputs.keys())
        after = [self._made[ref.kind, ref.name] for ref in resource.after]
        inputs |= self.amended(resource)
        return self.resource(Resource, resource.kind, resource.name, inputs, account, resource.secrets, after=after)

    def _resolved(self, value: object) -> Any:  # noqa: ANN401  JSON of any shape
        if isinstance(value, Json):
            return pulumi.Output.json_dumps(self._resolved(value.document), sort_keys=True)
        match value:
            case Ref():
                return self.output(value)
            case Text():
                return pulumi.Output.concat(*(self._resolved(part) for part in value.parts))
            case Lookup():
                return self._looked_up(value)
            case SecretKey():
                return self._secret(value)
            case _:
                return self._parts(value)

    def _parts(self, value: object) -> Any:  # noqa: ANN401  JSON of any shape
        if isinstance(value, dict):
            return {key: self._resolved(part) for key, part in cast("dict[str, object]", value).items()}
        if isinstance(value, list | tuple):
            return [self._resolved(part) for part in cast("list[object]", value)]
        return value

    def _looked_up(self, asked: Lookup) -> pulumi.Output[Any]:
        """Asked once, however many hold the answer."""
        if asked not in self._answers:
            options = pulumi.InvokeOutputOptions(parent=self, provider=self._account)
            answer = pulumi.runtime.invoke_output(asked.kind, dict(asked.arguments), options) if self.asks else None
            found = answer.apply(lambda told: told[asked.output]) if answer else pulumi.Output.from_input(UNASKED)
            self._answers[asked] = found.apply(int) if asked.number else found
        return self._answers[asked]

    def _secret(self, secret: SecretKey) -> pulumi.Output[str]:
        if self.simulated:
            return pulumi.Output.secret(SIMULATED)
        return self._known.get((secret.name, secret.key)) or given(Need(secret.name, secret.key, secret.purpose))


def _outputs(resources: Iterable[rendered.Resource], asked: Iterable[Ref]) -> Mapping[tuple[str, str], set[str]]:
    """Outputs of each resource that somebody reads; those must be named at its registration."""
    found: dict[tuple[str, str], set[str]] = {}
    for ref in (*asked, *(ref for each in resources for ref in refs(each.inputs))):
        if ref.output != "id":
            found.setdefault((ref.kind, ref.name), set()).add(ref.output)
    return found

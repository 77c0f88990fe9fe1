"""What Datadog's account is filled with, registered by type token: importing the SDK would cost seconds and hundreds of megabytes.

`make bench` measures it (`datadog`); docs/decisions/0010 has the figures.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any, cast

import pulumi

from components.base import Component, Resource
from components.cluster import Cluster
from components.datadog import keys
from components.datadog.settings import DatadogSettings
from components.secrets import Need, given
from rendering.datadog import resource as rendered
from rendering.datadog.resource import Ref, Text, refs
from rendering.secrets import SecretKey

_SECRET_INPUTS = ("apiKey", "appKey", "awsAccessKeyId", "awsSecretAccessKey", "awsSessionToken", "bearerToken")
_VALIDATED = "datadog:index/monitor:Monitor"
_SIMULATED = "(simulated)"


def needs(resources: Iterable[rendered.Resource]) -> list[Need]:
    """Secrets that go to Datadog inside of resources."""
    found = {secret for each in resources for secret in secrets(each.inputs)}
    return sorted(Need(secret.name, secret.key, secret.purpose) for secret in found)


def secrets(value: object) -> Iterator[SecretKey]:
    """Every secret inside a resource's inputs."""
    if isinstance(value, SecretKey):
        yield value
    elif isinstance(value, dict):
        for part in cast("dict[str, object]", value).values():
            yield from secrets(part)
    elif isinstance(value, list | tuple):
        for part in cast("list[object]", value):
            yield from secrets(part)


class Datadog(Component):
    """Everything that Datadog's provider makes: each resource after those whose outputs it holds, the others at once."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        settings: DatadogSettings,
        resources: Iterable[rendered.Resource],
        asked: Iterable[Ref] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        self._settings = settings
        self._validates = settings.validate_ and not settings.simulated and keys.authorised()
        self._datadog = self.provider("datadog", self._configuration(), _SECRET_INPUTS)
        known = {(each.kind, each.name): each for each in resources}
        self._asked = self._outputs(known.values(), asked)
        self._made: dict[tuple[str, str], Resource] = {}
        after = {key: {(ref.kind, ref.name) for ref in refs(each.inputs)} for key, each in known.items()}
        for key in TopologicalSorter(after).static_order():
            self._made[key] = self._register(known[key])
        self.register_outputs({"count": len(self._made), "site": settings.site})

    def output(self, ref: Ref) -> pulumi.Output[Any]:
        """An output that another resource holds, or that was `asked` for."""
        made = self._made[ref.kind, ref.name]
        return made.id if ref.output == "id" else cast("pulumi.Output[Any]", made.__dict__[ref.output])

    def _configuration(self) -> dict[str, Any]:
        """The provider's inputs; a key of its own variables is not among them."""
        nothing = pulumi.Output.secret(_SIMULATED)
        login: dict[str, Any] = {"apiKey": nothing, "appKey": nothing} if self._settings.simulated else dict(keys.inputs())
        tags = {"managed_by": "observatory", **self._settings.tags}
        return {
            **login,
            "apiUrl": f"https://api.{self._settings.site}/",
            "validate": json.dumps(self._validates),
            "defaultTags": json.dumps({"tags": tags}, sort_keys=True),
        }

    @staticmethod
    def _outputs(resources: Iterable[rendered.Resource], asked: Iterable[Ref]) -> Mapping[tuple[str, str], set[str]]:
        """Outputs of each resource that somebody reads; those must be named at its registration."""
        found: dict[tuple[str, str], set[str]] = {}
        for ref in (*asked, *(ref for each in resources for ref in refs(each.inputs))):
            if ref.output != "id":
                found.setdefault((ref.kind, ref.name), set()).add(ref.output)
        return found

    def _register(self, resource: rendered.Resource) -> Resource:
        inputs: dict[str, Any] = {key: self._resolved(value) for key, value in resource.inputs.items()}
        inputs |= dict.fromkeys(self._asked.get((resource.kind, resource.name), set()) - inputs.keys())
        if resource.kind == _VALIDATED:
            inputs["validate"] = self._validates
        return self.resource(Resource, resource.kind, resource.name, inputs, self._datadog, resource.secrets)

    def _resolved(self, value: object) -> Any:  # noqa: ANN401  JSON of any shape
        match value:
            case Ref():
                return self.output(value)
            case Text():
                return pulumi.Output.concat(*(self.output(part) if isinstance(part, Ref) else part for part in value.parts))
            case SecretKey():
                return self._secret(value)
            case dict():
                return {key: self._resolved(part) for key, part in cast("dict[str, object]", value).items()}
            case list() | tuple():
                return [self._resolved(part) for part in cast("list[object]", value)]
            case _:
                return value

    def _secret(self, secret: SecretKey) -> pulumi.Output[str]:
        if self._settings.simulated:
            return pulumi.Output.secret(_SIMULATED)
        return given(Need(secret.name, secret.key, secret.purpose))

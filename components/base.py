"""The only source of child options and of registration, so that no component can forget parent, provider or secrecy."""

import functools
import hashlib
import importlib.metadata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeVar

import pulumi

from components.cluster import Cluster
from rendering.document import Document

SIMULATED = "observatory.dev/simulated"
"""Annotation of an object that nobody acts on here; its value names the operator that would."""
_AWAITED = ("pulumi.com/waitFor", "pulumi.com/timeoutSeconds")
_SKIP_AWAIT = "pulumi.com/skipAwait"
_HASH = 8
R = TypeVar("R", bound=pulumi.CustomResource)


@functools.cache
def version(package: str) -> str:
    """The installed version of a provider's package: the plugin that the engine loads.

    From the metadata, because importing the package costs hundreds of times as much.
    """
    return importlib.metadata.version(package)


def bounded(name: str, limit: int = 63) -> str:
    """A name no longer than `limit`; a cut one ends in a hash of the whole, so that two names never become one."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH]
    return f"{name[: limit - _HASH - 1].rstrip('-.')}-{digest}"


def token(document: Document) -> str:
    """Pulumi's type of a Kubernetes object: `kubernetes:apps/v1:Deployment`, `kubernetes:core/v1:Secret`."""
    api = str(document["apiVersion"])
    return f"kubernetes:{api if '/' in api else f'core/{api}'}:{document['kind']}"


def resource_name(document: Document) -> str:
    """An object's name in URNs: its namespace, if it has one, and its name."""
    metadata = document["metadata"]
    return bounded("/".join(part for part in (metadata.get("namespace"), metadata["name"]) if part), 120)


def marked(document: Document, cluster: Cluster) -> Document:
    """The document, annotated where its operator is simulated: it is accepted, nothing comes of it, and nobody waits."""
    operator = cluster.simulated.get(str(document["apiVersion"]).partition("/")[0])
    if operator is None:
        return document
    metadata = document["metadata"]
    own = {key: value for key, value in metadata.get("annotations", {}).items() if key not in _AWAITED}
    annotations = own | {SIMULATED: operator, _SKIP_AWAIT: "true"}
    return document | {"metadata": metadata | {"annotations": annotations}}


class Resource(pulumi.CustomResource):
    """Any provider's resource, registered by type token with camelCase inputs, without importing the provider's SDK."""


class Component(pulumi.ComponentResource):
    """A system of ours. Subclasses register children through `manifest` and `resource` and end in `register_outputs`."""

    room: ClassVar[str] = "components"

    def __init__(self, name: str, cluster: Cluster, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"observatory:{self.room}:{type(self).__name__}", name, None, opts)
        self._cluster = cluster

    def _options(
        self, package: str, provider: pulumi.ProviderResource | None, after: Iterable[pulumi.Resource] = (), secrets: Sequence[str] = ()
    ) -> pulumi.ResourceOptions:
        """A child's options, made anew: merging the caller's into them would let its parent win and leak its `protect`."""
        return pulumi.ResourceOptions(
            parent=self,
            provider=provider,
            version=version(f"pulumi_{package}"),
            depends_on=list(after),
            additional_secret_outputs=list(secrets) or None,
        )

    def provider(self, package: str) -> pulumi.ProviderResource:
        """A provider of this component's own, for another package than Kubernetes."""
        return pulumi.ProviderResource(package, package, {}, self._options(package, None))

    def resource(
        self, kind: type[R], token: str, name: str, inputs: Mapping[str, Any], provider: pulumi.ProviderResource, secrets: Sequence[str]
    ) -> R:
        """Registers another provider's resource, with those of its outputs named that are secret."""
        return kind(token, name, dict(inputs), self._options(provider.package, provider, secrets=secrets))

    def manifest(self, document: Document, after: Iterable[pulumi.Resource] = ()) -> Resource:
        """Registers a Kubernetes object; what a Secret holds is secret whether or not its maker marked it."""
        document = inputs = marked(document, self._cluster)
        secrets: tuple[str, ...] = ()
        if document["kind"] == "Secret":
            secrets = tuple(field for field in ("data", "stringData") if field in document)
            inputs = document | {field: _secret(document[field]) for field in secrets}
        options = self._options("kubernetes", self._cluster.provider, after, secrets)
        return Resource(token(document), resource_name(document), inputs, options)

    def manifests(self, documents: Iterable[Document], after: Iterable[pulumi.Resource] = ()) -> list[Resource]:
        """Registers objects that do not wait for one another."""
        shared = list(after)
        return [self.manifest(document, shared) for document in documents]

    def release(self, name: str, inputs: Mapping[str, Any], after: Iterable[pulumi.Resource] = ()) -> Resource:
        """Registers a Helm release, which previews without the cluster and runs the chart's hooks."""
        options = self._options("kubernetes", self._cluster.provider, after)
        return Resource("kubernetes:helm.sh/v3:Release", name, {"compat": "true", **inputs}, options)


def _secret(values: Mapping[str, pulumi.Input[str]]) -> dict[str, pulumi.Output[str]]:
    """Each value as a secret of its own: the names stay readable in previews."""
    return {key: pulumi.Output.secret(value) for key, value in values.items()}

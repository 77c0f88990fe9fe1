"""The only source of child options and of registration, so that no component can forget parent, provider or secrecy."""

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
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


@dataclass(frozen=True)
class Plugin:
    """What the engine loads for a provider."""

    version: str
    server: str | None
    """Where it is downloaded from, if not from Pulumi itself."""


@functools.cache
def plugin(package: str) -> Plugin:
    """The plugin that belongs to the installed SDK of a package, Pulumi's own or the community's.

    From the distribution's files: importing an SDK costs up to hundreds of times as much.
    """
    for name in (f"pulumi_{package}", f"pulumiverse_{package}"):
        try:
            installed = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        told: dict[str, Any] = json.loads(Path(str(installed.locate_file(f"{name}/pulumi-plugin.json"))).read_text(encoding="utf-8"))
        return Plugin(installed.version, told.get("server"))
    raise ValueError(f"no SDK of the provider {package!r} is installed; add it to requirements.in")


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
        self,
        package: str,
        provider: pulumi.ProviderResource | None,
        after: Iterable[pulumi.Resource] = (),
        secrets: Sequence[str] = (),
        within: pulumi.Resource | None = None,
    ) -> pulumi.ResourceOptions:
        """A child's options, made anew: merging the caller's into them would let its parent win and leak its `protect`."""
        loaded = plugin(package)
        return pulumi.ResourceOptions(
            parent=self,
            provider=provider,
            version=loaded.version,
            plugin_download_url=loaded.server,
            depends_on=list(after),
            additional_secret_outputs=list(secrets) or None,
            deleted_with=within,
        )

    def provider(
        self, package: str, inputs: Mapping[str, Any] | None = None, secrets: Sequence[str] = (), after: Iterable[pulumi.Resource] = ()
    ) -> pulumi.ProviderResource:
        """A provider of this component's own, for another package than Kubernetes. What is not text travels as JSON."""
        return pulumi.ProviderResource(package, package, dict(inputs or {}), self._options(package, None, after, secrets))

    def resource(
        self,
        kind: type[R],
        token: str,
        name: str,
        inputs: Mapping[str, Any],
        provider: pulumi.ProviderResource,
        secrets: Sequence[str],
        *,
        after: Iterable[pulumi.Resource] = (),
        within: pulumi.Resource | None = None,
    ) -> R:
        """Registers another provider's resource, with those of its outputs named that are secret.

        `within` is what holds it: when that is deleted, it is gone without being deleted itself.
        """
        return kind(token, name, dict(inputs), self._options(provider.package, provider, after, secrets, within))

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
        """Registers a Helm release, which previews without the cluster and runs the chart's hooks.

        Not without the chart's repository: the provider's Check pulls and templates the chart (`setComputedInputs` in pulumi-kubernetes'
        helm_release.go).
        """
        options = self._options("kubernetes", self._cluster.provider, after)
        return Resource("kubernetes:helm.sh/v3:Release", name, {"compat": "true", **inputs}, options)


class Server(Component):
    """A system that is no more than its objects, and is reached at one address."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        documents: Iterable[Document],
        endpoint: str,
        after: Iterable[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        self.made = self.manifests(documents, after)
        self.register_outputs({"endpoint": endpoint})


def _secret(values: Mapping[str, pulumi.Input[str]]) -> dict[str, pulumi.Output[str]]:
    """Each value as a secret of its own: the names stay readable in previews."""
    return {key: pulumi.Output.secret(value) for key, value in values.items()}

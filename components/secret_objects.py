"""The objects by which secrets reach pods, and the marks that replace pods when one has changed."""

import hmac
from collections.abc import Iterable, Mapping
from typing import cast

import pulumi

from components import restarts
from components.base import SIMULATED, Component, Resource
from components.cluster import Cluster
from components.context import Context
from components.pods import metadata
from components.secrets import PROJECT, Handed, Made, Need, SecretsSettings, by_name, given
from rendering.document import Document


def external(context: Context, settings: SecretsSettings, needs: Iterable[Need], handed: Iterable[Handed]) -> list[Document]:
    """One ExternalSecret for each Secret."""
    documents = [
        _external(
            metadata(name, context.namespaces.monitoring), settings, {need.key: (settings.remote(context, name), need.key) for need in keys}
        )
        for name, keys in by_name(needs).items()
    ]
    for hand in handed:
        data = {variable: (settings.remote(context, need.name), need.key) for variable, need in hand.variables.items()}
        documents.append(_external(handed_metadata(hand), settings, data, hand.beside))
    return documents


def handed_metadata(hand: Handed) -> Document:
    """Of a Secret that is handed over; an application's has the name of its ConfigMap."""
    whose = {"observatory.dev/application": hand.application} if hand.application else {}
    return metadata(hand.name, hand.namespace, PROJECT, **whose)


def _external(
    meta: Document, settings: SecretsSettings, data: dict[str, tuple[str, str]], beside: dict[str, str] | None = None
) -> Document:
    """Copies properties of Secrets Manager's entries into keys of a Secret of the same name; what stands beside them is a template's."""
    name = meta["name"]
    template = {"template": {"engineVersion": "v2", "mergePolicy": "Merge", "data": beside}} if beside else {}
    meta = meta | {"annotations": {"pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "120"}}
    spec = {
        "refreshInterval": "1h",
        "secretStoreRef": {"kind": "ClusterSecretStore", "name": settings.store},
        "target": {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Retain", **template},
        "data": [{"secretKey": key, "remoteRef": {"key": remote, "property": found}} for key, (remote, found) in data.items()],
    }
    return {"apiVersion": "external-secrets.io/v1", "kind": "ExternalSecret", "metadata": meta, "spec": spec}


def store(context: Context, settings: SecretsSettings) -> list[Document]:
    """The way to Secrets Manager, by the identity of the operator's own account."""
    if settings.source != "external" or not settings.create_store:
        return []
    meta = metadata(settings.store, context.namespaces.monitoring)
    del meta["namespace"]
    provider = {"aws": {"service": "SecretsManager", "region": context.region}}
    kind = {"apiVersion": "external-secrets.io/v1", "kind": "ClusterSecretStore"}
    return [{**kind, "metadata": meta, "spec": {"provider": provider}}]


class Password(pulumi.CustomResource):
    """A random text that pulumi-random keeps in state as a secret."""

    @property
    def result(self) -> pulumi.Output[str]:
        """The text."""
        return cast("pulumi.Output[str]", self.__dict__["result"])


class Secrets(Component):
    """A Secret, or what makes one, for each name that workloads need and each application that is handed some."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        context: Context,
        settings: SecretsSettings,
        needs: Iterable[Need],
        handed: Iterable[Handed],
        after: Iterable[pulumi.Resource],
        known: Made | None = None,
    ) -> None:
        super().__init__(name, cluster)
        self._known = known or {}
        waited, shared = list(after), list(handed)
        self._values: dict[restarts.Place, Mapping[str, pulumi.Input[str]]] = {}
        self._grain: pulumi.Output[str] | None = None
        self._monitoring = context.namespaces.monitoring
        self.made: dict[str, Resource] = {}
        """Those of the monitoring namespace, by name."""
        self.handed: dict[tuple[str, str], Resource] = {}
        """The others, by namespace and name."""
        if settings.source == "external":
            waited += self.manifests(store(context, settings), waited)
            documents = external(context, settings, needs, shared)
        else:
            documents = self._plain(context, needs, shared, simulated=settings.source == "simulated")
        for document in documents:
            made = self.manifest(document, waited)
            place, called = document["metadata"]["namespace"], document["metadata"]["name"]
            if place == context.namespaces.monitoring:
                self.made[called] = made
            else:
                self.handed[place, called] = made
        self.register_outputs({"names": sorted(self.made), "source": settings.source})

    def restarting(self, documents: Iterable[Document], *, reloader: bool) -> list[Document]:
        """The documents, with a mark on pods that must be replaced once a Secret of ours has changed.

        Where this program gives the values it is a checksum; where External Secrets does, the word to Reloader, if there is one.
        """
        return [restarts.annotated(document, self._marks(document, reloader=reloader)) for document in documents]

    def _marks(self, document: Document, *, reloader: bool) -> dict[str, dict[str, pulumi.Input[str]]]:
        namespace = document["metadata"].get("namespace", "")
        found: dict[str, dict[str, pulumi.Input[str]]] = {}
        for place, names in restarts.read(document).items():
            ours = [name for name in names if (namespace, name) in self.handed or (name in self.made and namespace == self._monitoring)]
            if ours and self._grain:
                found[place] = {restarts.CHECKSUM: checksum(self._grain, {name: self._values[namespace, name] for name in ours})}
            elif ours and reloader:
                found[place] = {restarts.RELOADER: ",".join(ours)}
        return found

    def _plain(self, context: Context, needs: Iterable[Need], handed: Iterable[Handed], *, simulated: bool) -> list[Document]:
        """Secrets that hold their values: each value made or asked for once, however many read it."""
        random = self.provider("random")
        self._grain = self._random("restarts", random).result
        values: dict[Need, pulumi.Output[str]] = {}

        def value(need: Need) -> pulumi.Output[str]:
            if need not in values:
                known = self._known.get((need.name, need.key))
                values[need] = known or (self._simulated(need, random) if simulated else given(need))
            return values[need]

        named = {name: {need.key: value(need) for need in keys} for name, keys in by_name(needs).items()}
        self._values = {(context.namespaces.monitoring, name): keys for name, keys in named.items()}
        documents = [_secret(metadata(name, context.namespaces.monitoring), keys, simulated=simulated) for name, keys in named.items()]
        for hand in handed:
            variables = {variable: value(need) for variable, need in hand.variables.items()} | hand.beside
            self._values[hand.namespace, hand.name] = variables
            documents.append(_secret(handed_metadata(hand), variables, simulated=simulated))
        return documents

    def _random(self, name: str, provider: pulumi.ProviderResource) -> Password:
        inputs = {"length": 32, "special": False, "result": None}
        return self.resource(Password, "random:index/randomPassword:RandomPassword", name, inputs, provider, ["result", "bcryptHash"])

    def _simulated(self, need: Need, provider: pulumi.ProviderResource) -> pulumi.Output[str]:
        password = self._random(f"{need.name}-{need.key}", provider)
        if need.key == "url":  # an address must look like one; nothing answers under this domain, by RFC 2606
            return pulumi.Output.concat("http://simulated.invalid/", password.result)
        return password.result


def _secret(meta: Document, values: Mapping[str, pulumi.Input[str]], *, simulated: bool) -> Document:
    if simulated:
        meta = meta | {"annotations": {SIMULATED: "secrets"}}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": "Opaque", "stringData": dict(values)}


def checksum(grain: pulumi.Output[str], held: Mapping[str, Mapping[str, pulumi.Input[str]]]) -> pulumi.Output[str]:
    """Of Secrets by name, secret as they are. Whoever reads a pod cannot try passwords on it: its grain of salt is in no cluster."""
    text = pulumi.Output.json_dumps(held, sort_keys=True)
    return pulumi.Output.all(grain, text).apply(lambda parts: hmac.new(parts[0].encode(), parts[1].encode(), "sha256").hexdigest()[:32])

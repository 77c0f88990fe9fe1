"""Secrets that workloads need, by name; where their values come from is a setting, and none is in a setting."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

import pulumi

from catalog.base import Model
from catalog.faults import Fault
from components.base import SIMULATED, Component, Resource
from components.cluster import Cluster
from components.context import Context
from components.pods import metadata
from rendering.document import Document

PROJECT = "observatory"
_CONFIG_FILE = "Pulumi.{stack}.yaml"


@dataclass(frozen=True, order=True)
class Need:
    """One key of a Secret in the monitoring namespace that some workload reads."""

    name: str
    key: str
    purpose: str

    @property
    def config(self) -> str:
        """Its flat key in the stack's configuration: an object's nested secrets would land in state as plain text."""
        first, *rest = re.split(r"[^a-zA-Z0-9]+", f"{self.name}-{self.key}")
        return first + "".join(word.capitalize() for word in rest)

    @property
    def variable(self) -> str:
        """Its environment variable, for machines that have no configuration to write to."""
        return "OBSERVATORY_" + re.sub(r"[^a-zA-Z0-9]+", "_", f"{self.name}-{self.key}").upper()


@dataclass(frozen=True)
class Handed:
    """A Secret elsewhere than in the monitoring namespace, an application's or our agents': its keys, each holding the value of a need."""

    namespace: str
    application: str | None
    variables: dict[str, Need]
    name: str = PROJECT
    beside: dict[str, str] = field(default_factory=dict[str, str])
    """Keys that are no secret, and which whoever reads the Secret wants in it."""


class SecretsSettings(Model):
    """Where values come from.

    `external`: the External Secrets operator copies them from Secrets Manager, where they are given once, out of band.
    `config`: secret configuration or the environment. `simulated`: random values that open nothing.
    """

    source: Literal["external", "config", "simulated"]
    store: str = "aws-secrets-manager"
    """The ClusterSecretStore that `external` reads by."""
    create_store: bool = False
    """Whether the store is ours to make: Secrets Manager of the region, with the operator's own identity."""

    def remote(self, context: Context, name: str) -> str:
        """A secret's name in Secrets Manager."""
        return f"{PROJECT}/{context.environment}/{name}"


def by_name(needs: Iterable[Need]) -> dict[str, list[Need]]:
    """The keys of each Secret, sorted."""
    found: dict[str, list[Need]] = {}
    for need in sorted(set(needs)):
        found.setdefault(need.name, []).append(need)
    return found


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


def configured(need: Need) -> pulumi.Output[str] | None:
    """A value of the configuration, else of the environment."""
    value = pulumi.Config(PROJECT).get_secret(need.config)
    if value is not None:
        return value
    text = os.environ.get(need.variable)
    return pulumi.Output.secret(text) if text else None


def given(need: Need) -> pulumi.Output[str]:
    """The value; a preview without secrets shows that there will be one."""
    return configured(need) or pulumi.Output.secret("(not given)")


def missing(settings: SecretsSettings, needs: Iterable[Need], stack: str) -> list[Fault]:
    """Every value of a workload's that nobody gave, each with the command that sets it."""
    return ungiven(needs, stack) if settings.source == "config" else []


def ungiven(needs: Iterable[Need], stack: str) -> list[Fault]:
    """Values that this program hands to an API itself, so that no store in the cluster can give them."""
    return [
        Fault(
            _CONFIG_FILE.format(stack=stack),
            f"{PROJECT}:{need.config}",
            "",
            f"a secret is missing: {need.purpose}",
            f"pulumi config set --secret --stack {stack} {PROJECT}:{need.config}, or set {need.variable} in the environment",
        )
        for need in sorted(set(needs))
        if configured(need) is None
    ]


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
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        waited, shared = list(after), list(handed)
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

    def _plain(self, context: Context, needs: Iterable[Need], handed: Iterable[Handed], *, simulated: bool) -> list[Document]:
        """Secrets that hold their values: each value made or asked for once, however many read it."""
        random = self.provider("random") if simulated else None
        values: dict[Need, pulumi.Output[str]] = {}

        def value(need: Need) -> pulumi.Output[str]:
            if need not in values:
                values[need] = self._simulated(need, random) if random else given(need)
            return values[need]

        named = {name: {need.key: value(need) for need in keys} for name, keys in by_name(needs).items()}
        documents = [_secret(metadata(name, context.namespaces.monitoring), keys, simulated=simulated) for name, keys in named.items()]
        for hand in handed:
            variables = {variable: value(need) for variable, need in hand.variables.items()} | hand.beside
            documents.append(_secret(handed_metadata(hand), variables, simulated=simulated))
        return documents

    def _simulated(self, need: Need, provider: pulumi.ProviderResource) -> pulumi.Output[str]:
        inputs = {"length": 32, "special": False, "result": None}
        name, kind = f"{need.name}-{need.key}", "random:index/randomPassword:RandomPassword"
        password = self.resource(Password, kind, name, inputs, provider, ["result", "bcryptHash"])
        if need.key == "url":  # an address must look like one; nothing answers under this domain, by RFC 2606
            return pulumi.Output.concat("http://simulated.invalid/", password.result)
        return password.result


def _secret(meta: Document, values: Mapping[str, pulumi.Input[str]], *, simulated: bool) -> Document:
    if simulated:
        meta = meta | {"annotations": {SIMULATED: "secrets"}}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "type": "Opaque", "stringData": dict(values)}

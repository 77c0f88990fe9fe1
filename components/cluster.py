"""The cluster that already exists: the one Kubernetes provider, and which kinds of objects nobody acts on there."""

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pydantic import Field

from catalog.base import Model, Name
from components.context import NetworkSettings


class ClusterSettings(Model):
    """The cluster of this environment."""

    name: Name
    """The name in labels and notifications; also the identity by which Pulumi knows the cluster again."""
    context: str | None = None
    """The kubeconfig's context; none means its current one."""
    zones: int = Field(ge=1, le=6)
    """Availability zones that the nodes stand in."""
    network: NetworkSettings


@dataclass(frozen=True)
class Cluster:
    """What components register with."""

    provider: pulumi.ProviderResource
    simulated: Mapping[str, str]
    """API groups whose operator is simulated, with that operator: such objects are accepted and not awaited."""


def connect(settings: ClusterSettings, simulated: Mapping[str, str]) -> Cluster:
    """The one provider. A preview in CI reaches no cluster, so nothing of it may depend on one: the identity is a name.

    Settings of the provider that are not text travel as JSON, as its own SDK sends them.
    """
    inputs = {
        "clusterIdentifier": settings.name,
        "enableServerSideApply": "true",
        "enableSecretMutable": "true",
        "enableConfigMapMutable": "true",
        **({"context": settings.context} if settings.context else {}),
    }
    options = pulumi.ResourceOptions(version=importlib.metadata.version("pulumi_kubernetes"))
    return Cluster(pulumi.ProviderResource("kubernetes", settings.name, inputs, options), simulated)

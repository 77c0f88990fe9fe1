"""What every component must know of the environment it is in; each has settings of its own beside it."""

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, Field

from catalog.base import Model
from components.versions import ImagesSettings
from rendering.document import LABELS
from rendering.site import Namespaces

ANY_ADDRESS = "0.0.0.0/0"


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise ValueError(f"{text!r} is no address range: {error}; write it as 10.20.0.0/16") from None


Cidr = Annotated[str, AfterValidator(_network)]


class NetworkSettings(Model):
    """Address ranges that NetworkPolicies name; they bind only where the CNI enforces policies."""

    cluster: tuple[Cidr, ...] = Field(min_length=1)
    """CIDR ranges of the VPC's nodes and of the API server's endpoints."""
    services: Cidr
    """CIDR range of Services' cluster addresses: some CNIs judge a packet before it is translated."""
    dependencies: tuple[Cidr, ...] = Field(min_length=1)
    """CIDR ranges of databases and caches outside the cluster."""


@dataclass(frozen=True)
class Context:
    """One environment, as components see it."""

    environment: str
    region: str
    cluster: str
    """The cluster's name: an external label, and the identity by which Pulumi knows the cluster again."""
    zones: int
    """Availability zones that nodes stand in."""
    storage_class: str
    namespaces: Namespaces
    applications: tuple[str, ...]
    """Namespaces of applications, never made nor deleted by us."""
    network: NetworkSettings
    images: ImagesSettings


def labels(name: str, **more: str) -> dict[str, str]:
    """The labels of an object of ours; `name` is what selectors and the catalog know the workload by."""
    return {"app.kubernetes.io/name": name, **LABELS, **more}

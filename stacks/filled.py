"""What an account elsewhere is filled with, judged before anything is registered: the same questions to every vendor's."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.faults import Fault
from components import logins
from components.cluster import Cluster
from components.content import needs
from components.secrets import Made, Need, ungiven
from components.vendor import Vendor, VendorSettings
from rendering.document import Document
from rendering.resource import Ref, Resource, text
from rendering.secrets import SecretKey


@dataclass(frozen=True)
class Filled:
    """The resources of one account."""

    resources: tuple[Resource, ...]

    @property
    def needs(self) -> list[Need]:
        """Secrets that go there."""
        return needs(self.resources)

    @property
    def files(self) -> dict[str, str]:
        """One file for each resource, by path."""
        return {each.file: text(each) for each in self.resources}


@dataclass(frozen=True)
class VendorAccount(Filled):
    """An account that is filled before anything in the cluster is made, since pods may be told what it answers."""

    name: str
    """The settings' name of the vendor, and the component's."""
    component: type[Vendor]
    settings: VendorSettings
    asked: tuple[Ref, ...] = ()
    """Outputs that others are told."""

    def register(self, cluster: Cluster) -> Vendor:
        """Fills it."""
        return self.component(self.name, cluster, self.settings, self.resources, self.asked)

    def told(self, exports: dict[str, Any], made: Vendor) -> dict[str, Any]:
        """The stack's exports with what is known only once the account is filled."""
        del made
        return exports

    @property
    def gives(self) -> frozenset[SecretKey]:
        """Secrets that it makes itself, so that nobody gives them."""
        return frozenset()

    def values(self, made: Vendor) -> Made:
        """What these are, once it is filled."""
        del made
        return {}

    def handed_over(self, made: Vendor) -> Iterator[Document]:
        """What services are told in secret, once it is filled."""
        del made
        yield from ()

    def missing(self, stack: str) -> list[Fault]:
        """Keys and secrets that nobody gave."""
        if self.settings.simulated:
            return []
        return [*ungiven(self.needs, stack), *logins.unauthorised(self.component.logins, self.name, stack)]

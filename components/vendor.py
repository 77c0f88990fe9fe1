"""A vendor's account that needs no more than a login: who is called, what errors are kept. Registered by type token, as every account."""

from collections.abc import Iterable
from typing import Any, ClassVar

import pulumi

from catalog.base import Model
from components import logins
from components.cluster import Cluster
from components.content import SIMULATED, Content
from components.logins import Login
from rendering import resource as rendered
from rendering.resource import Ref


class VendorSettings(Model):
    """What every vendor's settings begin with."""

    simulated: bool = False
    """Nothing is asked of the vendor: everything is recorded, and it says so."""

    @property
    def provider(self) -> dict[str, Any]:
        """The provider's inputs besides its login."""
        return {}


class Vendor(Content):
    """Everything that one vendor's provider makes."""

    package: ClassVar[str]
    logins: ClassVar[tuple[Login, ...]]
    guarded: ClassVar[tuple[str, ...]] = ()
    """Inputs of the provider's besides its login that its SDK keeps out of sight."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        settings: VendorSettings,
        resources: Iterable[rendered.Resource],
        asked: Iterable[Ref] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        self.simulated = settings.simulated
        self.asks = not settings.simulated and all(login.given for login in self.logins)
        secret = [login.input for login in self.logins]
        login = dict.fromkeys(secret, pulumi.Output.secret(SIMULATED)) if settings.simulated else logins.inputs(self.logins)
        account = self.provider(self.package, {**settings.provider, **login}, [*secret, *self.guarded])
        self.register_outputs({"count": self.fill(resources, asked, account)})

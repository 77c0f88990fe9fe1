"""What Datadog's account is filled with, registered by type token: importing the SDK would cost seconds and hundreds of megabytes.

`make bench` measures it (`datadog`); docs/decisions/0010 has the figures.
"""

import json
from collections.abc import Iterable
from typing import Any

import pulumi

from components import logins
from components.cluster import Cluster
from components.content import SIMULATED, Content
from components.datadog import keys
from components.datadog.settings import DatadogSettings
from components.secrets import Made
from rendering import resource as rendered
from rendering.resource import Ref

_SECRET_INPUTS = ("apiKey", "appKey", "awsAccessKeyId", "awsSecretAccessKey", "awsSessionToken", "bearerToken")
_VALIDATED = "datadog:index/monitor:Monitor"


class Datadog(Content):
    """Everything that Datadog's provider makes."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        settings: DatadogSettings,
        resources: Iterable[rendered.Resource],
        asked: Iterable[Ref] = (),
        known: Made | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        self.simulated = settings.simulated
        self._validates = settings.validate_ and not settings.simulated and keys.authorised()
        account = self.provider("datadog", self._configuration(settings), _SECRET_INPUTS)
        count = self.fill(resources, asked, account, known)
        self.register_outputs({"count": count, "site": settings.site})

    def amended(self, resource: rendered.Resource) -> dict[str, Any]:
        """Whether a monitor is tried before it is changed."""
        return {"validate": self._validates} if resource.kind == _VALIDATED else {}

    def _configuration(self, settings: DatadogSettings) -> dict[str, Any]:
        """The provider's inputs; a key of its own variables is not among them."""
        nothing = pulumi.Output.secret(SIMULATED)
        login: dict[str, Any] = {"apiKey": nothing, "appKey": nothing} if settings.simulated else dict(logins.inputs(keys.LOGINS))
        tags = {"managed_by": "observatory", **settings.tags}
        return {
            **login,
            "apiUrl": f"https://api.{settings.site}/",
            "validate": json.dumps(self._validates),
            "defaultTags": json.dumps({"tags": tags}, sort_keys=True),
        }

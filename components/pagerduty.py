"""PagerDuty: who is called, by whom, and when; what comes of it are the keys that every sender of a team's events shares."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

import pulumi
from pydantic import Field

from catalog.units import Duration
from components import logins
from components.logins import Login
from components.secrets import Made, Need
from components.vendor import Vendor, VendorSettings
from rendering.pagerduty.settings import EVENTS, Account, Directory, JiraSettings, Region, SlackSettings
from rendering.resource import Ref
from rendering.secrets import SecretKey

TOKEN = Login(Need("pagerduty", "token", "PagerDuty REST API key that may write (not a user's)"), "PAGERDUTY_TOKEN", "token")
USER_TOKEN = Login(
    Need("pagerduty", "user-token", "PagerDuty API key of a user, which its connections to Slack ask for"),
    "PAGERDUTY_USER_TOKEN",
    "userToken",
)


class PagerDutySettings(VendorSettings):
    """The account that calls people. Choices with consequences have no default."""

    region: Region
    """Where the account is: its address ends in pagerduty.com, or in eu.pagerduty.com."""
    people: Directory
    """`found`: users and teams are there already, by a company's login for instance. `made`: they are this stack's, a seat each."""
    aiops: bool
    """Whether the account has AIOps: then maintenance windows keep quiet in PagerDuty too, and not at the senders alone."""
    acknowledged_for: Duration = 1800
    """After which an incident calls again that somebody took and did not close."""
    slack: SlackSettings | None = None
    """Absent where incidents are told by Alertmanager's messages alone."""
    jira: JiraSettings | None = Field(default=None)
    """Absent where incidents become no issues."""

    @property
    def provider(self) -> dict[str, Any]:
        """The region, and the key that Slack's connections ask for; a wrong key shows at the first call, and a preview needs none."""
        user = logins.inputs([USER_TOKEN]) if self.slack and not self.simulated else {}
        return {"skipCredentialsValidation": "true", **({"serviceRegion": self.region} if self.region != "us" else {}), **user}

    @property
    def events(self) -> str:
        """Where senders send to."""
        return EVENTS[self.region]

    def account(self, environment: str, *, owns: bool) -> Account:
        """What rendering must know."""
        return Account(environment, owns, self.people, self.aiops, self.acknowledged_for, self.slack, self.jira)


class PagerDuty(Vendor):
    """Everything that PagerDuty's provider makes."""

    package: ClassVar[str] = "pagerduty"
    logins: ClassVar[tuple[Login, ...]] = (TOKEN,)

    def values(self, keys: Mapping[SecretKey, Ref]) -> Made:
        """The routing keys, by the Secret's name and key."""
        return {(secret.name, secret.key): self._key(ref) for secret, ref in keys.items()}

    def _key(self, ref: Ref) -> pulumi.Output[str]:
        return pulumi.Output.secret(self.output(ref).apply(_routing_key))


def _routing_key(parameters: object) -> str:
    """Of what an integration is told; a preview does not know it yet."""
    found = cast("list[dict[str, str]]", parameters) if isinstance(parameters, list) else []
    return found[0]["routingKey"] if found else "(not known yet)"

"""What a person decides about Sentry's organisation besides where it is: who is told by it, and of what."""

from typing import Annotated

from pydantic import Field, StringConstraints

from catalog.base import Model, Name

Number = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,18}$")]
"""An id of Sentry's or Jira's: digits, as text."""


class PagerDutySettings(Model):
    """The organisation's PagerDuty integration; what it calls services has ids of Sentry's own, which its page there shows."""

    account: str = Field(min_length=1)
    """The integration's name in Sentry: PagerDuty's own name of the account."""
    services: dict[Name, Number] = Field(min_length=1)
    """The service of each team, as Sentry numbers them; a team without one is not called."""


class JiraSettings(Model):
    """The organisation's Jira integration."""

    account: str = Field(min_length=1)
    """The integration's name in Sentry."""
    issue_type: Number
    """Jira's id of the kind of ticket."""
    projects: dict[Name, Number] = Field(min_length=1)
    """Jira's id of each team's project; a team without one gets no tickets."""


class RateLimitSettings(Model):
    """Most events that a project takes: what an outage sends beyond is dropped, not paid for."""

    count: int = Field(ge=1)
    window: int = Field(ge=60, le=86400)
    """Seconds."""


class SentryContent(Model):
    """Everything that is the same for all projects."""

    organization: Annotated[str, StringConstraints(pattern=r"^[0-9]*[a-z-][a-z0-9-]*[a-z0-9]$", max_length=50)]
    """Its slug, as in the address: small letters, digits, dashes, not all digits, no dash at the end."""
    security_team: Name
    """The team of the catalog's that hears of breaches, besides the owner's."""
    slack: str | None = Field(default=None, min_length=1)
    """The workspace's name in Sentry; absent, nothing is posted."""
    pagerduty: PagerDutySettings | None = None
    jira: JiraSettings | None = None
    users: int = Field(default=100, ge=1)
    """How many users one error must meet within an hour to be critical by that alone."""
    resolve_hours: int = Field(default=720, ge=0, le=8760)
    """After how many quiet hours an issue counts as solved; 0: never."""
    rate_limit: RateLimitSettings | None = None
    """Of each project in this environment; absent, the organisation's own."""

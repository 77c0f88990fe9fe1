"""What an environment decides about PagerDuty, as far as rendering must know it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from catalog.base import Model
from catalog.people import Channel

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{6,24}$")]
"""Of PagerDuty and of Slack."""
Directory = Literal["found", "made"]
Region = Literal["us", "eu"]
EVENTS: dict[Region, str] = {"us": "https://events.pagerduty.com/v2/enqueue", "eu": "https://events.eu.pagerduty.com/v2/enqueue"}
"""Where each service region takes events (support.pagerduty.com, «Service Regions»)."""


class SlackSettings(Model):
    """The connection of PagerDuty to Slack, which an administrator opens once in its web interface."""

    workspace_id: Identifier
    channels: dict[Channel, Identifier] = Field(min_length=1)
    """The catalog's channels with Slack's ids: incidents are told, acknowledged and resolved there."""


class JiraName(Model):
    """Something of Jira's: its id, and what people call it."""

    id: str = Field(pattern=r"^\d+$")
    name: str = Field(min_length=1)


class JiraSettings(Model):
    """The connection of PagerDuty to Jira Cloud, which an administrator opens once in its web interface."""

    account_mapping: Identifier
    issue_type: JiraName
    triggered: JiraName
    """The status of an issue whose incident nobody has acknowledged yet."""
    projects: dict[str, JiraName] = Field(min_length=1)
    """Keys of the catalog's projects: each incident of their teams becomes an issue."""


@dataclass(frozen=True)
class Account:
    """One environment's part of an account."""

    environment: str
    owns: bool
    """Whether this stack makes what the account has but once: schedules, and people where the settings say so."""
    people: Directory
    """Whether users and teams are there already, or are made by the stack that owns them."""
    scheduled_conditions: bool
    """Whether the account may use conditions on the time of day (AIOps): maintenance windows stand in PagerDuty too."""
    acknowledged_for: float
    """Seconds after which an incident calls again that somebody took and did not close."""
    slack: SlackSettings | None = None
    jira: JiraSettings | None = None

    @property
    def makes_people(self) -> bool:
        """Whether users and teams are this stack's."""
        return self.owns and self.people == "made"

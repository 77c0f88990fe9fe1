"""Who is told: teams, how they are reached, escalations and quiet times."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from catalog.base import Model, Name, Severity
from catalog.units import Duration

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Channel = Annotated[str, StringConstraints(pattern=r"^#[a-z0-9_-]{1,79}$")]


# What PagerDuty takes as a name (its Terraform provider, `NoNonPrintableCharsOrSpecialChars`), no longer than its API says of a team's.
CalledName = Annotated[str, StringConstraints(pattern=r"^[^\s\\/&<>]([^\x00-\x1f\\/&<>]{0,98}[^\s\\/&<>])?$")]


class Rotation(Model):
    """Who takes turns: without an end, the next person at the same time of day."""

    members: tuple[Email, ...] = Field(min_length=1)
    """In the order of their turns."""
    since: date
    """The day on which the first one's first turn begins."""
    handoff: Clock
    """When a turn begins and the one before it ends."""
    timezone: str
    turn: Duration


class Person(Model):
    """A role that can be called: a person's address, or a rota's."""

    email: Email
    schedule: CalledName | None = None
    """The PagerDuty schedule of a role that rotates."""
    rotation: Rotation | None = None
    """Who takes turns in it; without it the schedule is found in PagerDuty by its name, and its people are kept there."""


class Team(Model):
    """Who owns a service, and how a message of each severity reaches them."""

    title: CalledName
    slack: dict[Severity, Channel]
    email: Email
    pagerduty: bool
    """Pages reach this team through PagerDuty; its routing key is the secret `pagerduty-<team>`."""
    webhook: bool = False
    """Messages that no severity's route takes go to the team's webhook, the secret `webhook-<team>`."""
    jira: str | None = None
    """Project key in which tickets are opened."""
    people: dict[Name, Person] = Field(min_length=1)


class EscalationLevel(Model):
    """Who is called once `after` has passed without anybody acknowledging."""

    after: Duration
    notify: tuple[Name, ...] = Field(min_length=1)
    """Roles of the owner's team."""


class Escalation(Model):
    """An escalation policy: levels in the order in which they are called."""

    levels: tuple[EscalationLevel, ...] = Field(min_length=1)
    patience: Duration = 1800
    """How long the last level has, before everything begins again."""
    repeats: int = Field(default=0, ge=0)
    """How often it does; a page that nobody has acknowledged then stays with the last level."""


class MaintenanceWindow(Model):
    """A weekly time in which the named services notify nobody."""

    days: tuple[Day, ...] = Field(min_length=1)
    start: Clock
    end: Clock
    timezone: str = "UTC"
    services: tuple[Name, ...] = ()
    """Services concerned; none means the whole application."""


class Notifications(Model):
    """How messages about an application are grouped and repeated (Alertmanager's words)."""

    group_wait: Duration
    group_interval: Duration
    repeat_interval: Duration

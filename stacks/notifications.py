"""Which ways to reach people an environment opens, whoever would use them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from catalog.base import Model

Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+(/[^\s]*)?$")]


class Smtp(Model):
    """The mail server that messages go out by; its password is the secret `smtp`."""

    smarthost: str = Field(pattern=r"^[^\s:]+:\d+$")
    """Host and port."""
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    username: str


class Jira(Model):
    """Where warnings become tickets; the user's API token is the secret `jira`."""

    url: Url
    username: str


class NotificationsSettings(Model):
    """Which ways to reach people are open. A closed one needs no secret; the alert is still shown."""

    pagerduty: bool
    slack: bool
    webhooks: bool
    heartbeat: bool
    """Whether an outside switch is told every minute that alerting is alive, and calls somebody when it is not."""
    smtp: Smtp | None = None
    jira: Jira | None = None

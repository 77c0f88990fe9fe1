"""What a person decides about what Grafana shows and to whom; how it runs is `GrafanaSettings`' affair."""

from typing import Literal

from pydantic import Field

from catalog.base import Model
from components.prometheus_settings import RoleArn

Way = Literal["email", "slack", "pagerduty"]


class CloudWatchSource(Model):
    """CloudWatch as a data source, read by the identity of Grafana's own service account."""

    region: str | None = Field(default=None, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    """Default: the environment's."""
    role_arn: RoleArn | None = None
    """A role that this identity assumes: another account's, or a narrower one."""


class ContentSettings(Model):
    """Grafana's content, which goes through its provider once `url` says where Grafana is reached."""

    simulated: bool = False
    """Registered though there is no `url`, with secrets that open nothing: for the in-process engine, which only records it."""
    members: bool = False
    """Whether the catalog's people are put into their teams. Grafana takes only those who have logged in once, and refuses the rest."""
    contact: tuple[Way, ...] = ()
    """Ways in which Grafana itself may tell people. Alerts are Alertmanager's affair: these are for what only Grafana sees."""
    cloudwatch: CloudWatchSource | None = None
    datadog: bool = False
    """Datadog as a data source: a plugin of Grafana Enterprise, named in `plugins`; it needs an application key."""

"""What a person decides about Prometheus."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from catalog.base import Model
from catalog.units import Duration
from components.pods import Resources
from components.quantity import Size

RoleArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")]


class RemoteWrite(Model):
    """Long-term storage in Amazon Managed Prometheus; the pair is deduplicated there by `cluster` and `__replica__`."""

    workspace: str = Field(pattern=r"^https://aps-workspaces\.[a-z0-9-]+\.amazonaws\.com/workspaces/ws-[0-9a-f-]{36}$")
    """The workspace's address, without a path behind its id."""
    region: str | None = None
    """The workspace's region; default: the environment's."""
    role_arn: RoleArn
    """The role of Prometheus' service account (IRSA); it may `aps:RemoteWrite` to the workspace."""
    drop: tuple[str, ...] = ()
    """Regular expressions of metric names that are not worth their price there."""
    max_shards: int = Field(default=20, ge=1, le=200)
    """Most parallel senders."""


class PrometheusSettings(Model):
    """Prometheus, an identical pair or a single one."""

    replicas: int = Field(ge=1, le=2)
    """2 is the pair that scrapes and evaluates the same; more would only cost."""
    retention: Duration
    retention_size: Size
    """The oldest blocks go when there is more; leaves room on the volume for the write-ahead log and for compaction."""
    volume: Size
    resources: Resources
    scrape_interval: Duration = 30
    """Where a monitor names none."""
    evaluation_interval: Duration = 30
    most_series_a_target: int = Field(default=200_000, ge=1000)
    """No target may expose more, whatever its budget says."""
    query: Literal["thanos", "amp"]
    """Who answers people and dashboards: a Thanos querier that deduplicates the pair, or the managed workspace."""
    query_replicas: int = Field(default=2, ge=1, le=5)
    remote_write: RemoteWrite | None = None

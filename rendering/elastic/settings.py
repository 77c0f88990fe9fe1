"""What a person decides about the Elastic stack; refused here, by name, where it could not work."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from catalog.base import Model

Size = Annotated[str, StringConstraints(pattern=r"^\d+(Mi|Gi|Ti)$")]
RoleArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")]
Tier = Literal["all", "master", "hot", "warm", "cold"]


class NodesSettings(Model):
    """Nodes of one tier; half of the memory becomes Java's heap."""

    count: int = Field(ge=1, le=50)
    cpu: str = Field(pattern=r"^\d+m?$")
    memory: Size
    volume: Size
    storage_class: str | None = None
    """Default: the environment's own class."""


class IndexSettings(Model):
    """Of every data stream."""

    shards: int = Field(default=3, ge=1, le=50)
    replicas: int = Field(default=2, ge=0, le=5)
    refresh: Annotated[str, StringConstraints(pattern=r"^\d+(ms|s|m)$")] = "30s"
    rollover_age: Annotated[str, StringConstraints(pattern=r"^\d+(h|d)$")] = "1d"
    rollover_size: Annotated[str, StringConstraints(pattern=r"^\d+(mb|gb)$")] = "50gb"


class SnapshotsSettings(Model):
    """Snapshots on S3, by the identity of Elasticsearch's own service account."""

    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    path: str = "elasticsearch"
    role_arn: RoleArn
    schedule: str = "0 30 1 * * ?"
    """When, as Elasticsearch's cron has it: seconds first."""
    keep_days: int = Field(default=30, ge=1, le=3650)


class LogstashSettings(Model):
    """The pipelines' workers."""

    replicas: int = Field(ge=1, le=20)
    memory: Size = "2Gi"
    queue: Size = "8Gi"
    """Of each replica's persistent queue: what waits while Elasticsearch is away; then senders wait."""
    syslog: bool = True
    """Whether syslog is taken by UDP."""
    geoip: bool = True
    """Whether public addresses of clients get their country and city."""


class ElasticSettings(Model):
    """Elasticsearch, Kibana, Logstash and Filebeat."""

    nodes: dict[Tier, NodesSettings]
    """`all` alone, or `master` and `hot` with `warm` and `cold` at will."""
    index: IndexSettings = IndexSettings()
    kibana_replicas: int = Field(default=1, ge=1, le=10)
    logstash: LogstashSettings
    filebeat_memory: Size = "300Mi"
    snapshots: SnapshotsSettings | None = None
    aws_logs: tuple[Literal["load_balancer", "rds", "cloudfront", "cloudtrail"], ...] = ()
    """AWS services whose own logs are fetched from their bucket."""
    aws_logs_queue: str | None = Field(default=None, pattern=r"^https://sqs\.[a-z0-9-]+\.amazonaws\.com/\d{12}/.+$")
    """The SQS queue that tells of new objects in that bucket."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if "all" in self.nodes and len(self.nodes) > 1:
            raise ValueError("nodes has `all` beside tiers; write `all` alone, or master, hot, warm and cold")
        if "all" not in self.nodes and not {"master", "hot"} <= self.nodes.keys():
            raise ValueError("nodes lacks master or hot; write both, or `all` alone")
        if "master" in self.nodes and self.nodes["master"].count % 2 == 0:
            raise ValueError(f"{self.nodes['master'].count} masters elect no majority better than one fewer; take an odd number")
        for tier in ("all", "hot", "warm", "cold"):
            if (nodes := self.nodes.get(tier)) and self.index.replicas >= nodes.count:
                raise ValueError(
                    f"index.replicas {self.index.replicas} need {self.index.replicas + 1} nodes, and nodes.{tier} has {nodes.count};"
                    f" take at most {nodes.count - 1}, or more nodes"
                )
        if self.aws_logs and self.aws_logs_queue is None:
            raise ValueError("aws_logs names services, and aws_logs_queue no queue that tells of their files")
        return self

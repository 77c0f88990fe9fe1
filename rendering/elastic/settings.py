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


FilePath = Annotated[str, StringConstraints(pattern=r"^[\w*?.-]+(/[\w*?.-]+)*$")]


class FilesSettings(Model):
    """Files that Logstash itself reads, where no Filebeat can: of a volume that others write."""

    claim: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
    """The PersistentVolumeClaim in the logging namespace that holds them; many nodes must be able to read it."""
    follow: tuple[FilePath, ...] = ()
    """Files that are being written, as patterns below the volume's root."""
    archives: tuple[FilePath, ...] = ()
    """Rotated files, compressed ones too: each is read once."""

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.follow and not self.archives:
            raise ValueError("files names neither follow nor archives; write patterns, or leave files out")
        if both := sorted(set(self.follow) & set(self.archives)):
            raise ValueError(f"{', '.join(both)} under follow and archives: it would be read twice; write it under one")
        return self


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
    files: FilesSettings | None = None
    """What is read from files without Filebeat; one replica only, since each would read them all."""

    @model_validator(mode="after")
    def _read_once(self) -> Self:
        if self.files is not None and self.replicas > 1:
            raise ValueError(f"files are read by every replica, and there are {self.replicas}; take 1, or let Filebeat read them")
        return self


class ElasticSettings(Model):
    """Elasticsearch, Kibana, Logstash and Filebeat."""

    nodes: dict[Tier, NodesSettings]
    """`all` alone, or `master` and `hot` with `warm` and `cold` at will."""
    index: IndexSettings = IndexSettings()
    kibana_replicas: int = Field(default=1, ge=1, le=10)
    logstash: LogstashSettings
    filebeat_memory: Size = "300Mi"
    snapshots: SnapshotsSettings | None = None
    secure_settings: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.]+$")], ...] = ()
    """Elasticsearch's settings that are secret; the value of each is the secret `elasticsearch-keystore`, key of the setting's name."""
    aws_logs: tuple[Literal["load_balancer", "rds", "cloudfront", "cloudtrail"], ...] = ()
    """AWS services whose own logs are fetched from their bucket."""
    aws_logs_queue: str | None = Field(default=None, pattern=r"^https://sqs\.[a-z0-9-]+\.amazonaws\.com/\d{12}/.+$")
    """The SQS queue that tells of new objects in that bucket."""
    aws_logs_role_arn: RoleArn | None = None
    """The role of Filebeat's service account (IRSA) that may read both."""

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
        if self.aws_logs and self.aws_logs_role_arn is None:
            raise ValueError("aws_logs names services, and aws_logs_role_arn no role that may read their files")
        return self

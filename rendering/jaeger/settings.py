"""What a person decides about Jaeger: where spans are kept, for how long, and by how many processes."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from catalog.base import Model, Name
from catalog.units import Duration
from rendering.otel.settings import Endpoint

RoleArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")]


class ElasticsearchSettings(Model):
    """The Elasticsearch that keeps spans, by a user of Jaeger's own; its password is the secret `elasticsearch-jaeger`."""

    url: Endpoint
    user: Name = "jaeger"
    own_authority: bool = False
    """Whether its certificate is of an authority of its own, as ours is: the authority is the secret `elasticsearch-ca`, key `ca.crt`."""
    prefix: Name = "observatory"
    """What its indices' names begin with."""
    shards: int = Field(default=3, ge=1, le=50)
    replicas: int = Field(default=1, ge=0, le=3)
    """Copies of each shard beside the first."""
    policy: Name = "jaeger"
    """The lifecycle policy in Elasticsearch that rolls indices over and deletes old ones; it must be there first."""


class JaegerSettings(Model):
    """Jaeger; with Badger one process does everything, with Elasticsearch collectors and queries are apart."""

    storage: Literal["badger", "elasticsearch"]
    """`badger`: files on a volume of the one process. `elasticsearch`: named below, and kept by it."""
    elasticsearch: ElasticsearchSettings | None = None
    retention: Duration = Field(default=172_800, ge=3600)
    """Of spans, in Badger and in an Elasticsearch of ours; one that somebody else runs has its own lifecycle policy."""
    volume: Annotated[str, StringConstraints(pattern=r"^\d+(Mi|Gi|Ti)$")] = "5Gi"
    """Of Badger."""
    collectors: int = Field(default=1, ge=1, le=20)
    queries: int = Field(default=1, ge=1, le=10)
    memory: int = Field(default=512, ge=256, le=16384)
    """MiB of each process."""
    base_path: str = Field(default="/", pattern=r"^/([a-z0-9-]+)?$")
    """Where the user interface begins on its host."""
    role_arn: RoleArn | None = None
    """The role of its service account (IRSA) that may aps:QueryMetrics, where the managed workspace answers for Prometheus."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.storage == "elasticsearch" and self.elasticsearch is None:
            raise ValueError("storage is elasticsearch, and no Elasticsearch is named; write elasticsearch.url, or set storage to badger")
        if self.storage == "badger" and self.elasticsearch is not None:
            raise ValueError("storage is badger, so the Elasticsearch named is never asked; set storage to elasticsearch, or leave it out")
        if self.storage == "badger" and (self.collectors, self.queries) != (1, 1):
            raise ValueError("two processes cannot share Badger's files; leave collectors and queries out, or set storage to elasticsearch")
        return self

"""What a person decides about Loki; refused here, by name, where it could not work."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from catalog.base import Model
from catalog.units import Duration

Size = Annotated[str, StringConstraints(pattern=r"^\d+(Mi|Gi|Ti)$")]
RoleArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")]
_HOUR = 3600
_QUORUM = 3
"""Replicas from which on one may be missing: two agree only while both are there."""


class S3Settings(Model):
    """The bucket that chunks and index are kept in, by the identity of Loki's own service account (IRSA)."""

    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    role_arn: RoleArn
    region: str | None = Field(default=None, pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")
    """Default: the environment's own."""
    kms_key: str | None = Field(default=None, pattern=r"^arn:aws[a-z-]*:kms:.+$")
    """The key that objects are encrypted with; default: S3's own."""


class LimitsSettings(Model):
    """What one sender too many cannot exceed; records beyond are refused, and agents send them again."""

    oldest: Duration = Field(default=168 * _HOUR, ge=_HOUR)
    """Records that are older when they arrive are refused."""
    rate: int = Field(default=16, ge=1, le=1024)
    """MB a second that are taken in on average, by all processes together."""
    burst: int = Field(default=32, ge=1, le=4096)
    """MB that are taken in at once by one process."""
    outstanding: int = Field(default=2048, ge=100, le=100_000)
    """Parts of queries that may wait; those beyond are refused."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.burst < self.rate:
            raise ValueError(f"burst {self.burst} MB is below rate {self.rate} MB/s, so the rate is never reached; take at least the rate")
        return self


class ProcessesSettings(Model):
    """Processes of one kind."""

    replicas: int = Field(default=1, ge=1, le=30)
    cpu: str = Field(default="250m", pattern=r"^\d+m?$")
    memory: int = Field(default=1024, ge=256, le=65536)
    """MiB of each."""


class LokiSettings(Model):
    """Loki; a single process does everything, or writing, reading and what happens behind them are apart."""

    mode: Literal["single", "scalable"] = "single"
    storage: Literal["filesystem", "s3"]
    """`filesystem`: a volume of the one process. `s3`: named below."""
    s3: S3Settings | None = None
    all: ProcessesSettings | None = None
    """Of `single`."""
    write: ProcessesSettings | None = None
    read: ProcessesSettings | None = None
    backend: ProcessesSettings | None = None
    """Of `scalable`: all three."""
    volume: Size = "10Gi"
    """Of each process that keeps something: records until they are in the store, and with `filesystem` all of them."""
    limits: LimitsSettings = LimitsSettings()
    alerts: bool = True
    """Whether alerts on records that Loki keeps are evaluated by its ruler; else by Prometheus, on what agents counted."""

    @property
    def replication(self) -> int:
        """How many processes keep a record until it is in the store."""
        return min(_QUORUM, self.processes("all" if self.mode == "single" else "write").replicas)

    def processes(self, target: Literal["all", "write", "read", "backend"]) -> ProcessesSettings:
        """Processes of one kind."""
        return {"all": self.all, "write": self.write, "read": self.read, "backend": self.backend}[target] or ProcessesSettings()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.storage == "s3" and self.s3 is None:
            raise ValueError("storage is s3, and no bucket is named; write s3.bucket and s3.role_arn, or set storage to filesystem")
        if self.storage == "filesystem" and self.s3 is not None:
            raise ValueError("storage is filesystem, so the bucket named is never used; set storage to s3, or leave s3 out")
        if self.storage == "filesystem" and (self.mode == "scalable" or self.processes("all").replicas > 1):
            raise ValueError("several processes cannot share one volume; take one replica in mode single, or set storage to s3")
        foreign = {"single": ("write", "read", "backend"), "scalable": ("all",)}[self.mode]
        if strange := [name for name in foreign if getattr(self, name) is not None]:
            raise ValueError(f"mode is {self.mode}, which has no {', '.join(strange)}; leave that out, or change the mode")
        if self.mode == "scalable" and (missing := [name for name in ("write", "read", "backend") if getattr(self, name) is None]):
            raise ValueError(f"mode is scalable, and {', '.join(missing)} is not said; give each its replicas")
        keeping: Literal["all", "write"] = "all" if self.mode == "single" else "write"
        replicas = self.processes(keeping).replicas
        if 1 < replicas < _QUORUM:
            raise ValueError(f"{keeping}.replicas {replicas} refuse records once one of them is away; take 1, or at least {_QUORUM}")
        return self

"""What a person decides about identity, secrets, buckets, the long term and backups in an account of Amazon's."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from catalog.base import Model, Name
from rendering.cloudwatch.retention import reproach

PolicyArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::(\d{12}|aws):policy/.+$")]
FunctionArn = Annotated[
    str, StringConstraints(pattern=r"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9_$-]+)?$")
]
PrincipalArn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:(role|user)/[A-Za-z0-9_+=,.@/-]+$")]
Bucket = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
# A rate of one has no plural (docs.aws.amazon.com/secretsmanager, «Schedule expressions»).
Schedule = Annotated[str, StringConstraints(pattern=r"^(rate\((1 (hour|day)|([2-9]|[1-9]\d+) (hours|days))\)|cron\([^()]+\))$")]
Addon = Literal[
    "aws-ebs-csi-driver",
    "coredns",
    "eks-pod-identity-agent",
    "kube-proxy",
    "snapshot-controller",
    "vpc-cni",
]


def _kept_days(value: int) -> int:
    if told := reproach(value):
        raise ValueError(told)
    return value


class IdentitySettings(Model):
    """How pods get their role, each its own. Roles are those that the systems' settings name (`role_arn`) in this account."""

    by: Literal["pod-identity", "irsa"] = "pod-identity"
    """Pod identity needs the agent's add-on; IRSA the account's OpenID Connect provider of the cluster."""
    oidc_issuer: str | None = Field(default=None, pattern=r"^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/id/[A-Z0-9]+$")
    """The cluster's issuer without `https://`, as `aws eks describe-cluster` shows it: what trusts of IRSA name."""
    boundary: PolicyArn | None = None
    """The most that any role of ours may ever do."""

    @model_validator(mode="after")
    def _has_trust(self) -> Self:
        if self.by == "irsa" and self.oidc_issuer is None:
            raise ValueError("roles would trust nobody: irsa without oidc_issuer; name the cluster's issuer, or set by to pod-identity")
        return self


class KeySettings(Model):
    """The key that logs, secrets, topics and buckets are encrypted with."""

    rotation_days: int = Field(default=365, ge=90, le=2560)
    deletion_days: int = Field(default=30, ge=7, le=30)
    """How long a deleted key can be brought back, and everything that only it opens."""
    administrators: tuple[PrincipalArn, ...] = ()
    """Who may change the key besides the account's own administrators."""


class RotationSettings(Model):
    """How an entry's value is renewed: by a function of yours, which gives it a new one in every place that checks it."""

    function: FunctionArn
    schedule: Schedule


class EntriesSettings(Model):
    """Entries in Secrets Manager, one for each Secret that workloads read. Values are given by `make secret`, never by this program."""

    recovery_days: int = Field(default=30, ge=7, le=30)
    """How long a deleted entry can be brought back."""
    rotation: dict[str, RotationSettings] = Field(default_factory=dict)
    """By the Secret's name, as `skillforge-postgres`."""
    givers: tuple[PrincipalArn, ...] = ()
    """Who besides External Secrets may read or write values, roles of rotating functions among them; without any, whoever the account's
    own policies let."""


class BucketSettings(Model):
    """How long a bucket keeps what is in it."""

    name: Bucket
    expire_days: int | None = Field(default=None, ge=1)
    """None where the system that writes it deletes what it no longer needs, as Elasticsearch and Loki do."""
    infrequent_days: int | None = Field(default=None, ge=30)
    """After how many days objects move to the class for what is seldom read, which takes none younger than 30."""
    noncurrent_days: int = Field(default=14, ge=1)
    """How long overwritten and deleted versions can be brought back."""

    @model_validator(mode="after")
    def _moves_before_it_expires(self) -> Self:
        if self.expire_days and self.infrequent_days and self.expire_days <= self.infrequent_days:
            raise ValueError(f"objects would be deleted after {self.expire_days} days and moved after {self.infrequent_days}")
        return self


class AmpSettings(Model):
    """A workspace of Amazon Managed Prometheus. Its address belongs into `prometheus.remote_write.workspace` once it is there."""

    alias: Name
    retention_days: int = Field(default=150, ge=1, le=1095)
    series: int = Field(default=2_000_000, ge=1)
    """Active series of this environment that it takes at most: a label that explodes costs no more than this."""
    log_days: Annotated[int, AfterValidator(_kept_days)] = 30
    """How long its own log is kept."""


class Kept(Model):
    """When copies are made, and for how long they are kept."""

    schedule: Annotated[str, StringConstraints(pattern=r"^cron\([^()]+\)$")]
    keep_days: int = Field(ge=1)
    cold_days: int | None = Field(default=None, ge=1)
    """After how many days a copy moves to cold storage, where it stays for 90 at least; volumes' copies cannot."""
    start_within: int = Field(default=60, ge=60)
    """Minutes."""
    complete_within: int = Field(default=360, ge=120)
    """Minutes."""

    @model_validator(mode="after")
    def _stays_cold(self) -> Self:
        if self.cold_days is not None and self.keep_days < self.cold_days + 90:
            raise ValueError(f"a copy that is moved after {self.cold_days} days must be kept for {self.cold_days + 90} at least")
        return self


class BackupsSettings(Model):
    """AWS Backup: copies of the volumes of Prometheus and Grafana, and of databases that a system of ours lives from."""

    volumes: Kept
    databases: Kept | None = None
    database_arns: tuple[Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:(db|cluster):.+$")], ...] = ()
    """Databases that hold something of ours, as Grafana's."""
    locked_days: int | None = Field(default=None, ge=1)
    """For at least how long nobody, not even an administrator, can delete a copy."""

    @model_validator(mode="after")
    def _databases_both(self) -> Self:
        if bool(self.database_arns) != (self.databases is not None):
            raise ValueError("databases says when, database_arns which: write both or neither")
        shortest = min(kept.keep_days for kept in (self.volumes, self.databases) if kept)
        if self.locked_days is not None and self.locked_days > shortest:
            raise ValueError(f"a vault locked for {self.locked_days} days takes no copy that is kept for only {shortest}")
        return self

"""What a person decides about an account of Amazon's: each part by its own block, and what has no block is not made."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from catalog.base import Model
from rendering.aws.place import Place
from rendering.aws.regions import partition
from rendering.aws.settings import Addon, AmpSettings, BackupsSettings, BucketSettings, EntriesSettings, IdentitySettings, KeySettings
from rendering.canaries.settings import CanariesSettings
from rendering.cloudwatch.settings import CloudwatchSettings
from rendering.costs.settings import BudgetsSettings

_NOBODYS = "000000000000"
# No key begins with Amazon's own prefix, which the colon would make possible.
TagKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_./=+@-]{0,127}$")]
TagValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_ .:/=+@-]{0,256}$")]


def _region(name: str) -> str:
    partition(name)
    return name


Region = Annotated[str, AfterValidator(_region)]


class AwsSettings(Model):
    """An account. Its credentials are the environment's (`AWS_PROFILE`, a role of the machine): none is a setting."""

    account_id: str = Field(pattern=r"^\d{12}$")
    """Whose credentials lead to another account is refused before anything is changed."""
    region: Region | None = None
    """None: the stack's own."""
    cluster: str | None = Field(default=None, pattern=r"^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$")
    """The EKS cluster as Amazon names it; None: as the stack does. It is looked up and never made."""
    simulated: bool = False
    """Registered with credentials that open nothing: for the in-process engine, which only records it."""
    profile: str | None = None
    """A profile of `~/.aws/config`."""
    role_arn: Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")] | None = None
    """A role that the deployer takes on."""
    endpoint: str | None = Field(default=None, pattern=r"^https?://[^\s/]+$")
    """Where an imitation of Amazon answers (moto, LocalStack), for trying the provider without an account."""
    tags: dict[TagKey, TagValue] = Field(default_factory=dict)
    """Of everything that takes tags, beside environment, region and cluster."""
    identity: IdentitySettings | None = None
    """Absent where the roles that settings name are somebody else's to make."""
    addons: dict[Addon, str | None] = Field(default_factory=dict)
    """EKS add-ons that are ours to install, each with its version, or none for the cluster's default."""
    key: KeySettings = KeySettings()
    entries: EntriesSettings | None = None
    """Absent where entries in Secrets Manager are somebody else's to make."""
    buckets: dict[str, BucketSettings] = Field(default_factory=dict)
    """By what they are for, as `elasticsearch`, `loki`, `canaries`, `archives`."""
    amp: AmpSettings | None = None
    """Absent where there is no workspace of ours in Amazon Managed Prometheus."""
    backups: BackupsSettings | None = None
    cloudwatch: CloudwatchSettings | None = None
    canaries: CanariesSettings | None = None
    budgets: BudgetsSettings | None = None
    """Of the whole account: for the stack that is `account_wide`."""

    @model_validator(mode="after")
    def _somebodys(self) -> Self:
        if self.account_id == _NOBODYS:
            raise ValueError(f"{_NOBODYS} is nobody's account")
        return self

    def place(self, region: str, environment: str, cluster: str) -> Place:
        """Where the environment is; ValueError where the stack's own region counts and is none of Amazon's."""
        return Place(self.account_id, _region(self.region or region), environment, self.cluster or cluster)

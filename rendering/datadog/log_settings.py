"""What a person decides about logs in Datadog: how many are kept and for how long, where all are archived, what else is there."""

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, StringConstraints, model_validator

from catalog.base import Model, Name

Retention = Literal[3, 7, 15, 30, 45, 60, 90, 180, 360]
"""Days that Datadog sells; a contract may have fewer of them (Datadog's documentation, «Log indexes»)."""
_SOLD: tuple[Retention, ...] = get_args(Retention)
_DAY = 86_400
# «must start with a lowercase letter and contain only lowercase letters, digits, or hyphens» (terraform-provider-datadog, logs index).
IndexName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]


def sold(seconds: float) -> Retention | None:
    """The least retention, in days, that keeps records so long; None where Datadog sells none."""
    return next((days for days in _SOLD if days * _DAY >= seconds), None)


class LogIndexSettings(Model):
    """One index: records that people search, alert on and pay for."""

    retention: Retention
    """Days."""
    daily_limit: int = Field(ge=1)
    """Most records a day; what exceeds it is archived and counted, and cannot be searched. Begins anew at midnight UTC."""


class EnvironmentIndexSettings(Model):
    """The index of one environment's ordinary records."""

    retention: Retention | None = None
    """Days. Left out for the stack's own environment, it is what Datadog sells of the days in the stack's `logs.retention`."""
    daily_limit: int = Field(ge=1)
    """As of any index."""
    keep: float = Field(gt=0, le=1)
    """Share of the requests whose informational records are kept; warnings and errors always are."""


class LogArchiveSettings(Model):
    """The bucket that keeps every record, whatever the indexes leave out. The role is the AWS integration's own."""

    bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    account_id: str = Field(pattern=r"^\d{12}$")
    role_name: str
    path: str = "datadog"
    storage_class: Literal["STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"] = "STANDARD_IA"
    kms_key: str | None = Field(default=None, pattern=r"^arn:aws[a-z-]*:kms:")
    """ARN of the key that encrypts; none: the bucket's own encryption."""
    rehydrate: int = Field(default=100, ge=1)
    """Most GB that one rehydration may scan."""


class LogsSettings(Model):
    """Logs of the whole account, shaped by the one stack that is `account_wide`."""

    environments: dict[Name, EnvironmentIndexSettings] = Field(min_length=1)
    """The environments that send to this account, each with its index."""
    security: LogIndexSettings
    """The index of security records of all environments: kept longer, never sampled."""
    archive: LogArchiveSettings | None = None
    other_indexes: tuple[IndexName, ...]
    """Indexes that are not ours, as `main`, in their order: Datadog refuses an order that misses one. Ours come first."""
    other_pipelines: tuple[str, ...]
    """Ids of pipelines that are not ours, integrations' among them, in their order (`GET /api/v1/logs/config/pipeline-order`)."""
    redact_emails: bool = True
    """Whether e-mail addresses are hashed wherever they stand; users stay told apart."""

    @model_validator(mode="after")
    def _long_enough(self) -> Self:
        longer = sorted(name for name, index in self.environments.items() if (index.retention or 0) > self.security.retention)
        if longer:
            raise ValueError(f"security records are kept {self.security.retention} days, ordinary ones of {', '.join(longer)} longer")
        return self

    def kept(self, environment: str, seconds: float | None) -> "LogsSettings":
        """The same, with the retention of the stack's own environment where it was left out."""
        index = self.environments.get(environment)
        if index is None or index.retention is not None or seconds is None:
            return self
        own = {environment: index.model_copy(update={"retention": sold(seconds)})}
        return self.model_copy(update={"environments": self.environments | own})

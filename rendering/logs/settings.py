"""What a person decides about logs, in whatever store: how long each kind is kept, and what is masked before it is stored."""

from typing import Literal, Self

from pydantic import Field, model_validator

from catalog.base import Model, Name
from catalog.units import Duration

Dataset = Literal["logs", "errors", "metrics", "business", "security", "performance"]
"""What a record is: ordinary, an error, a measurement, or an event of one of three kinds."""
DATASETS: tuple[Dataset, ...] = ("logs", "errors", "metrics", "business", "security", "performance")
_DAY = 86_400


class RetentionSettings(Model):
    """How long each data set is kept, and when its records move to cheaper nodes."""

    keep: dict[Dataset, Duration]
    """Age at which records are deleted; every data set is named."""
    warm_after: Duration = 7 * _DAY
    cold_after: Duration = 30 * _DAY

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if missing := [name for name in DATASETS if name not in self.keep]:
            raise ValueError(f"keep lacks {', '.join(missing)}; say for each data set how long it is kept")
        if short := [f"{name} ({self.keep[name] / _DAY:g}d)" for name in DATASETS if self.keep[name] < _DAY]:
            raise ValueError(f"kept less than a day: {', '.join(short)}; at least 1d")
        if self.cold_after <= self.warm_after:
            raise ValueError(f"cold_after {self.cold_after / _DAY:g}d is not after warm_after {self.warm_after / _DAY:g}d")
        return self


class LogsSettings(Model):
    """One place for every store: Elasticsearch's lifecycle, Loki's retention, CloudWatch's and Datadog's take their days from here."""

    retention: RetentionSettings
    applications: dict[Name, dict[Dataset, Duration]] = Field(default_factory=dict)
    """Where an application's records are kept shorter or longer than others'."""
    redact_emails: bool = True
    """Whether e-mail addresses are masked, as passwords, keys, tokens and card numbers always are."""
    node_files: Duration = Field(default=7 * _DAY, ge=_DAY)
    """How long rotated files stay on nodes."""

    def keep(self, application: str, dataset: Dataset) -> float:
        """Seconds that an application's records of a data set are kept."""
        return self.applications.get(application, {}).get(dataset, self.retention.keep[dataset])

"""What a person decides about money: what an environment may cost, what only people know of its traffic, and whom overspending tells."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from catalog.base import Model

Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
Share = Annotated[float, Field(gt=0, le=3)]
_NOTIFICATIONS = 5
"""That one budget takes (docs.aws.amazon.com/cost-management, «Quotas and restrictions»)."""


class Traffic(Model):
    """What no document says. Choose it once from bills or dashboards; `make costs` names what it took from here."""

    nodes: int = Field(ge=1)
    """Nodes of the cluster: hosts to Datadog."""
    logs_gb_a_day: float = Field(ge=0)
    """Of all applications, before anything is dropped."""
    spans_gb_a_day: float = Field(default=0, ge=0)
    """Spans that Datadog ingests."""
    browser_sessions: int = Field(default=0, ge=0)
    """Visits a month of which Datadog's browser library tells."""
    series_used: float = Field(default=0.3, gt=0, le=1)
    """Share of the catalog's series budgets that is really exposed; `1` is the worst case."""


class CostsSettings(Model):
    """What the estimate of an environment may come to."""

    limit: float = Field(gt=0)
    """USD a month, at list prices: above it nothing is previewed, let alone brought up."""
    traffic: Traffic


class BudgetsSettings(Model):
    """AWS budgets and anomaly detection. They belong to the account: only the stack that is `account_wide` makes them."""

    monthly: float = Field(gt=0)
    """USD a month of the whole account."""
    services: dict[str, float] = Field(default_factory=dict)
    """USD a month of single services, by the name that bills give them (`AmazonCloudWatch`)."""
    tag: str = Field(default="managed_by", min_length=1)
    """The cost allocation tag of what this project makes; it must be activated in the billing console once."""
    ours: float | None = Field(default=None, gt=0)
    """USD a month of what carries that tag with the value `observatory`; absent: no budget of its own."""
    actual: tuple[Share, ...] = (0.8, 1.0)
    """Shares of a budget that tell somebody once they are spent."""
    forecast: tuple[Share, ...] = (1.0,)
    """Shares that tell somebody once the month will end there."""
    emails: tuple[Email, ...] = Field(default=(), max_length=10)
    """Told besides the platform team's topic of P3."""
    anomaly: float = Field(default=50, ge=1)
    """USD by which a service must differ from its past before an anomaly is told of."""
    frequency: Literal["IMMEDIATE", "DAILY", "WEEKLY"] = "IMMEDIATE"
    """How often anomalies are told; at once only by a topic, day by day or weekly only by mail."""

    @model_validator(mode="after")
    def _tells(self) -> Self:
        count = len(self.actual) + len(self.forecast)
        if not 1 <= count <= _NOTIFICATIONS:
            raise ValueError(
                f"a budget tells somebody at 1 to {_NOTIFICATIONS} shares, of `actual` and `forecast` together; here are {count}"
            )
        if len(set(self.actual)) != len(self.actual) or len(set(self.forecast)) != len(self.forecast):
            raise ValueError("a share is named twice; name each once")
        if self.frequency != "IMMEDIATE" and not self.emails:
            raise ValueError(f"anomalies are told {self.frequency.lower()} by mail alone; name `emails`, or set frequency to IMMEDIATE")
        return self

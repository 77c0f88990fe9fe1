"""What a person decides about New Relic: the account, what its agents look at, and how odd is odd."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from catalog.base import Model

Location = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}_[A-Z]+_[1-9]$")]
"""A public location as its API spells it, without `AWS_` (pulumi-newrelic 5.80.4, `locationsPublics`)."""


class SyntheticsSettings(Model):
    """The catalog's journeys of an API, tried from outside: their first request alone, since New Relic's simple monitors make one."""

    locations: tuple[Location, ...] = Field(min_length=1)


class NewRelicContent(Model):
    """Everything that the account is filled by."""

    account_id: str = Field(pattern=r"^[1-9][0-9]{0,9}$")
    """The account's number."""
    region: Literal["us", "eu"]
    """Where the account is; a key of the one opens nothing in the other."""
    deviations: float = Field(default=3, ge=1, le=10)
    """How many standard deviations from what New Relic expects are an alert."""
    infrastructure: bool = True
    """Agents on nodes, by New Relic's chart: nodes, pods, events of the cluster, and the names of pods for its APM agents."""
    logs: bool = True
    """Records of the namespaces whose services collect there, by the chart's Fluent Bit."""
    synthetics: SyntheticsSettings | None = None
    """Absent where nothing is tried from outside: every run is paid for."""

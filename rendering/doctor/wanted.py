"""What a stack that works would show: the checks' only knowledge of it, as JSON so that it travels into a ConfigMap."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Expectation:
    """What a query of Prometheus' should find: its worst value within bounds."""

    name: str
    query: str
    good: str
    """What it is when all is well; `{}` stands for the worst value."""
    remedy: str
    above: float | None = None
    """The lowest value must be greater than this."""
    below: float | None = None
    """The highest value must be less than this."""
    unit: Literal["", "/s", "days", "hours"] = ""
    """How a value is told; queries speak of seconds where it is a time."""
    empty: Literal["wrong", "note"] = "wrong"
    """What it means that there is no series at all."""


@dataclass(frozen=True)
class Wanted:
    """One environment, as its checks know it; addresses are those inside the cluster."""

    prometheus: list[str]
    """Each replica: their data differ when one of them is ill."""
    alertmanager: list[str]
    """Each member: the one that an alert was posted to is the one that notifies."""
    rules: dict[str, int]
    """How many rules each group has."""
    heartbeat: bool
    """Whether a test alert can go out by the heartbeat, where it wakes nobody."""
    grafana: str | None = None
    sources: list[str] = field(default_factory=list[str])
    """Uids of Grafana's data sources."""
    expectations: list[Expectation] = field(default_factory=list[Expectation])

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def read(document: dict[str, Any]) -> Wanted:
    """The inverse of `document`."""
    fields: dict[str, Any] = document | {"expectations": [Expectation(**each) for each in document["expectations"]]}
    return Wanted(**fields)

"""What a report tells, as numbers with units; None is what nothing is known of, which is never 0."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from catalog.model import Application
from rendering.costs.estimate import Estimate
from rendering.reports.month import Month

FAILED = "FailedDeployment"
"""The alert that is called so in every application that has it."""
_GAP = 0.01
"""Share of the month that may be missing before it is told."""


@dataclass(frozen=True)
class Availability:
    """Minutes of one service or dependency."""

    kind: Literal["service", "dependency"]
    name: str
    known: float
    """Seconds of which it is known whether it was up."""
    up: float
    incidents: int
    """How often it went down."""
    undetected: float
    """Seconds down before an alert that pages fired."""
    since: float | None
    """Unix seconds of the first minute known."""
    promise: float | None
    """Share of time up that was promised."""
    days: Mapping[int, float]
    """Share of each day that it was up, by day of the month."""

    @property
    def uptime(self) -> float:
        """Share of the time known."""
        return self.up / self.known

    @property
    def downtime(self) -> float:
        """Seconds."""
        return self.known - self.up

    @property
    def mttd(self) -> float | None:
        """Mean seconds until somebody was told."""
        return self.undetected / self.incidents if self.incidents else None

    @property
    def mttr(self) -> float | None:
        """Mean seconds down."""
        return self.downtime / self.incidents if self.incidents else None

    @property
    def mtbf(self) -> float | None:
        """Mean seconds up between two incidents."""
        return self.up / self.incidents if self.incidents else None

    @property
    def sla(self) -> float | None:
        """1 where the promise was kept, else uptime as a share of it."""
        return None if self.promise is None else min(self.uptime / self.promise, 1)


@dataclass(frozen=True)
class Kept:
    """One objective and what became of its error budget."""

    service: str
    name: str
    promise: str
    target: float
    bad: float | None
    """Share of the month's events that were bad."""

    @property
    def spent(self) -> float | None:
        """Share of the budget: 1 is all of it, more is overdrawn."""
        return None if self.bad is None else self.bad / round(1 - self.target, 9)


@dataclass(frozen=True)
class Requests:
    """One service's requests."""

    service: str
    rate: float | None
    """A second."""
    failed: float | None
    latency: Mapping[str, float]
    """Seconds by percentile."""
    days: Mapping[int, float]
    """The 95th percentile of each day."""


@dataclass(frozen=True)
class Used:
    """One service's fullest pod, as shares of its limits: mean and highest."""

    service: str
    cpu: tuple[float | None, float | None]
    memory: tuple[float | None, float | None]


@dataclass(frozen=True)
class Deployed:
    """One service's deployments."""

    service: str
    told_by: str
    share: float | None
    """Of them that succeeded."""
    versions: int | None
    """How many these were, where that is known."""


@dataclass(frozen=True)
class Alerted:
    """One alert that fired and ended."""

    name: str
    about: str
    severity: str
    count: int
    short: int
    """How many ended by themselves, too soon for anybody to have done anything."""
    pages: int
    unfounded: int
    """Pages that ended so soon while nothing was down."""
    seconds: float
    """All of them together."""


@dataclass(frozen=True)
class Figures:
    """All that a report says of an application."""

    application: Application
    month: Month
    expected: tuple[str, ...]
    """Services and dependencies of which it should be known whether they were up."""
    availability: tuple[Availability, ...]
    objectives: tuple[Kept, ...]
    requests: tuple[Requests, ...]
    used: tuple[Used, ...]
    disk: float | None
    deployments: tuple[Deployed, ...]
    """Of those services that anybody tells of."""
    failed: int | None
    """How often the alert on a failed deployment ended; None where there is no such alert."""
    alerts: tuple[Alerted, ...]
    """The most frequent first."""
    known: int | None
    """How many alerts there are; None where their histories are not recorded."""
    fired: int
    """How many of them fired."""
    firing: int
    """How many series of them fired at the end."""
    costs: Estimate | None
    """Of the whole stack."""
    limit: float | None
    """USD a month that the stack's settings allow."""

    @property
    def services(self) -> list[Availability]:
        """Of services alone: these were promised."""
        return [each for each in self.availability if each.kind == "service"]

    def late(self, each: Availability) -> bool:
        """Whether a part of the month is not known that is worth a word."""
        return each.known < self.month.seconds * (1 - _GAP)


def total(numbers: Iterable[float]) -> float:
    """A sum that rounding errors do not reach."""
    return math.fsum(numbers)

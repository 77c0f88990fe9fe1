"""An environment's costs a month: lines of units, each with its system, priced and added up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rendering.costs.prices import Prices

STALE = 180
"""Days after which the price file is called old."""
_YEAR = 365
UNKNOWN = (
    "traffic between zones, through NAT and out to the internet",
    "requests to S3, KMS, Secrets Manager and CloudWatch's API, and what buckets hold: both follow traffic",
    "how much volumes change: copies are counted as one whole copy of each volume",
    "functions' seconds of canaries, which Lambda bills besides their runs",
    "pods of operators' charts and of Datadog's agents, which share nodes with everybody",
    "Container Insights, metric streams and log anomalies, billed by what is observed",
    "how many replicas and pods applications run: series count once for each service, times their budget's used share",
    "queries: Managed Prometheus, Logs Insights and Athena bill what is read",
    "PagerDuty, Slack, Sentry, New Relic and others that bill by person, by event or by contract",
    "your discounts, commitments, free tiers used up elsewhere, and tax",
)
"""What no document says and no setting asks."""


@dataclass(frozen=True)
class Line:
    """So many units of one price."""

    system: str
    price: str
    amount: float
    """Units a month."""
    why: str
    """Where the number comes from."""


@dataclass(frozen=True)
class Priced:
    """A line with what it costs."""

    line: Line
    unit: str
    usd: float


@dataclass(frozen=True)
class Estimate:
    """All lines of an environment."""

    lines: tuple[Priced, ...]
    region: str
    as_of: date
    unread: tuple[str, ...]
    """Units whose price was compared with nothing."""
    read: tuple[tuple[str, date], ...] = ()
    """The other units, each with the date of what its price was compared with."""

    @property
    def total(self) -> float:
        """USD a month."""
        return sum(priced.usd for priced in self.lines)

    @property
    def systems(self) -> dict[str, float]:
        """USD a month by system, the dearest first."""
        found: dict[str, float] = {}
        for priced in self.lines:
            found[priced.line.system] = found.get(priced.line.system, 0) + priced.usd
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def dearest(self, count: int) -> list[Priced]:
        """The lines that cost most."""
        return sorted(self.lines, key=lambda priced: -priced.usd)[:count]

    def stale(self, today: date) -> tuple[str, ...]:
        """Units whose price was compared with something that is older than a year."""
        return tuple(unit for unit, read in self.read if (today - read).days > _YEAR)

    def age(self, today: date) -> int:
        """Days since the prices were put together."""
        return (today - self.as_of).days


def estimate(lines: Iterable[Line], prices: Prices, region: str) -> Estimate:
    """Prices the lines; units of one price are added before their tiers count, and shared out by their number."""
    found = [line for line in lines if line.amount > 0]
    totals: dict[str, float] = {}
    for line in found:
        totals[line.price] = totals.get(line.price, 0) + line.amount
    costs = {name: prices.of(name, amount, region) for name, amount in totals.items()}
    priced = tuple(Priced(line, prices.prices[line.price].unit, costs[line.price] * line.amount / totals[line.price]) for line in found)
    unread = tuple(prices.prices[name].unit for name in sorted(totals) if prices.prices[name].read is None)
    read = tuple((price.unit, price.read) for name in sorted(totals) if (price := prices.prices[name]).read is not None)
    return Estimate(priced, region, prices.as_of, unread, read)

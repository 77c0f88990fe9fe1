"""The dated price file, read and judged: what a number of units costs in a region."""

import functools
import math
from datetime import date
from pathlib import Path
from typing import Self

import yaml
from pydantic import Field, model_validator

from catalog.base import Model

FILE = Path(__file__).with_name("prices.yaml")


class Tier(Model):
    """The price of the units up to a number of them."""

    usd: float = Field(ge=0)
    to: float | None = Field(default=None, gt=0)


class Price(Model):
    """What one kind of unit costs."""

    unit: str
    source: str
    per: float = Field(default=1, gt=0)
    tiers: tuple[Tier, ...] = Field(min_length=1)
    read: date | None = None
    """The date of what the price was compared with; none: with nothing."""
    by: str | None = None
    """Who was read, of the file's `quotes`."""

    @model_validator(mode="after")
    def _rises(self) -> Self:
        ends = [tier.to for tier in self.tiers]
        known = [end for end in ends[:-1] if end is not None]
        if ends[-1] is not None or len(known) != len(ends) - 1 or sorted(set(known)) != known:
            raise ValueError("tiers rise, and the last one alone has no end")
        return self

    def of(self, amount: float) -> float:
        """USD for so many units."""
        total, before = 0.0, 0.0
        for tier in self.tiers:
            end = math.inf if tier.to is None else tier.to
            total += max(0.0, min(amount, end) - before) * tier.usd / self.per
            before = end
        return total


class Prices(Model):
    """The whole file."""

    as_of: date
    regions: dict[str, float]
    elsewhere: float
    sources: dict[str, str]
    quotes: dict[str, str]
    prices: dict[str, Price]

    @model_validator(mode="after")
    def _has_sources(self) -> Self:
        if missing := sorted({price.source for price in self.prices.values()} - self.sources.keys()):
            raise ValueError(f"no source is named {', '.join(missing)}")
        read = {price.by for price in self.prices.values()} - {None}
        if strangers := sorted(map(str, read - self.quotes.keys())):
            raise ValueError(f"no quote is named {', '.join(strangers)}")
        if lacking := [name for name, price in self.prices.items() if (price.read is None) != (price.by is None)]:
            raise ValueError(f"read and by belong together: {', '.join(lacking)}")
        return self

    def of(self, name: str, amount: float, region: str) -> float:
        """USD for so many units of a price; Datadog's do not depend on a region."""
        price = self.prices[name]
        return price.of(amount) * (1 if price.source == "datadog" else self.regions.get(region, self.elsewhere))


@functools.cache
def prices() -> Prices:
    """The file that the project ships."""
    return Prices.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))

"""How a service looks from outside: single checks, and what a user does step by step."""

from typing import Literal

from pydantic import Field

from catalog.base import Model
from catalog.units import Duration


class Probe(Model):
    """A check from outside: the blackbox exporter asks, Datadog and CloudWatch may as well."""

    url: str = Field(pattern=r"^(https?|tcp)://")
    interval: Duration
    timeout: Duration = 5
    expect_status: tuple[int, ...] = (200,)
    expect_body: str | None = None


class Step(Model):
    """One step of a journey."""

    do: Literal["open", "click", "type", "expect", "request", "tap"]
    target: str
    value: str | None = None


class Journey(Model):
    """What a user does, step by step, tried again and again."""

    kind: Literal["browser", "api", "mobile"]
    every: Duration
    steps: tuple[Step, ...] = Field(min_length=1)

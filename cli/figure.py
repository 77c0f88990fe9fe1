"""One measurement of `make bench`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A value with its target, smaller is better; without `limit` it is only told."""

    name: str
    value: float
    limit: float | None
    unit: str
    command: str
    note: str = ""

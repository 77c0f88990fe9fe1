"""What only Datadog's dashboards have: lines of alerts in a graph, and widgets that are Datadog's own."""

from dataclasses import dataclass
from typing import Any

from dashboards.model import Colour, Panel


@dataclass(frozen=True)
class Marker:
    """A line across a graph, in its base unit."""

    value: float
    colour: Colour
    label: str
    """The alert or the promise that draws it."""


@dataclass(frozen=True)
class Widget(Panel):
    """A panel with more than other programs show."""

    markers: tuple[Marker, ...] = ()
    own: dict[str, Any] | None = None
    """The widget's definition as Datadog writes it, title apart, where it asks something else than metrics: monitors, users' browsers."""

"""Units of graphs, in Datadog's words."""

from typing import Any

from catalog.units import Unit
from dashboards.model import Flow

_CANONICAL: dict[Unit | Flow | None, dict[str, str]] = {
    Unit.RATIO: {"unit_name": "fraction"},
    Unit.SECONDS: {"unit_name": "second"},
    Unit.BYTES: {"unit_name": "byte"},
    Flow.BYTES_PER_SECOND: {"unit_name": "byte", "per_unit_name": "second"},
}
"""By their names in docs.datadoghq.com/metrics/units/#unit-list."""
_LABELS: dict[Unit | Flow | None, str] = {Unit.PER_SECOND: "/s", Unit.SCORE: "of 5"}


def number_format(unit: Unit | Flow | None) -> dict[str, Any] | None:
    """How a formula's numbers are written; None for plain ones."""
    if unit in _CANONICAL:
        return {"unit": {"type": "canonical_unit", **_CANONICAL[unit]}}
    return {"unit": {"type": "custom_unit_label", "label": _LABELS[unit]}} if unit in _LABELS else None

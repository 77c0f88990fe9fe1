"""An alert's condition as Datadog evaluates it: over which window, how points add up in it, and which thresholds belong to it."""

import math
from dataclasses import dataclass

from catalog.catalog import PlacedAlert
from catalog.model import Anomaly, Baseline
from catalog.units import Unit
from rendering.datadog import queries
from rendering.promql import number
from rendering.site import Site

AWS_DELAY = 900
"""Seconds by which CloudWatch's metrics may come late (docs.datadoghq.com/integrations/guide/cloud-metric-delay)."""
_LEAST_GAUGE, _LEAST_EVENTS = 120, 300
"""Shortest windows in seconds: a gauge comes four times a minute, and a minute late; events are sparser."""
_CONTEXT = 5
"""How many trigger windows an anomaly's graph shows: what Datadog recommends (docs.datadoghq.com/monitors/types/anomaly/#api)."""
_POINTS = 60
"""Seconds a point; must be no more than a fifth of an anomaly's window."""
_WARNING, _RECOVERY = 0.8, 0.9
"""Shares of a threshold, of the way to it from zero: where it turns yellow, and where an alert ends so that it does not flap."""


@dataclass(frozen=True)
class Condition:
    """A monitor's query up to its comparison, and what is compared."""

    query: str
    operator: str
    """`>`, `<`, `>=`, `<=`."""
    critical: float
    recovery: float | None = None
    warning: float | None = None
    windows: str | None = None
    """Of an anomaly: the window that must be odd, and that must be ordinary again."""
    delay: int = 0
    """Seconds by which evaluation lags, for data that come late."""

    @property
    def text(self) -> str:
        """The monitor's query; its threshold is `critical` to the digit, as Datadog demands."""
        return f"{self.query} {self.operator} {threshold(self.critical)}"

    @property
    def groups(self) -> tuple[str, ...]:
        """What it fires for one by one."""
        return queries.groups(self.query)

    @property
    def thresholds(self) -> dict[str, str]:
        """As the monitor takes them."""
        found = {"critical": self.critical, "criticalRecovery": self.recovery, "warning": self.warning}
        return {name: threshold(value) for name, value in found.items() if value is not None}


def threshold(value: float) -> str:
    """A number as Datadog reads it: no exponent, a digit before the point."""
    plain = number(value)
    return plain if "e" not in plain else f"{value:.12f}".rstrip("0").rstrip(".")


def condition(placed: PlacedAlert, site: Site) -> Condition:
    """The condition of an alert that Datadog evaluates."""
    alert = placed.alert
    expression = queries.expression(placed.subject, placed.signal, site, alert.statistic)
    delay = AWS_DELAY if ":aws." in expression else 0
    if alert.anomaly is not None:
        return _anomaly(placed, alert.anomaly, expression, delay)
    if alert.baseline is not None:
        return _baseline(placed, alert.baseline, expression, delay)
    above = alert.above is not None
    critical = placed.signal.unit.parse(alert.above if above else alert.below)
    return Condition(
        f"{_window(placed, expression, above=above)}:{expression}",
        ">" if above else "<",
        critical,
        _recovery(critical, placed.signal.unit, above=above),
        _warning(critical, placed, above=above),
        delay=delay,
    )


def enough(placed: PlacedAlert, site: Site) -> Condition | None:
    """That there were events enough to say anything; None where the signal asks for no least."""
    events = queries.events(placed.subject, placed.signal, site)
    if events is None or placed.signal.min_samples is None:
        return None
    return Condition(f"sum({queries.window(_seconds(placed, _LEAST_EVENTS))}):{events}", ">=", placed.signal.min_samples)


def _seconds(placed: PlacedAlert, least: int) -> float:
    return max(placed.alert.window or placed.signal.window, placed.alert.hold, least)


def _window(placed: PlacedAlert, expression: str, *, above: bool) -> str:
    """How points of the window become one number.

    A gauge must be wrong at every point for as long as the alert holds (`min` of what is too high), or at any where it does not hold
    at all. Events are summed before they are divided (docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations), over the
    alert's window or its hold, whichever is longer: Datadog has no second clock that could hold a windowed condition.
    """
    match queries.nature(expression):
        case "count":
            return f"sum({queries.window(_seconds(placed, _LEAST_EVENTS))})"
        case "rate":
            return f"avg({queries.window(_seconds(placed, _LEAST_EVENTS))})"
        case "percentile":
            return f"percentile({queries.window(_seconds(placed, _LEAST_EVENTS))})"
        case "gauge":
            pass
    hold = placed.alert.hold
    smooth = placed.alert.window or placed.signal.window
    if smooth > max(hold, _LEAST_EVENTS):
        return f"avg({queries.window(smooth)})"
    if hold:
        return f"{'min' if above else 'max'}({queries.window(max(hold, _LEAST_GAUGE))})"
    return f"{'max' if above else 'min'}({queries.window(_LEAST_EVENTS)})"


def _recovery(critical: float, unit: Unit, *, above: bool) -> float | None:
    """Where an alert ends; a state, and a threshold of nothing, end where they began."""
    if unit is Unit.STATE or critical == 0:
        return None
    value = _rounded(critical * _RECOVERY if above else critical / _RECOVERY)
    if unit is Unit.RATIO and value > 1:
        return None
    return None if unit is Unit.COUNT and critical == 1 else value


def _warning(critical: float, placed: PlacedAlert, *, above: bool) -> float | None:
    """Where it turns yellow; nowhere if an ordinary value already lies beyond."""
    if placed.signal.unit is Unit.STATE or critical == 0:
        return None
    value, quiet = _rounded(critical * _WARNING if above else critical / _WARNING), placed.signal.examples.quiet
    if placed.signal.unit is Unit.RATIO and value > 1:
        return None
    return value if (quiet < value if above else quiet > value) else None


def _rounded(value: float) -> float:
    """To four digits that count, so that the same threshold reads the same everywhere."""
    return round(value, 3 - math.floor(math.log10(abs(value))))


def _anomaly(placed: PlacedAlert, anomaly: Anomaly, expression: str, delay: int) -> Condition:
    """Beyond the band for the whole window; ordinary for as long before it ends."""
    window = queries.window(anomaly.over)
    direction = "above" if placed.signal.wrong == "high" else "below"
    arguments = [expression, f"'{anomaly.algorithm}'", number(anomaly.deviations), f"direction='{direction}'", f"alert_window='{window}'"]
    arguments += [f"interval={min(_POINTS, int(anomaly.over) // 5)}", "count_default_zero='true'"]
    if anomaly.algorithm != "basic":
        arguments.append("seasonality='weekly'")
    shown = queries.window(min(_CONTEXT * anomaly.over, 7 * 86400))
    return Condition(f"avg({shown}):anomalies({', '.join(arguments)})", ">=", 1, 0, windows=window, delay=delay)


def _baseline(placed: PlacedAlert, baseline: Baseline, expression: str, delay: int) -> Condition:
    """The signal as a multiple of its own past (docs.datadoghq.com/monitors/guide/non_static_thresholds/#seasonal-threshold)."""
    now = expression.replace(".as_count()", ".as_rate()")
    least = _LEAST_EVENTS if queries.nature(expression) != "gauge" else _LEAST_GAUGE
    window = queries.window(_seconds(placed, least))
    high = placed.signal.wrong == "high"
    critical = round(1 + baseline.worse_by if high else 1 - baseline.worse_by, 6)
    past = queries.earlier(expression, baseline.offset)
    between = _rounded((1 + critical) / 2)
    return Condition(f"avg({window}):{now} / {past}", ">" if high else "<", critical, between, delay=delay)

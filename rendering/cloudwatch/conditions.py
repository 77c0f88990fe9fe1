"""An alert's condition as CloudWatch evaluates it: which metric or math, over which periods, how many of them must be wrong."""

import math
from dataclasses import dataclass, field
from typing import Any

from catalog.base import Backend
from catalog.catalog import PlacedAlert, Subject
from catalog.signal import CloudwatchQuery, Signal
from catalog.units import Unit
from rendering.cloudwatch.places import Target, counted

STATISTICS = ("Average", "Sum", "Maximum", "Minimum", "SampleCount")
"""Those that are no extended ones."""
_OF_ALERT = {"average": "Average"}
"""Statistics that alerts call otherwise; percentiles have one name."""
RESULT = "result"
"""The id of the math that is compared."""
BAND = "band"
_ALL_UP_TO = 2
"""Up to so many periods, all must be wrong."""
_SHARE = 0.8
"""Of more, so many: metrics come late and single points are missing, which must not hide what is wrong."""


@dataclass(frozen=True)
class Condition:
    """What an alarm compares, in the provider's words."""

    inputs: dict[str, Any] = field(default_factory=dict[str, Any])
    periods: int = 1
    wrong: int = 1
    """How many of the periods must be wrong."""
    period: int = 60
    """Seconds."""


def condition(placed: PlacedAlert, query: CloudwatchQuery, target: Target) -> Condition:
    """The condition of an alert on one target; its periods are those of the alert's hold, and of a standby's delay."""
    alert, signal = placed.alert, placed.signal
    if alert.statistic is not None:
        query = query.model_copy(update={"statistic": _OF_ALERT.get(alert.statistic, alert.statistic)})
    period = int(alert.window or query.period)
    hold = alert.anomaly.over if alert.anomaly is not None else alert.hold
    periods = max(1, math.ceil((hold + alert.standby.get(Backend.CLOUDWATCH, 0)) / period))
    wrong = periods if periods <= _ALL_UP_TO else math.ceil(_SHARE * periods)
    simple = query.metric is not None and not _rate(query, signal)
    inputs: dict[str, Any]
    if alert.anomaly is not None:
        inputs = _band(placed, query, target, period)
    elif query.pattern is not None or simple:
        inputs = metric(placed.subject, alert.signal, query, target, period) | _extended(query, signal)
        inputs["threshold"] = round(_threshold(placed) / (query.scale if simple else 1), 9)
    else:
        inputs = {"metricQueries": math_queries(placed.subject, alert.signal, signal, query, target, period)}
        inputs["threshold"] = _threshold(placed)
    inputs.setdefault("comparisonOperator", "GreaterThanThreshold" if alert.above is not None else "LessThanThreshold")
    return Condition(inputs, periods, wrong, period)


def metric(subject: Subject, name: str, query: CloudwatchQuery, target: Target, period: int, of: str | None = None) -> dict[str, Any]:
    """One metric as an alarm has it at its top; `of` is one of several."""
    extended = query.statistic not in STATISTICS
    found: dict[str, Any] = {
        "namespace": query.namespace,
        "metricName": of or query.metric or counted(subject, name, target.name),
        "period": period,
        "extendedStatistic" if extended else "statistic": query.statistic,
    }
    return found | ({"dimensions": target.dimensions} if target.dimensions else {})


def math_queries(subject: Subject, name: str, signal: Signal, query: CloudwatchQuery, target: Target, period: int) -> list[dict[str, Any]]:
    """Metric math in the signal's unit: its metrics first, the result last."""
    metrics = query.metrics or {"events": None}
    found = [_query(part, metric(subject, name, query, target, period, of)) for part, of in metrics.items()]
    told = {"id": RESULT, "expression": expression(signal, query), "label": signal.title[:100], "returnData": True}
    return [*found, told]


def expression(signal: Signal, query: CloudwatchQuery) -> str:
    """The math itself: too few events say nothing, and a sum becomes events a second."""
    if query.expression is None:
        scaled = f" * {query.scale:g}" if query.scale != 1 else ""
        return f"events{scaled} / PERIOD(events)" if _rate(query, signal) else f"events{scaled}"
    if query.samples is None or signal.min_samples is None:
        return query.expression
    return f"IF({query.samples} >= {signal.min_samples}, {query.expression}, {signal.examples.quiet:g})"


def _query(part: str, found: dict[str, Any]) -> dict[str, Any]:
    """A metric as math has it."""
    stat = found.get("statistic") or found["extendedStatistic"]
    inside = {"namespace": found["namespace"], "metricName": found["metricName"], "period": found["period"], "stat": stat}
    return {"id": part, "metric": inside | ({"dimensions": found["dimensions"]} if "dimensions" in found else {}), "returnData": False}


def _band(placed: PlacedAlert, query: CloudwatchQuery, target: Target, period: int) -> dict[str, Any]:
    """An anomaly: the metric and the band around what is ordinary, on the side on which the signal gets bad."""
    anomaly = placed.alert.anomaly
    assert anomaly is not None  # noqa: S101  the caller has looked
    subject, name = placed.subject, placed.alert.signal
    if query.expression is None and not _rate(query, placed.signal):
        one = _query(RESULT, metric(subject, name, query, target, period))
        queries = [one | {"returnData": True}]
    else:
        queries = math_queries(subject, name, placed.signal, query, target, period)
    label = f"{placed.signal.title} (ordinary)"[:100]
    band = {"id": BAND, "expression": f"ANOMALY_DETECTION_BAND({RESULT}, {anomaly.deviations:g})", "label": label, "returnData": True}
    side = "GreaterThanUpperThreshold" if placed.signal.wrong == "high" else "LessThanLowerThreshold"
    return {"metricQueries": [*queries, band], "thresholdMetricId": BAND, "comparisonOperator": side}


def _extended(query: CloudwatchQuery, signal: Signal) -> dict[str, str]:
    """Whether a percentile of few samples is judged (`EvaluateLowSampleCountPercentile`)."""
    if not query.statistic.startswith("p"):
        return {}
    return {"evaluateLowSampleCountPercentiles": "ignore" if signal.min_samples else "evaluate"}


def _rate(query: CloudwatchQuery, signal: Signal) -> bool:
    """Whether a sum has to become events a second."""
    return signal.unit is Unit.PER_SECOND and query.statistic == "Sum" and query.expression is None


def _threshold(placed: PlacedAlert) -> float:
    alert = placed.alert
    return placed.signal.unit.parse(alert.above if alert.above is not None else alert.below)

"""What of an account's resources is billed by its number: alarms, dashboards, canaries, keys, entries."""

from collections.abc import Iterable, Iterator
from typing import Any

from rendering.costs.estimate import Line
from rendering.resource import Resource

_MINUTE = 60
_MONTH = 30 * 86400
_BAND = "ANOMALY_DETECTION_BAND"
_BAND_METRICS = 3
"""A band is billed as three metrics: itself and its two edges."""
_COUNTED = {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": ("cloudwatch", "alarm_composite"),
    "aws:cloudwatch/dashboard:Dashboard": ("cloudwatch", "dashboard"),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": ("cloudwatch", "metric"),
    "aws:kms/key:Key": ("keys and secrets", "key"),
    "aws:secretsmanager/secret:Secret": ("keys and secrets", "entry"),
    "aws:route53/healthCheck:HealthCheck": ("canaries", "health_check"),
}


def lines(resources: Iterable[Resource], runs: int) -> Iterator[Line]:
    """Lines of what is registered; `runs` are the canaries' in 30 days."""
    known = list(resources)
    for kind, (system, price) in _COUNTED.items():
        found = sum(1 for each in known if each.kind == kind)
        yield Line(system, price, found, f"{found} registered")
    secure = sum(1 for each in known if each.kind.endswith(":HealthCheck") and str(each.inputs.get("type", "")).startswith("HTTPS"))
    yield Line("canaries", "health_check_https", secure, f"{secure} registered")
    alarms = [each for each in known if each.kind == "aws:cloudwatch/metricAlarm:MetricAlarm"]
    for fast in (False, True):
        those = [each for each in alarms if (_period(each.inputs) < _MINUTE) is fast]
        metrics = sum(map(alarm_metrics, (each.inputs for each in those)))
        yield Line("cloudwatch", "alarm_fast" if fast else "alarm", metrics, f"{metrics} metrics of {len(those)} alarms")
    yield Line("canaries", "canary_run", runs, "their schedules, without runs that repeat a failed one")


def alarm_metrics(inputs: dict[str, Any]) -> int:
    """Metrics that an alarm is billed for: those that it reads, three times each where it compares with a band."""
    queries: list[dict[str, Any]] = inputs.get("metricQueries", [])
    if not queries:
        return 1
    read = sum(1 for query in queries if "metric" in query or "metrics" in query)
    return max(1, read) * (_BAND_METRICS if any(_BAND in str(query.get("expression", "")) for query in queries) else 1)


def samples(series: float, interval: float, retention_days: int) -> Iterator[Line]:
    """Managed Prometheus: samples of so many series, each every `interval` seconds, at two bytes a sample once they are stored."""
    sent = series * _MONTH / interval
    yield Line("long term", "samples", sent, f"{series:.0f} series every {interval:g} s")
    stored = sent * 2 / 2**30 * retention_days / 30
    yield Line("long term", "samples_stored", stored, f"{retention_days} days of two bytes a sample")


def _period(inputs: dict[str, Any]) -> int:
    periods = [int(query["metric"]["period"]) for query in inputs.get("metricQueries", []) if "metric" in query]
    return min([int(inputs["period"])] if "period" in inputs else periods or [_MINUTE])

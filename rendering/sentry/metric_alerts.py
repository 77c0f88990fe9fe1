"""The catalog's alerts on failures and on slowness as Sentry counts them: the same name, threshold and window, and mail alone.

Whom they concern at night is another backend's to call (the alert's `pager`): Sentry shows the same beside the exceptions. A metric alert
without any action is refused («Each trigger must have an associated action», src/sentry/incidents/serializers/alert_rule.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.base import SignalName
from catalog.catalog import Catalog, PlacedAlert
from catalog.model import Statistic
from catalog.units import Unit
from rendering.resource import Resource, Text
from rendering.sentry.actions import mail
from rendering.sentry.places import METRIC_ALERT, Organization, Reporting, reporting
from rendering.sentry.projects import needed

WINDOWS = (1, 5, 10, 15, 30, 60, 120, 240, 1440)
"""Minutes that Sentry offers."""
ABOVE = 0
_AGGREGATES: dict[Statistic, str] = {"p50": "p50", "p95": "p95", "p99": "p99", "average": "avg"}
_RECOVERY = 0.9
_PERFORMANCE = {"dataset": "transactions", "eventTypes": ["transaction"]}


@dataclass(frozen=True)
class Twin:
    """What Sentry measures in a signal's place."""

    query: str
    aggregate: str | None = None
    """None: the alert's statistic of a transaction's duration."""
    events: bool = False
    """Whether exceptions are counted; else transactions are measured."""


TWINS: dict[SignalName, Twin] = {
    "http_error_rate": Twin("", "count()", events=True),
    "http_errors": Twin("transaction.op:http.server", "failure_rate()"),
    "http_latency": Twin("transaction.op:http.server"),
    "page_load": Twin("transaction.op:pageload"),
    "span_errors": Twin("", "failure_rate()"),
    "span_latency": Twin(""),
}
"""Signals that Sentry sees as well. Operations by docs.sentry.io/concepts/key-terms/tracing/span-operations; all of a service's operations
count as one, where Prometheus tells them apart."""


def resources(catalog: Catalog, organization: Organization) -> list[Resource]:
    """One for each alert above a threshold on such a signal of a service that reports."""
    return [_alert(each, placed, organization) for each in reporting(catalog) for placed in _twins(each, catalog)]


def _twins(each: Reporting, catalog: Catalog) -> Iterator[PlacedAlert]:
    for name, alert in each.service.alerts.items():
        if alert.signal in TWINS and alert.above is not None:
            yield PlacedAlert(each.subject, name, alert, catalog.signals[alert.signal])


def _alert(each: Reporting, placed: PlacedAlert, organization: Organization) -> Resource:
    twin = TWINS[placed.alert.signal]
    minutes = _minutes(max(placed.alert.window or placed.signal.window, placed.alert.hold))
    limit = _limit(placed, minutes)
    team = placed.team if placed.team in {each.team, organization.content.security_team} else each.team
    inputs: dict[str, Any] = {
        "organization": organization.slug,
        "project": each.slug,
        "name": f"{placed.name} ({organization.environment})",
        "environment": organization.environment,
        "aggregate": twin.aggregate or f"{_AGGREGATES[placed.alert.statistic or 'average']}(transaction.duration)",
        "query": twin.query,
        "timeWindow": minutes,
        "thresholdType": ABOVE,
        "resolveThreshold": _rounded(limit * _RECOVERY),
        "owner": Text(("team:", organization.team(each.team))),
        "triggers": [{"label": "critical", "thresholdType": ABOVE, "alertThreshold": limit, "actions": [mail(team, organization)]}],
    }
    inputs |= {"dataset": "events", "eventTypes": ["error"]} if twin.events else _PERFORMANCE
    return Resource(METRIC_ALERT, f"{each.name}.{placed.name}", inputs, after=needed(each, organization))


def _minutes(seconds: float) -> int:
    """The shortest window that Sentry has of at least so many seconds."""
    return next((minutes for minutes in WINDOWS if minutes * 60 >= seconds), WINDOWS[-1])


def _limit(placed: PlacedAlert, minutes: int) -> float:
    """The threshold as Sentry counts: milliseconds, and events in the whole window."""
    value = placed.signal.unit.parse(placed.alert.above)
    match placed.signal.unit:
        case Unit.SECONDS:
            return _rounded(value * 1000)
        case Unit.PER_SECOND:
            return _rounded(value * minutes * 60)
        case _:
            return _rounded(value)


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")

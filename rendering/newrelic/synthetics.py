"""The catalog's journeys of an API as simple monitors, with a condition that tells of those that fail; only where a setting buys them."""

from collections.abc import Iterator
from typing import Any

from catalog.catalog import Catalog
from catalog.outside import Journey, inside
from rendering import wording
from rendering.newrelic import nrql
from rendering.newrelic.places import CONDITION, MONITOR, POLICY, Account, Instrumented, instrumented
from rendering.resource import Ref, Resource

PERIODS = {
    60: "EVERY_MINUTE",
    300: "EVERY_5_MINUTES",
    600: "EVERY_10_MINUTES",
    900: "EVERY_15_MINUTES",
    1800: "EVERY_30_MINUTES",
    3600: "EVERY_HOUR",
    21600: "EVERY_6_HOURS",
    43200: "EVERY_12_HOURS",
    86400: "EVERY_DAY",
}
"""By seconds (pulumi-newrelic 5.80.4, `period`)."""
_WIDEST = 21600
"""Seconds of the longest window that conditions add up over."""
_TRIED = 2
"""How many runs in a row fail before somebody is told."""


def resources(catalog: Catalog, account: Account) -> list[Resource]:
    """A monitor and its condition for each journey that asks one public address."""
    if account.content.synthetics is None:
        return []
    return [
        made
        for each in instrumented(catalog)
        for name, journey in each.service.journeys.items()
        if _possible(journey)
        for made in _monitor(each, name, journey, account, account.content.synthetics.locations)
    ]


def _possible(journey: Journey) -> bool:
    """Not in a browser, on a phone, of an address inside the cluster, or with more than an address in its first request."""
    first = journey.steps[0].target
    plain = journey.kind == "api" and " " not in first.removeprefix("GET ") and "{{" not in first
    return plain and not inside(first.removeprefix("GET "))


def _monitor(each: Instrumented, name: str, journey: Journey, account: Account, locations: tuple[str, ...]) -> Iterator[Resource]:
    title = f"{each.name}: {name} ({account.site.environment})"
    every = next((seconds for seconds in sorted(PERIODS) if seconds >= journey.every), max(PERIODS))
    expected = next((step.value for step in journey.steps if step.do == "expect" and step.target == "body"), None)
    inputs: dict[str, Any] = {
        "accountId": account.content.account_id,
        "name": title,
        "type": "SIMPLE",
        "status": "ENABLED",
        "uri": journey.steps[0].target.removeprefix("GET "),
        "period": PERIODS[every],
        "locationsPublics": list(locations),
        "verifySsl": True,
        **({"validationString": expected} if expected else {}),
    }
    monitor = Resource(MONITOR, f"{each.name}.{name}", inputs)
    yield monitor
    query = nrql.select("percentage(count(*), WHERE result = 'FAILED')", "SyntheticCheck", f"monitorName = {nrql.text(title)}")
    window = min(every, _WIDEST)
    alert = journey.joins
    condition: dict[str, Any] = {
        "accountId": account.content.account_id,
        "policyId": Ref(POLICY, each.application.application),
        "name": title,
        "description": f"Impact: {journey.impact}\nAction: {journey.action}",
        "type": "static",
        "enabled": True,
        "nrql": {"query": query},
        "critical": {"operator": "above", "threshold": 50, "thresholdDuration": window * _TRIED, "thresholdOccurrences": "all"},
        "aggregationWindow": window,
        "aggregationMethod": "event_timer",
        "aggregationTimer": "60",
        "fillOption": "last_value",
        "violationTimeLimitSeconds": 86400,
        **({"runbookUrl": wording.runbook(alert, account.site)} if alert else {}),
    }
    yield Resource(CONDITION, f"{each.name}.{name}", condition, after=(monitor.ref,))

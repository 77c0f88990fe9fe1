"""A policy for each application, with a baseline condition for each of its signals: worse than New Relic expects at this hour.

Thresholds are other backends' (`pager`): a deviation from what is usual is what New Relic adds, so it writes mail and calls nobody.
"""

from collections.abc import Iterator
from math import ceil
from typing import Any

from catalog.base import SignalName
from catalog.catalog import Catalog
from catalog.model import Alert
from catalog.people import Team
from rendering import wording
from rendering.newrelic.nrql import Asked, signals
from rendering.newrelic.places import CHANNEL, CONDITION, DESTINATION, POLICY, WORKFLOW, Account, Instrumented, instrumented
from rendering.resource import Ref, Resource

WINDOW = 60
"""Seconds that points are added up over."""
_LEAST, _MOST = 300, 86400
"""Seconds that a deviation lasts: the provider takes 120 to 86400, and a deployment is no deviation."""
_DELAY = 120
_FORGOTTEN = 86400
_NEEDS_AGENTS: dict[SignalName, str] = {
    "container_cpu": "infrastructure",
    "container_memory": "infrastructure",
    "error_logs": "logs",
}
"""Signals that the chart's agents bring, by the setting that switches these on; the others are the APM agent's own."""


def resources(catalog: Catalog, account: Account) -> list[Resource]:
    """Policies with whom they tell, and their conditions."""
    found: list[Resource] = []
    for application in dict.fromkeys(each.application.application for each in instrumented(catalog)):
        chosen = catalog.applications[application]
        found += _told(application, catalog.teams[chosen.owner.team], account)
    return [*found, *(made for each in instrumented(catalog) for made in _conditions(each, catalog, account))]


def watched(each: Instrumented, account: Account) -> dict[SignalName, Asked]:
    """Signals of a service that the catalog asks about and that somebody here brings."""
    service = each.service
    named = {alert.signal for alert in service.alerts.values()} | {target.signal for target in service.targets.values()}
    named |= {objective.signal for objective in service.objectives.values()}
    return {name: asked for name, asked in signals(each, account.site).items() if name in named and _brought(name, account)}


def _brought(signal: SignalName, account: Account) -> bool:
    setting = _NEEDS_AGENTS.get(signal)
    return setting is None or bool(getattr(account.content, setting))


def _told(application: str, team: Team, account: Account) -> Iterator[Resource]:
    """A policy, and the mail of its owners about it: an incident a condition, an issue for those that belong together."""
    number, name = account.content.account_id, f"{application} ({account.site.environment})"
    policy = Resource(POLICY, application, {"accountId": number, "name": name, "incidentPreference": "PER_CONDITION"})
    to = {"accountId": number, "name": name, "type": "EMAIL", "properties": [{"key": "email", "value": team.email}]}
    destination = Resource(DESTINATION, application, to)
    subject = [{"key": "subject", "value": f"[{account.site.environment}] {{{{ issueTitle }}}}"}]
    by = {"accountId": number, "name": name, "type": "EMAIL", "destinationId": destination.ref, "product": "IINT", "properties": subject}
    channel = Resource(CHANNEL, application, by)
    predicate = {"attribute": "labels.policyIds", "operator": "EXACTLY_MATCHES", "values": [policy.ref]}
    flow: dict[str, Any] = {
        "accountId": number,
        "name": name,
        "mutingRulesHandling": "DONT_NOTIFY_FULLY_MUTED_ISSUES",
        "issuesFilter": {"name": name, "type": "FILTER", "predicates": [predicate]},
        "destinations": [{"channelId": channel.ref}],
    }
    yield from (policy, destination, channel, Resource(WORKFLOW, application, flow))


def _conditions(each: Instrumented, catalog: Catalog, account: Account) -> Iterator[Resource]:
    for signal, asked in watched(each, account).items():
        name, alert = next(((name, alert) for name, alert in each.service.alerts.items() if alert.signal == signal), (None, None))
        title = catalog.signals[signal].title
        link = {"runbookUrl": wording.runbook(name, account.site)} if name else {}
        critical = {
            "operator": "above",
            "threshold": account.content.deviations,
            "thresholdDuration": _duration(alert),
            "thresholdOccurrences": "all",
        }
        inputs: dict[str, Any] = {
            "accountId": account.content.account_id,
            "policyId": Ref(POLICY, each.application.application),
            "name": f"{each.name}: unusual {title}",
            "description": f"Impact: {alert.impact}\nAction: {alert.action}" if alert else f"Other than usual at this hour: {title}.",
            "type": "baseline",
            "baselineDirection": asked.direction,
            "enabled": True,
            "nrql": {"query": asked.query},
            "critical": critical,
            "aggregationWindow": WINDOW,
            "aggregationMethod": "event_flow",
            "aggregationDelay": str(_DELAY),
            "fillOption": "none",
            "violationTimeLimitSeconds": _FORGOTTEN,
        }
        yield Resource(CONDITION, f"{each.name}.{signal.replace('_', '-')}", inputs | link)


def _duration(alert: Alert | None) -> int:
    """As long as the catalog's alert on the signal holds, in whole windows."""
    wanted = max(_LEAST, alert.hold if alert else 0)
    return min(ceil(wanted / WINDOW) * WINDOW, _MOST)

"""AWS budgets and cost anomaly detection: somebody hears of money before the bill comes. They are the account's, so one stack has them."""

from collections.abc import Iterator
from typing import Any

from catalog.base import Priority, Severity
from catalog.catalog import Catalog
from catalog.faults import Fault
from rendering.cloudwatch.topics import topic
from rendering.costs.settings import BudgetsSettings
from rendering.resource import Ref, Resource
from rendering.site import AwsSite, Site

BUDGET = "aws:budgets/budget:Budget"
MONITOR = "aws:costexplorer/anomalyMonitor:AnomalyMonitor"
SUBSCRIPTION = "aws:costexplorer/anomalySubscription:AnomalySubscription"
OURS = "observatory"
"""The value of the tag `managed_by`, which all of ours carries."""
_HOME = "us-east-1"
"""Where both services live: a topic there is one that they surely reach."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Budgets, then who looks for anomalies and whom that tells; nothing where the settings name none."""
    aws = site.aws
    if aws is None or aws.budgets is None or not aws.account_wide:
        return []
    return [*_budgets(aws.budgets, _topics(catalog, aws), aws), *_anomalies(aws.budgets, _topics(catalog, aws), aws)]


def faults(catalog: Catalog, site: Site, file: str, key: str) -> list[Fault]:
    """Budgets that the account has elsewhere, or that tell nobody; `key` is where AWS' settings stand in `file`."""
    aws = site.aws
    if aws is None or aws.budgets is None:
        return []
    if not aws.account_wide:
        reason = "the account has this but once, and this stack does not own what it has but once"
        return [Fault(file, f"{key}.budgets", "", reason, "leave it out, or set account_wide in the one stack that owns it")]
    if not aws.budgets.emails and not _topics(catalog, aws):
        reason = "nobody would be told: there is no topic without aws.cloudwatch, and no address"
        return [Fault(file, f"{key}.budgets.emails", "", reason, "name addresses, or switch aws.cloudwatch on")]
    return []


def _topics(catalog: Catalog, aws: AwsSite) -> list[Ref]:
    """The platform team's; only CloudWatch's part makes topics."""
    platform = next((each for each in catalog.applications.values() if each.namespace is None), None)
    if platform is None or aws.cloudwatch is None:
        return []
    return [topic(platform.owner.team, Priority.P3, Severity.WARNING, None if aws.place.region == _HOME else _HOME)]


def _budgets(settings: BudgetsSettings, topics: list[Ref], aws: AwsSite) -> Iterator[Resource]:
    yield _budget("account", settings.monthly, [], settings, topics, aws)
    if settings.ours is not None:
        tagged = {"name": "TagKeyValue", "values": [f"user:{settings.tag}${OURS}"]}
        yield _budget("ours", settings.ours, [tagged], settings, topics, aws)
    for service, amount in sorted(settings.services.items()):
        name = "".join(letter if letter.isalnum() else "-" for letter in service.lower())
        yield _budget(name, amount, [{"name": "Service", "values": [service]}], settings, topics, aws)


def _budget(
    name: str, amount: float, filters: list[dict[str, Any]], settings: BudgetsSettings, topics: list[Ref], aws: AwsSite
) -> Resource:
    def told(kind: str, share: float) -> dict[str, Any]:
        limit = {"comparisonOperator": "GREATER_THAN", "threshold": round(share * 100, 4), "thresholdType": "PERCENTAGE"}
        found: dict[str, Any] = {"notificationType": kind, **limit}
        found |= {"subscriberSnsTopicArns": topics} if topics else {}
        return found | ({"subscriberEmailAddresses": list(settings.emails)} if settings.emails else {})

    inputs: dict[str, Any] = {
        "name": aws.place.name(name),
        "accountId": aws.place.account,
        "budgetType": "COST",
        "timeUnit": "MONTHLY",
        "limitAmount": f"{amount:.2f}",
        "limitUnit": "USD",
        "notifications": [told("ACTUAL", share) for share in settings.actual] + [told("FORECASTED", share) for share in settings.forecast],
    }
    return Resource(BUDGET, name, inputs | ({"costFilters": filters} if filters else {}), account_wide=True)


def _anomalies(settings: BudgetsSettings, topics: list[Ref], aws: AwsSite) -> Iterator[Resource]:
    """One monitor of all services, as the account may have but one; it learns by itself what is ordinary."""
    monitor = Resource(
        MONITOR,
        "services",
        {"name": aws.place.name("services"), "monitorType": "DIMENSIONAL", "monitorDimension": "SERVICE"},
        account_wide=True,
    )
    yield monitor
    at_once = settings.frequency == "IMMEDIATE"
    subscribers = [{"type": "SNS", "address": ref} for ref in topics] if at_once else []
    subscribers += [] if at_once else [{"type": "EMAIL", "address": address} for address in settings.emails]
    if not subscribers:
        return
    impact = {"key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "matchOptions": ["GREATER_THAN_OR_EQUAL"], "values": [f"{settings.anomaly:g}"]}
    inputs: dict[str, Any] = {
        "name": aws.place.name("anomalies"),
        "accountId": aws.place.account,
        "frequency": settings.frequency,
        "monitorArnLists": [monitor.arn],
        "subscribers": subscribers,
        "thresholdExpression": {"dimension": impact},
    }
    yield Resource(SUBSCRIPTION, "anomalies", inputs, account_wide=True)

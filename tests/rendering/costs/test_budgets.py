"""Budgets and anomalies as Amazon would take them; they belong to one stack of an account, and tell somebody."""

from collections.abc import Generator
from dataclasses import replace
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws
from pydantic import ValidationError

from catalog.catalog import Catalog
from rendering.aws.place import Place
from rendering.cloudwatch import topics
from rendering.cloudwatch.settings import CloudwatchSettings
from rendering.costs import everything
from rendering.costs.settings import BudgetsSettings
from rendering.site import AwsSite, Site
from tests.rendering.aws import reading
from tests.rendering.aws.models import complaints

PLACE = Place("123456789012", "eu-central-1", "prod", "observatory-prod")
CHOSEN = {"monthly": 1000, "ours": 300, "services": {"AmazonCloudWatch": 200}, "emails": ["costs@example.com"]}


def placed(site: Site, chosen: dict[str, Any] = CHOSEN, *, wide: bool = True, cloudwatch: bool = True) -> Site:
    settings, told = BudgetsSettings.model_validate(chosen), CloudwatchSettings() if cloudwatch else None
    return replace(site, aws=AwsSite(PLACE, cloudwatch=told, budgets=settings, account_wide=wide))


def made(catalog: Catalog, site: Site, kind: str) -> dict[str, dict[str, Any]]:
    found = everything.resources(catalog, site)
    known = {(each.kind, each.name): each for each in (*found, *topics.resources(catalog, site, found))}
    return {each.name: reading.resolved(each.inputs, known) for each in found if each.kind == kind}


def calls(catalog: Catalog, site: Site) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for each in made(catalog, site, everything.BUDGET).values():
        budget = {
            "BudgetName": each["name"],
            "BudgetType": each["budgetType"],
            "TimeUnit": each["timeUnit"],
            "BudgetLimit": {"Amount": each["limitAmount"], "Unit": each["limitUnit"]},
            "CostFilters": {every["name"]: every["values"] for every in each.get("costFilters", [])},
        }
        told = [
            {
                "Notification": {
                    "NotificationType": every["notificationType"],
                    "ComparisonOperator": every["comparisonOperator"],
                    "Threshold": every["threshold"],
                    "ThresholdType": every["thresholdType"],
                },
                "Subscribers": [
                    *({"SubscriptionType": "SNS", "Address": address} for address in every.get("subscriberSnsTopicArns", [])),
                    *({"SubscriptionType": "EMAIL", "Address": address} for address in every.get("subscriberEmailAddresses", [])),
                ],
            }
            for every in each["notifications"]
        ]
        found.append({"AccountId": each["accountId"], "Budget": budget, "NotificationsWithSubscribers": told})
    return found


@pytest.fixture
def amazon(monkeypatch: pytest.MonkeyPatch) -> Generator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield cast("Any", boto3).client("budgets", region_name="us-east-1")


def test_amazons_models_take_budgets_and_anomalies(real: Catalog, site: Site) -> None:
    found = calls(real, placed(site))
    assert len(found) == 3
    assert [told for call in found for told in complaints("budgets", "CreateBudget", call)] == []
    (monitor,) = made(real, placed(site), everything.MONITOR).values()
    told = {"MonitorName": monitor["name"], "MonitorType": monitor["monitorType"], "MonitorDimension": monitor["monitorDimension"]}
    assert complaints("ce", "CreateAnomalyMonitor", {"AnomalyMonitor": told}) == []
    (subscription,) = made(real, placed(site), everything.SUBSCRIPTION).values()
    (subscriber,) = subscription["subscribers"]
    dimension = subscription["thresholdExpression"]["dimension"]
    asked = {
        "SubscriptionName": subscription["name"],
        "Frequency": subscription["frequency"],
        "MonitorArnList": subscription["monitorArnLists"],
        "Subscribers": [{"Type": subscriber["type"], "Address": subscriber["address"]}],
        "ThresholdExpression": {
            "Dimensions": {"Key": dimension["key"], "MatchOptions": dimension["matchOptions"], "Values": dimension["values"]}
        },
    }
    assert complaints("ce", "CreateAnomalySubscription", {"AnomalySubscription": asked}) == []


def test_an_imitation_of_amazon_takes_the_budgets_and_gives_them_back(real: Catalog, site: Site, amazon: Any) -> None:  # noqa: ANN401  boto3 has no types
    for call in calls(real, placed(site)):
        amazon.create_budget(**call)
    names = {each["BudgetName"] for each in amazon.describe_budgets(AccountId=PLACE.account)["Budgets"]}
    assert names == {"observatory-prod-account", "observatory-prod-ours", "observatory-prod-amazoncloudwatch"}
    amazon.delete_budget(AccountId=PLACE.account, BudgetName="observatory-prod-ours")
    assert len(amazon.describe_budgets(AccountId=PLACE.account)["Budgets"]) == 2


def test_somebody_hears_before_the_month_is_over(real: Catalog, site: Site) -> None:
    each = made(real, placed(site), everything.BUDGET)["account"]
    assert [(told["notificationType"], told["threshold"]) for told in each["notifications"]] == [
        ("ACTUAL", 80),
        ("ACTUAL", 100),
        ("FORECASTED", 100),
    ]
    assert all(told["subscriberSnsTopicArns"] and told["subscriberEmailAddresses"] for told in each["notifications"])


def test_what_is_ours_is_found_by_its_tag(real: Catalog, site: Site) -> None:
    each = made(real, placed(site), everything.BUDGET)["ours"]
    assert each["costFilters"] == [{"name": "TagKeyValue", "values": ["user:managed_by$observatory"]}]


def test_another_stack_of_the_account_makes_none_and_is_told_so(real: Catalog, site: Site) -> None:
    other = placed(site, wide=False)
    assert everything.resources(real, other) == []
    (fault,) = everything.faults(real, other, "Pulumi.dev.yaml", "observatory:settings.aws")
    assert fault.key == "observatory:settings.aws.budgets"


def test_budgets_that_tell_nobody_are_refused(real: Catalog, site: Site) -> None:
    silent = placed(site, {"monthly": 10}, cloudwatch=False)
    (fault,) = everything.faults(real, silent, "f", "k")
    assert fault.key == "k.budgets.emails"
    assert everything.faults(real, placed(site, {"monthly": 10}), "f", "k") == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"actual": (0.5, 0.6, 0.7, 0.8, 0.9), "forecast": (1.0,)}, "1 to 5 shares"),
        ({"actual": (), "forecast": ()}, "1 to 5 shares"),
        ({"actual": (0.5, 0.5)}, "named twice"),
        ({"frequency": "DAILY"}, "by mail alone"),
        ({"frequency": "HOURLY"}, "IMMEDIATE"),
        ({"monthly": 0}, "greater than 0"),
        ({"emails": ["nobody"]}, "should match"),
    ],
)
def test_what_amazon_would_refuse_is_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        BudgetsSettings.model_validate({"monthly": 1} | wrong)

"""The vendors beside Amazon and Datadog: one line each, in the order in which they are filled."""

from catalog.catalog import Catalog
from stacks import newrelic, pagerduty, sentry
from stacks.filled import VendorAccount
from stacks.plan import Plan
from stacks.settings import Settings


def accounts(settings: Settings, catalog: Catalog, plan: Plan) -> dict[str, VendorAccount]:
    """Each vendor's account that the settings switch on, by the settings' name of it."""
    del plan
    found: list[VendorAccount | None] = [
        pagerduty.account(settings, catalog),
        sentry.account(settings, catalog),
        newrelic.account(settings, catalog),
    ]
    return {each.name: each for each in found if each is not None}

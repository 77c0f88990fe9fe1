"""PagerDuty's part of one environment, judged before anything is registered: what the account is filled with, and what it gives."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.catalog import Catalog
from catalog.faults import Fault
from components import logins
from components.pagerduty import USER_TOKEN, PagerDuty, PagerDutySettings
from components.secrets import Made
from components.vendor import Vendor
from rendering.pagerduty import everything, limits
from rendering.resource import Ref
from rendering.secrets import SecretKey
from stacks.filled import VendorAccount
from stacks.settings import KEY, Settings

NAME = "pagerduty"


@dataclass(frozen=True)
class PagerDutyAccount(VendorAccount):
    """What the account is filled with."""

    keys: dict[SecretKey, Ref] = field(default_factory=dict[SecretKey, Ref])

    @property
    def gives(self) -> frozenset[SecretKey]:
        """The keys of its integrations."""
        return frozenset(self.keys)

    def values(self, made: Vendor) -> Made:
        """The keys, once they are made."""
        return made.values(self.keys) if isinstance(made, PagerDuty) else {}

    def missing(self, stack: str) -> list[Fault]:
        """Besides the account's own key that of a user, where Slack asks for one."""
        asked = isinstance(self.settings, PagerDutySettings) and self.settings.slack and not self.settings.simulated
        return [*super().missing(stack), *(logins.unauthorised([USER_TOKEN], f"{NAME}.slack", stack) if asked else [])]


def account(settings: Settings, catalog: Catalog) -> PagerDutyAccount | None:
    """Everything that the catalog means there; None where PagerDuty is off, and keys are given by hand."""
    chosen = settings.pagerduty
    if chosen is None:
        return None
    found = everything.resources(catalog, chosen.account(settings.environment, owns=settings.account_wide))
    keys = everything.keys(catalog)
    return PagerDutyAccount(tuple(found), NAME, PagerDuty, chosen, tuple(keys.values()), keys)


def conflicts(settings: Settings) -> Iterator[tuple[str, str, str, str]]:
    """Key, value, reason and remedy of each choice that another setting spoils."""
    chosen = settings.pagerduty
    if chosen is None:
        return
    if not settings.notifications.pagerduty:
        reason = "its account would be filled, and nobody would send anything there"
        yield NAME, "", reason, "set notifications.pagerduty to true, or leave pagerduty out"
    if chosen.people == "made" and not settings.account_wide:
        reason = "an account has a user and a team but once, and this stack does not own what it has but once"
        yield f"{NAME}.people", "made", reason, "set it to found, or set account_wide in the one stack that owns them"
    cloudwatch = settings.aws.cloudwatch if settings.aws else None
    if cloudwatch and cloudwatch.pagerduty == "topics":
        reason = "PagerDuty joins what came by one key alone, so these pages would call people a second time for one symptom"
        yield "aws.cloudwatch.pagerduty", "topics", reason, "set it to events, or leave pagerduty out"
    if chosen.jira and settings.notifications.jira is None:
        reason = "incidents would become issues while warnings, which are the ones to plan for, become none"
        yield f"{NAME}.jira", "", reason, "write notifications.jira, or leave it out here"


def faults(settings: Settings, catalog: Catalog, file: str) -> list[Fault]:
    """What only catalog and settings together are wrong in."""
    chosen = settings.pagerduty
    if chosen is None:
        return []
    asked = chosen.account(settings.environment, owns=settings.account_wide)
    told = [*limits.long_names(catalog, asked), *limits.unknown(catalog, asked)]
    return [Fault(file, f"{KEY}.{key}", value, reason, remedy) for key, value, reason, remedy in told]

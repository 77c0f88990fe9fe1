"""What PagerDuty refuses of a catalog and an environment together, told before anything is made."""

from collections.abc import Iterator

from catalog.base import Severity
from catalog.catalog import Catalog
from catalog.faults import nearest
from rendering.pagerduty import policies, services
from rendering.pagerduty.calls import calls
from rendering.pagerduty.settings import Account

LONGEST_NAME = 100
"""Characters of a name: what its REST API says of users and teams (`maxLength`), and its web interface of the others."""
Conflict = tuple[str, str, str, str]


def long_names(catalog: Catalog, account: Account) -> Iterator[Conflict]:
    """Names that an environment's own makes too long; a cut name would be another one's."""
    for call in calls(catalog):
        for name in (services.title(call, account), *(policies.title(call, each, account) for each in call.policies)):
            if len(name) > LONGEST_NAME:
                reason = f"PagerDuty's {name!r} would have {len(name)} characters, and may have {LONGEST_NAME}"
                yield (
                    "environment",
                    account.environment,
                    reason,
                    "shorten the environment's name, or the catalog's of application or escalation",
                )


def unknown(catalog: Catalog, account: Account) -> Iterator[Conflict]:
    """Channels and projects that no team of the catalog has: a slip of the pen would keep people from being told."""
    channels = {channel for team in catalog.teams.values() if (channel := team.slack.get(Severity.CRITICAL))}
    projects = {team.jira for team in catalog.teams.values() if team.jira}
    for key, given, known, what in (
        ("pagerduty.slack.channels", account.slack.channels if account.slack else {}, channels, "channel for what is critical"),
        ("pagerduty.jira.projects", account.jira.projects if account.jira else {}, projects, "project"),
    ):
        for name in given:
            if name not in known:
                yield key, name, f"no team of catalog/teams.yaml has this {what}", nearest(name, sorted(known))

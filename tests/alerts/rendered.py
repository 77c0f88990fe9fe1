"""The rules as the project renders them from its own catalog."""

from functools import cache
from pathlib import Path

from catalog.loading import load
from rendering.rules import rule_groups
from rendering.site import Site, Smtp
from tests.alerts.slices import Group, Slice, slices

ROOT = Path(__file__).resolve().parents[2]
SITE = Site(
    environment="test",
    region="eu-central-1",
    cluster="test-1",
    runbooks_url="https://example.com/runbooks/",
    pagerduty=True,
    slack=True,
    webhooks=True,
    heartbeat=True,
    smtp=Smtp("mail.example.com:587", "observatory@example.com", "observatory"),
)


@cache
def groups() -> dict[str, list[Group]]:
    """Every rule group, by application."""
    return rule_groups(load(ROOT), SITE)


@cache
def every_alert() -> dict[tuple[str, str, str], Slice]:
    """Every alert with what it reads; where a subject has two of one name, the name is followed by the severity."""
    found: dict[tuple[str, str, str], list[Slice]] = {}
    for each in slices(groups()):
        found.setdefault((each.application, each.subject, each.name), []).append(each)
    alerts: dict[tuple[str, str, str], Slice] = {}
    for (application, subject, name), alike in found.items():
        for each in alike:
            alerts[application, subject, f"{name}:{each.labels['severity']}" if len(alike) > 1 else name] = each
    return alerts

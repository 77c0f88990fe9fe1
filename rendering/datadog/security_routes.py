"""Who hears of security signals and findings, where and how often; and what is no attack although it looks like one."""

from collections.abc import Iterator

from catalog.base import Severity
from catalog.catalog import Catalog
from rendering.datadog import messages
from rendering.datadog.log_scope import MANAGED, any_of, synthetic_users
from rendering.datadog.security import TEAM
from rendering.document import Document
from rendering.resource import Resource
from rendering.site import Site

SUPPRESSION = "datadog:index/securityMonitoringSuppression:SecurityMonitoringSuppression"
NOTIFICATION = "datadog:index/securityNotificationRule:SecurityNotificationRule"
_DAY = 86400
"""Seconds; the longest that a notification may be held back to join others, the shortest is 15 minutes."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """Suppressions and notification rules; all of them the account's."""
    if site.datadog is None or site.datadog.logs is None:
        return []
    found = [Resource(SUPPRESSION, name, inputs, account_wide=True) for name, inputs in _suppressions(catalog)]
    return [*found, *(Resource(NOTIFICATION, name, inputs, account_wide=True) for name, inputs in _notifications(catalog, site))]


def _suppressions(catalog: Catalog) -> Iterator[tuple[str, Document]]:
    """Journeys log in from wherever they are tried, with the same account: that is no travel."""
    users = sorted(synthetic_users(catalog))
    if users:
        yield (
            "synthetic-users",
            {
                "name": "observatory: users of journeys",
                "description": "Journeys of the catalog log in from several countries with accounts that are nobody's.",
                "enabled": True,
                "ruleQuery": f"type:log_detection {MANAGED}",
                "dataExclusionQuery": f"@usr.email:{any_of(users)} OR @usr.id:{any_of(users)}",
                "tags": [MANAGED, f"team:{TEAM}"],
            },
        )


_SIGNALS = ("log_detection", "workload_security", "signal_correlation", "application_security")
_FINDINGS = (
    *("misconfiguration", "attack_path", "identity_risk", "container_image_vulnerability", "host_vulnerability"),
    *("application_library_vulnerability", "application_code_vulnerability"),
)


def _notifications(catalog: Catalog, site: Site) -> Iterator[tuple[str, Document]]:
    """Which signals and findings the security team hears of, where and how often; Datadog's own rules among them."""
    team = catalog.teams.get(TEAM)
    if team is None:
        return
    told = {
        # Datadog alone sees these, so Datadog pages; what repeats an alert of the catalog is paged by the alert.
        "pages": (Severity.CRITICAL, "page", "security_signals", _SIGNALS, ("critical",), "pages:true", 0),
        "urgent": (Severity.CRITICAL, "message", "security_signals", _SIGNALS, ("critical", "high"), "-pages:true", 0),
        "worth-a-look": (Severity.WARNING, "message", "security_signals", _SIGNALS, ("medium",), "", 15 * 60),
        "daily": (Severity.INFO, "message", "security_signals", _SIGNALS, ("low",), "", _DAY),
        "findings": (Severity.WARNING, "message", "security_findings", _FINDINGS, ("critical", "high"), "", _DAY),
    }
    for name, (severity, urgency, source, kinds, severities, query, every) in told.items():
        selectors = {"triggerSource": source, "ruleTypes": list(kinds), "severities": list(severities), "query": query}
        targets = [f"@{handle}" for handle in messages.handles(TEAM, team, severity, urgency, site)]
        yield (
            name,
            {
                "name": f"observatory: {TEAM}, {name}",
                "enabled": True,
                "selectors": selectors,
                "targets": targets,
                "timeAggregation": every,
            },
        )

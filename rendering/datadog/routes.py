"""Rules by which a monitor's tags lead to people: monitors and tests name nobody themselves, as rules of Prometheus do not."""

from collections.abc import Iterable, Iterator

from catalog.base import Severity
from catalog.catalog import Catalog
from rendering.datadog import messages
from rendering.resource import Resource
from rendering.site import Site

RULE = "datadog:index/monitorNotificationRule:MonitorNotificationRule"


def resources(catalog: Catalog, site: Site, rendered: Iterable[Resource]) -> list[Resource]:
    """One rule for each team, severity and loudness that anything rendered has; all of a rule's tags must match."""
    if site.datadog is None:
        return []
    place = [f"environment:{site.environment}", f"cluster:{site.cluster}"]
    found: list[Resource] = []
    for name, severity, loudness in sorted(set(_told(rendered))):
        inputs = {
            "name": f"{site.environment} {site.cluster} {name}: {severity} {loudness}",
            "filter": {"tags": [*place, f"team:{name}", f"severity:{severity}", f"notifies:{loudness}"]},
            "conditionalRecipients": _recipients(messages.handles(name, catalog.teams[name], Severity(severity), loudness, site)),
        }
        found.append(Resource(RULE, f"{name}.{severity}.{loudness}", inputs))
    return found


def _told(rendered: Iterable[Resource]) -> Iterator[tuple[str, str, str]]:
    """Team, severity and loudness of what tells somebody."""
    for resource in rendered:
        tags: dict[str, str] = {}
        for tag in map(str, resource.inputs.get("tags", ())):
            key, _, value = tag.partition(":")
            tags[key] = value
        if "notifies" in tags:
            yield tags["team"], tags["severity"], tags["notifies"]


def _recipients(handles: list[str]) -> dict[str, object]:
    """A webhook opens an incident and its twin closes it; people read both, and what has no data besides.

    Statuses are those of docs.datadoghq.com/api/latest/monitors/create-a-monitor-notification-rule.
    """
    people = [handle for handle in handles if not handle.startswith("webhook-")]
    closing = [f"{handle}{messages.RESOLVE}" if handle.startswith("webhook-") else handle for handle in handles]
    conditions = [
        {"scope": "transition_type:is_alert", "recipients": handles},
        {"scope": "transition_type:is_recovery", "recipients": closing},
    ]
    return {"conditions": conditions, **({"fallbackRecipients": people} if people else {})}

"""All that the catalog means to Sentry in one environment, in one go."""

from collections import Counter

from catalog.catalog import Catalog
from rendering.resource import Resource, refs
from rendering.sentry import issue_alerts, metric_alerts, projects
from rendering.sentry.places import Organization


def resources(catalog: Catalog, organization: Organization) -> tuple[Resource, ...]:
    """Every resource of this stack; ValueError where two share a name or a reference leads nowhere."""
    parts = (projects, issue_alerts, metric_alerts)
    rendered = [made for part in parts for made in part.resources(catalog, organization)]
    found = tuple(each for each in rendered if organization.ours or not each.account_wide)
    known = Counter((each.kind, each.name) for each in found)
    wrong = [f"two resources are {kind} {name!r}" for (kind, name), count in known.items() if count > 1]
    wrong += [f"{each.kind} {each.name!r} -> {ref}" for each in found for ref in refs(each.inputs) if (ref.kind, ref.name) not in known]
    if wrong:
        raise ValueError("; ".join(wrong))
    return found

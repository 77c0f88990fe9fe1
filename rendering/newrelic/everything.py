"""All that the catalog means to New Relic in one environment, in one go."""

from collections import Counter

from catalog.catalog import Catalog
from rendering.newrelic import alerts, dashboards, synthetics
from rendering.newrelic.places import Account
from rendering.resource import Resource, refs


def resources(catalog: Catalog, account: Account) -> tuple[Resource, ...]:
    """Every resource; ValueError where two share a name or a reference leads nowhere."""
    parts = (alerts, dashboards, synthetics)
    found = tuple(made for part in parts for made in part.resources(catalog, account))
    known = Counter((each.kind, each.name) for each in found)
    wrong = [f"two resources are {kind} {name!r}" for (kind, name), amount in known.items() if amount > 1]
    wrong += [f"{each.kind} {each.name!r} -> {ref}" for each in found for ref in refs(each.inputs) if (ref.kind, ref.name) not in known]
    if wrong:
        raise ValueError("; ".join(wrong))
    return found

"""All that the catalog means to Datadog in one environment, in one go; nothing where Datadog is off."""

from collections import Counter
from collections.abc import Callable, Iterable

from catalog.catalog import Catalog
from rendering.datadog import (
    catalog_entries,
    downtimes,
    integrations,
    logs,
    metrics,
    monitors,
    pipelines,
    routes,
    rum,
    scanner,
    security,
    security_routes,
    slos,
    synthetics,
    teams,
    webhooks,
    workloads,
)
from rendering.resource import Resource, refs
from rendering.site import Site

_PARTS: tuple[Callable[[Catalog, Site], Iterable[Resource]], ...] = (
    monitors.resources,
    slos.resources,
    teams.resources,
    downtimes.resources,
    webhooks.resources,
    synthetics.resources,
    rum.resources,
    integrations.resources,
    metrics.resources,
    pipelines.resources,
    logs.resources,
    scanner.resources,
    security.resources,
    security_routes.resources,
    workloads.resources,
    catalog_entries.resources,
)
"""One module, one part, each with `resources(catalog, site)`; a part names others' resources by `Ref`, in any order."""


def resources(catalog: Catalog, site: Site, further: Iterable[Resource] = ()) -> tuple[Resource, ...]:
    """Every resource, those of `further` (dashboards) among them; ValueError where two share a name or a reference leads nowhere."""
    if site.datadog is None:
        return ()
    rendered = [resource for part in _PARTS for resource in part(catalog, site)]
    rendered += routes.resources(catalog, site, rendered)
    found = tuple(each for each in (*rendered, *further) if site.datadog.account_wide or not each.account_wide)
    known = Counter((each.kind, each.name) for each in found)
    shared = [f"{kind} {name!r}" for (kind, name), count in known.items() if count > 1]
    astray = [f"{each.kind} {each.name!r} -> {ref}" for each in found for ref in refs(each.inputs) if (ref.kind, ref.name) not in known]
    if shared or astray:
        raise ValueError("; ".join([*(f"two resources are {name}" for name in shared), *astray]))
    return found

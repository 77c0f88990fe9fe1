"""New Relic's part of one environment, judged before anything is registered: agents in the cluster, and what its account is filled with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.catalog import Catalog
from catalog.faults import Fault
from components import newrelic
from components.context import Context
from components.newrelic import NewRelic
from components.secrets import Handed
from rendering.document import Document
from rendering.newrelic import everything
from rendering.newrelic.places import Account, instrumented, namespaces
from stacks.filled import VendorAccount
from stacks.settings import KEY, Settings


@dataclass(frozen=True)
class Agents:
    """What stands in the cluster."""

    values: dict[str, Any] | None
    """Of the chart; None where it is not installed."""
    handed: list[Handed]
    edges: list[Document]
    monitoring_edges: list[Document]


def agents(settings: Settings, catalog: Catalog, context: Context) -> Agents:
    """The chart and what it needs; nothing where New Relic is off, or only its APM agents are wanted."""
    chosen = settings.newrelic
    if chosen is None:
        return Agents(None, [], [], [])
    values = newrelic.values(context, chosen, namespaces(catalog)) if chosen.agents else None
    edges = newrelic.edges(context, chosen)
    return Agents(values, newrelic.handed(context, chosen), edges, newrelic.monitoring_edges(context, chosen))


def account(settings: Settings, catalog: Catalog) -> VendorAccount | None:
    """Everything that the catalog means there; None where New Relic is off."""
    chosen = settings.newrelic
    if chosen is None:
        return None
    return VendorAccount(everything.resources(catalog, Account(chosen, settings.site)), newrelic.NAME, NewRelic, chosen)


def conflicts(settings: Settings) -> Iterator[tuple[str, str, str, str]]:
    """Key, value, reason and remedy of each choice that another setting spoils."""
    chosen = settings.newrelic
    if chosen and chosen.infrastructure and not settings.operators.cluster_exporters:
        reason = "its agents ask kube-state-metrics for the cluster's state, and there is none of ours (operators.cluster_exporters)"
        yield "newrelic.infrastructure", "true", reason, "set cluster_exporters to true, or infrastructure to false"


def faults(settings: Settings, catalog: Catalog, file: str) -> list[Fault]:
    """What only catalog and settings together are wrong in."""
    if settings.newrelic is None or any(True for _ in instrumented(catalog)):
        return []
    reason = "no service of the catalog carries its agent"
    return [Fault(file, f"{KEY}.newrelic", "", reason, "write apm: [newrelic] in a service's collect, or leave newrelic out")]

"""Every document of an environment, made before anything is registered, so that all of it can be checked first. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.catalog import Catalog
from components import alertmanager, edges, exporters, handover, prometheus, query
from components.context import Context
from components.namespaces import System
from components.prometheus_access import scraped_namespaces
from components.secrets import Handed, Need
from rendering.document import Document
from rendering.documents import Rendered
from stacks.outputs import Outputs, handed_over, outputs
from stacks.settings import Settings


@dataclass(frozen=True)
class Plan:
    """Documents by the component that registers them; namespaces, releases and secrets are made by theirs."""

    context: Context
    edges: dict[System, list[Document]]
    needs: list[Need]
    handed: list[Handed]
    exporters: list[Document]
    alertmanager_around: list[Document]
    alertmanager: Document
    prometheus_around: list[Document]
    prometheus: Document
    content: list[Document]
    """Rules and monitors."""
    query: list[Document]
    outputs: Outputs
    handover: list[Document]

    @property
    def values(self) -> list[Need]:
        """Every secret value that somebody must give."""
        return sorted({*self.needs, *(need for hand in self.handed for need in hand.variables.values())})

    def documents(self) -> Iterator[Document]:
        """All of them."""
        for found in self.edges.values():
            yield from found
        yield from (*self.exporters, *self.alertmanager_around, self.alertmanager)
        yield from (*self.prometheus_around, self.prometheus, *self.content, *self.query, *self.handover)


def plan(settings: Settings, catalog: Catalog, rendered: Rendered) -> Plan:
    """The documents of one environment, in time linear to the catalog."""
    namespaces = {application.namespace for application in catalog.applications.values() if application.namespace}
    context = settings.context(tuple(sorted(namespaces)))
    alerting = [Need(secret.name, secret.key, secret.purpose) for secret in rendered.secrets]
    needs = sorted({*alerting, *(need for subject in rendered.exporters for need in exporters.needs(subject))})
    handed = handover.handed(settings.datadog, catalog.applications.values())
    promised = outputs(settings, context, catalog, needs, handed)
    scraped = scraped_namespaces(rendered.monitors)
    made = [*exporters.blackbox(context, settings.exporters, rendered.blackbox)]
    for subject in rendered.exporters:
        made += exporters.exporter(context, settings.exporters, subject)
    return Plan(
        context=context,
        edges={
            "monitoring": edges.monitoring(context, settings.prometheus, settings.operators, scraped, rendered.exporters),
            "logging": edges.logging(context, settings.operators),
            "tracing": [],
            "agents": edges.agents(context, settings.operators),
        },
        needs=needs,
        handed=handed,
        exporters=made,
        alertmanager_around=alertmanager.around(context, settings.alertmanager, rendered.alertmanager),
        alertmanager=alertmanager.alertmanager(context, settings.alertmanager, [need.name for need in alerting]),
        prometheus_around=prometheus.around(context, settings.prometheus, rendered.monitors),
        prometheus=prometheus.prometheus(context, settings.prometheus, alertmanager.prometheus_endpoint(context)),
        content=[*rendered.rules, *rendered.monitors],
        query=query.documents(context, settings.prometheus),
        outputs=promised,
        handover=handed_over(promised),
    )

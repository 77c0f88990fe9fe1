"""Every document of an environment, made before anything is registered, so that all of it can be checked first. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.catalog import Catalog
from components import alertmanager, edge, edges, exporters, grafana, handover, interface_edges, prometheus, query, remediation
from components.alertmanager import AlertmanagerSettings
from components.context import Context
from components.grafana_configuration import People
from components.grafana_configuration import needs as grafana_needs
from components.interface_edges import HTTPS
from components.namespaces import System
from components.prometheus_access import scraped_namespaces
from components.proxy import NEEDS as PROXY_NEEDS
from components.proxy import Guarded
from components.secrets import Handed, Need
from rendering.document import Document
from rendering.documents import Rendered
from rendering.remediation.telling import acts
from stacks import datadog, doctor, newrelic
from stacks import logs as elastic
from stacks import loki as records
from stacks import traces as spans
from stacks.logs import Logs
from stacks.loki import Records
from stacks.outputs import Outputs, outputs
from stacks.settings import Settings
from stacks.traces import Traces


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
    grafana: list[Document]
    """The server, its StatefulSet last; none where there is no Grafana of ours."""
    datadog: list[Document]
    """Agents, the custom resource last; none where Datadog is off."""
    worker: list[Document]
    """Of Datadog's tests inside the cluster; none where there is no location of ours."""
    newrelic: dict[str, Any] | None
    """Values of New Relic's chart; None where it is not installed."""
    traces: Traces
    logs: Logs
    """The Elastic stack."""
    records: Records
    """Loki."""
    edge: list[Document]
    """Proxies and hosts; none where no user interface is reached from outside."""
    outputs: Outputs
    remediation: list[Document]
    """What acts on alerts; none where the settings leave it out."""
    doctor: list[Document]
    """The CronJob, last; none where the settings leave it out."""
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
        yield from (*self.prometheus_around, self.prometheus, *self.content, *self.query)
        yield from (*self.grafana, *self.datadog, *self.worker, *self.traces.documents, *self.logs.documents, *self.records.loki)
        yield from (*self.edge, *self.doctor, *self.remediation, *self.handover)


def plan(settings: Settings, catalog: Catalog, rendered: Rendered) -> Plan:
    """The documents of one environment, in time linear to the catalog."""
    namespaces = {application.namespace for application in catalog.applications.values() if application.namespace}
    context = settings.context(tuple(sorted(namespaces)))
    alerting = [Need(secret.name, secret.key, secret.purpose) for secret in rendered.secrets]
    guards = _guards(settings, context)
    needs = sorted({*alerting, *(need for subject in rendered.exporters for need in exporters.needs(subject)), *_needs(settings, guards)})
    agents = datadog.agents(settings, catalog, context)
    traced = spans.traces(settings, context, catalog)
    logged = elastic.logs(settings, context, catalog)
    kept = records.records(settings, context, catalog, rendered.loki)
    relic = newrelic.agents(settings, catalog, context)
    applications = catalog.applications.values()
    stored, reliced = settings.elastic is not None, settings.newrelic is not None
    told = handover.handed(settings.datadog, applications, elasticsearch=stored, newrelic=reliced)
    handed = [*told, *agents.handed, *relic.handed, *traced.handed, *logged.handed]
    promised = outputs(settings, context, catalog, needs, handed, guards)
    scraped = scraped_namespaces(rendered.monitors)
    visited = doctor.visits(settings, catalog, context, rendered.rules)
    made = [*exporters.blackbox(context, settings.exporters, rendered.blackbox)]
    for subject in rendered.exporters:
        made += exporters.exporter(context, settings.exporters, subject)
    return Plan(
        context=context,
        edges={
            "monitoring": [
                *edges.monitoring(context, settings.prometheus, settings.operated, scraped, rendered.exporters),
                *_interface_edges(settings, context, guards),
                *traced.monitoring_edges,
                *kept.monitoring_edges,
                *agents.worker_edges,
                *relic.monitoring_edges,
                *visited.edges,
                *_acting_edges(settings, context),
            ],
            "logging": [*edges.logging(context, settings.operated), *logged.logging_edges, *kept.logging_edges],
            "tracing": traced.tracing_edges,
            "agents": [*edges.agents(context, settings.operated), *agents.edges, *relic.edges, *traced.agents_edges, *logged.agents_edges],
        },
        needs=needs,
        handed=handed,
        exporters=made,
        alertmanager_around=alertmanager.around(context, settings.alertmanager, rendered.alertmanager),
        alertmanager=alertmanager.alertmanager(context, _alertmanager(settings), [need.name for need in alerting]),
        prometheus_around=prometheus.around(context, settings.prometheus, rendered.monitors),
        prometheus=prometheus.prometheus(context, settings.prometheus, alertmanager.prometheus_endpoint(context)),
        content=[*rendered.rules, *rendered.monitors],
        query=query.documents(context, settings.prometheus),
        grafana=grafana.documents(context, settings.grafana, _people(settings)) if settings.grafana else [],
        datadog=agents.documents,
        worker=agents.worker,
        newrelic=relic.values,
        traces=traced,
        logs=logged,
        records=kept,
        edge=_edge(settings, context, guards),
        outputs=promised,
        doctor=visited.documents,
        remediation=remediation.documents(context, settings.remediation, acts(catalog, settings.site)) if settings.remediation else [],
        handover=_handed_over(promised),
    )


def _needs(settings: Settings, guards: list[Guarded]) -> list[Need]:
    """Secrets of Grafana and of the proxies."""
    found = grafana_needs(settings.grafana, _people(settings)) if settings.grafana else []
    shown = [guard.authority for guard in guards if guard.authority]
    return [*found, *(PROXY_NEEDS if settings.edge else ()), *shown]


def _acting_edges(settings: Settings, context: Context) -> list[Document]:
    released = settings.operated.argo_events == "release"
    return remediation.edges(context, controller=released) if settings.remediation else []


def _guards(settings: Settings, context: Context) -> list[Guarded]:
    """User interfaces that the edge puts a login before."""
    if settings.edge is None or settings.oidc is None:
        return []
    store = settings.jaeger if settings.traces else None
    front = settings.prometheus.query == "thanos"
    return edge.guarded(context, settings.oidc, front=front, jaeger=store, kibana=settings.elastic is not None)


def _edge(settings: Settings, context: Context, guards: list[Guarded]) -> list[Document]:
    if settings.edge is None or settings.oidc is None:
        return []
    return edge.documents(context, settings.edge, settings.oidc, guards, with_grafana=settings.grafana is not None)


def _people(settings: Settings) -> People:
    """How Grafana meets people; by mail only where it has something of its own to tell."""
    mails = settings.grafana is not None and "email" in settings.grafana.content.contact
    return People(settings.grafana_url, settings.oidc, settings.site.smtp if mails else None)


def _interface_edges(settings: Settings, context: Context, guards: list[Guarded]) -> list[Document]:
    found: list[Document] = []
    if settings.grafana:
        given, people = settings.grafana, _people(settings)
        shown, told = given.content, set(given.content.contact) - {"email"}
        calls = people.oidc or given.role_arn or given.plugins or shown.cloudwatch or shown.datadog or told
        outward = [HTTPS] * bool(calls) + ([int(people.smtp.smarthost.rpartition(":")[2])] if people.smtp else [])
        found += interface_edges.grafana(context, given, settings.edge, outward)
    return found + (interface_edges.proxies(context, settings.edge, guards) if settings.edge else [])


def _alertmanager(settings: Settings) -> AlertmanagerSettings:
    """Links in messages begin where people reach it: at the edge, unless a setting says otherwise."""
    given = settings.alertmanager
    if given.external_url or settings.edge is None:
        return given
    return given.model_copy(update={"external_url": settings.edge.url("alertmanager")})


def _handed_over(promised: Outputs) -> list[Document]:
    """The ConfigMaps that hold what applications are promised."""
    documents: list[Document] = []
    for name, application in promised.applications.items():
        documents.append(handover.config_map(application.namespace, name, application.environment))
        documents += [
            handover.config_map(application.namespace, name, service.environment, service_name)
            for service_name, service in application.services.items()
        ]
    return documents

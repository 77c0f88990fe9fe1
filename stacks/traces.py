"""Traces for one environment: collectors, Jaeger and the edges between them; nothing of it where there are none."""

from dataclasses import dataclass

from catalog.catalog import Catalog
from components import jaeger, loki_edges, otel, query, traces_edges
from components.context import Context
from components.secrets import Handed
from dashboards.grafana import trace_links
from dashboards.model import ELASTICSEARCH, LOKI
from rendering.document import Document
from rendering.jaeger.configuration import Monitor
from rendering.jaeger.interface import interface
from rendering.jaeger.places import query_endpoint
from rendering.jaeger.strategies import strategies
from rendering.otel.agent import agent
from rendering.otel.gateway import gateway
from rendering.otel.mesh import telemetry
from stacks import loki
from stacks.settings import Settings


@dataclass(frozen=True)
class Traces:
    """Documents by the component that registers them."""

    agents: list[Document]
    samplers: list[Document]
    jaeger: list[Document]
    handed: list[Handed]
    """Secrets in the tracing namespace."""
    agents_edges: list[Document]
    tracing_edges: list[Document]
    monitoring_edges: list[Document]

    @property
    def documents(self) -> list[Document]:
        """All but the edges."""
        return [*self.agents, *self.samplers, *self.jaeger]


def traces(settings: Settings, context: Context, catalog: Catalog) -> Traces:
    """What an environment has of traces."""
    given, store = settings.traces, settings.jaeger
    if given is None:
        return Traces([], [], [], [], [], [], [])
    mesh = [telemetry()] if given.mesh else []
    signed = settings.prometheus.query == "amp"
    return Traces(
        agents=[*otel.agents(context, given, agent(catalog, settings.site, given, loki.route(settings, context))), *mesh],
        samplers=otel.samplers(context, given, gateway(catalog, settings.site, given)),
        jaeger=_jaeger(settings, context, catalog, signed=signed),
        handed=jaeger.handed(context, store),
        agents_edges=[*traces_edges.agents(context, given), *(loki_edges.agents(context) if settings.loki else [])],
        tracing_edges=traces_edges.tracing(context, given, store, signed=signed),
        monitoring_edges=traces_edges.monitoring(context) if store and not signed else [],
    )


def endpoint(settings: Settings) -> str | None:
    """Where machines ask for traces; None where no Jaeger is ours."""
    if settings.traces is None or settings.jaeger is None:
        return None
    return query_endpoint(settings.site.namespaces, settings.jaeger.base_path)


def _jaeger(settings: Settings, context: Context, catalog: Catalog, *, signed: bool) -> list[Document]:
    if settings.jaeger is None:
        return []
    write = settings.prometheus.remote_write
    region = (write.region if write else None) or settings.region
    monitor = Monitor(query.endpoint(context, settings.prometheus), region if signed else None)
    stores = (*((ELASTICSEARCH,) if settings.elastic else ()), *((LOKI,) if settings.loki else ()))
    links = [(link.title, link.url) for link in trace_links.records(settings.grafana_url, stores)]
    constant = settings.traces is not None and settings.traces.sampling.share == 1
    files = jaeger.texts(strategies(catalog, constant=constant), interface(settings.grafana_url, links))
    return jaeger.documents(context, settings.jaeger, monitor, files)

"""The Elastic stack for one environment: its resources, who logs in to it, and the edges of log records; nothing where there is none."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from catalog.catalog import Catalog
from components.context import Context
from components.elastic import content, edges, elasticsearch, exporter, filebeat, kibana, logstash, users
from components.elastic.stack import Parts
from components.secrets import Handed
from dashboards.grafana.sources import Elastic as Source
from dashboards.kibana import everything as saved
from rendering import filebeat as beat
from rendering.document import Document, to_yaml
from rendering.elastic import everything, places
from rendering.elastic.exporter import configuration as measured
from rendering.logstash import everything as pipelines
from stacks.settings import Settings

_FOLDER = "elastic"


@dataclass(frozen=True)
class Logs:
    """Documents by the part that they bring; no parts where there is no Elasticsearch of ours."""

    parts: Parts | None = None
    handed: list[Handed] = field(default_factory=list[Handed])
    logging_edges: list[Document] = field(default_factory=list[Document])
    agents_edges: list[Document] = field(default_factory=list[Document])
    files: dict[str, str] = field(default_factory=dict[str, str])
    """What `make render` writes of it, by path."""

    @property
    def documents(self) -> list[Document]:
        """All but the edges."""
        return self.parts.documents if self.parts else []


def logs(settings: Settings, context: Context, catalog: Catalog) -> Logs:
    """What an environment has of the Elastic stack."""
    elastic, kept = settings.elastic, settings.logs
    if elastic is None or kept is None:
        return Logs()
    site, known = settings.site, _users(settings)
    store = settings.jaeger if "jaeger" in known else None
    asked = [*everything.requests(catalog, site, kept, elastic, store), *saved.requests(catalog, site)]
    flows = pipelines.files(catalog, site, kept, elastic)
    collected = beat.configuration(catalog, site, kept, elastic)
    listed = pipelines.pipelines(elastic)
    told = to_yaml(measured([each["pipeline.id"] for each in listed]))
    url = settings.edge.url("kibana") if settings.edge and kibana.READER in known else None
    parts = Parts(
        elasticsearch=elasticsearch.documents(context, elastic, known, healthy=everything.healthy(elastic)),
        kibana=kibana.documents(context, elastic, url),
        content=content.documents(context, everything.files(asked)),
        exporter=exporter.documents(context),
        logstash=logstash.documents(context, elastic, flows, listed, pipelines.settings(), told),
        filebeat=filebeat.documents(context, elastic, collected, told),
    )
    return Logs(
        parts=parts,
        handed=[
            *users.handed(context, known),
            *elasticsearch.handed(context, elastic),
            *kibana.handed(context, behind_login=kibana.READER in known),
        ],
        logging_edges=edges.logging(context, elastic, _direct(catalog)),
        agents_edges=edges.agents(context, elastic),
        files={
            **everything.documents(asked),
            **{f"{_FOLDER}/logstash/{name}": text for name, text in flows.items()},
            f"{_FOLDER}/logstash.yml": to_yaml(pipelines.settings()),
            f"{_FOLDER}/pipelines.yml": to_yaml(listed),
            f"{_FOLDER}/filebeat.yml": to_yaml(collected),
        },
    )


def source(settings: Settings, catalog: Catalog) -> Source | None:
    """Where Grafana asks for records; None where no Elasticsearch is ours."""
    if settings.elastic is None:
        return None
    site = settings.site
    streams = sorted({f"{places.prefix(application)}-*-{site.environment}" for application in catalog.applications.values()})
    return Source(places.elasticsearch(site.namespaces), "grafana", ",".join(streams), own_authority=True)


def serves(settings: Settings, url: str) -> bool:
    """Whether an address is that of our Elasticsearch, be it here or not."""
    return urlsplit(url).hostname == urlsplit(places.elasticsearch(settings.site.namespaces)).hostname


def _users(settings: Settings) -> list[str]:
    """Only those whom somebody here logs in as."""
    store = settings.jaeger.elasticsearch if settings.jaeger and settings.traces else None
    asked = {
        "grafana": settings.grafana is not None,
        "jaeger": store is not None and serves(settings, store.url),
        kibana.READER: settings.edge is not None and settings.oidc is not None,
    }
    return [content.USER, exporter.USER, logstash.USER, *(user for user, here in asked.items() if here)]


def _direct(catalog: Catalog) -> list[str]:
    """Namespaces of applications that write to Elasticsearch themselves."""
    return [each.namespace for each in catalog.applications.values() if each.namespace and each.logs.direct]

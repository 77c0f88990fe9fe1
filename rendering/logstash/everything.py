"""All that Logstash runs: its pipelines' files, what each may take, and its own settings."""

from catalog.catalog import Catalog
from rendering.document import Document
from rendering.elastic.settings import ElasticSettings
from rendering.logs.settings import LogsSettings
from rendering.logstash.identity import by_claim, by_place, kept_elsewhere
from rendering.logstash.inputs import arrived, inputs
from rendering.logstash.outputs import buried, handed_on, stores
from rendering.logstash.parse import parse
from rendering.logstash.redact import masked
from rendering.logstash.route import located, requested, route
from rendering.logstash.settings import DEAD, FOLDER, RECEIVE, STORES, logstash_yml, pipeline_settings
from rendering.logstash.syntax import Step, file
from rendering.site import Site


def files(catalog: Catalog, site: Site, logs: LogsSettings, elastic: ElasticSettings) -> dict[str, str]:
    """The pipelines' files by name, `<pipeline>.conf`."""
    emails = logs.redact_emails
    filters: list[Step] = [
        *arrived(),
        masked("message", emails=emails),
        *by_place(catalog, site),
        *parse(catalog),
        # What JSON wrote with escapes is only now what it is.
        masked("message", "[error][message]", "[error][stack_trace]", "[url][original]", emails=emails),
        requested(),
        *by_claim(catalog),
        *kept_elsewhere(catalog),
        *([located()] if elastic.logstash.geoip else []),
        *route(catalog, site),
    ]
    receive = file(
        "Records come in, are masked, understood and handed on; nothing of this pipeline touches a disk.",
        input=inputs(elastic),
        filter=filters,
        output=handed_on(),
    )
    found = {RECEIVE: receive, **stores(), DEAD: buried(site, emails=emails)}
    return {f"{name}.conf": text for name, text in found.items()}


def pipelines(elastic: ElasticSettings) -> list[Document]:
    """`pipelines.yml`: every pipeline, its file and its queue; those that others send to come first."""
    return [
        {"pipeline.id": name, "path.config": f"{FOLDER}/{name}.conf", **pipeline_settings(name, elastic)}
        for name in (*STORES, DEAD, RECEIVE)
    ]


def settings() -> Document:
    """`logstash.yml`."""
    return logstash_yml()

"""What records are written to: a data stream for each application and kind, one for dead letters, and aliases for direct writers."""

from collections.abc import Iterator

from catalog.catalog import Catalog
from rendering.elastic.places import dead_letters, direct, stream
from rendering.elastic.redaction import pipeline
from rendering.elastic.request import Request, put
from rendering.elastic.templates import DIRECT_PIPELINE
from rendering.logs.settings import DATASETS, LogsSettings
from rendering.site import Site


def pipelines(catalog: Catalog, logs: LogsSettings) -> Iterator[Request]:
    """What direct writers' records pass, since they pass no Logstash; before the templates that name it."""
    if any(application.logs.direct for application in catalog.applications.values()):
        yield put(f"pipeline {DIRECT_PIPELINE}", f"/_ingest/pipeline/{DIRECT_PIPELINE}", pipeline(emails=logs.redact_emails))


def requests(catalog: Catalog, site: Site) -> Iterator[Request]:
    """Streams and first indices, made once: what is in them is the applications'."""
    for application in catalog.applications.values():
        for dataset in DATASETS:
            yield _stream(stream(application, dataset, site))
        if alias := application.logs.direct:
            # The alias writes to the newest of its indices and reads all: rolling over moves it on.
            first = f"{direct(alias)}-000001"
            document = {"aliases": {alias: {"is_write_index": True}}}
            yield put(f"alias {alias}", f"/{first}", document, "once", read=f"/_alias/{alias}")
    yield _stream(dead_letters(site))


def _stream(name: str) -> Request:
    return put(f"data stream {name}", f"/_data_stream/{name}", None, "once")

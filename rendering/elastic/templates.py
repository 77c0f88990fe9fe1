"""Component and index templates: every new index of a stream has the settings' shards, our fields, and its own lifecycle."""

from collections.abc import Iterator
from typing import Any

from catalog.catalog import Catalog
from catalog.model import Application
from rendering.elastic import fields
from rendering.elastic.lifecycle import META, ages, of_dead_letters, shards
from rendering.elastic.places import dead_letters, direct, prefix, stream
from rendering.elastic.request import Request, put
from rendering.elastic.settings import ElasticSettings
from rendering.logs.settings import DATASETS, Dataset, LogsSettings
from rendering.site import Site

SETTINGS, FIELDS = "observatory-settings", "observatory-fields"
DIRECT_PIPELINE = "observatory-direct"
_PRIORITY = 500
"""Above Elasticsearch's own templates (100 to 250), so that none of theirs wins where patterns meet."""
_MOST_FIELDS = 1000


def requests(catalog: Catalog, site: Site, logs: LogsSettings, elastic: ElasticSettings) -> Iterator[Request]:
    """The parts first, since a template that names one that is missing is refused."""
    yield put(f"component template {SETTINGS}", f"/_component_template/{SETTINGS}", _settings(elastic))
    yield put(
        f"component template {FIELDS}", f"/_component_template/{FIELDS}", {"template": {"mappings": fields.mappings()}, "_meta": META}
    )
    for application in catalog.applications.values():
        for dataset in DATASETS:
            yield _stream(application, dataset, site, logs, elastic)
        if application.logs.direct:
            yield _direct(application, application.logs.direct, logs, elastic)
    yield _dead_letters(site, logs, elastic)


def _settings(elastic: ElasticSettings) -> dict[str, Any]:
    """Fields beyond the limit are kept unindexed and malformed values left out, so that neither loses the record."""
    index = elastic.index
    settings = {
        "number_of_shards": index.shards,
        "number_of_replicas": index.replicas,
        "refresh_interval": index.refresh,
        "codec": "best_compression",
        "mapping": {"ignore_malformed": True, "total_fields": {"limit": _MOST_FIELDS, "ignore_dynamic_beyond_limit": True}},
    }
    return {"template": {"settings": {"index": settings}}, "_meta": META}


def _stream(application: Application, dataset: Dataset, site: Site, logs: LogsSettings, elastic: ElasticSettings) -> Request:
    name = stream(application, dataset, site)
    own: dict[str, Any] = {"lifecycle": {"name": ages(application.application, dataset, logs, elastic).name}}
    if shards(dataset, elastic) != elastic.index.shards:
        own["number_of_shards"] = shards(dataset, elastic)
    return _template(name, [name], {"settings": {"index": own}}, {"data_stream": {}})


def _direct(application: Application, alias: str, logs: LogsSettings, elastic: ElasticSettings) -> Request:
    """Ordinary indices behind the alias: clients that write to it send `index`, which a data stream refuses."""
    lifecycle = {"name": ages(application.application, "logs", logs, elastic).name, "rollover_alias": alias}
    own = {"lifecycle": lifecycle, "final_pipeline": DIRECT_PIPELINE}
    return _template(direct(alias), [f"{direct(alias)}-*"], {"settings": {"index": own}}, {})


def _dead_letters(site: Site, logs: LogsSettings, elastic: ElasticSettings) -> Request:
    name = dead_letters(site)
    own = {"lifecycle": {"name": of_dead_letters(logs, elastic).name}, "number_of_shards": 1}
    template = {"settings": {"index": own}, "mappings": fields.dead_letters()}
    return _template(name, [name], template, {"data_stream": {}}, parts=[SETTINGS])


def _template(name: str, patterns: list[str], template: dict[str, Any], more: dict[str, Any], parts: list[str] | None = None) -> Request:
    document = {"index_patterns": patterns, "composed_of": parts or [SETTINGS, FIELDS], "priority": _PRIORITY, "template": template}
    return put(f"index template {name}", f"/_index_template/{name}", {**document, **more, "_meta": META})


def patterns(application: Application, site: Site) -> list[str]:
    """All places of an application's records, for roles and views."""
    found = [f"{prefix(application)}-*-{site.environment}"]
    return [*found, application.logs.direct, f"{direct(application.logs.direct)}-*"] if application.logs.direct else found

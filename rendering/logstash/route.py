"""Where a record goes: its data set, the stream that keeps it, and an id by which no retry stores it twice."""

from catalog.catalog import Catalog
from rendering.elastic.places import prefix
from rendering.logs.settings import Dataset
from rendering.logstash.formats import definitions
from rendering.logstash.grok import grok
from rendering.logstash.inputs import FROM
from rendering.logstash.record import RAW
from rendering.logstash.syntax import Plugin, Step, Value, choose, mutate, when
from rendering.site import Site

DATASET, STREAM, ID = "[@metadata][dataset]", "[@metadata][stream]", "[@metadata][id]"
EVENTS: dict[str, Dataset] = {"business_event": "business", "security_event": "security", "performance_event": "performance"}
"""What a record calls itself in `type`, and the data set that it belongs to."""
# Addresses that no map has: private, shared, local and link-local ones.
_PRIVATE = r"/\A(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::|f[cdef])/"
_GEO: list[Value] = ["city_name", "country_name", "country_code2", "region_name", "location"]


def requested() -> Step:
    """A request's path and query, of an address that is masked by now."""
    expression = r"\A(?:https?://%{DOMAIN:[url][domain]})?%{PATH:[url][path]}(?:\?%{QUERY:[url][query]})?"
    return when("[url][original] and ![url][path]", grok("address", "[url][original]", [expression], definitions([expression]), []))


def located() -> Step:
    """Country and city of a public address."""
    options: dict[str, Value | Plugin] = {"id": "where", "source": "[client][ip]", "target": "client", "fields": _GEO, "tag_on_failure": []}
    return when(rf"[client][ip] =~ /\S/ and [client][ip] !~ {_PRIVATE}", Plugin("geoip", options))


def route(catalog: Catalog, site: Site) -> list[Step]:
    """An event of one of three kinds goes to its own stream whatever its level, a measurement to metrics, an error to errors."""
    prefixes: dict[str, Value] = {name: prefix(application) for name, application in catalog.applications.items()}
    return [
        mutate(id="environment", replace={"environment": site.environment}),
        choose(
            *((f'[type] == "{kind}"', [_dataset(name)]) for kind, name in EVENTS.items()),
            ('[type] in ["metric", "measurement"] or ([metric][name] and [metric][value])', [_dataset("metrics")]),
            ('[log][level] in ["error", "critical"]', [_dataset("errors")]),
            (None, [_dataset("logs")]),
        ),
        Plugin("translate", {"id": "prefix", "source": "[application]", "target": "[@metadata][prefix]", "dictionary": prefixes}),
        mutate(
            id="stream",
            replace={STREAM: f"%{{[@metadata][prefix]}}-%{{{DATASET}}}-{site.environment}", "[event][dataset]": f"%{{{DATASET}}}"},
        ),
        *_identified(),
    ]


def _dataset(name: Dataset) -> Step:
    return mutate(replace={DATASET: name})


def _identified() -> list[Step]:
    """A line of a file is known by its place in it, wherever the file went; any other record by its text and the time that it tells."""
    place: list[Value] = ["[host][name]", "[log][file][fingerprint]", "[log][offset]", "[container][id]", RAW]
    said: list[Value] = ["@timestamp", FROM, "[@metadata][remote]", RAW]
    fetched: list[Value] = ["[aws][s3][bucket][name]", "[aws][s3][object][key]", "[log][offset]", RAW]
    return [
        choose(
            ("[log][file][fingerprint]", [_fingerprint("line", place)]),
            ("[aws][s3]", [_fingerprint("aws", fetched)]),
            (None, [_fingerprint("record", said)]),
        )
    ]


def _fingerprint(name: str, source: list[Value]) -> Step:
    return Plugin("fingerprint", {"id": f"id_of_{name}", "source": source, "concatenate_sources": True, "method": "SHA256", "target": ID})

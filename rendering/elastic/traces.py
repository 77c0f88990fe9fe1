"""What Jaeger needs before it starts: its lifecycle policy, and the first index behind each pair of aliases.

Jaeger writes to `<prefix>-jaeger-span-write` and puts the template of later indices itself when it starts; the first index must
be there with the same fields, or the alias becomes an index of that name and nothing is ever rolled over. Upstream leaves this to a
program of its own (`jaeger-es-rollover init`).
Source: jaegertracing/jaeger v2.20, `cmd/es-rollover/app/init/action.go`, `internal/storage/elasticsearch/esclient/index_templates`.
"""

from collections.abc import Iterator
from typing import Any

from rendering.elastic.lifecycle import of, request
from rendering.elastic.request import Request, put
from rendering.elastic.settings import ElasticSettings
from rendering.jaeger.settings import ElasticsearchSettings, JaegerSettings
from rendering.logs.settings import LogsSettings

_ID = {"type": "keyword", "ignore_above": 256}
_NUMBER = {"type": "long"}


def requests(logs: LogsSettings, elastic: ElasticSettings, jaeger: JaegerSettings | None) -> Iterator[Request]:
    """Nothing where spans are kept elsewhere."""
    if jaeger is None or (store := jaeger.elasticsearch) is None:
        return
    yield request(store.policy, of(jaeger.retention, logs, elastic), elastic)
    yield _first(store, "span", _span())
    yield _first(store, "service", {"properties": {"serviceName": _ID, "operationName": _ID}})
    yield _first(store, "dependencies", {})


def _first(store: ElasticsearchSettings, kind: str, mappings: dict[str, Any]) -> Request:
    name = f"{store.prefix}-jaeger-{kind}"
    document = {
        "aliases": {f"{name}-read": {}, f"{name}-write": {"is_write_index": True}},
        "settings": {
            "index": {
                "number_of_shards": store.shards,
                "number_of_replicas": store.replicas,
                "mapping": {"nested_fields": {"limit": 50}},
                "requests": {"cache": {"enable": True}},
                "lifecycle": {"name": store.policy, "rollover_alias": f"{name}-write"},
            }
        },
        "mappings": mappings,
    }
    return put(f"index {name}", f"/{name}-000001", document, "once", read=f"/_alias/{name}-write")


def _span() -> dict[str, Any]:
    """A span's fields; tags that are searched by value are nested, those that are listed in Jaeger's settings stand flat."""
    paths = {"span_tags_map": "tag.*", "process_tags_map": "process.tag.*", "scope_tags_map": "scopeTag.*"}
    names = ("traceID", "parentSpanID", "spanID", "operationName")
    reference = {"refType": _ID, "traceID": _ID, "spanID": _ID, "traceState": _ID, "flags": {"type": "integer"}, "tags": _tags()}
    return {
        "dynamic_templates": [{name: {"path_match": path, "mapping": _ID}} for name, path in paths.items()],
        "properties": {
            **dict.fromkeys(names, _ID),
            "startTime": _NUMBER,
            "startTimeMillis": {"type": "date", "format": "epoch_millis"},
            "duration": _NUMBER,
            "flags": {"type": "integer"},
            "logs": _nested({"timestamp": _NUMBER, "fields": _tags()}),
            "process": {"properties": {"serviceName": _ID, "tag": {"type": "object"}, "tags": _tags()}},
            "references": _nested(reference),
            "tag": {"type": "object"},
            "tags": _tags(),
            "scopeTag": {"type": "object"},
            "scopeTags": _tags(),
        },
    }


def _tags() -> dict[str, Any]:
    return _nested({"key": _ID, "value": _ID, "type": _ID})


def _nested(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "nested", "dynamic": False, "properties": properties}

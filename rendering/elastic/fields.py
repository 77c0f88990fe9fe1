"""What fields of records are: the Elastic Common Schema where it has a name, the applications' own words beside it.

Source: Elastic Common Schema 9.x, field reference (https://www.elastic.co/docs/reference/ecs/ecs-field-reference).
"""

from typing import Any

Mapping = dict[str, Any]

_KEYWORD: Mapping = {"type": "keyword", "ignore_above": 1024}
_TEXT: Mapping = {"type": "match_only_text"}
"""Found by words, without positions and scores: a tenth of the room of `text`."""
_DATE: Mapping = {"type": "date"}
_LONG: Mapping = {"type": "long"}
_DOUBLE: Mapping = {"type": "double"}
_IP: Mapping = {"type": "ip"}

_GEO = {
    "country_iso_code": _KEYWORD,
    "country_name": _KEYWORD,
    "city_name": _KEYWORD,
    "region_name": _KEYWORD,
    "location": {"type": "geo_point"},
}

FLAT: dict[str, Mapping] = {
    # A stream's time is never malformed: such a record is refused and ends among the dead letters.
    "@timestamp": {"type": "date", "ignore_malformed": False},
    "message": _TEXT,
    "log.level": _KEYWORD,
    "log.logger": _KEYWORD,
    "log.file.path": _KEYWORD,
    "severity": _KEYWORD,
    "type": _KEYWORD,
    # Fields that a record has beyond these: searched as `record.<name>`, one field for the mapping whatever they are.
    "record": {"type": "flattened", "ignore_above": 1024},
    # Whose it is.
    "application": _KEYWORD,
    "service.name": _KEYWORD,
    "service.version": _KEYWORD,
    "service.environment": _KEYWORD,
    "environment": _KEYWORD,
    "version": _KEYWORD,
    # What it belongs to.
    "trace_id": _KEYWORD,
    "span_id": _KEYWORD,
    "trace.id": {"type": "alias", "path": "trace_id"},
    "span.id": {"type": "alias", "path": "span_id"},
    "correlation_id": _KEYWORD,
    "session_id": _KEYWORD,
    "user.id": _KEYWORD,
    "user.name": _KEYWORD,
    # What happened.
    "event.kind": _KEYWORD,
    "event.category": _KEYWORD,
    "event.type": _KEYWORD,
    "event.action": _KEYWORD,
    "event.outcome": _KEYWORD,
    "event.dataset": _KEYWORD,
    "event.module": _KEYWORD,
    "event.severity": _LONG,
    "event.duration": _LONG,
    "duration_ms": _DOUBLE,
    "event.created": _DATE,
    "event.ingested": _DATE,
    "event.original": {"type": "keyword", "index": False, "doc_values": False},
    "error.type": _KEYWORD,
    "error.code": _KEYWORD,
    "error.message": _TEXT,
    "error.stack_trace": {"type": "wildcard"},
    # A request.
    "http.request.method": _KEYWORD,
    "http.request.bytes": _LONG,
    "http.request.referrer": _KEYWORD,
    "http.response.status_code": _LONG,
    "http.response.bytes": _LONG,
    "http.version": _KEYWORD,
    "url.path": _KEYWORD,
    "url.domain": _KEYWORD,
    "url.query": _KEYWORD,
    "url.original": {"type": "wildcard"},
    "user_agent.original": _KEYWORD,
    "client.ip": _IP,
    "source.ip": _IP,
    "source.address": _KEYWORD,
    **{f"client.geo.{name}": kind for name, kind in _GEO.items()},
    **{f"source.geo.{name}": kind for name, kind in _GEO.items()},
    # A measurement.
    "metric.name": _KEYWORD,
    "metric.value": _DOUBLE,
    "metric.unit": _KEYWORD,
    # Where it comes from.
    "host.name": _KEYWORD,
    "host.ip": _IP,
    "container.id": _KEYWORD,
    "container.image.name": _KEYWORD,
    "kubernetes.namespace": _KEYWORD,
    "kubernetes.pod.name": _KEYWORD,
    "kubernetes.pod.uid": _KEYWORD,
    "kubernetes.node.name": _KEYWORD,
    "kubernetes.container.name": _KEYWORD,
    "process.name": _KEYWORD,
    "process.pid": _LONG,
    "cloud.region": _KEYWORD,
    "cloud.availability_zone": _KEYWORD,
    "agent.type": _KEYWORD,
    "agent.version": _KEYWORD,
    "tags": _KEYWORD,
}
"""Every field that views, dashboards and pipelines may rely on, by its whole name."""

DEAD_LETTER: dict[str, Mapping] = {
    "@timestamp": {"type": "date", "ignore_malformed": False},
    "application": _KEYWORD,
    "error.message": _TEXT,
    "error.type": _KEYWORD,
    "event.dataset": _KEYWORD,
    "event.original": {"type": "match_only_text"},
    "tags": _KEYWORD,
}
"""What no stream would take: kept as text, and no field of its own is looked at, or it would be refused again."""


def mappings() -> Mapping:
    """Of every data stream: unknown fields are taken, texts as keywords; what looks like a date stays a text."""
    texts = {"match_mapping_type": "string", "mapping": dict(_KEYWORD)}
    return {
        "dynamic": True,
        "date_detection": False,
        "numeric_detection": False,
        "dynamic_templates": [{"texts": texts}],
        "properties": nested(FLAT),
    }


def dead_letters() -> Mapping:
    """Of the stream of dead letters."""
    return {"dynamic": False, "properties": nested(DEAD_LETTER)}


def nested(flat: dict[str, Mapping]) -> Mapping:
    """Whole names as properties within properties; ValueError where a name is both a field and a folder of others."""
    root: Mapping = {}
    for name, kind in flat.items():
        *folders, leaf = name.split(".")
        place = root
        for folder in folders:
            inner = place.setdefault(folder, {"properties": {}})
            if "type" in inner:
                raise ValueError(f"{name}: {folder} is a field itself")
            place = inner["properties"]
        if leaf in place:
            raise ValueError(f"{name} is said twice, or is a folder of other fields")
        place[leaf] = dict(kind)
    return root

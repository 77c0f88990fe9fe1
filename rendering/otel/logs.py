"""Pods' log files on their way through an agent: joined to pod and trace, masked, counted by level and kind of event, sent to Loki.

What the elastic stack collects is read by Filebeat besides; this counts every application's records, since the catalog's signals
on `log_events_total` do not depend on where records are kept.
"""

from dataclasses import dataclass

from catalog.base import Backend
from catalog.catalog import Catalog
from rendering.document import Document
from rendering.otel.identity import logs_elsewhere, of_logs
from rendering.otel.parts import QUEUE, persistent
from rendering.otel.places import POD_LOGS
from rendering.otel.redaction import redaction
from rendering.otel.settings import TracesSettings
from rendering.otel.span_metrics import accumulated, exposed, log_events

DATASET = "dataset"
"""Attribute that says what kind of record this is, which decides how long Loki keeps it (`rendering/logs/settings.py`)."""
_TYPES = {
    "business_event": "business",
    "security_event": "security",
    "performance_event": "performance",
    "metric": "metrics",
    "measurement": "metrics",
}
_ERRORS = "^(error|critical|fatal)$"
_MOST_ATTRIBUTES, _LONGEST_ATTRIBUTE = 96, 2048
"""Of a record for Loki, whose limits are a little higher: one that it refused would be lost."""

_PROCESSORS = ("memory_limiter", "k8sattributes", "resource/place", "resource/node", "transform/records", "redaction")


@dataclass(frozen=True)
class LogsRoute:
    """Whose log files agents read, and where records go."""

    namespaces: tuple[str, ...]
    loki: str | None = None
    """Loki's address with scheme; none: records are only counted."""
    redact_emails: bool = True
    """Whether e-mail addresses are masked, as passwords, keys, tokens and card numbers always are."""


def with_logs(configuration: Document, catalog: Catalog, settings: TracesSettings, route: LogsRoute) -> Document:
    """An agent's configuration with log files as well."""
    service = configuration["service"]
    pipelines: Document = {
        "logs/read": {"receivers": ["filelog"], "processors": list(_PROCESSORS), "exporters": ["count"]},
        "metrics": {"receivers": ["count"], "processors": list(accumulated()), "exporters": ["prometheus"]},
    }
    processors: Document = {
        "transform/records": {"error_mode": "ignore", "log_statements": [*of_logs(catalog), _record()]},
        "redaction": redaction(emails=route.redact_emails),
        **accumulated(),
    }
    connectors: Document = {"count": log_events()}
    exporters: Document = {"prometheus": exposed()}
    if route.loki:
        pipelines["logs/read"]["exporters"].append("forward/loki")
        pipelines["logs/loki"] = {
            "receivers": ["forward/loki"],
            "processors": ["filter/loki", "transform/loki"],
            "exporters": ["otlp_http/loki"],
        }
        processors["transform/loki"] = {"error_mode": "ignore", "log_statements": [_kind()]}
        processors["filter/loki"] = {"error_mode": "ignore", "logs": {"log_record": logs_elsewhere(catalog, Backend.LOKI)}}
        connectors["forward/loki"] = {}
        # Loki takes OTLP under this path (Grafana Loki's documentation, «Ingesting logs to Loki using OpenTelemetry Collector»).
        exporters["otlp_http/loki"] = {"endpoint": f"{route.loki}/otlp", **persistent(settings.queue, 512, 4096)}
    return configuration | {
        "receivers": configuration["receivers"] | {"filelog": _files(route)},
        "processors": configuration["processors"] | processors,
        "connectors": configuration["connectors"] | connectors,
        "exporters": configuration["exporters"] | exporters,
        "service": service | {"pipelines": service["pipelines"] | pipelines},
    }


def _files(route: LogsRoute) -> Document:
    """Containers' files as the kubelet names them; a record that is JSON gets its level and trace, any other is text."""
    return {
        "include": [f"{POD_LOGS}/{namespace}_*/*/*.log" for namespace in route.namespaces],
        "exclude": [f"{POD_LOGS}/*/*/*.gz"],
        "start_at": "beginning",
        "include_file_path": True,
        "storage": QUEUE,  # positions: nothing is read twice after a restart, nothing that was written meanwhile is missed
        "retry_on_failure": {"enabled": True},
        "max_concurrent_files": 256,  # each takes memory while it is read
        "operators": [
            {"type": "container", "id": "container"},
            {"type": "json_parser", "id": "json", "if": 'body startsWith "{"', "parse_to": "body", "on_error": "send_quiet"},
            {"type": "severity_parser", "id": "level", **_where("level"), "parse_from": "body.level"},
            {
                "type": "trace_parser",
                "id": "trace",
                **_where("trace_id"),
                "trace_id": {"parse_from": "body.trace_id"},
                "span_id": {"parse_from": "body.span_id"},
            },
            {"type": "move", "id": "service", **_where("service"), "from": "body.service", "to": 'resource["service.name"]'},
        ],
    }


def _where(field: str) -> Document:
    """An operator's condition: the record is JSON and has that field; one that it cannot use passes all the same."""
    return {"if": f'type(body) == "map" and body.{field} != nil', "on_error": "send_quiet"}


def _record() -> Document:
    """Fields become attributes, which are masked by their keys, the message becomes the body, and the kind of event is told.

    Kept as text beside its fields, a record would show in its body what is masked in them.
    """
    return {
        "context": "log",
        "statements": [
            'merge_maps(attributes, body, "upsert") where IsMap(body)',
            'set(body, attributes["message"]) where IsMap(body) and attributes["message"] != nil',
            'set(body, "") where IsMap(body)',
            'delete_key(attributes, "message") where attributes["message"] == body',
            'set(attributes["event"], attributes["type"]) where attributes["event"] == nil and attributes["type"] != nil',
            'set(attributes["level"], ConvertCase(attributes["level"], "lower")) where attributes["level"] != nil',
        ],
    }


def _kind() -> Document:
    """The data set of a record, whatever it says of itself: by its kind of event, else by its level; and no more than Loki takes."""
    kept = f'["{DATASET}", "event", "level"]'
    return {
        "context": "log",
        "statements": [
            f'set(attributes["{DATASET}"], "logs")',
            f'set(attributes["{DATASET}"], "errors") where attributes["level"] != nil and IsMatch(attributes["level"], "{_ERRORS}")',
            *(f'set(attributes["{DATASET}"], "{kind}") where attributes["type"] == "{name}"' for name, kind in _TYPES.items()),
            f"truncate_all(attributes, {_LONGEST_ATTRIBUTE})",
            f"limit(attributes, {_MOST_ATTRIBUTES}, {kept})",
        ],
    }

"""How an application's records become alike: level, time, service, trace, event and user under the names that all else reads.

One pipeline an application, each complete in itself, so that their order among themselves is of no matter. Before those of
others all the same: of all status remappers that match a record only the first counts (Datadog's documentation, «Log status
remapper»). A record that is JSON was parsed when it came in; grok reads the others.
"""

from collections.abc import Iterator

from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.model import Application
from rendering.datadog.log_scope import KIND, SECURITY, SECURITY_EVENTS, TRACE, any_of, applications, of_application
from rendering.document import Document
from rendering.resource import Resource
from rendering.site import Site

PIPELINE = "datadog:index/logsCustomPipeline:LogsCustomPipeline"
ORDER = "datadog:index/logsPipelineOrder:LogsPipelineOrder"
LEVEL, SENDER = "observatory.level", "observatory.service"

# Datadog's grok: `%{matcher:attribute}`, one rule a line, the first that matches wins.
_TEXT_RULES = """\
bracketed \\[%{date("yyyy-MM-dd'T'HH:mm:ss.SSSZ"):timestamp}\\]\\s+%{word:level}\\s+%{data:msg}
python %{date("yyyy-MM-dd HH:mm:ss,SSS"):timestamp}\\s+-\\s+%{notSpace:logger.name}\\s+-\\s+%{word:level}\\s+-\\s+%{data:msg}
pairs level=%{word:level}\\s+%{data::keyvalue}
"""
TEXTS = (
    "[2026-03-01T12:00:00.000+0000] ERROR the queue is full",
    "2026-03-01 12:00:00,123 - payments - WARNING - retrying",
    "level=info event=registration user_id=42",
)
"""Records that are no JSON, as the rules read them: one a rule."""

_LEVELS = {
    "critical": ("crit*", "fatal*", "panic*", "emerg*", "alert*"),
    "error": ("err*", "severe*"),
    "warning": ("warn*",),
    "notice": ("notice*",),
    "debug": ("debug*", "trace*", "verbose*"),
    "info": ("",),  # any other word
}
"""Datadog would make `fatal` an emergency; Prometheus' twin of the signal counts it as critical, so both do."""

_STANDARD = {
    "usr.id": ("user_id", "userId", "user.id"),
    "usr.email": ("email", "user_email", "user.email"),
    "network.client.ip": ("client_ip", "remote_addr", "ip", "http.client_ip"),
    "http.method": ("method", "http.request.method"),
    "http.url": ("url", "http.target", "url.full"),
    "http.status_code": ("status_code", "http.response.status_code"),
    "http.useragent": ("user_agent", "user_agent.original"),
    "session_id": ("sessionId", "session.id"),
    "correlation_id": ("correlationId", "request_id", "requestId"),
    # What Error Tracking groups records by; OpenTelemetry's parts of an exception before what writes it as one text.
    "error.kind": ("exception.type", "error_type", "exc_type"),
    "error.message": ("exception.message", "error_message"),
    "error.stack": ("exception.stacktrace", "exception", "stack_trace", "stacktrace", "stack", "traceback"),
    "event": ("type",),
}
"""Datadog's standard attributes and what applications write instead; an attribute that is there already stays."""
_FORMATS = {"http.status_code": "integer"}

_TRACE_IDS = ("dd.trace_id", "trace_id", "traceId", "otelTraceID")

SECRET_ATTRIBUTES = (
    *("password", "passwd", "secret", "token", "access_token", "refresh_token", "id_token", "api_key", "apiKey", "authorization", "cookie"),
    *("http.headers.authorization", "http.headers.cookie", "http.headers.set-cookie", "http.headers.x-api-key"),
    *("headers.authorization", "headers.cookie", "card_number", "cvv", "iban"),
)
"""Attributes whose values are dropped whole, as the collectors do; the scanner masks values wherever else they stand."""


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """A pipeline for each application that logs here, and the order of all."""
    logs = site.datadog.logs if site.datadog else None
    if logs is None:
        return []
    pipelines = [_pipeline(application) for application in applications(catalog)]
    order = {"name": "observatory", "pipelines": [*(each.ref for each in pipelines), *logs.other_pipelines]}
    return [*pipelines, Resource(ORDER, "observatory", order, account_wide=True)]


def _pipeline(application: Application) -> Resource:
    inputs = {
        "name": f"{application.title} (observatory)",
        "description": f"Records of {application.application} under standard names, without what must not be kept.",
        "isEnabled": True,
        "filters": [{"query": of_application(application)}],
        "tags": [f"application:{application.application}", f"team:{application.owner.team}"],
        "processors": [{kind: {"name": name, "isEnabled": True, **body}} for kind, name, body in _processors(application)],
    }
    return Resource(PIPELINE, application.application, inputs, account_wide=True)


def _processors(application: Application) -> Iterator[tuple[str, str, Document]]:
    """Kind, name and settings of each step, in the order in which they work."""
    grok = {"supportRules": "", "matchRules": _TEXT_RULES}
    yield "grokParser", "read records that are text", {"source": "message", "samples": list(TEXTS), "grok": grok}
    for target, sources in _STANDARD.items():
        yield "attributeRemapper", f"{target} by its standard name", _remapped(target, sources)
    yield "categoryProcessor", "level in one spelling", _categories(LEVEL, {level: _level(texts) for level, texts in _LEVELS.items()})
    yield "statusRemapper", "level as the record's status", {"sources": [LEVEL]}
    yield "dateRemapper", "time of the event", {"sources": ["timestamp", "@timestamp", "time", "ts"]}
    yield "lookupProcessor", "service by the catalog's name", _identities(application)
    yield "serviceRemapper", "service", {"sources": [SENDER]}
    yield "attributeRemapper", "trace, kept for sampling", _remapped(TRACE, _TRACE_IDS) | {"preserveSource": True}
    yield "traceIdRemapper", "trace", {"sources": list(_TRACE_IDS)}
    yield "spanIdRemapper", "span", {"sources": ["dd.span_id", "span_id", "spanId", "otelSpanID"]}
    yield "geoIpParser", "where the client is", {"sources": ["network.client.ip"], "target": "network.client.geoip"}
    yield "urlParser", "parts of the address", {"sources": ["http.url"], "target": "http.url_details", "normalizeEndingSlashes": True}
    agent: Document = {"sources": ["http.useragent"], "target": "http.useragent_details", "isEncoded": False}
    yield "userAgentParser", "parts of the user agent", agent
    yield "categoryProcessor", "outcome of log-ins", _categories("evt.outcome", _OUTCOMES)
    yield "categoryProcessor", "what the record is about", _categories(KIND, _KINDS)
    for attribute in SECRET_ATTRIBUTES:
        yield "excludeAttributeProcessor", f"no {attribute}", {"attributeToExclude": attribute}
    yield "messageRemapper", "text that people read", {"sources": ["msg", "body", "message"]}


_OUTCOMES = {"success": "@event:authentication_success", "failure": "@event:authentication_failure"}
_KINDS = {
    SECURITY: f"@event:{any_of(SECURITY_EVENTS)}",
    "performance": "@event:performance_event OR @duration:* OR @duration_ms:*",
    "business": "@event:*",
    "application": "*",
}
"""The first that matches counts."""


def _remapped(target: str, sources: tuple[str, ...]) -> Document:
    return {
        "sources": list(sources),
        "sourceType": "attribute",
        "target": target,
        "targetType": "attribute",
        "preserveSource": False,
        "overrideOnConflict": False,
        **({"targetFormat": _FORMATS[target]} if target in _FORMATS else {}),
    }


def _categories(target: str, queries: dict[str, str]) -> Document:
    return {"target": target, "categories": [{"name": name, "filter": {"query": query}} for name, query in queries.items()]}


def _level(texts: tuple[str, ...]) -> str:
    """Values of attributes are compared letter by letter: lower case, upper case and capitalised are three."""
    spelled = any_of(spelling for text in texts for spelling in (text, text.upper(), text.capitalize())) if all(texts) else "*"
    return " OR ".join(f"@{source}:{spelled}" for source in ("level", "severity", "levelname", "log.level"))


def _identities(application: Application) -> Document:
    """What a record's `service` says, be it the catalog's name, OpenTelemetry's or Datadog's; any other is left to the agent's tag."""
    names: dict[str, str] = {}
    for name, service in application.services.items():
        if Backend.DATADOG in service.collect.logs:
            names |= dict.fromkeys((name, service.identity.otel, service.identity.datadog), service.identity.datadog)
    return {"source": "service", "target": SENDER, "lookupTables": [f"{name},{known}" for name, known in names.items()]}

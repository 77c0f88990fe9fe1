r"""The fields of a JSON record: whatever an application calls them, they are kept under one name, and what has no name stays in `record`.

Names are those of the Elastic Common Schema and of the applications' own words (rendering/elastic/fields.py); `trace_id`, `span_id` and
`correlation_id` are what the collector and Loki call them too. A value goes to its field only as text of the right form, so that no
record can turn a field into an object and be refused for it.
"""

from rendering.logstash.formats import AT, TEXT
from rendering.logstash.identity import CLAIM, CLAIMED_APPLICATION
from rendering.logstash.syntax import Plugin, Step, Value, choose, mutate

RECORD = "[record]"
RAW = "[@metadata][raw]"
"""The record's text as it came, masked."""
_SOME, _NUMBER = r"/\S/", r"/\A-?\d{1,15}(?:\.\d{1,15})?(?:[eE]-?\d{1,2})?\z/"
_STATUS, _PID = r"/\A[1-5]\d\d\z/", r"/\A\d{1,9}\z/"
_ADDRESS = r"/\A[0-9A-Fa-f:.]{2,45}\z/"

TEXTS: dict[str, tuple[str, ...]] = {
    TEXT: ("message", "msg", "text", "log"),
    AT: ("timestamp", "@timestamp", "time", "ts", "asctime", "datetime"),
    "[log][level]": ("level", "levelname", "log.level", "log/level", "lvl"),
    "[log][logger]": ("logger", "logger_name", "log.logger", "log/logger", "module"),
    "trace_id": ("trace_id", "traceId", "traceID", "trace.id", "trace/id", "otelTraceID", "dd.trace_id"),
    "span_id": ("span_id", "spanId", "spanID", "span.id", "span/id", "otelSpanID", "dd.span_id"),
    "correlation_id": ("correlation_id", "correlationId", "request_id", "requestId"),
    "session_id": ("session_id", "sessionId"),
    "[user][id]": ("user_id", "userId", "user/id"),
    "version": ("version", "service.version", "service/version", "app_version"),
    "type": ("type", "event_type", "eventType"),
    "severity": ("severity",),
    "[event][action]": ("event", "event_name", "event/action", "action"),
    "[error][message]": ("error", "error.message", "error/message", "err/message", "exception/message", "err"),
    "[error][type]": ("error.type", "error/type", "error/name", "err/type", "exc_type"),
    "[error][code]": ("error.code", "error/code", "error_code"),
    "[error][stack_trace]": ("stack", "stack_trace", "stackTrace", "exc_info", "traceback", "error/stack", "err/stack", "exception"),
    "[http][request][method]": ("method", "http_method", "http.method", "req/method"),
    "[url][path]": ("path", "route", "endpoint", "url.path"),
    "[url][original]": ("url", "req/url", "http.url"),
    "[user_agent][original]": ("user_agent", "userAgent"),
    "[metric][name]": ("metric", "metric_name", "metric/name"),
    "[metric][unit]": ("unit", "metric_unit", "metric/unit"),
    CLAIM: ("service", "service_name", "serviceName", "service.name", "service/name"),
    CLAIMED_APPLICATION: ("application", "app"),
}
"""Where each field may stand in a record, the first that is there wins; a slash goes into an object."""

_CHECKED: dict[str, tuple[str, str | None, tuple[str, ...]]] = {
    "[http][response][status_code]": (_STATUS, "integer", ("status_code", "statusCode", "status", "http.status_code", "res/statusCode")),
    "[process][pid]": (_PID, "integer", ("pid",)),
    "duration_ms": (_NUMBER, "float", ("duration_ms", "durationMs", "response_time_ms", "latency_ms", "elapsed_ms")),
    "[metric][value]": (_NUMBER, "float", ("value", "metric_value", "metric/value")),
    "[client][ip]": (_ADDRESS, None, ("client_ip", "clientIp", "client.ip", "remote_addr", "remote_ip", "ip")),
}


def fields() -> list[Step]:
    """Every value as text, then each field from the first place that has it."""
    places = [*(place for places in TEXTS.values() for place in places), *(place for _, _, places in _CHECKED.values() for place in places)]
    steps: list[Step] = [mutate(id="record_as_text", convert={_place(place): "string" for place in dict.fromkeys(places)})]
    steps += [_first(target, _SOME, None, places) for target, places in TEXTS.items()]
    steps += [_first(target, form, kind, places) for target, (form, kind, places) in _CHECKED.items()]
    return steps


def _first(target: str, form: str, kind: str | None, places: tuple[str, ...]) -> Step:
    more: list[Step] = [] if kind is None else [mutate(convert={target: kind})]
    return choose(*((f"{_place(place)} =~ {form}", [mutate(rename={_place(place): target}), *more]) for place in places))


def _place(path: str) -> str:
    return RECORD + "".join(f"[{part}]" for part in path.split("/"))


def each_listed() -> list[Step]:
    """A list of records, as browsers send, becomes one event for each, known by its own text."""
    options: dict[str, Value | Plugin] = {"id": "each_record", "field": RECORD}
    return [Plugin("split", options), mutate(id="raw_of_each", replace={RAW: f"%{{{RECORD}}}"})]

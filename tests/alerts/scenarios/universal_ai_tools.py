"""universal-ai-tools' alerts as its owners state them, at the levels of their document."""

from tests.alerts.exposed.requests import UNIVERSAL_HTTP, Counted, durations
from tests.alerts.exposed.watching import happened, logged, one_probe, spans
from tests.alerts.place import Place, gauge
from tests.alerts.scenario import Make, Rhythm, Table, at, both, case, crossing
from tests.alerts.scenarios.families import PLENTY, cpu, down, exporter, memory_bytes, missing, rare, slow

HTTP_BUCKETS = (0.1, 0.3, 0.5, 0.7, 1.0, 3.0, 5.0, 7.0, 10.0)
SERVICES = tuple(
    Place("universal-ai-tools", "service", name, "universal-ai-tools", name)
    for name in ("api-gateway", "llm-router", "assistantd", "auth-service", "memory-service", "chat-service", "ml-inference")
)
CALLING_MODELS = ("llm-router", "assistantd", "chat-service", "ml-inference")
_MODEL = {"model": "gpt-4o", "provider": "openai"}
AI_REQUESTS = Counted("ai_requests_total", ({**_MODEL, "status": "success"},), ({**_MODEL, "status": "error"},))


def _reported(metric: str, *, ordinary: float, quiet: float, fires: float, hold: str) -> dict[str, Make]:
    """A gauge that the application sets of itself, with its own label `service`, which arrives as `exported_service`."""
    told = gauge(metric, exported_service="core")
    return {"": crossing(told, ordinary=ordinary, quiet=quiet, fires=fires, hold=hold), "NoData": missing(at(told, ordinary))}


def _traces() -> Make:
    """Server spans with an error: a share, among enough spans."""
    least, few = 20.2 / 300, 19.6 / 300
    ordinary = at(spans(PLENTY), 0.002)
    return both(
        case("fires", at(spans(least), 0.002), at(spans(least), 0.051), neighbours=ordinary, lead="420s", after="5m", window="5m"),
        case("fires when traffic begins", at(spans(0), 0.5), at(spans(least), 0.08), neighbours=ordinary, lead="420s", after="5m",
             window="5m"),
        case("quiet", ordinary, at(spans(PLENTY), 0.05), neighbours=at(spans(PLENTY), 1), lead="420s", watch="15m"),
        case("quiet on few", at(spans(few), 1), at(spans(few), 1), neighbours=ordinary, lead="420s", watch="15m"),
    )  # fmt: skip


TABLE = Table(Rhythm(scrape=10, evaluation=15))
for _service in SERVICES:
    TABLE.add(
        _service,
        {
            "HighErrorRate": crossing(UNIVERSAL_HTTP.failing(PLENTY), ordinary=0.001, quiet=0.1, fires=0.102, hold="2m", window="5m"),
            "HighResponseTime": slow(durations("http_request_duration_seconds", HTTP_BUCKETS, 1.0), hold="5m"),
            "ServiceDown": down("1m"),
            **{
                f"HighCPUUsage{what}": make
                for what, make in _reported("cpu_usage_percent", ordinary=30, quiet=80, fires=81, hold="5m").items()
            },
            **{
                f"HighMemoryUsage{what}": make
                for what, make in _reported("memory_usage_bytes", ordinary=1e9, quiet=8e9, fires=8.01e9, hold="5m").items()
            },
            "HighContainerCPU": cpu(0.80, 0.805, "5m"),
            "HighContainerMemory": memory_bytes(8e9, 8.01e9, "5m"),
            "HealthCheckFailing": crossing(one_probe, ordinary=1, quiet=1, fires=0, hold="2m"),
            "ErrorLogs": both(
                crossing(logged(None, "error"), ordinary=0.01, quiet=0.999, fires=1.01, hold="5m", window="5m"),
                crossing(logged(None, "fatal"), ordinary=0.01, quiet=0.999, fires=1.01, hold="5m", window="5m", named=" on fatal records"),
            ),
            "TraceErrors": _traces(),
        },
    )
    if _service.name in CALLING_MODELS:
        failing = AI_REQUESTS.failing(PLENTY)
        TABLE.add(_service, {"AIRequestFailures": crossing(failing, ordinary=0.001, quiet=0.05, fires=0.051, hold="2m", window="5m")})
    if _service.name == "auth-service":
        events = happened("log_events_total", level="warning", event="security_event")
        TABLE.add(_service, {"SuspiciousActivity": rare(events, window="5m", told=51, quiet=50, again=60)})
for _name, _metric, _alert in (
    ("postgres", "pg_up", "PostgresDown"),
    ("redis", "redis_up", "RedisDown"),
    ("nginx", "nginx_up", "NginxDown"),
):
    _dependency = Place("universal-ai-tools", "dependency", _name, "universal-ai-tools", _name)
    TABLE.add(_dependency, {f"{_alert}{what}": make for what, make in exporter(_metric, "1m").items()}, Rhythm(scrape=30, evaluation=15))

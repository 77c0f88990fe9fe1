"""universal-ai-tools' alerts as its owners state them, at the levels of their document."""

from tests.alerts.exposed.requests import UNIVERSAL_HTTP, Counted, durations
from tests.alerts.exposed.watching import happened, logged, one_probe
from tests.alerts.place import Place, gauge
from tests.alerts.scenario import Make, Rhythm, Table, at, both, crossing
from tests.alerts.scenarios.families import PLENTY, cpu, down, exporter, failed_deployment, memory_bytes, missing, slow
from tests.alerts.scenarios.rare import rare
from tests.alerts.scenarios.spans import bad_calls, failing_operations, slow_operations

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
            "FailedDeployment": failed_deployment("15m"),
            "HealthCheckFailing": crossing(one_probe, ordinary=1, quiet=1, fires=0, hold="2m"),
            "ErrorLogs": both(
                crossing(logged(None, "error"), ordinary=0.01, quiet=0.999, fires=1.01, hold="5m", window="5m"),
                crossing(logged(None, "fatal"), ordinary=0.01, quiet=0.999, fires=1.01, hold="5m", window="5m", named=" on fatal records"),
            ),
            **failing_operations(),
            **slow_operations(10 if _service.name in CALLING_MODELS else 1),
            **bad_calls(30 if _service.name in CALLING_MODELS else 1),
        },
    )
    if _service.name in CALLING_MODELS:
        failing = AI_REQUESTS.failing(PLENTY)
        TABLE.add(_service, {"AIRequestFailures": crossing(failing, ordinary=0.001, quiet=0.05, fires=0.051, hold="2m", window="5m")})
    if _service.name == "auth-service":
        events = happened("log_events_total", level="warning", event="security_event")
        others = happened("log_events_total", level="info", event="login")
        TABLE.add(_service, {"SuspiciousActivity": rare(events, window="5m", told=51, quiet=50, again=60, others=others)})
for _name, _metric, _alert in (
    ("postgres", "pg_up", "PostgresDown"),
    ("redis", "redis_up", "RedisDown"),
    ("nginx", "nginx_up", "NginxDown"),
):
    _dependency = Place("universal-ai-tools", "dependency", _name, "universal-ai-tools", _name)
    TABLE.add(_dependency, {f"{_alert}{what}": make for what, make in exporter(_metric, "1m").items()}, Rhythm(scrape=30, evaluation=15))

"""jac-learning's alerts as its owners state them, at the levels of their document."""

from collections.abc import Callable

from tests.alerts.exposed.kubernetes import used
from tests.alerts.exposed.requests import JAC_HTTP, Counted, durations
from tests.alerts.exposed.watching import certificate, connecting, happened, logged
from tests.alerts.place import Place, gauge
from tests.alerts.scenario import Rhythm, Table, World, at, both, case, crossing
from tests.alerts.scenarios.families import cpu, down, exporter, failed_deployment, memory, slow
from tests.alerts.scenarios.families import share as ratio
from tests.alerts.scenarios.learning import connections, path_completion, sessions, successes
from tests.alerts.scenarios.nodes import disk_used
from tests.alerts.scenarios.rare import rare
from tests.alerts.scenarios.spans import bad_calls, failing_operations, slow_operations

BACKEND = Place("jac-learning", "service", "backend", "jac-learning", "backend")
FRONTEND = Place("jac-learning", "service", "frontend", "jac-learning", "frontend")
CELERY = Place("jac-learning", "service", "celery", "jac-learning", "celery-worker")
POSTGRES = Place("jac-learning", "dependency", "postgres", "jac-learning", "postgres")
REDIS = Place("jac-learning", "dependency", "redis", "jac-learning", "redis")
NGINX = Place("jac-learning", "dependency", "nginx", "jac-learning", "nginx")

HTTP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
BROWSER_BUCKETS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
DAY, FORTNIGHT = 86400, 14 * 86400
SLOWLY = Rhythm(scrape=600, evaluation=600)
"""For windows of a day."""

CODE = Counted(
    "code_executions_total",
    ({"language": "python", "status": "success"},),
    ({"language": "python", "status": "error"}, {"language": "python", "status": "timeout"}),
)


def _logged(level: str, event: str) -> Callable[[float], World]:
    """Records of an event, by how many there were."""
    return happened("log_events_total", level=level, event=event)


TASKS = Counted("agent_tasks_total", ({"agent_type": "tutor", "status": "success"},), ({"agent_type": "tutor", "status": "failed"},))

TABLE = Table(Rhythm(scrape=15, evaluation=15))
for _service in (BACKEND, FRONTEND, CELERY):
    TABLE.add(
        _service,
        {
            "ServiceDown": down("1m"),
            "HighMemory": memory(0.80, 0.805, "2m"),
            "HighCpu": cpu(0.80, 0.805, "5m"),
            "FailedDeployment": failed_deployment("15m"),
        },
    )
TABLE.add(BACKEND, {**failing_operations(), **slow_operations(2), **bad_calls(1)})
TABLE.add(FRONTEND, bad_calls(2))
TABLE.add(CELERY, {**failing_operations(), **bad_calls(1)})
TABLE.add(
    BACKEND,
    {
        "HighErrorRatio": ratio(JAC_HTTP, quiet=0.10, fires=0.102, hold="5m"),
        "ServerErrors": crossing(JAC_HTTP.failing(10), ordinary=0.001, quiet=0.1, fires=0.102, hold="2m", window="5m"),
        "SlowResponses": slow(durations("http_request_duration_seconds", HTTP_BUCKETS, 2.0), hold="5m"),
        "SecurityBreach": rare(_logged("error", "security_breach"), window="15m", others=_logged("info", "login")),
        "Maintenance": rare(_logged("info", "maintenance"), window="15m", others=_logged("info", "login")),
        "CpuOffTarget": crossing(gauge("system_cpu_usage_percent"), ordinary=40, quiet=70, fires=71, hold="30m"),
        "MemoryOffTarget": both(
            crossing(used("memory"), ordinary=0.3, quiet=0.80, fires=0.805, hold="30m"),
            crossing(used("memory", limited=False), ordinary=0.3, quiet=0.80, fires=0.805, hold="30m", named=" without a limit"),
        ),
        "DiskOffTarget": disk_used(0.85, 0.855, "30m"),
        "NetworkOffTarget": crossing(connecting, ordinary=0.001, quiet=0.010, fires=0.0102, hold="30m"),
    },
)
TABLE.add(
    BACKEND,
    {
        "ThroughputOffTarget": crossing(JAC_HTTP.per_minute(), ordinary=1500, quiet=1000.2, fires=994, hold="30m", window="1h"),
        "AgentTaskSuccessOffTarget": successes(TASKS, quiet=0.90, fires=0.8985, window="1h", seconds=3600, hold="30m", enough=20),
    },
    Rhythm(scrape=60, evaluation=60),
)
TABLE.add(
    BACKEND,
    {
        "Registrations": crossing(
            lambda place, number: logged("registration")(place, number / DAY), ordinary=20, quiet=99.9, fires=100.5, window="1d"
        ),
    },
    SLOWLY,
)
TABLE.add(
    BACKEND,
    {"Milestone": rare(_logged("info", "milestone"), window="1h", others=_logged("info", "login"))},
    Rhythm(scrape=300, evaluation=300),
)
TABLE.add(BACKEND, {"LearningSessionsOffTarget": sessions(5, 4.992, "30m")}, Rhythm(scrape=1800, evaluation=1800))
TABLE.add(BACKEND, {"PathCompletionOffTarget": path_completion(0.8001, 0.7997, "30m")}, Rhythm(scrape=12 * 3600, evaluation=1800))
TABLE.add(
    FRONTEND,
    {
        "SlowPages": slow(
            durations("frontend_api_request_duration_seconds", BROWSER_BUCKETS, 2.0, {"endpoint": "/api/paths", "method": "GET"}), hold="5m"
        ),
        "CertificateExpiry": both(
            case("fires", at(certificate, FORTNIGHT + 119), at(certificate, FORTNIGHT + 119), neighbours=at(certificate, 1e9), after="1h"),
            case(
                "quiet", at(certificate, FORTNIGHT + 7200), at(certificate, FORTNIGHT + 7200), neighbours=at(certificate, 0), watch="110m"
            ),
        ),
    },
    Rhythm(scrape=60, evaluation=60),
)
for _dependency, _metric, _alert in (
    (POSTGRES, "pg_up", "DatabaseConnectionFailure"),
    (REDIS, "redis_up", "RedisDown"),
    (NGINX, "nginx_up", "NginxDown"),
):
    TABLE.add(_dependency, {f"{_alert}{what}": make for what, make in exporter(_metric, "1m").items()})
TABLE.add(POSTGRES, {"DatabaseConnectionsExhausted": crossing(connections, ordinary=0.3, quiet=0.90, fires=0.91, hold="5m")})

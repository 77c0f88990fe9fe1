"""ai-platform's alerts as its owners state them, at the levels of their document."""

from tests.alerts.exposed.kubernetes import restarts
from tests.alerts.exposed.requests import AI_PLATFORM_HTTP, durations
from tests.alerts.place import Place
from tests.alerts.scenario import Rhythm, Table, crossing
from tests.alerts.scenarios.families import down, exporter, failed_deployment, memory, share, slow
from tests.alerts.scenarios.nodes import disk_used, not_ready

API = Place("ai-platform", "service", "api", "ai-platform", "api")
POSTGRES = Place("ai-platform", "dependency", "postgres", "ai-platform", "postgres")
REDIS = Place("ai-platform", "dependency", "redis", "ai-platform", "redis")
CLUSTER = Place("ai-platform", "dependency", "cluster", "ai-platform", "cluster")

_DEFAULT_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

TABLE = Table(Rhythm(scrape=30, evaluation=30))
TABLE.add(
    API,
    {
        "ServiceDown": down("1m"),
        "ErrorRatioHigh": share(AI_PLATFORM_HTTP, quiet=0.05, fires=0.051, hold="5m"),
        "PodRestarts": crossing(restarts, ordinary=0, quiet=0.1 / 60, fires=0.102 / 60, hold="5m", window="15m"),
        "LatencyHigh": slow(durations("http_request_duration_seconds", _DEFAULT_BUCKETS, 1.0), hold="5m"),
        "FailedDeployment": failed_deployment("15m"),
        "MemoryHigh": memory(0.85, 0.855, "5m"),
    },
)
for _dependency, _metric, _alert, _hold in ((POSTGRES, "pg_up", "PostgresDown", "1m"), (REDIS, "redis_up", "RedisDown", "2m")):
    TABLE.add(_dependency, {f"{_alert}{what}": make for what, make in exporter(_metric, _hold).items()})
TABLE.add(CLUSTER, {"NodeNotReady": not_ready("5m"), "DiskSpaceLow": disk_used(0.90, 0.905, "5m")})

"""skillforge's alerts as its owners state them, at the levels of their document."""

from tests.alerts.exposed.kubernetes import autoscaler, requested, waiting
from tests.alerts.exposed.requests import SKILLFORGE_HTTP, durations
from tests.alerts.exposed.skillforge import (
    DEPLOYMENTS,
    FEATURES,
    HTTP_BUCKETS,
    PAYMENTS,
    THIRD_PARTY,
    database_errors,
    evidence,
    people,
    pool,
    refused,
    statements,
    vulnerabilities,
)
from tests.alerts.exposed.watching import counting, happened, probed
from tests.alerts.place import Place, gauge
from tests.alerts.scenario import Leveled, Make, Rhythm, Table, at, both, case, crossing, nothing
from tests.alerts.scenarios.families import (
    as_traffic_falls,
    cpu,
    down,
    exporter,
    failed_deployment,
    memory,
    missing,
    share,
    slow,
    slow_on_average,
)
from tests.alerts.scenarios.learning import connections, successes
from tests.alerts.scenarios.nodes import disk_free
from tests.alerts.scenarios.past import compared
from tests.alerts.scenarios.rare import rare
from tests.alerts.scenarios.spans import bad_calls, failing_operations, slow_operations

FRONTEND, BACKEND, AI = (Place("skillforge", "service", name, "skillforge", name) for name in ("frontend", "backend", "ai-services"))
POSTGRES, REDIS, CLUSTER = (Place("skillforge", "dependency", name, "skillforge", name) for name in ("postgres", "redis", "cluster"))
DAY, QUARTER = 86400, 90 * 86400
MINUTELY, TEN_MINUTELY = Rhythm(60, 60), Rhythm(600, 600)


def _crash_loop() -> Make:
    """Containers of a loop run for moments in between: what was seen within five minutes still counts."""
    runs, loops, pulls = waiting(None), waiting("CrashLoopBackOff"), waiting("ImagePullBackOff")
    flapping = [("1m", loops), ("4m", runs), ("1m", loops), ("10m", runs)]
    return both(
        case("fires", runs, flapping, neighbours=runs, after="5m", ends="630s"),
        case(
            "fires even if nothing else is known of the pod", nothing, waiting("CrashLoopBackOff", told=False), neighbours=runs, after="5m"
        ),
        case("quiet while an image is pulled", runs, pulls, neighbours=loops, watch="15m"),
        case("quiet between single crashes", runs, [("30s", loops), ("570s", runs), ("30s", loops), ("570s", runs)], neighbours=loops),
    )


def _health_check() -> dict[str, Make]:
    return {
        "HealthCheckDown": both(
            case("fires when one of two fails", probed(success=True), probed(success=False), neighbours=probed(success=True), after="1m"),
            case("quiet", probed(success=True), probed(success=True), neighbours=probed(success=False)),
        ),
        "HealthCheckDownNoData": missing(probed(success=True)),
    }


def _hourly(metric: str) -> Leveled:
    """A counter by events an hour."""
    return lambda place, number: counting(metric)(place, number / 3600)


TABLE = Table(Rhythm(scrape=30, evaluation=30))
for _service in (FRONTEND, BACKEND, AI):
    TABLE.add(
        _service,
        {
            "ServiceDown": down("1m"),
            **_health_check(),
            "HighErrorRate": crossing(SKILLFORGE_HTTP.failing(1000), ordinary=0.1, quiet=10, fires=10.2, window="5m"),
            "PodCrashLoop": _crash_loop(),
            "FailedDeployment": failed_deployment("15m"),
            "CpuHigh": cpu(0.80, 0.805, "5m"),
            "MemoryHigh": memory(0.80, 0.805, "5m"),
            **failing_operations(),
            **slow_operations(2),
            **bad_calls(5),
        },
    )
    TABLE.add(
        _service,
        {
            "ErrorRatioOffTarget": share(
                SKILLFORGE_HTTP, quiet=0.000999, fires=0.00101, ordinary=0.0001, hold="30m", window="1h", seconds=3600
            )
        },
        MINUTELY,
    )
_UNUSED = {
    "CpuReservedUnused": crossing(
        requested("cpu", 2), ordinary=0.4, quiet=0.7999, fires=0.8003, hold="6h", window="1d", before=at(requested("cpu", 20), 0.4)
    )
}
TABLE.add(AI, _UNUSED, TEN_MINUTELY)
TABLE.add(
    BACKEND,
    {
        "DatabaseConnectionFailure": both(
            crossing(database_errors("pool"), ordinary=0.001, quiet=0.1, fires=0.102, hold="2m", window="5m"),
            crossing(database_errors("query"), ordinary=0.001, quiet=0.1, fires=0.102, hold="2m", window="5m", named=" on queries"),
        ),
        "PaymentFailures": share(PAYMENTS, quiet=0.05, fires=0.051, hold="5m", window="15m", seconds=900, enough=10),
        "ResponseVerySlow": slow(durations("http_request_duration_seconds", HTTP_BUCKETS, 5.0), hold="5m"),
        "ErrorRatioHigh": share(SKILLFORGE_HTTP, quiet=0.05, fires=0.051, hold="5m"),
        "DatabasePoolExhausted": crossing(pool, ordinary=0.3, quiet=0.90, fires=0.905, hold="5m"),
        "ThirdPartyFailing": share(THIRD_PARTY, quiet=0.2, fires=0.204, hold="5m"),
        "ApiLatencyHigh": slow(durations("http_request_duration_seconds", HTTP_BUCKETS, 2.0), hold="5m"),
        "FeatureFailing": share(FEATURES, quiet=0.1, fires=0.102, hold="15m", window="15m", seconds=900),
        "AutoscalerNearItsLimit": crossing(autoscaler(2, 20), ordinary=6, quiet=18, fires=19, hold="30m", beside=False),
        "MaintenanceActive": crossing(gauge("skillforge_maintenance_mode"), ordinary=0, quiet=0, fires=1),
        "FailedLoginsHigh": crossing(counting("skillforge_auth_failed_attempts_total"), ordinary=0.01, quiet=99.9 / 300, fires=102 / 300,
                                     window="5m"),
        "RateLimitViolations": crossing(refused, ordinary=0.01, quiet=10, fires=10.2, hold="5m", window="5m"),
        "SuspiciousBehaviour": rare(happened("security_events_total", kind="suspicious", rule="travel"), window="5m", told=11, quiet=10,
                                    again=11, others=happened("security_events_total", kind="breach", rule="token-reuse")),
        "SecurityBreach": rare(happened("security_events_total", kind="breach", rule="token-reuse"), window="5m",
                               others=happened("security_events_total", kind="suspicious", rule="travel")),
        "VulnerabilitiesKnown": both(
            crossing(vulnerabilities("critical"), ordinary=0, quiet=0, fires=1, hold="1h"),
            crossing(vulnerabilities("high"), ordinary=0, quiet=0, fires=1, hold="1h", named=" of high severity"),
        ),
        **{
            name: both(
                case("fires", at(evidence(*frameworks), 119 - QUARTER), at(evidence(*frameworks), 119 - QUARTER),
                     neighbours=at(evidence(*frameworks), 0), after="1h"),
                case("quiet", at(evidence(*frameworks), 7200 - QUARTER), at(evidence(*frameworks), 7200 - QUARTER),
                     neighbours=at(evidence(*frameworks), -2 * QUARTER), watch="110m"),
            )
            for name, frameworks in {"GdprEvidenceStale": ("gdpr", "soc2"), "Soc2EvidenceStale": ("soc2", "gdpr")}.items()
        },
        "SatisfactionOffTarget": crossing(gauge("skillforge_satisfaction_score"), ordinary=4.7, quiet=4.5, fires=4.4, hold="30m"),
        "AssessmentAccuracyOffTarget": crossing(gauge("skillforge_assessment_accuracy_ratio"), ordinary=0.95, quiet=0.90, fires=0.89, hold="30m"),
    },
)  # fmt: skip
TABLE.add(
    BACKEND,
    {"MilestoneReached": rare(happened("skillforge_milestones_total", milestone="10k-users"), window="1h")},
    Rhythm(300, 300),
)
TABLE.add(
    BACKEND,
    {
        "DataCorruptionOrLoss": rare(happened("skillforge_data_integrity_failures_total", kind="loss"), window="15m"),
        "ApiLatencyOffTarget": slow_on_average(
            "http_request_duration_seconds", quiet=0.4999, fires=0.506, hold="30m", window="1h", seconds=3600, enough=20
        ),
    },
    MINUTELY,
)
TABLE.add(
    BACKEND,
    {
        "RegistrationsDropped": compared(
            _hourly("skillforge_registrations_total"),
            past=40,
            between=24,
            quiet=20.4,
            fires=19.8,
            hold="1h",
            window="1h",
            later=39.2,
            ends="150m",
        ),
    },
    Rhythm(60, 600),
)
TABLE.add(
    BACKEND,
    {
        **_UNUSED,
        "RegistrationsToday": crossing(
            lambda place, number: counting("skillforge_registrations_total")(place, number / DAY),
            ordinary=200,
            quiet=999,
            fires=1005,
            window="1d",
        ),
    },
    TEN_MINUTELY,
)
TABLE.add(
    BACKEND,
    {
        "DeploymentsOffTarget": successes(
            DEPLOYMENTS, quiet=0.9901, fires=0.98998, window="30d", seconds=30 * DAY, hold="1d", enough=10, ordinary=0.9999
        ),
    },
    Rhythm(DAY, DAY),
)
TABLE.add(
    BACKEND,
    {
        "UsersGrowthOffTarget": compared(
            people("month"), past=1000, between=1100, quiet=1000, fires=999, hold="30m", ago="29d20h", neighbours=9000
        ),
    },
    TEN_MINUTELY,
)
for _dependency, _metric, _alert, _hold in ((POSTGRES, "pg_up", "PostgresDown", "1m"), (REDIS, "redis_up", "RedisDown", "2m")):
    TABLE.add(_dependency, {f"{_alert}{what}": make for what, make in exporter(_metric, _hold).items()})
TABLE.add(POSTGRES, {"PostgresConnectionsHigh": crossing(connections, ordinary=0.3, quiet=0.80, fires=0.81, hold="10m")})
TABLE.add(
    POSTGRES,
    {
        "QueryLatencyOffTarget": both(
            crossing(statements(0.5), ordinary=0.01, quiet=0.0999, fires=0.101, hold="30m", window="1h"),
            as_traffic_falls(statements, fires=0.101, hold="30m", window="1h"),
        )
    },
    MINUTELY,
)
TABLE.add(CLUSTER, {"DiskSpaceLow": disk_free(2e9, 1.99e9, "5m")})

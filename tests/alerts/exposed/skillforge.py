"""What skillforge's services count of their own: pools, payments, models, matches, people."""

from functools import partial

from tests.alerts.exposed.requests import Counted
from tests.alerts.place import Place, counted, own
from tests.alerts.scenario import Leveled
from tests.alerts.series import Gauge, State, merged

PAYMENTS = Counted(
    "skillforge_payments_total",
    ({"provider": "card", "status": "success"},),
    ({"provider": "card", "status": "error"},),
    others={"provider": "card", "status": "declined"},
)
"""A card that its bank declines is no failure of ours."""
THIRD_PARTY = Counted(
    "skillforge_external_requests_total",
    ({"upstream": "openai", "status": "success"},),
    ({"upstream": "openai", "status": "error"}, {"upstream": "openai", "status": "timeout"}),
)
FEATURES = Counted(
    "skillforge_feature_uses_total",
    ({"feature": "export", "critical": "false", "status": "success"},),
    ({"feature": "export", "critical": "false", "status": "error"},),
    noise=(
        {"feature": "export", "critical": "true", "status": "success"},
        {"feature": "export", "critical": "true", "status": "error"},
    ),
)
"""What is critical has alerts of its own."""
INFERENCE_TIMEOUTS = Counted(
    "ai_model_inference_total",
    ({"model_name": "dialogpt", "status": "success"}, {"model_name": "dialogpt", "status": "error"}),
    ({"model_name": "dialogpt", "status": "timeout"},),
)
INFERENCES = Counted(
    "ai_model_inference_total",
    ({"model_name": "dialogpt", "status": "success"},),
    ({"model_name": "dialogpt", "status": "timeout"}, {"model_name": "dialogpt", "status": "error"}),
)
MATCHES = Counted("skillforge_job_matches_total", ({"status": "success"},), ({"status": "none"},))
MODEL_CACHE = Counted(
    "ai_model_cache_requests_total", ({"model_name": "dialogpt", "result": "hit"},), ({"model_name": "dialogpt", "result": "miss"},)
)
DEPLOYMENTS = Counted("skillforge_deployments_total", ({"status": "success"},), ({"status": "failed"}, {"status": "rolled_back"}))
DIALOGPT = {"model_name": "dialogpt", "model_version": "v1"}
INFERENCE_BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
HTTP_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0, 10.0)


def database_errors(operation: str) -> Leveled:
    """Errors of a database client a second, by operation; failed migrations are no connection's failure."""
    return partial(_database_errors, operation)


def _database_errors(operation: str, place: Place, per_second: float) -> State:
    return merged(
        counted(place, "skillforge_database_errors_total", per_second, operation=operation),
        counted(place, "skillforge_database_errors_total", 1, operation="migration"),
    )


def pool(place: Place, used: float) -> State:
    """A process' connection pool, by the share in use."""
    most = 200.0
    found = [own(place, "skillforge_database_pool_max_connections", Gauge(most))]
    for state, count in (("used", most * used), ("idle", most * (1 - used))):
        found.append(own(place, "skillforge_database_pool_connections", Gauge(count), state=state))
    return merged(*found)


def refused(place: Place, per_second: float) -> State:
    """Requests refused for exceeding their limit, beside those answered."""
    return merged(
        counted(place, "http_requests_total", per_second, method="POST", endpoint="/api/login", status="429"),
        counted(place, "http_requests_total", 50, method="POST", endpoint="/api/login", status="200"),
    )


def vulnerabilities(severity: str) -> Leveled:
    """Known vulnerabilities of a severity; there always are some of low severity."""
    return partial(_vulnerabilities, severity)


def _vulnerabilities(severity: str, place: Place, count: float) -> State:
    found = {"low": 7.0, "medium": 3.0, "high": 0.0, "critical": 0.0} | {severity: count}
    return merged(*(own(place, "security_vulnerabilities", Gauge(number), severity=name) for name, number in found.items()))


def evidence(framework: str, other: str) -> Leveled:
    """Evidence of a framework by the moment of its newest piece; the other framework's is fresh."""
    return partial(_evidence, framework, other)


def _evidence(framework: str, other: str, place: Place, newest: float) -> State:
    return merged(
        own(place, "compliance_evidence_timestamp_seconds", Gauge(newest), framework=framework),
        own(place, "compliance_evidence_timestamp_seconds", Gauge(1e9), framework=other),
    )


def gpu_memory(place: Place, used: float) -> State:
    """A GPU's memory in use, as a share of 40 GB."""
    total = 4e10
    return merged(
        own(place, "ai_model_gpu_memory_used_bytes", Gauge(total * used), gpu="0"),
        own(place, "ai_model_gpu_memory_total_bytes", Gauge(total), gpu="0"),
    )


def statements(calls: float) -> Leveled:
    """pg_stat_statements by the mean time of a statement."""
    labels = {"datname": "skillforge", "user": "app", "queryid": "42"}

    def world(place: Place, mean: float) -> State:
        return merged(
            counted(place, "pg_stat_statements_seconds_total", calls * mean, **labels),
            counted(place, "pg_stat_statements_calls_total", calls, **labels),
        )

    return world


def people(period: str) -> Leveled:
    """Active users of a period; a number that tells of another stands beside."""
    return partial(_people, period)


def _people(period: str, place: Place, count: float) -> State:
    other = {"month": "day", "day": "month"}[period]
    return merged(
        own(place, "skillforge_users_active", Gauge(count), period=period),
        own(place, "skillforge_users_active", Gauge(50000), period=other),
    )

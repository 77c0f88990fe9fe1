"""The catalog says what the owners of jac-learning and universal-ai-tools said, and what they meant where their example fails."""

import re
from pathlib import Path

import pytest

from catalog.base import Backend, Severity
from catalog.catalog import Catalog, PlacedAlert
from catalog.loading import load
from catalog.model import Service, Target
from catalog.signal import PrometheusQuery
from catalog.units import seconds

ROOT = Path(__file__).resolve().parents[2]
HTTP_BUCKETS = (0.1, 0.3, 0.5, 0.7, 1, 3, 5, 7, 10)
AI_BUCKETS = (0.5, 1, 2, 5, 10, 30, 60)
PORTS = {
    "api-gateway": 8081,
    "llm-router": 3033,
    "assistantd": 8080,
    "auth-service": 8015,
    "memory-service": 8017,
    "chat-service": 8016,
    "ml-inference": 8091,
}
MODEL_CALLERS = {"llm-router", "assistantd", "chat-service", "ml-inference"}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ROOT)


def placed(catalog: Catalog, application: str, name: str) -> dict[str, PlacedAlert]:
    """Every alert of one name in an application, by service or dependency."""
    return {p.subject.name: p for p in catalog.alerts() if p.subject.application.application == application and p.name == name}


def condition(alert: PlacedAlert) -> tuple[str, str | None, str, float, float, Severity]:
    """Signal, statistic, side, threshold in base units, duration in seconds, severity."""
    side = "above" if alert.alert.above is not None else "below"
    value = alert.signal.unit.parse(getattr(alert.alert, side))
    return alert.alert.signal, alert.alert.statistic, side, value, alert.alert.hold, alert.alert.effective_severity


def jac(catalog: Catalog, name: str) -> Service:
    return catalog.applications["jac-learning"].services[name]


def promise(catalog: Catalog, target: Target) -> float:
    return catalog.signals[target.signal].unit.parse(target.at_least if target.at_least is not None else target.at_most)


JAC_STATED = [
    ("ServiceDown", ("up", None, "below", 1, 60, "critical"), {"backend", "frontend", "celery"}),
    ("SlowResponses", ("http_latency", "p95", "above", 2, 300, "warning"), {"backend"}),
    ("SlowPages", ("frontend_api_latency", "p95", "above", 2, 300, "warning"), {"frontend"}),
    ("ServerErrors", ("http_error_rate", None, "above", 0.1, 120, "warning"), {"backend"}),
    ("HighMemory", ("container_memory", None, "above", 0.8, 120, "warning"), {"backend", "frontend", "celery"}),
]
# Here the owners gave no duration (or no threshold): ours is chosen, with a reason.
JAC_CHOSEN = [
    ("HighErrorRatio", "http_errors", "above", 0.10, "critical"),
    ("DatabaseConnectionFailure", "postgres_up", "below", 1, "critical"),
    ("SecurityBreach", "security_breach_logged", "above", 0, "critical"),
    ("HighCpu", "container_cpu", "above", 0.8, "warning"),
    ("FailedDeployment", "pods_ready", "below", 1, "warning"),
    ("CertificateExpiry", "certificate_expiry", "below", 14 * 86400, "warning"),
    ("Milestone", "milestones_logged", "above", 0, "info"),
    ("Registrations", "registrations_logged", "above", 100, "info"),
    ("Maintenance", "maintenance_logged", "above", 0, "info"),
]


@pytest.mark.parametrize(("name", "said", "where"), JAC_STATED)
def test_jac_alerts_have_the_owners_condition_and_duration(catalog: Catalog, name: str, said: tuple[object, ...], where: set[str]) -> None:
    alerts = placed(catalog, "jac-learning", name)
    assert alerts.keys() == where
    assert {condition(alert) for alert in alerts.values()} == {said}


@pytest.mark.parametrize(("name", "signal", "side", "value", "severity"), JAC_CHOSEN)
def test_jac_alerts_without_a_stated_duration_say_why_ours(
    catalog: Catalog, name: str, signal: str, side: str, value: float, severity: str
) -> None:
    alerts = placed(catalog, "jac-learning", name)
    assert alerts
    for alert in alerts.values():
        found = condition(alert)
        assert (found[0], found[2], found[3], found[5]) == (signal, side, value, severity)
        assert "for" in alert.alert.chosen


def test_a_breach_calls_the_security_team(catalog: Catalog) -> None:
    assert placed(catalog, "jac-learning", "SecurityBreach")["backend"].team == "security-team"


def test_jac_is_scraped_and_evaluated_every_15_seconds(catalog: Catalog) -> None:
    application = catalog.applications["jac-learning"]
    assert application.evaluation_interval == 15
    assert {s.runs.interval for s in application.services.values()} == {15}
    assert {d.interval for d in application.dependencies.values()} == {15}
    assert {name: s.runs.port for name, s in application.services.items()} == {"backend": 8000, "frontend": 3000, "celery": 8000}
    assert application.services["celery"].runs.pods == "celery-worker-.*"
    assert application.services["backend"].identity.otel == "jac-backend"


def test_jac_promises_what_its_owners_promise(catalog: Catalog) -> None:
    backend = jac(catalog, "backend")
    objectives = {name: (o.signal, o.under, o.target, o.window) for name, o in backend.objectives.items()}
    month = seconds("30d")
    assert objectives == {
        "availability": ("failed_health_checks", None, 0.999, month),
        "errors": ("http_errors", None, 0.99, month),
        "latency": ("http_latency", 0.2, 0.95, month),
        "code-execution": ("code_execution_failures", None, 0.95, month),
    }
    promised = {n: promise(catalog, t) for n, t in {**backend.targets, **backend.business}.items() if t.at_least or t.at_most}
    assert promised == {
        "throughput": pytest.approx(1000 / 60),
        "cpu": 0.70,
        "memory": 0.80,
        "disk": 0.85,
        "network": 0.01,
        "path_completion": 0.80,
        "learning_sessions": 5,
        "agent_task_success": 0.90,
    }


def test_jacs_failures_are_counted_as_its_backend_labels_them(catalog: Catalog) -> None:
    http = catalog.applications["jac-learning"].http
    assert (http.status_label, http.route_label) == ("status", "endpoint")
    assert re.fullmatch(http.bad, "error")
    assert re.fullmatch(http.bad, "503")
    assert not re.fullmatch(http.bad, "success")


def test_jacs_buckets_have_a_boundary_at_its_objective_and_at_its_alert(catalog: Catalog) -> None:
    assert {0.2, 2} <= set(jac(catalog, "backend").buckets["http_latency"])
    assert 2 in jac(catalog, "frontend").buckets["frontend_api_latency"]


@pytest.mark.parametrize("route", ["/api/health", "/api/courses/", "/api/courses/<int:pk>/lessons/", "/metrics", "/"])
def test_known_routes_of_jac_are_kept(catalog: Catalog, route: str) -> None:
    assert re.fullmatch(jac(catalog, "backend").keep_routes or "", route)


@pytest.mark.parametrize("route", ["/api/courses/17/", "/api/users/3f0c9a51-1f7e/", "/wp-login.php", "/" + "a/" * 40])
def test_raw_paths_of_jac_are_dropped(catalog: Catalog, route: str) -> None:
    assert not re.fullmatch(jac(catalog, "backend").keep_routes or "", route)


UNIVERSAL_STATED = [
    ("HighErrorRate", ("http_error_rate", None, "above", 0.1, 120, "critical"), set(PORTS)),
    ("HighResponseTime", ("http_latency", "p95", "above", 1, 300, "warning"), set(PORTS)),
    ("ServiceDown", ("up", None, "below", 1, 60, "critical"), set(PORTS)),
    ("HighCPUUsage", ("reported_cpu", None, "above", 0.8, 300, "warning"), set(PORTS)),
    ("HighMemoryUsage", ("reported_memory", None, "above", 8e9, 300, "warning"), set(PORTS)),
    ("AIRequestFailures", ("ai_request_failures", None, "above", 0.05, 120, "critical"), MODEL_CALLERS),
]


@pytest.mark.parametrize(("name", "said", "where"), UNIVERSAL_STATED)
def test_universal_alerts_have_the_owners_condition_and_duration(
    catalog: Catalog, name: str, said: tuple[object, ...], where: set[str]
) -> None:
    alerts = placed(catalog, "universal-ai-tools", name)
    assert alerts.keys() == where
    assert {condition(alert) for alert in alerts.values()} == {said}


def test_universals_gauges_may_be_absent_and_have_a_second_source(catalog: Catalog) -> None:
    for first, second, signal in (
        ("HighCPUUsage", "HighContainerCPU", "container_cpu"),
        ("HighMemoryUsage", "HighContainerMemory", "container_memory_bytes"),
    ):
        backups = placed(catalog, "universal-ai-tools", second)
        for name, alert in placed(catalog, "universal-ai-tools", first).items():
            assert alert.alert.no_data == "ticket"
            assert backups[name].alert.signal == signal
            assert condition(backups[name])[2:] == condition(alert)[2:]


def test_universals_gauges_are_selected_by_our_label_and_not_by_its_own(catalog: Catalog) -> None:
    for name in ("reported_cpu", "reported_memory", "reported_connections"):
        query = catalog.signals[name].prometheus
        assert isinstance(query, PrometheusQuery)
        assert "{$sel}" in (query.value or "")
        assert "service" not in (query.value or "")


def test_universal_is_scraped_as_its_owners_scrape_it_and_each_service_once(catalog: Catalog) -> None:
    application = catalog.applications["universal-ai-tools"]
    assert application.evaluation_interval == 15
    assert {name: s.runs.port for name, s in application.services.items()} == PORTS
    assert {s.runs.interval for s in application.services.values()} == {10}
    assert {name: d.interval for name, d in application.dependencies.items()} == {"postgres": 30, "redis": 30, "nginx": 30}
    assert len({tuple(s.runs.selector.items()) for s in application.services.values()}) == len(PORTS)


def test_universal_is_notified_in_its_own_rhythm(catalog: Catalog) -> None:
    notifications = catalog.applications["universal-ai-tools"].notifications
    assert (notifications.group_wait, notifications.group_interval, notifications.repeat_interval) == (10, 10, 3600)


def test_universals_objectives_and_buckets_are_its_owners(catalog: Catalog) -> None:
    application = catalog.applications["universal-ai-tools"]
    assert application.http.status_label == "status_code"
    for name, service in application.services.items():
        assert service.buckets["http_latency"] == HTTP_BUCKETS
        assert service.buckets.get("ai_request_latency") == (AI_BUCKETS if name in MODEL_CALLERS else None)
        assert service.objectives["availability"].target == 0.999
        latency = service.objectives.get("latency")
        assert (latency is None) == (name in MODEL_CALLERS)
        assert latency is None or latency.under == 0.1


def test_universal_has_alerts_on_logs_and_on_traces(catalog: Catalog) -> None:
    sources = {p.signal.source for p in catalog.alerts() if p.subject.application.application == "universal-ai-tools"}
    assert sources == {"metrics", "logs", "traces"}


def test_both_are_collected_by_prometheus_jaeger_and_elastic(catalog: Catalog) -> None:
    for application in ("jac-learning", "universal-ai-tools"):
        for service in catalog.applications[application].services.values():
            assert service.collect.metrics == (Backend.PROMETHEUS,)
            assert service.collect.traces == (Backend.JAEGER,)
            assert service.collect.logs[0] is Backend.ELASTIC

"""The catalog says what the applications' owners said: their exact numbers, application by application."""

from pathlib import Path
from typing import cast

import pytest

from catalog.base import Backend, Priority, Severity
from catalog.catalog import Catalog
from catalog.loading import load
from catalog.model import Alert, Dependency, Objective, Service, Target
from catalog.units import Duration, seconds

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ROOT)


def watched(catalog: Catalog, place: str) -> Service | Dependency:
    application, name = place.split("/")
    found = catalog.applications[application]
    return found.services.get(name) or found.dependencies[name]


def service(catalog: Catalog, place: str) -> Service:
    return cast("Service", watched(catalog, place))


def condition(catalog: Catalog, place: str, name: str) -> tuple[str, float]:
    """An alert's comparison in its signal's base unit, as `("above", 10)`."""
    alert = watched(catalog, place).alerts[name]
    side = "above" if alert.above is not None else "below"
    return side, catalog.signals[alert.signal].unit.parse(getattr(alert, side))


def alert_of(catalog: Catalog, place: str, name: str) -> Alert:
    return watched(catalog, place).alerts[name]


# place, alert, signal, statistic, side and threshold in base units, the owners' duration (None: they named none), severity
STATED = [
    ("skillforge/backend", "HighErrorRate", "http_error_rate", None, ("above", 10), None, "critical"),
    ("skillforge/backend", "HealthCheckDown", "probe_success", None, ("below", 1), None, "critical"),
    ("skillforge/backend", "ApiLatencyHigh", "http_latency", "p95", ("above", 2), None, "warning"),
    ("skillforge/backend", "CpuHigh", "container_cpu", None, ("above", 0.80), None, "warning"),
    ("skillforge/backend", "MemoryHigh", "container_memory", None, ("above", 0.80), None, "warning"),
    ("skillforge/ai-services", "JobMatchLow", "match_ratio", None, ("below", 0.30), None, "warning"),
    ("skillforge/cluster", "DiskSpaceLow", "node_disk_free", None, ("below", 2e9), None, "warning"),
    ("skillforge/backend", "FailedLoginsHigh", "failed_logins", None, ("above", 100), None, "critical"),
    ("skillforge/backend", "ResponseVerySlow", "http_latency", "p95", ("above", 5), None, "warning"),
    ("skillforge/backend", "ErrorRatioHigh", "http_errors", None, ("above", 0.05), None, "warning"),
    ("ai-platform/api", "ErrorRatioHigh", "http_errors", None, ("above", 0.05), "5m", "critical"),
    ("ai-platform/postgres", "PostgresDown", "postgres_up", None, ("below", 1), "1m", "critical"),
    ("ai-platform/api", "PodRestarts", "container_restarts", None, ("above", 0.1 / 60), "5m", "critical"),
    ("ai-platform/cluster", "NodeNotReady", "node_not_ready", None, ("below", 1), "5m", "critical"),
    ("ai-platform/api", "LatencyHigh", "http_latency", "p95", ("above", 1), "5m", "warning"),
    ("ai-platform/api", "MemoryHigh", "container_memory", None, ("above", 0.85), "5m", "warning"),
    ("ai-platform/cluster", "DiskSpaceLow", "node_disk_used", None, ("above", 0.90), "5m", "warning"),
]


@pytest.mark.parametrize(("place", "name", "signal", "statistic", "expected", "hold", "severity"), STATED)
def test_an_alert_has_its_owners_numbers(
    catalog: Catalog,
    place: str,
    name: str,
    signal: str,
    statistic: str | None,
    expected: tuple[str, float],
    hold: str | None,
    severity: str,
) -> None:
    alert = alert_of(catalog, place, name)
    side, threshold = condition(catalog, place, name)
    assert (alert.signal, alert.statistic, side) == (signal, statistic, expected[0])
    assert threshold == pytest.approx(expected[1])
    assert alert.effective_severity == severity
    if hold is None:
        assert "for" in alert.chosen, f"{place} {name}: the owners name no duration, so the catalog says why it has this one"
    else:
        assert alert.hold == seconds(hold)
        assert "for" not in alert.chosen


def test_a_threshold_or_duration_that_nobody_stated_says_why(catalog: Catalog) -> None:
    stated = {(place, name) for place, name, *_ in STATED} | {("skillforge/ai-services", "InferenceSlow")}
    for placed in catalog.alerts():
        place = f"{placed.subject.application.application}/{placed.subject.name}"
        if placed.subject.application.application not in ("skillforge", "ai-platform") or (place, placed.name) in stated:
            continue
        on_or_off = placed.signal.unit == "state" or placed.alert.anomaly is not None
        shared = ("skillforge/backend", placed.name) in stated
        assert "for" in placed.alert.chosen, f"{place} {placed.name}"
        assert on_or_off or shared or placed.alert.chosen.keys() & {"threshold", "condition"}, f"{place} {placed.name}"


@pytest.mark.parametrize("name", ["frontend", "backend", "ai-services"])
def test_every_skillforge_service_pages_when_it_is_down_loops_or_fails_ten_times_a_second(catalog: Catalog, name: str) -> None:
    for alert in ("ServiceDown", "HealthCheckDown", "PodCrashLoop", "HighErrorRate"):
        assert alert_of(catalog, f"skillforge/{name}", alert).priority == Priority.P1


# Every kind that skillforge's priorities name, with an alert that stands for it.
KINDS = {
    Priority.P1: [
        "ServiceDown",
        "PostgresDown",
        "DatabaseConnectionFailure",
        "SecurityBreach",
        "SuspiciousBehaviour",
        "PaymentFailures",
        "DataCorruptionOrLoss",
    ],
    Priority.P2: ["ResponseVerySlow", "ErrorRatioHigh", "DatabasePoolExhausted", "ModelAccuracyDrop", "ThirdPartyFailing"],
    Priority.P3: ["AutoscalerNearItsLimit", "FeatureFailing", "CpuReservedUnused", "RegistrationsDropped"],
    Priority.INFO: ["MilestoneReached", "RegistrationsToday", "MaintenanceActive"],
}


@pytest.mark.parametrize(("priority", "name"), [(priority, name) for priority, names in KINDS.items() for name in names])
def test_every_kind_that_the_priorities_name_has_an_alert_of_that_priority(catalog: Catalog, priority: Priority, name: str) -> None:
    found = [p.alert.priority for p in catalog.alerts() if p.subject.application.application == "skillforge" and p.name == name]
    assert found, f"skillforge has no alert {name}"
    assert set(found) == {priority}


def test_security_alerts_reach_the_security_team(catalog: Catalog) -> None:
    for name in (
        "FailedLoginsHigh",
        "DataAccessAnomaly",
        "RateLimitViolations",
        "SuspiciousBehaviour",
        "SecurityBreach",
        "VulnerabilitiesKnown",
    ):
        assert alert_of(catalog, "skillforge/backend", name).team == "security-team"
    for name in ("GdprEvidenceStale", "Soc2EvidenceStale"):
        assert alert_of(catalog, "skillforge/backend", name).team == "security-team"


def test_failed_logins_are_counted_over_five_minutes(catalog: Catalog) -> None:
    alert = alert_of(catalog, "skillforge/backend", "FailedLoginsHigh")
    assert (alert.window, alert.hold) == (300, 0)


def test_the_anomaly_on_data_access_is_basic_two_deviations_over_an_hour_by_user_and_datadogs_alone(catalog: Catalog) -> None:
    placed = next(p for p in catalog.alerts() if p.name == "DataAccessAnomaly")
    assert placed.alert.anomaly
    assert placed.alert.anomaly.model_dump() == {"algorithm": "basic", "deviations": 2, "over": 3600}
    assert placed.signal.by == ("user_id",)
    assert catalog.pager(placed) is Backend.DATADOG


def test_dialogpt_v1_is_slow_when_it_is_slower_than_its_own_baseline(catalog: Catalog) -> None:
    assert service(catalog, "skillforge/ai-services").models["dialogpt"].version == "v1"
    baseline = alert_of(catalog, "skillforge/ai-services", "InferenceSlow").baseline
    assert baseline is not None
    assert (baseline.offset, baseline.worse_by) == (seconds("7d"), 0.3)


def test_skillforge_promises_99_9_per_cent_and_inference_under_two_seconds(catalog: Catalog) -> None:
    for name in ("frontend", "backend", "ai-services"):
        objective = service(catalog, f"skillforge/{name}").objectives["availability"]
        assert objective == Objective(signal="http_errors", target=0.999, window=cast("Duration", "30d"))
    assert service(catalog, "skillforge/ai-services").objectives["inference"].under == 2


@pytest.mark.parametrize(
    ("place", "name", "expected"),
    [
        ("skillforge/backend", "api-latency", Target(signal="http_latency", statistic="average", at_most="500ms")),
        ("skillforge/backend", "error-ratio", Target(signal="http_errors", at_most=0.001)),
        ("skillforge/backend", "deployments", Target(signal="deployment_success", at_least=0.99)),
        ("skillforge/postgres", "query-latency", Target(signal="postgres_query_latency", at_most="100ms")),
    ],
)
def test_averages_are_promised_as_targets(catalog: Catalog, place: str, name: str, expected: Target) -> None:
    assert watched(catalog, place).targets[name] == expected


@pytest.mark.parametrize(
    ("name", "signal", "least"),
    [("job_match", "match_ratio", 0.70), ("assessment_accuracy", "assessment_accuracy", 0.90), ("satisfaction", "satisfaction", 4.5)],
)
def test_skillforge_promises_its_business_numbers(catalog: Catalog, name: str, signal: str, least: float) -> None:
    services = catalog.applications["skillforge"].services.values()
    assert [s.business[name] for s in services if name in s.business] == [Target(signal=signal, at_least=least)]


def test_skillforge_escalates_to_the_manager_after_five_minutes_and_to_the_cto_after_fifteen(catalog: Catalog) -> None:
    levels = catalog.applications["skillforge"].escalations["critical"].levels
    assert [(level.after, set(level.notify)) for level in levels] == [
        (0, {"on-call"}),
        (300, {"engineering-manager", "on-call"}),
        (900, {"cto", "engineering-team"}),
    ]


def test_what_is_high_waits_fifteen_minutes_before_it_escalates(catalog: Catalog) -> None:
    levels = catalog.applications["skillforge"].escalations["high"].levels
    assert [(level.after, level.notify[0]) for level in levels[:2]] == [(0, "on-call"), (900, "engineering-manager")]
    assert levels[2].after == 1800


def test_skillforge_promises_how_fast_it_detects_and_mends(catalog: Catalog) -> None:
    application = catalog.applications["skillforge"]
    assert application.operations == {"mttd": 300, "mttr": 1800, "security_response": 900}
    assert application.operations_ratio == {"false_positives": 0.05, "successful_deployments": 0.99}


def test_ai_platform_is_scraped_on_its_port_and_finds_annotated_pods(catalog: Catalog) -> None:
    runs = service(catalog, "ai-platform/api").runs
    assert (runs.port, runs.path) == (8000, "/metrics")
    assert catalog.applications["ai-platform"].annotated_pods


def test_ai_platforms_health_is_asked_every_300_seconds(catalog: Catalog) -> None:
    api = service(catalog, "ai-platform/api")
    assert api.probes["health"].interval == 300
    assert api.journeys["api-health"].every == 300


def test_pages_of_ai_platform_are_what_its_owners_call_critical(catalog: Catalog) -> None:
    critical = {
        p.name
        for p in catalog.alerts()
        if p.subject.application.application == "ai-platform" and p.alert.effective_severity is Severity.CRITICAL
    }
    assert critical == {"ErrorRatioHigh", "PostgresDown", "PodRestarts", "NodeNotReady", "ServiceDown"}

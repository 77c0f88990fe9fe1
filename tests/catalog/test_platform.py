"""The stack watches itself and its cluster, and nothing in that fires for ever on a managed control plane."""

import re
from pathlib import Path

import pytest

from catalog.base import Priority
from catalog.catalog import Catalog, PlacedAlert
from catalog.exposure import Exposure
from catalog.loading import load
from catalog.queries import queries
from catalog.signal import Gap, PrometheusQuery

ROOT = Path(__file__).resolve().parents[2]
SYSTEMS = {
    "prometheus": ("monitoring", "web"),
    "alertmanager": ("monitoring", "web"),
    "prometheus-operator": ("monitoring", "metrics"),
    "blackbox-exporter": ("monitoring", "metrics"),
    "node-exporter": ("agents", "metrics"),
    "kube-state-metrics": ("monitoring", "metrics"),
    "external-secrets": ("monitoring", "metrics"),
    "grafana": ("monitoring", "web"),
    "oauth2-proxy": ("monitoring", "metrics"),
    "otel-agent": ("agents", "metrics"),
    "otel-sampler": ("tracing", "metrics"),
    "jaeger": ("tracing", "metrics"),
    "loki": ("logging", "metrics"),
}
ASKED_BESIDE = {"logstash": "logging", "filebeat": "agents"}
"""What speaks JSON alone: an exporter in its own pods asks it."""
# What EKS does not show; its own certificates are its own matter as well.
HIDDEN = re.compile(r"scheduler|kube_controller|etcd|apiserver_client_certificate|kubelet_certificate_manager_\w+_ttl")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ROOT)


@pytest.fixture(scope="module")
def alerts(catalog: Catalog) -> dict[tuple[str, str], PlacedAlert]:
    return {(p.subject.name, p.name): p for p in catalog.alerts() if p.subject.application.application == "platform"}


def promql(query: object) -> str:
    assert isinstance(query, PrometheusQuery)
    return " ".join(filter(None, (query.value, query.bad, query.all, query.histogram)))


def test_our_systems_are_found_by_the_labels_that_our_components_set(catalog: Catalog) -> None:
    platform = catalog.applications["platform"]
    assert platform.namespace is None
    for name, (system, port) in SYSTEMS.items():
        runs = platform.services[name].runs
        assert (runs.system, runs.port, runs.monitor) == (system, port, "service")
        assert runs.selector == {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "observatory"}
    for name, system in ASKED_BESIDE.items():
        runs = platform.services[name].runs
        assert (runs.system, runs.port, runs.monitor, runs.selector["app.kubernetes.io/name"]) == (system, "metrics", "pod", name)
        assert runs.query["target"].startswith("http://localhost:"), "the exporter is asked for its own pod alone"
    elastic, kibana = (platform.services[name].runs for name in ("elasticsearch", "kibana"))
    assert (elastic.system, elastic.port, elastic.selector["app.kubernetes.io/name"]) == ("logging", "metrics", "elasticsearch-exporter")
    assert kibana.monitor == "none"
    others = {"kubelet", "cadvisor", "kube-apiserver", "elasticsearch", "kibana", *ASKED_BESIDE}
    assert platform.services.keys() - SYSTEMS.keys() == others
    assert {name: platform.services[name].runs.path for name in ("kubelet", "cadvisor")} == {
        "kubelet": "/metrics",
        "cadvisor": "/metrics/cadvisor",
    }
    assert platform.services["kubelet"].runs.system == platform.services["cadvisor"].runs.system == "kubelet"
    assert platform.services["kube-apiserver"].runs.system == "kubernetes"
    assert platform.dependencies["cluster"].kind == "cluster"


def test_the_pods_of_prometheus_are_not_taken_for_those_of_its_operator(catalog: Catalog) -> None:
    services = catalog.applications["platform"].services
    pods = {name: services[name].runs.pods or "" for name in ("prometheus", "prometheus-operator")}
    assert re.fullmatch(pods["prometheus"], "prometheus-observatory-0")
    assert not re.fullmatch(pods["prometheus"], "prometheus-operator-6c5d8f7b9d-x2kqz")
    assert re.fullmatch(pods["prometheus-operator"], "prometheus-operator-6c5d8f7b9d-x2kqz")


EXPECTED = [
    ("cluster", "NodeNotReady", "node_not_ready", 900, "P3"),
    ("cluster", "CrashLoop", "cluster_crash_loops", 900, "P3"),
    ("cluster", "VolumeFull", "volume_used", 300, "P2"),
    ("cluster", "VolumeFilling", "volume_time_left", 3600, "P3"),
    ("cluster", "OomKilled", "oom_kills", 0, "P3"),
    ("cluster", "ClockSkew", "clock_skew", 600, "P3"),
    ("cluster", "ConntrackFilling", "conntrack_used", 300, "P3"),
    ("cluster", "AutoscalerAtLimit", "autoscaler_room", 900, "P3"),
    ("cluster", "DisruptionBudgetBroken", "disruption_budget", 900, "P3"),
    ("cluster", "QuotaNearlyFull", "quota_used", 900, "P3"),
    ("cluster", "JobFailed", "jobs_failed", 0, "P3"),
    ("cluster", "DeploymentStuck", "deployment_progress", 900, "P3"),
    ("prometheus", "TargetDown", "targets_down", 600, "P3"),
    ("prometheus", "RuleFailures", "rule_failures", 900, "P2"),
    ("prometheus", "NotIngesting", "samples_ingested", 600, "P2"),
    ("prometheus", "ConfigReloadFailed", "prometheus_config", 600, "P3"),
    ("prometheus", "AlertsUndelivered", "alerts_undelivered", 900, "P2"),
    ("prometheus", "RemoteWriteBehind", "remote_write_lag", 900, "P2"),
    ("prometheus", "SeriesBudgetExceeded", "scrapes_over_budget", 900, "P3"),
    ("alertmanager", "MembersMissing", "alertmanager_members", 900, "P3"),
    ("alertmanager", "NotificationsFailing", "notifications_failed", 300, "P2"),
    ("alertmanager", "ConfigReloadFailed", "alertmanager_config", 600, "P3"),
    ("blackbox-exporter", "CertificateExpiry", "probed_certificates", 3600, "P3"),
    ("blackbox-exporter", "CertificateExpiresSoon", "probed_certificates", 3600, "P2"),
    ("kube-apiserver", "ApiServerDown", "up", 300, "P1"),
]


@pytest.mark.parametrize(("subject", "name", "signal", "hold", "priority"), EXPECTED)
def test_what_the_metrics_path_and_the_cluster_may_suffer_has_an_alert(
    alerts: dict[tuple[str, str], PlacedAlert], subject: str, name: str, signal: str, hold: float, priority: str
) -> None:
    alert = alerts[subject, name].alert
    assert (alert.signal, alert.hold, alert.priority) == (signal, hold, priority)


def test_certificates_are_told_of_14_and_3_days_before(alerts: dict[tuple[str, str], PlacedAlert]) -> None:
    told = {name: p.signal.unit.parse(p.alert.below) for (_, name), p in alerts.items() if p.alert.signal == "probed_certificates"}
    assert told == {"CertificateExpiry": 14 * 86400, "CertificateExpiresSoon": 3 * 86400}


def test_nothing_watches_what_a_managed_control_plane_hides(alerts: dict[tuple[str, str], PlacedAlert]) -> None:
    for (subject, name), placed in alerts.items():
        if not isinstance(placed.signal.prometheus, Gap):
            assert not HIDDEN.search(promql(placed.signal.prometheus)), f"{subject}/{name}"


def test_no_alert_tells_of_what_would_also_kill_its_own_evaluation_or_delivery(
    alerts: dict[tuple[str, str], PlacedAlert],
) -> None:
    assert not {s for s, n in alerts if n == "ServiceDown"} & {"prometheus", "alertmanager"}
    assert not {n for _, n in alerts} & {"Watchdog"}


def test_most_of_it_waits_for_the_morning(alerts: dict[tuple[str, str], PlacedAlert]) -> None:
    paging = [placed for placed in alerts.values() if placed.alert.pages]
    assert len(paging) <= len(alerts) / 3
    assert [p.name for p in paging if p.alert.priority is Priority.P1] == ["ApiServerDown"]


def test_a_dead_service_is_not_held_up_by_the_probes_that_ask_it(catalog: Catalog) -> None:
    for name in ("up", "targets_down", "alertmanager_members"):
        assert 'probe=""' in promql(catalog.signals[name].prometheus), name


def test_no_alert_carries_elasticsearchs_own_name_of_its_cluster(catalog: Catalog) -> None:
    """A label that an alert has already is not replaced by Prometheus' external one, which other backends' keys are made of."""
    subject = next(subject for subject in catalog.subjects() if subject.name == "elasticsearch")
    known = Exposure(catalog)
    everything = known.shared | known.of(subject)
    for name in {alert.signal for alert in subject.watched.alerts.values()}:
        query = catalog.signals[name].prometheus
        assert isinstance(query, PrometheusQuery)
        for each in queries(catalog.signals[name], query, subject):
            assert "cluster" not in (each.labels(everything.__getitem__) or ()), name

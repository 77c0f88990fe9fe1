"""What is exposed: the owners' own names and labels, exporters in the versions that we deploy, nothing that a scrape drops."""

import re
from pathlib import Path

import pytest

from catalog.catalog import Catalog
from catalog.loading import load
from components.versions import ALERTMANAGER, IMAGES, PROMETHEUS
from rendering import relabeling

ROOT = Path(__file__).parent.parent.parent

HTTP = {
    "http_requests_total": {"method", "route", "status_code"},
    "http_request_duration_seconds": {"method", "route", "status_code", "le"},
}
REPORTED: dict[str, set[str]] = {name: {"service"} for name in ("active_connections", "memory_usage_bytes", "cpu_usage_percent")}
AI = {"ai_requests_total": {"model", "provider", "status"}, "ai_request_duration_seconds": {"model", "provider", "le"}}
# As the applications' owners name them.
OWNERS: dict[str, dict[str, set[str]]] = {
    "skillforge/ai-services": {
        "ai_model_inference_duration_seconds": {"model_name", "model_version", "le"},
        "ai_model_inference_total": {"model_name", "status"},
        "ai_model_accuracy_score": {"model_name", "dataset"},
    },
    "ai-platform/api": {
        "http_requests_total": {"status"},
        "http_request_duration_seconds": {"le"},
        "aiplatform_requests_total": {"endpoint", "method", "status"},
        "aiplatform_request_duration_seconds": {"endpoint", "le"},
        "aiplatform_active_connections": set(),
        "aiplatform_ml_predictions_total": set(),
        "aiplatform_ml_prediction_accuracy": set(),
        "aiplatform_federated_training_rounds": set(),
        "aiplatform_quantum_optimizations": set(),
    },
    "jac-learning/backend": {
        "http_requests_total": {"method", "endpoint", "status"},
        "learning_path_completions_total": set(),
        "code_executions_total": {"language", "status"},
        "agent_tasks_total": {"agent_type", "status"},
        "system_cpu_usage_percent": set(),
        "system_memory_usage_bytes": set(),
    },
    "jac-learning/frontend": {
        "frontend_page_views_total": {"page", "user_type"},
        "frontend_api_request_duration_seconds": {"endpoint", "method", "le"},
    },
    "universal-ai-tools/api-gateway": HTTP | REPORTED,
    "universal-ai-tools/auth-service": HTTP | REPORTED,
    "universal-ai-tools/memory-service": HTTP | REPORTED,
    "universal-ai-tools/llm-router": HTTP | REPORTED | AI,
    "universal-ai-tools/assistantd": HTTP | REPORTED | AI,
    "universal-ai-tools/chat-service": HTTP | REPORTED | AI,
    "universal-ai-tools/ml-inference": HTTP | REPORTED | AI,
}
VERSIONS = {
    "postgres": IMAGES["postgres"].tag,
    "redis": IMAGES["redis"].tag,
    "nginx": IMAGES["nginx"].tag,
    "blackbox-exporter": IMAGES["blackbox"].tag,
    "node-exporter": IMAGES["node-exporter"].tag,
    "kube-state-metrics": IMAGES["kube-state-metrics"].tag,
    "prometheus": PROMETHEUS,
    "prometheus-scrapes": PROMETHEUS,
    "alertmanager": ALERTMANAGER,
}
DROPPED = {"cadvisor": relabeling.CADVISOR_NOISE, "kubelet": relabeling.APISERVER_NOISE, "kube-apiserver": relabeling.APISERVER_NOISE}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ROOT)


@pytest.mark.parametrize("place", OWNERS)
def test_a_service_exposes_what_its_owners_name(catalog: Catalog, place: str) -> None:
    application, _, service = place.partition("/")
    exposes = {metric: set(labels) for metric, labels in catalog.applications[application].services[service].exposes.items()}
    assert OWNERS[place].items() <= exposes.items()


@pytest.mark.parametrize("name", VERSIONS)
def test_an_exporters_metrics_are_those_of_the_version_deployed(catalog: Catalog, name: str) -> None:
    assert f"v{catalog.exporters[name].version}" == f"v{VERSIONS[name].removeprefix('v')}", "compare its metrics with the new version's"


@pytest.mark.parametrize("name", DROPPED)
def test_no_metric_is_promised_that_the_scrape_drops(catalog: Catalog, name: str) -> None:
    dropped = re.compile(DROPPED[name])
    for metric, labels in catalog.exporters[name].metrics.items():
        series = [f"{metric}{suffix}" for suffix in ("_bucket", "_sum", "_count")] if "le" in labels else [metric]
        assert not [one for one in series if dropped.fullmatch(one)]


def test_every_service_of_the_platform_that_has_metrics_of_its_own_is_described(catalog: Catalog) -> None:
    described = {name for name, exporter in catalog.exporters.items() if exporter.about in ("itself", "cluster", "probed")}
    services = catalog.applications["platform"].services
    assert described == {name for name, service in services.items() if service.runs.monitor != "none"}

"""The contract with applications stays what it is, until its version says otherwise."""

import pytest

from cli.generated import schema, stale
from local.values import plain
from stacks.outputs import Outputs
from tests.stacks.real import documents, prepared, recording

FIELDS = [
    "version",
    "environment",
    "region",
    "cluster",
    "namespaces",
    "endpoints",
    "scrape",
    "otlp",
    "logs",
    "secrets",
    "applications",
    "datadog",
    "aws",
    "sentry",
]
FILLED = {"applications", "aws", "datadog", "sentry"}
"""Fields that are whole only once accounts are filled."""


def test_the_fields_of_version_one_are_these() -> None:
    """Renaming one breaks applications: give the model a new version then."""
    assert list(Outputs.model_fields) == FIELDS
    assert Outputs.model_fields["version"].default == 1


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_every_field_is_an_export_and_reads_back(stack: str) -> None:
    exports = plain(dict(recording(stack).exports))
    read, promised = Outputs.model_validate(exports), prepared(stack).plan.outputs
    assert sorted(exports) == sorted(name for name in FIELDS if getattr(promised, name) is not None), "an engine exports no nothing"
    for name in (each for each in FIELDS if each not in FILLED):
        assert getattr(read, name) == getattr(promised, name), name
    for name, application in promised.applications.items():
        for service, found in application.services.items():
            assert found.environment.items() <= read.applications[name].services[service].environment.items()


def test_what_only_a_filled_account_knows_is_told_as_well() -> None:
    read = Outputs.model_validate(plain(dict(recording("prod").exports)))
    assert read.datadog
    assert read.datadog.dashboards["overview-skillforge"].startswith("https://app.datadoghq.eu/dashboard/")
    pages = read.datadog.rum["skillforge/frontend"]
    environment = read.applications["skillforge"].services["frontend"].environment
    assert environment["DD_RUM_APPLICATION_ID"] == pages.application_id
    assert environment["DD_RUM_CLIENT_TOKEN"] == pages.client_token
    maps = [d for d in documents("prod") if d["kind"] == "ConfigMap" and d["metadata"]["namespace"] == "skillforge"]
    (map_,) = (d for d in maps if d["metadata"]["name"] == "observatory-frontend")
    assert map_["data"] == environment


def test_each_application_and_service_gets_a_config_map_for_env_from() -> None:
    plan = prepared("local").plan
    maps = {(d["metadata"]["namespace"], d["metadata"]["name"]): d["data"] for d in plan.handover}
    for application in plan.outputs.applications.values():
        assert maps[application.namespace, application.config_map] == application.environment
        for service in application.services.values():
            assert maps[application.namespace, service.config_map] == service.environment
            assert application.environment.items() <= service.environment.items()
    assert sorted(plan.outputs.applications) == ["ai-platform", "jac-learning", "skillforge", "universal-ai-tools"]


def test_a_service_learns_who_it_is() -> None:
    environment = prepared("prod").plan.outputs.applications["skillforge"].services["ai-services"].environment
    assert environment["OTEL_SERVICE_NAME"] == "skillforge-ai"
    assert "deployment.environment.name=prod" in environment["OTEL_RESOURCE_ATTRIBUTES"]
    assert "service.namespace=skillforge" in environment["OTEL_RESOURCE_ATTRIBUTES"]


def test_a_service_whose_traces_are_ours_learns_where_to_send_them() -> None:
    found = prepared("prod").plan.outputs
    assert found.otlp.served
    assert found.endpoints.jaeger == "http://jaeger-query.tracing.svc:16686"
    environment = found.applications["universal-ai-tools"].services["chat-service"].environment
    assert environment["OTEL_EXPORTER_OTLP_ENDPOINT"] == found.otlp.endpoint == "http://otel-gateway.tracing.svc:4317"
    assert environment["OTEL_TRACES_SAMPLER"] == "parentbased_jaeger_remote"


def test_where_every_trace_is_kept_sdks_sample_constantly_by_one() -> None:
    environment = prepared("dev").plan.outputs.applications["universal-ai-tools"].services["llm-router"].environment
    assert environment["OTEL_TRACES_SAMPLER"] == "parentbased_always_on"
    assert "OTEL_TRACES_SAMPLER_ARG" not in environment


def test_the_query_address_is_the_deduplicating_front() -> None:
    assert prepared("local").plan.outputs.endpoints.prometheus == "http://prometheus-query.monitoring.svc:9090"
    assert prepared("prod").plan.outputs.endpoints.prometheus.startswith("https://aps-workspaces.eu-central-1.amazonaws.com/")


def test_applications_learn_where_grafana_takes_their_annotations_and_people_where_to_look() -> None:
    found = prepared("prod").plan.outputs
    assert found.endpoints.grafana == "http://grafana.monitoring.svc:3000"
    assert all(each.environment["GRAFANA_ENDPOINT"] == found.endpoints.grafana for each in found.applications.values())
    assert found.endpoints.people == {
        "grafana": "https://grafana.observatory.example.com",
        "alertmanager": "https://alertmanager.observatory.example.com",
        "jaeger": "https://jaeger.observatory.example.com",
        "kibana": "https://kibana.observatory.example.com",
    }
    assert prepared("dev").plan.outputs.endpoints.people == {}, "no edge, so nothing is reached from outside"


def test_secrets_are_told_by_place_and_never_by_value() -> None:
    found = prepared("prod").plan.outputs.secrets["slack"]
    assert found.model_dump() == {"namespace": "monitoring", "name": "slack", "keys": ("token",), "remote": "observatory/prod/slack"}


def test_generated_files_are_fresh() -> None:
    assert not stale([schema]), "run `make schema`"

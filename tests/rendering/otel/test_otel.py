"""The collectors' configurations say what the catalog and the settings say, and settings that cannot work are refused by name."""

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.loading import load
from catalog.spans import buckets
from rendering.document import to_yaml
from rendering.otel.agent import agent
from rendering.otel.gateway import gateway
from rendering.otel.identity import SLOW_AFTER, slow_after, traced
from rendering.otel.logs import LogsRoute
from rendering.otel.mesh import telemetry
from rendering.otel.redaction import EMAIL, KEYS, values
from rendering.otel.settings import SamplingSettings, TracesSettings
from rendering.site import Namespaces, Site

SITE = Site("prod", "eu-central-1", "main", "https://runbooks.example", Namespaces(tracing="spans"))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The project's own."""
    return load(Path(__file__).resolve().parents[3])


def settings(**more: object) -> TracesSettings:
    """Settings of an environment, with some of them changed."""
    return TracesSettings.model_validate({"sampling": {"share": 0.1}, "replicas": {"min": 2, "max": 6}, **more})


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("sampling", {"share": 1.01}, "less than or equal to 1"),
        ("sampling", {"share": -0.1}, "greater than or equal to 0"),
        ("sampling", {}, "Field required"),
        ("sampling", {"share": 0.1, "decision_wiat": "3s"}, "Extra inputs are not permitted"),
        ("sampling", {"share": 0.1, "decision_wait": "3"}, "no duration"),
        ("replicas", {"min": 4, "max": 2}, "min 4 is above max 2"),
        ("jaeger", "jaeger-collector.tracing.svc:4317", "has no scheme"),
        ("jaeger", "grpc://jaeger:4317", "has the scheme grpc"),
        ("jaeger", "http://jaeger", "lacks its host or its port"),
        ("queue", 5000, "greater than or equal to 10000"),
        ("tail_sampling", {}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_the_name_of_the_key(key: str, value: object, told: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(told)) as refused:
        settings(**{key: value})
    assert refused.value.errors()[0]["loc"][0] == key


def test_the_scheme_of_an_address_decides_on_tls(catalog: Catalog) -> None:
    plain = gateway(catalog, SITE, settings())["exporters"]["otlp_grpc/jaeger"]
    secure = gateway(catalog, SITE, settings(jaeger="https://jaeger.example:443"))["exporters"]["otlp_grpc/jaeger"]
    assert (plain["endpoint"], plain["tls"]) == ("jaeger-collector.spans.svc:4317", {"insecure": True})
    assert (secure["endpoint"], secure["tls"]) == ("jaeger.example:443", {"insecure": False})


def test_a_service_s_own_objective_goes_before_the_environment_s(catalog: Catalog) -> None:
    sampling = SamplingSettings(share=0.1)
    found = {service.identity.otel: slow_after(catalog, service, sampling) for _, service in traced(catalog)}
    assert (found["jac-backend"], found["skillforge-ai"], found["llm-router"]) == (0.2, 2, 5)
    text = to_yaml(gateway(catalog, SITE, settings()))
    assert f'set(attributes["{SLOW_AFTER}"], 200000000)' in text


def test_each_service_is_known_by_one_name_that_no_other_has(catalog: Catalog) -> None:
    names = [service.identity.otel for _, service in traced(catalog)]
    assert len(names) == len(set(names)) > 10


def test_every_latency_objective_is_a_boundary_of_the_span_metrics(catalog: Catalog) -> None:
    promised = {o.under for _, service in traced(catalog) for o in service.objectives.values() if o.under is not None}
    assert promised
    assert promised <= set(buckets(catalog))
    assert list(buckets(catalog)) == sorted(set(buckets(catalog)))


def test_ports_and_exports_are_open_by_setting_only(catalog: Catalog) -> None:
    assert list(agent(catalog, SITE, settings())["receivers"]) == ["otlp"]
    assert list(agent(catalog, SITE, settings(zipkin=True))["receivers"]) == ["otlp", "zipkin"]
    assert list(gateway(catalog, SITE, settings())["exporters"]) == ["prometheus", "otlp_grpc/jaeger"]
    assert "otlp_grpc/datadog" in gateway(catalog, SITE, settings(datadog=True))["exporters"]


def test_secrets_are_masked_before_spans_are_counted_kept_or_sent(catalog: Catalog) -> None:
    received = gateway(catalog, SITE, settings())["service"]["pipelines"]["traces/received"]
    assert received["processors"][-1] == "redaction"
    others = [
        name for name, pipeline in gateway(catalog, SITE, settings())["service"]["pipelines"].items() if "otlp" in pipeline["receivers"]
    ]
    assert others == ["traces/received"]
    logs = agent(catalog, SITE, settings(), LogsRoute(("shop",), "http://loki:3100"))["service"]["pipelines"]["logs/read"]
    assert logs["processors"][-1] == "redaction"


def test_the_memory_limiter_comes_first_wherever_data_comes_in(catalog: Catalog) -> None:
    for configuration in (gateway(catalog, SITE, settings()), agent(catalog, SITE, settings(), LogsRoute(("shop",)))):
        for name, pipeline in configuration["service"]["pipelines"].items():
            if {"otlp", "filelog"} & set(pipeline["receivers"]):
                assert pipeline["processors"][0] == "memory_limiter", name


def test_what_is_sent_waits_on_disk_and_is_tried_for_ever(catalog: Catalog) -> None:
    configurations = (
        gateway(catalog, SITE, settings(datadog=True)),
        agent(catalog, SITE, settings(), LogsRoute(("shop",), "http://loki:3100")),
    )
    senders = {n: e for c in configurations for n, e in c["exporters"].items() if n != "prometheus"}
    assert senders.keys() == {"otlp_grpc/jaeger", "otlp_grpc/datadog", "loadbalancing", "otlp_http/loki"}
    for exporter in senders.values():
        assert exporter["sending_queue"]["storage"] == "file_storage/queue"
        assert exporter["retry_on_failure"]["max_elapsed_time"] == "0s"


def test_an_agent_finds_gateways_of_the_tracing_namespace_by_a_trace_s_id(catalog: Catalog) -> None:
    balanced = agent(catalog, SITE, settings())["exporters"]["loadbalancing"]
    assert balanced["routing_key"] == "traceID"
    assert balanced["resolver"]["dns"]["hostname"] == "otel-sampler.spans.svc.cluster.local"


def test_log_events_are_counted_of_every_application_whatever_store_has_its_logs(catalog: Catalog) -> None:
    text = to_yaml(agent(catalog, SITE, settings(), LogsRoute(("shop",))))
    others = [
        n for _, a in catalog.applications.items() for n, s in a.services.items() if a.namespace and Backend.LOKI not in s.collect.logs
    ]
    assert others
    assert all(f'set(attributes["service"], "{name}")' in text for name in others)
    assert "loki" not in text


@pytest.mark.parametrize(
    "key", ["password", "user.passwd", "http.request.header.authorization", "api-key", "refreshToken", "cvv", "db.secret"]
)
def test_a_telling_key_is_known(key: str) -> None:
    assert any(re.search(pattern, key) for pattern in KEYS)


@pytest.mark.parametrize(
    "key",
    [
        "gen_ai.usage.input_tokens",
        "user.id",
        "http.route",
        "messaging.message.key.name",
        "compass",
        "tokenizer",
        "k8s.pod.uid",
        "pandas.version",
    ],
)
def test_a_harmless_key_is_let_alone(key: str) -> None:
    assert not any(re.search(pattern, key) for pattern in KEYS)


def test_e_mail_addresses_are_masked_by_setting() -> None:
    assert EMAIL in values(emails=True)
    assert EMAIL not in values(emails=False)


def test_the_same_catalog_and_settings_give_the_same_text(catalog: Catalog) -> None:
    assert to_yaml(gateway(catalog, SITE, settings())) == to_yaml(gateway(catalog, SITE, settings()))


def test_the_mesh_sends_every_span_and_leaves_sampling_to_the_gateways() -> None:
    assert telemetry()["spec"]["tracing"] == [{"providers": [{"name": "observatory"}], "randomSamplingPercentage": 100}]

"""Jaeger: one process with files of its own, or two kinds of them over Elasticsearch with a user of Jaeger's own."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from pydantic import ValidationError

from catalog.catalog import Subject
from dashboards.grafana import trace_links
from dashboards.model import ELASTICSEARCH, LOKI, Source
from rendering.dashboard_links import service_uid
from rendering.jaeger.configuration import METRICS, SPANS, Monitor, Role, configuration
from rendering.jaeger.interface import interface
from rendering.jaeger.settings import ElasticsearchSettings, JaegerSettings
from rendering.jaeger.strategies import strategies
from rendering.otel.identity import traced
from tests.stacks.real import documents, of, prepared

MONITOR = Monitor("http://prometheus-query.monitoring.svc:9090")
STORED = JaegerSettings(storage="elasticsearch", elasticsearch=ElasticsearchSettings(url="https://es.example.com:9200"))
FILES = JaegerSettings(storage="badger")
# What the binary of 2.20.0 has (cmd/jaeger/internal/components.go) of what is used here; a kind beyond them does not start.
KNOWN = {
    "extensions": {"jaeger_storage", "jaeger_query", "remote_sampling", "healthcheckv2", "sigv4auth"},
    "receivers": {"otlp", "nop"},
    "processors": {"memory_limiter", "batch"},
    "exporters": {"jaeger_storage_exporter", "nop"},
}


@pytest.mark.parametrize("role", ["collector", "query", "both"])
@pytest.mark.parametrize("settings", [STORED, FILES], ids=["elasticsearch", "badger"])
def test_a_process_names_only_what_it_has(settings: JaegerSettings, role: Role) -> None:
    found = configuration(settings, MONITOR, role)
    service = found["service"]
    assert set(service["extensions"]) == set(found["extensions"])
    for kind, names in KNOWN.items():
        assert set(found.get(kind, {})) <= names, kind
    for pipeline in service["pipelines"].values():
        for kind in ("receivers", "processors", "exporters"):
            assert set(pipeline.get(kind, [])) <= set(found.get(kind, {}))
    storage = found["extensions"]["jaeger_storage"]
    if role != "query":
        assert found["exporters"]["jaeger_storage_exporter"]["trace_storage"] in storage["backends"]
    if role != "collector":
        assert found["extensions"]["jaeger_query"]["storage"] == {"traces": SPANS, "metrics": METRICS}
        assert storage["metric_backends"].keys() == {METRICS}


def test_the_performance_page_asks_for_the_samplers_own_metrics() -> None:
    found = configuration(FILES, MONITOR, "both")["extensions"]["jaeger_storage"]["metric_backends"][METRICS]["prometheus"]
    known = {f"{found['metric_namespace']}_calls_total", f"{found['metric_namespace']}_duration_seconds"}
    assert found["normalize_calls"]
    assert found["normalize_duration"]
    assert found["latency_unit"] == "s"
    assert known == prepared("prod").catalog.exporters["span-metrics"].metrics.keys()


def test_a_managed_workspace_is_asked_with_signed_requests() -> None:
    found = configuration(STORED, Monitor("https://aps.example.com/ws", "eu-central-1"), "query")["extensions"]
    assert found["sigv4auth"] == {"region": "eu-central-1", "service": "aps"}
    assert found["jaeger_storage"]["metric_backends"][METRICS]["prometheus"]["auth"] == {"authenticator": "sigv4auth"}
    prod = yaml.safe_load(of("prod", "ConfigMap", "jaeger-query")["data"]["config.yaml"])
    assert "sigv4auth" in prod["extensions"]
    assert of("prod", "ServiceAccount", "jaeger-query")["metadata"]["annotations"]["eks.amazonaws.com/role-arn"].endswith("-jaeger")


def test_no_password_stands_in_a_configuration() -> None:
    for name in ("jaeger-collector", "jaeger-query"):
        text = yaml.safe_load(of("prod", "ConfigMap", name)["data"]["config.yaml"])
        store = text["extensions"]["jaeger_storage"]["backends"][SPANS]["elasticsearch"]
        assert store["auth"]["basic"] == {
            "username": "jaeger",
            "password_file": "/etc/jaeger-secrets/password",
            "reload_interval": "1m",
        }
        assert store["tls"] == {"ca_file": "/etc/jaeger-secrets/ca.crt"}
        pod = of("prod", "Deployment", name)["spec"]["template"]["spec"]
        assert {"name": "secrets", "secret": {"secretName": "elasticsearch-jaeger", "defaultMode": 0o440}} in pod["volumes"]
    secrets = [d for d in documents("prod") if d["kind"] == "ExternalSecret" and d["metadata"]["name"] == "elasticsearch-jaeger"]
    (secret,) = [d for d in secrets if d["metadata"]["namespace"] == "tracing"]
    assert [each["secretKey"] for each in secret["spec"]["data"]] == ["password", "ca.crt"]


def test_prod_has_collectors_and_queries_apart_and_local_one_process_with_a_volume() -> None:
    for name in ("jaeger-collector", "jaeger-query"):
        assert of("prod", "Deployment", name)["spec"]["replicas"] == 2
        assert of("prod", "PodDisruptionBudget", name)["spec"]["maxUnavailable"] == 1
    single = of("local", "StatefulSet", "jaeger")["spec"]
    assert single["replicas"] == 1
    assert single["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"] == "1Gi"


@pytest.mark.parametrize("stack", ["local", "prod"])
def test_each_address_leads_to_pods_that_listen_there(stack: str) -> None:
    pods = [
        (d["spec"]["template"]["metadata"]["labels"], d["spec"]["template"]["spec"]["containers"][0]["ports"])
        for d in documents(stack)
        if d["kind"] in {"Deployment", "StatefulSet"} and d["metadata"].get("namespace") == "tracing"
    ]
    for name, port in (("jaeger-collector", "otlp"), ("jaeger-query", "query-http"), ("jaeger", "metrics")):
        spec = of(stack, "Service", name)["spec"]
        behind = [ports for labels, ports in pods if spec["selector"].items() <= labels.items()]
        assert behind, name
        assert all(port in {each["name"] for each in ports} for ports in behind), name


def test_sdks_that_ask_are_told_to_send_everything_but_health_checks() -> None:
    catalog = prepared("prod").catalog
    found = json.loads(strategies(catalog))
    assert found["default_strategy"] == {"type": "probabilistic", "param": 1}
    assert {each["service"] for each in found["service_strategies"]} == {service.identity.otel for _, service in traced(catalog)}
    assert all(each["param"] == 1 for each in found["service_strategies"])
    quiet = {each["operation"] for entry in found["service_strategies"] for each in entry["operation_strategies"]}
    assert "GET /health" in quiet
    assert {each["param"] for entry in found["service_strategies"] for each in entry["operation_strategies"]} == {0}


@pytest.mark.parametrize("stack", ["local", "dev"])
def test_in_development_every_operation_of_every_service_is_sampled_constantly_by_one(stack: str) -> None:
    found = json.loads(of(stack, "ConfigMap", "jaeger")["data"]["strategies.json"])
    assert "llm-router" in {entry["service"] for entry in found["service_strategies"]}
    assert {(entry["param"], len(entry["operation_strategies"])) for entry in found["service_strategies"]} == {(1, 0)}


def test_sdks_reach_the_strategies_at_the_address_that_they_are_told() -> None:
    told = prepared("prod").plan.outputs.applications["jac-learning"].services["backend"].environment["OTEL_TRACES_SAMPLER_ARG"]
    host, port = told.partition("endpoint=http://")[2].partition(",")[0].split(":")
    front = of("prod", "Service", host.partition(".")[0])
    assert host == "jaeger-collector.tracing.svc"
    assert front["metadata"]["namespace"] == "tracing"
    assert int(port) in {each["port"] for each in front["spec"]["ports"]}
    configured = yaml.safe_load(of("prod", "ConfigMap", "jaeger-collector")["data"]["config.yaml"])
    assert configured["extensions"]["remote_sampling"]["grpc"]["endpoint"].endswith(f":{port}")
    assert "remote_sampling" in configured["service"]["extensions"]
    (policy,) = [d for d in documents("prod") if d["kind"] == "NetworkPolicy" and d["metadata"]["name"] == "jaeger"]
    asking = [rule for rule in policy["spec"]["ingress"] if int(port) in {each["port"] for each in rule["ports"]}]
    names = {peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for rule in asking for peer in rule["from"]}
    assert names >= {"jac-learning", "skillforge", "universal-ai-tools"}


def test_a_span_leads_to_the_dashboard_of_its_service() -> None:
    (link,) = json.loads(interface("https://grafana.example.com"))["linkPatterns"]
    assert link["type"] == "process"

    def led(subject: Subject) -> str:
        return link["url"].replace("#{application}", subject.application.application).replace("#{service}", subject.name)

    for subject, _ in traced(prepared("prod").catalog):
        assert led(subject) == f"https://grafana.example.com/d/{service_uid(subject.application.application, subject.name)}"
    assert "linkPatterns" not in json.loads(interface(None)), "nobody knows where Grafana is"


@pytest.mark.parametrize(("store", "query"), [(ELASTICSEARCH, "query"), (LOKI, "expr")])
def test_a_trace_leads_to_its_records_at_its_time(store: Source, query: str) -> None:
    links = [(link.title, link.url) for link in trace_links.records("https://grafana.example.com", (store,))]
    found: dict[str, str] = json.loads(interface("https://grafana.example.com", links))["linkPatterns"][-1]
    assert found["type"] == "traces"
    filled = found["url"]
    for place, value in {
        "#{traceID}": "0af7651916cd43dd8448eb211c80319c",
        "#{startTime | add -300000000 | epoch_micros_to_date_iso}": "2026-01-02T03%3A04%3A05.000Z",
        "#{endTime | add 300000000 | epoch_micros_to_date_iso}": "2026-01-02T03%3A14%3A06.000Z",
    }.items():
        assert place in filled
        filled = filled.replace(place, value)
    assert "#" not in filled
    (pane,) = json.loads(parse_qs(urlsplit(filled).query)["panes"][0]).values()
    assert pane["datasource"] == store.uid
    assert pane["range"] == {"from": "2026-01-02T03:04:05.000Z", "to": "2026-01-02T03:14:06.000Z"}
    assert "0af7651916cd43dd8448eb211c80319c" in pane["queries"][0][query]
    assert trace_links.records(None, (store,)) == ()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"storage": "elasticsearch"}, "no Elasticsearch is named"),
        ({"storage": "badger", "elasticsearch": {"url": "http://es:9200"}}, "is never asked"),
        ({"storage": "badger", "collectors": 2}, "cannot share Badger's files"),
        ({"storage": "elasticsearch", "elasticsearch": {"url": "es:9200"}}, "has no scheme"),
        ({"storage": "badger", "base_path": "jaeger"}, "should match pattern"),
    ],
)
def test_storage_that_could_not_work_is_refused(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        JaegerSettings.model_validate(given)

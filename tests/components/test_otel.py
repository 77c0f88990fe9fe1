"""The collectors: an agent on every node, samplers that are found while they are ready, and queues that outlive both."""

from typing import Any

import pytest
import yaml

from rendering.otel import places
from tests.stacks.real import documents, of, prepared, recording

ENVIRONMENTS = ["local", "dev", "prod"]


def pod(stack: str, kind: str, name: str) -> dict[str, Any]:
    return of(stack, kind, name)["spec"]["template"]["spec"]


@pytest.mark.parametrize("stack", ENVIRONMENTS)
def test_an_agent_runs_on_every_node_as_root_without_any_capability(stack: str) -> None:
    found = pod(stack, "DaemonSet", "otel-agent")
    (main,) = found["containers"]
    assert found["tolerations"] == [{"operator": "Exists"}]
    assert main["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert main["securityContext"]["readOnlyRootFilesystem"]
    assert not found.get("hostNetwork")
    assert of(stack, "DaemonSet", "otel-agent")["metadata"]["namespace"] == "monitoring-agents"


def test_queues_lie_where_the_configuration_looks_for_them() -> None:
    for kind, name in (("DaemonSet", "otel-agent"), ("StatefulSet", "otel-sampler")):
        text = yaml.safe_load(of("prod", "ConfigMap", name)["data"]["config.yaml"])
        (main,) = pod("prod", kind, name)["containers"]
        assert text["extensions"]["file_storage/queue"]["directory"] in {mount["mountPath"] for mount in main["volumeMounts"]}
        assert main["args"] == ["--config=/etc/otelcol/config.yaml"]


@pytest.mark.parametrize("stack", ENVIRONMENTS)
def test_every_listener_of_a_configuration_is_a_port_of_its_pod(stack: str) -> None:
    for kind, name in (("DaemonSet", "otel-agent"), ("StatefulSet", "otel-sampler")):
        text = of(stack, "ConfigMap", name)["data"]["config.yaml"]
        (main,) = pod(stack, kind, name)["containers"]
        listening = {port["containerPort"] for port in main["ports"]}
        assert listening == {int(line.rpartition(":")[2]) for line in text.split() if line.startswith("0.0.0.0:")} | {places.TELEMETRY}


def test_memory_is_the_limit_that_the_configuration_keeps_below() -> None:
    (main,) = pod("prod", "StatefulSet", "otel-sampler")["containers"]
    assert main["resources"]["limits"]["memory"] == "1024Mi"
    assert {"name": "GOMEMLIMIT", "value": "819MiB"} in main["env"]
    text = yaml.safe_load(of("prod", "ConfigMap", "otel-sampler")["data"]["config.yaml"])
    assert text["processors"]["memory_limiter"]["limit_mib"] == 819


def test_applications_send_to_a_name_that_leads_to_their_own_node() -> None:
    name, front = of("prod", "Service", "otel-gateway"), of("prod", "Service", "otel-agent")
    assert name["metadata"]["namespace"] == "tracing"
    assert name["spec"] == {"type": "ExternalName", "externalName": "otel-agent.monitoring-agents.svc.cluster.local"}
    assert front["spec"]["internalTrafficPolicy"] == "Local"
    assert {port["port"] for port in front["spec"]["ports"]} == {4317, 4318, 8888}
    assert 9411 in {port["port"] for port in of("local", "Service", "otel-agent")["spec"]["ports"]}


def test_a_sampler_that_is_not_ready_is_forgotten() -> None:
    spec = of("prod", "Service", "otel-sampler")["spec"]
    assert spec["clusterIP"] == "None"
    assert spec["publishNotReadyAddresses"] is False
    text = yaml.safe_load(of("prod", "ConfigMap", "otel-agent")["data"]["config.yaml"])
    resolver = text["exporters"]["loadbalancing"]["resolver"]["dns"]
    assert resolver["hostname"] == "otel-sampler.tracing.svc.cluster.local"
    assert int(resolver["port"]) in {port["port"] for port in spec["ports"]}


def test_samplers_are_as_many_as_load_asks_and_are_let_go_one_by_one_with_time_to_decide() -> None:
    scaler = of("prod", "HorizontalPodAutoscaler", "otel-sampler")["spec"]
    workload = of("prod", "StatefulSet", "otel-sampler")["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 6)
    assert "replicas" not in workload, "the autoscaler's to say; each `up` would set it back"
    assert workload["podManagementPolicy"] == "Parallel"
    settings = prepared("prod").settings.traces
    assert settings is not None
    assert workload["template"]["spec"]["terminationGracePeriodSeconds"] >= settings.sampling.decision_wait + 30
    assert of("prod", "PodDisruptionBudget", "otel-sampler")["spec"]["maxUnavailable"] == 1
    assert workload["template"]["spec"]["topologySpreadConstraints"][0]["whenUnsatisfiable"] == "DoNotSchedule"


def test_agents_read_pods_and_little_else() -> None:
    rules = of("prod", "ClusterRole", "observatory-otel-agent")["rules"]
    assert {resource for rule in rules for resource in rule["resources"]} == {"pods", "namespaces", "replicasets"}
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list", "watch"}


def test_what_samplers_make_of_spans_keeps_its_own_identity() -> None:
    (endpoint,) = of("prod", "PodMonitor", "platform-otel-sampler-spans")["spec"]["podMetricsEndpoints"]
    ports = {port["name"] for port in pod("prod", "StatefulSet", "otel-sampler")["containers"][0]["ports"]}
    assert endpoint["honorLabels"] is True
    assert endpoint["port"] in ports
    assert endpoint["interval"] == "15s"
    assert of("prod", "Prometheus", "observatory")["spec"]["enableFeatures"] == ["exemplar-storage"]


def test_agents_come_after_samplers_and_samplers_after_jaeger() -> None:
    by_name = {resource.name: resource for resource in recording("local") if resource.type.startswith("kubernetes:apps/v1:")}
    agent, sampler, store = (by_name[name] for name in ("monitoring-agents/otel-agent", "tracing/otel-sampler", "tracing/jaeger"))
    assert sampler.urn in agent.dependencies
    assert store.urn in sampler.dependencies


def edges(name: str) -> dict[str, set[int]]:
    """Ports in and out of a policy."""
    spec = of("prod", "NetworkPolicy", name)["spec"]
    return {way: {port["port"] for rule in spec.get(way, []) for port in rule.get("ports", [])} for way in ("ingress", "egress")}


def test_spans_take_these_edges_and_no_others() -> None:
    assert edges("otel-agent") == {"ingress": {4317, 4318, 8888, 8889}, "egress": {4317, 80, 443, 6443}}
    assert edges("otel-sampler") == {"ingress": {4317, 8888, 8889}, "egress": {4317}}
    assert edges("jaeger") == {"ingress": {4317, 16686, 16685, 8888, 5778, 5779}, "egress": {443, 9200}}


def test_the_mesh_and_datadog_get_nothing_unless_asked() -> None:
    assert not [document for document in documents("prod") if document["kind"] == "Telemetry"]
    assert "otlp_grpc/datadog" not in of("prod", "ConfigMap", "otel-sampler")["data"]["config.yaml"]
    assert "otlp_grpc/datadog" in of("local", "ConfigMap", "otel-sampler")["data"]["config.yaml"]

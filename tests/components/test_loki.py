"""Loki's workloads: a volume for each process, Services that lead to the right ones, and agents that read what it keeps."""

from typing import Any

import pytest
import yaml

from components.loki import documents
from rendering.loki.settings import LokiSettings
from tests.stacks.real import of, prepared, recording

ROLE = "arn:aws:iam::123456789012:role/loki"
SCALABLE = {
    "mode": "scalable",
    "storage": "s3",
    "s3": {"bucket": "company-loki", "role_arn": ROLE},
    "write": {"replicas": 3, "memory": 2048},
    "read": {"replicas": 2},
    "backend": {"replicas": 2},
}


@pytest.fixture(scope="module")
def scalable() -> dict[tuple[str, str], dict[str, Any]]:
    """Documents of several processes by kind and name."""
    made = documents(prepared("prod").plan.context, LokiSettings.model_validate(SCALABLE), {}, {})
    return {(document["kind"], document["metadata"]["name"]): document for document in made}


def test_one_process_reads_the_configuration_and_the_rules_that_are_rendered() -> None:
    workload = of("dev", "StatefulSet", "loki")["spec"]
    (main,) = workload["template"]["spec"]["containers"]
    assert workload["replicas"] == 1
    assert main["args"] == ["-config.file=/etc/loki/config.yaml", "-target=all"]
    text = yaml.safe_load(of("dev", "ConfigMap", "loki")["data"]["config.yaml"])
    mounts = {mount["mountPath"]: mount["name"] for mount in main["volumeMounts"]}
    assert mounts[f"{text['ruler']['storage']['local']['directory']}/fake"] == "rules"
    assert mounts[text["common"]["path_prefix"]] == "data"
    assert {port["containerPort"] for port in main["ports"]} >= {text["server"]["http_listen_port"], text["server"]["grpc_listen_port"]}
    assert set(of("dev", "ConfigMap", "loki-rules")["data"]) == {"jac-learning.yaml"}
    assert of("dev", "ServiceAccount", "loki")["metadata"].get("annotations") is None


def test_there_is_no_loki_where_it_is_off() -> None:
    for stack in ("local", "prod"):
        kinds = {(r.type, r.name) for r in recording(stack) if r.name.endswith("/loki")}
        assert kinds == set(), stack


def test_several_processes_stand_in_their_zones_and_leave_one_at_a_time(scalable: dict[tuple[str, str], dict[str, Any]]) -> None:
    for target, replicas in (("write", 3), ("read", 2), ("backend", 2)):
        workload = scalable["StatefulSet", f"loki-{target}"]["spec"]
        (main,) = workload["template"]["spec"]["containers"]
        assert workload["replicas"] == replicas
        assert main["args"][1] == f"-target={target}"
        assert scalable["PodDisruptionBudget", f"loki-{target}"]["spec"]["selector"] == workload["selector"]
        assert workload["template"]["spec"]["topologySpreadConstraints"]
        assert scalable["Service", f"loki-{target}"]["spec"]["selector"] == workload["selector"]["matchLabels"]
    role = scalable["ServiceAccount", "loki"]["metadata"]["annotations"]["eks.amazonaws.com/role-arn"]
    assert role == ROLE


def test_one_service_finds_all_processes_and_is_scraped_alone(scalable: dict[tuple[str, str], dict[str, Any]]) -> None:
    members = scalable["Service", "loki-members"]
    assert members["spec"]["publishNotReadyAddresses"]
    assert members["spec"]["clusterIP"] == "None"
    scraped = [
        name for (kind, name), d in scalable.items() if kind == "Service" and d["metadata"]["labels"]["app.kubernetes.io/name"] == "loki"
    ]
    assert scraped == ["loki-members"]
    (endpoint,) = of("dev", "ServiceMonitor", "platform-loki")["spec"]["endpoints"]
    assert endpoint["port"] in {port["name"] for port in members["spec"]["ports"]}


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_agents_read_the_log_files_that_their_configuration_names_and_are_scraped_for_what_they_count(stack: str) -> None:
    pod = of(stack, "DaemonSet", "otel-agent")["spec"]["template"]["spec"]
    (main,) = pod["containers"]
    text = yaml.safe_load(of(stack, "ConfigMap", "otel-agent")["data"]["config.yaml"])
    mount = next(mount for mount in main["volumeMounts"] if mount["name"] == "pod-logs")
    assert mount["readOnly"]
    assert all(path.startswith(f"{mount['mountPath']}/") for path in text["receivers"]["filelog"]["include"])
    assert len(text["receivers"]["filelog"]["include"]) == 4
    (endpoint,) = of(stack, "PodMonitor", "platform-otel-agent-logs")["spec"]["podMetricsEndpoints"]
    assert endpoint["honorLabels"] is True
    assert endpoint["port"] in {port["name"] for port in main["ports"]}
    assert ("otlp_http/loki" in text["exporters"]) == (stack == "dev")


def test_records_go_from_agents_to_loki_and_alerts_from_loki_to_alertmanager() -> None:
    loki = of("dev", "NetworkPolicy", "loki")["spec"]
    agents = of("dev", "NetworkPolicy", "otel-agent-to-loki")["spec"]["egress"]
    told = of("dev", "NetworkPolicy", "alertmanager-from-loki")["spec"]["ingress"]
    assert {port["port"] for port in agents[0]["ports"]} == {3100} == {port["port"] for port in loki["ingress"][0]["ports"]}
    assert loki["ingress"][0]["from"][0]["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "otel-agent"}
    assert {port["port"] for port in told[0]["ports"]} == {9093}
    assert 9093 in {port["port"] for rule in loki["egress"] for port in rule["ports"]}
    assert not any("ipBlock" in peer for rule in loki["egress"] for peer in rule["to"])

"""Agents look at what the settings buy and the catalog sends, log in without a secret in any file, and reach no more than that."""

from typing import Any

import pytest
import yaml

from catalog.base import Backend
from components.datadog import agent, checks, features
from components.datadog.features import Wanted
from components.datadog.settings import AgentSettings, DatadogSettings
from components.versions import DATADOG_AGENT
from tests.stacks.real import documents, of, prepared, recording

SPECIAL = ("cws", "cspm", "sbom")


def settings(**agents: object) -> DatadogSettings:
    return DatadogSettings(site="datadoghq.eu", cluster_state="prometheus", agents=AgentSettings.model_validate(agents))


def chosen(stack: str) -> dict[str, Any]:
    return of(stack, "DatadogAgent", "datadog")["spec"]["features"]


def override(stack: str, component: str) -> dict[str, Any]:
    return of(stack, "DatadogAgent", "datadog")["spec"]["override"][component]


def files(stack: str) -> dict[str, Any]:
    return {key: yaml.safe_load(text) for key, text in of(stack, "ConfigMap", "datadog-checks")["data"].items()}


def test_what_is_sold_apart_is_off_until_it_is_wanted() -> None:
    wanted = Wanted(("skillforge",), traces=True)
    off = features.features(settings(), wanted)
    for name in ("liveProcessCollection", "npm", "usm", *SPECIAL, "remoteConfiguration", "externalMetricsServer"):
        assert off[name]["enabled"] is False, name
    switches = {"processes": "liveProcessCollection", "network": "npm", "services": "usm", **{name: name for name in SPECIAL}}
    for switch, feature in switches.items():
        on = features.features(settings(**{switch: True}), wanted)
        assert on[feature]["enabled"] is True
    assert features.features(settings(otlp=True), wanted)["otlp"]["receiver"]["protocols"]["grpc"]["enabled"] is True


def test_prod_has_every_feature_that_the_applications_ask_for() -> None:
    found = chosen("prod")
    for name in ("logCollection", "apm", "liveProcessCollection", "npm", "usm", *SPECIAL, "clusterChecks", "orchestratorExplorer"):
        assert found[name]["enabled"] is True, name
    assert found["dogstatsd"]["unixDomainSocketConfig"]["enabled"] is found["dogstatsd"]["hostPortConfig"]["enabled"] is True
    assert found["admissionController"] == {
        "enabled": True,
        "mutateUnlabelled": False,
        "agentCommunicationMode": "socket",
        "failurePolicy": "Ignore",
    }


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_the_clusters_state_has_one_teller(stack: str) -> None:
    exporter = prepared(stack).settings.operators.cluster_exporters
    assert chosen(stack)["kubeStateMetricsCore"]["enabled"] is not exporter
    asked = [r for r in recording(stack) if r.type.endswith(":Monitor") and "kubernetes_state." in str(r.inputs["query"])]
    assert bool(asked) is not exporter, "nobody asks for what nobody sends"


def test_the_cluster_agent_is_a_pair_that_is_never_away_at_once() -> None:
    for component in ("clusterAgent", "clusterChecksRunner"):
        found = override("prod", component)
        assert found["replicas"] == 2
        assert found["createPodDisruptionBudget"] is True
    assert chosen("prod")["clusterChecks"] == {"enabled": True, "useClusterChecksRunners": True}


def test_every_agent_is_pinned_bounded_and_of_our_priority() -> None:
    for component in ("nodeAgent", "clusterAgent", "clusterChecksRunner"):
        found = override("prod", component)
        assert found["image"]["tag"] == DATADOG_AGENT
        assert found["priorityClassName"] == of("prod", "PriorityClass", agent.PRIORITY)["metadata"]["name"]
        assert all("memory" in each["resources"]["limits"] for each in found["containers"].values())
    assert set(override("prod", "nodeAgent")["containers"]) == {"agent", "trace-agent", "process-agent", "system-probe", "security-agent"}
    assert set(override("dev", "nodeAgent")["containers"]) == {"agent", "trace-agent"}


def test_what_is_sent_carries_environment_region_and_cluster() -> None:
    tags = of("prod", "DatadogAgent", "datadog")["spec"]["global"]["tags"]
    assert {"env:prod", "environment:prod", "region:eu-central-1", "cluster:observatory-prod", "cost_center:platform"} == set(tags)
    extra = next(each["value"] for each in override("prod", "clusterAgent")["env"] if each["name"] == "DD_CLUSTER_CHECKS_EXTRA_TAGS")
    assert extra.split() == tags


def test_logs_are_read_of_applications_that_send_them_here_and_of_nobody_else() -> None:
    env = {each["name"]: each["value"] for each in override("prod", "nodeAgent")["env"]}
    assert env["DD_CONTAINER_EXCLUDE_LOGS"] == "kube_namespace:.*"
    applications = prepared("prod").catalog.applications.values()
    named = [a.namespace for a in applications if any(Backend.DATADOG in s.collect.logs for s in a.services.values())]
    assert env["DD_CONTAINER_INCLUDE_LOGS"].split() == [f"kube_namespace:^{name}$" for name in sorted(map(str, named))]


def test_agents_send_with_a_key_from_secrets_manager_and_hold_no_application_key() -> None:
    spec = of("prod", "DatadogAgent", "datadog")["spec"]["global"]
    assert spec["credentials"] == {"apiSecret": {"secretName": "datadog-keys", "keyName": "api-key"}}
    external = of("prod", "ExternalSecret", "datadog-keys")["spec"]["data"]
    assert external == [{"secretKey": "api-key", "remoteRef": {"key": "observatory/prod/datadog", "property": "api-key"}}]
    assert not [d for d in documents("prod") if d["metadata"].get("namespace") == "monitoring-agents" and "app-key" in str(d)]


def test_databases_are_asked_by_variables_that_the_cluster_agent_takes_from_a_secret() -> None:
    found = files("prod")["postgres.skillforge-postgres.yaml"]
    (instance,) = found["instances"]
    assert found["cluster_check"] is True
    assert instance["host"] == "postgres.skillforge.svc"
    assert instance["dbm"] is True
    assert instance["ssl"] == "require"
    assert instance["tags"] == ["application:skillforge", "dependency:postgres"]
    env = {each["name"]: each.get("valueFrom") for each in override("prod", "clusterAgent")["env"]}
    for key in ("username", "password"):
        variable = instance[key].removeprefix("%%env_").removesuffix("%%")
        assert instance[key] == f"%%env_{variable}%%"
        assert env[variable] == {"secretKeyRef": {"name": "datadog-databases", "key": variable}}
        (copied,) = (e for e in of("prod", "ExternalSecret", "datadog-databases")["spec"]["data"] if e["secretKey"] == variable)
        assert copied["remoteRef"] == {"key": "observatory/prod/skillforge-postgres", "property": key}
    assert files("prod")["redisdb.skillforge-redis.yaml"]["instances"][0]["ssl"] is True


def test_services_are_asked_for_what_some_signal_reads_and_nothing_else() -> None:
    found = files("prod")["openmetrics.skillforge-ai-services.yaml"]
    assert found["advanced_ad_identifiers"] == [{"kube_endpoints": {"name": "ai-services", "namespace": "skillforge", "resolve": "auto"}}]
    (instance,) = found["instances"]
    assert instance["openmetrics_endpoint"] == "http://%%host%%:%%port_metrics%%/metrics"
    assert "ai_model_inference" in instance["metrics"]
    assert instance["max_returned_metrics"] == 20000
    assert instance["histogram_buckets_as_distributions"] is True
    assert "service:skillforge-ai" in instance["tags"]
    frontend = files("prod")["openmetrics.skillforge-frontend.yaml"]["instances"][0]["metrics"]
    assert "skillforge_page_load_duration_seconds" not in frontend, "its page load comes by DogStatsD"
    assert files("prod")["openmetrics.ai-platform-api.yaml"]["instances"][0]["openmetrics_endpoint"] == "http://%%host%%:8000/metrics"


def test_health_checks_are_asked_from_inside_as_well() -> None:
    (instance,) = files("prod")["http_check.skillforge-backend-health.yaml"]["instances"]
    assert instance["url"] == "http://backend.skillforge.svc:8000/health"
    assert instance["http_response_status_code"] == "^(200)$"
    assert "probe:health" in instance["tags"]


def test_only_subjects_whose_metrics_come_here_are_asked() -> None:
    catalog = prepared("prod").catalog
    watched = {s.application.application for s in catalog.subjects() if checks.watched(s)}
    assert watched == {"ai-platform", "skillforge"}
    assert all(key.split(".")[1].startswith(("ai-platform-", "skillforge-")) for key in files("prod"))


@pytest.mark.parametrize("stack", ["local", "prod"])
def test_every_file_is_mounted_where_its_integration_reads_it(stack: str) -> None:
    items = override(stack, "clusterAgent")["extraConfd"]["configMap"]["items"]
    assert {item["key"] for item in items} == set(files(stack))
    assert all(item["path"].partition(".d/")[0] == item["key"].partition(".")[0] for item in items)


def test_a_changed_check_replaces_the_pods_that_read_it() -> None:
    ours = prepared("prod")
    one = checks.Check("redisdb", "x", "a: 1\n")
    chosen, wanted = settings(), Wanted((), traces=False)

    def digest(text: str) -> str:
        made = agent.agent(ours.plan.context, chosen, wanted, [checks.Check(one.integration, one.name, text)])
        return made["spec"]["override"]["clusterAgent"]["annotations"]["observatory.dev/configuration"]

    assert digest("a: 1\n") != digest("a: 2\n")


def test_edges_are_those_of_agents_and_no_others() -> None:
    def policy(name: str) -> dict[str, Any]:
        return of("prod", "NetworkPolicy", name)["spec"]

    node, lead, runner = policy("datadog-agent"), policy("datadog-cluster-agent"), policy("datadog-runner")
    assert node["podSelector"]["matchLabels"] == {"agent.datadoghq.com/component": "agent"}
    ports = {(port["protocol"], port["port"]) for rule in node["ingress"] for port in rule["ports"]}
    assert ports == {("UDP", 8125), ("TCP", 8126)}, "no OTLP where it is off"
    assert {port["port"] for rule in lead["ingress"] for port in rule["ports"]} == {5005, 8000}
    assert "ingress" not in runner
    named = [rule for rule in runner["egress"] if {"port": 5432, "protocol": "TCP"} in rule.get("ports", [])]
    assert named == [
        {"to": [{"ipBlock": {"cidr": "10.10.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 5432}, {"protocol": "TCP", "port": 6379}]}
    ]


def test_agents_come_after_their_operator_and_what_they_read() -> None:
    found = next(r for r in recording("prod") if r.inputs.get("kind") == "DatadogAgent")
    before = {urn.rsplit("::", 1)[1] for urn in found.dependencies}
    assert {"datadog-operator", "monitoring-agents/datadog-keys", "monitoring-agents/datadog-checks", "observatory-agents"} <= before


def test_the_private_location_of_ours_has_a_worker_with_its_configuration() -> None:
    found = {r.inputs["kind"]: r for r in recording("prod") if r.name == "monitoring/datadog-private-location"}
    assert set(found) == {"ServiceAccount", "Deployment", "Secret", "NetworkPolicy"}
    assert found["Secret"].visible["stringData"] == {"synthetics-check-runner.json": "[secret]"}
    location = next(r for r in recording("prod") if r.type.endswith(":SyntheticsPrivateLocation"))
    assert location.urn in found["Secret"].dependencies
    assert found["Secret"].urn in found["Deployment"].dependencies
    assert not [r for r in recording("dev") if "private-location" in r.name], "dev tries nothing from outside"

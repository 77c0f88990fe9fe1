"""The real stacks, whole: what they register is admitted, complete, spread, and private."""

import json

import kubernetes_validate
import pytest

from catalog.catalog import Catalog
from components.base import SIMULATED
from local import monitor, program
from local.values import plain
from stacks.program import ROOT
from tests.components import judges
from tests.stacks.real import STACKS, documents, of, prepared, recording

KUBERNETES = "1.33"


@pytest.fixture(params=STACKS)
def stack(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_stacks_are_the_three_of_the_design() -> None:
    assert STACKS == ["dev", "local", "prod"]


def test_every_builtin_object_fits_its_schema(stack: str) -> None:
    wrong: list[str] = []
    for document in documents(stack):
        if "." in document["apiVersion"].partition("/")[0] and ".k8s.io/" not in document["apiVersion"]:
            continue
        try:
            kubernetes_validate.validate(document, KUBERNETES, strict=True)
        except kubernetes_validate.ValidationError as error:
            wrong.append(f"{judges.name(document)}: {error.message}")
    assert wrong == []


def test_every_reference_resolves(stack: str) -> None:
    assert judges.dangling(documents(stack)) == []


def test_every_monitor_of_our_own_systems_finds_its_service(stack: str) -> None:
    names = prepared(stack).plan.context.namespaces
    assert judges.unmatched_monitors(documents(stack), [names.monitoring, names.logging, names.tracing, names.agents]) == []


EXCUSED = {
    "DaemonSet monitoring-agents/otel-agent: volume queues is a hostPath",  # its queue outlives its pod
    "DaemonSet monitoring-agents/otel-agent: collector may run as root",  # whose folder on the node that is
    "DaemonSet monitoring-agents/otel-agent: volume pod-logs is a hostPath",  # what it counts
    "Beat monitoring-agents/observatory: volume varlog is a hostPath",  # what it reads
    "Beat monitoring-agents/observatory: volume containers is a hostPath",
    "Beat monitoring-agents/observatory: filebeat may run as root",  # whose files those are
}


def test_every_pod_is_restricted_bounded_and_holds_no_secret_in_plain_text(stack: str) -> None:
    wrong = [
        f"{judges.name(document)}: {fault}"
        for document in documents(stack)
        for pod in judges.pods(document)
        for fault in (*judges.restricted(pod), *judges.unbounded(pod), *judges.plain_secrets(pod))
    ]
    wrong += [
        f"{judges.name(document)}: {fault}"
        for document in documents(stack)
        if document["kind"] in {"Prometheus", "Alertmanager"}
        for fault in judges.restricted_context(document)
    ]
    assert sorted(set(wrong) - EXCUSED) == []


def test_namespaces_of_applications_are_neither_made_nor_deleted(stack: str) -> None:
    ours = {document["metadata"]["name"] for document in documents(stack) if document["kind"] == "Namespace"}
    assert ours == {"monitoring", "logging", "tracing", "monitoring-agents"}
    assert ours.isdisjoint(_application_namespaces(prepared(stack).catalog))


def _application_namespaces(catalog: Catalog) -> set[str]:
    return {application.namespace for application in catalog.applications.values() if application.namespace}


def test_only_the_agents_namespace_is_privileged(stack: str) -> None:
    levels = {
        document["metadata"]["name"]: document["metadata"]["labels"]["pod-security.kubernetes.io/enforce"]
        for document in documents(stack)
        if document["kind"] == "Namespace"
    }
    privileged = [name for name, level in levels.items() if level == "privileged"]
    assert privileged == ["monitoring-agents"], levels
    assert set(levels.values()) == {"privileged", "restricted"}


def test_each_namespace_denies_by_default_has_a_quota_and_defaults(stack: str) -> None:
    for name in ("monitoring", "logging", "tracing", "monitoring-agents"):
        here = {(d["kind"], d["metadata"]["name"]) for d in documents(stack) if d["metadata"].get("namespace") == name}
        assert {("NetworkPolicy", "default-deny"), ("ResourceQuota", "quota"), ("LimitRange", "defaults")} <= here, name


def test_every_pod_of_ours_has_an_edge_besides_names(stack: str) -> None:
    policies = [d for d in documents(stack) if d["kind"] == "NetworkPolicy" and d["spec"]["podSelector"]]
    selectors = [policy["spec"]["podSelector"]["matchLabels"] for policy in policies]
    walled_in = [
        judges.name(document)
        for document in documents(stack)
        for template in judges.templates(document)
        if document["kind"] != "DaemonSet" and not any(selector.items() <= template["metadata"]["labels"].items() for selector in selectors)
    ]
    assert walled_in == []


def test_every_simulated_object_says_so_and_is_not_awaited(stack: str) -> None:
    groups = prepared(stack).settings.operators.simulated
    for document in documents(stack):
        operator = groups.get(document["apiVersion"].partition("/")[0])
        annotations = document["metadata"].get("annotations", {})
        if operator:
            assert annotations[SIMULATED] == operator
            assert annotations["pulumi.com/skipAwait"] == "true"
            assert "pulumi.com/waitFor" not in annotations
        elif document["kind"] != "Secret":
            assert SIMULATED not in annotations


def test_no_chart_value_is_secret_and_every_version_is_pinned(stack: str) -> None:
    for resource in recording(stack):
        if resource.type == "kubernetes:helm.sh/v3:Release":
            text = json.dumps(plain(dict(resource.inputs))).lower()
            assert resource.inputs["version"]
            assert not any(word in text for word in ("apikey", "appkey", "password", "token")), resource.name


def test_secrets_are_masked_leaf_by_leaf(stack: str) -> None:
    for resource in recording(stack):
        if resource.inputs.get("kind") == "Secret":
            assert set(resource.visible["stringData"].values()) == {"[secret]"}, resource.name


def test_one_provider_serves_all_kubernetes_objects(stack: str) -> None:
    providers = {resource.provider for resource in recording(stack) if resource.type.startswith("kubernetes:")}
    assert len(providers) == 1
    assert "default" not in providers.pop()


def test_the_program_is_the_same_twice() -> None:
    first, second = (monitor.resources_json(monitor.record(program.load("dev", ROOT))) for _ in range(2))
    assert first == second


def test_prod_is_spread_over_three_zones() -> None:
    for kind, replicas in (("Prometheus", 2), ("Alertmanager", 3)):
        spec = of("prod", kind, "observatory")["spec"]
        zone = spec["topologySpreadConstraints"][0]
        assert spec["replicas"] == replicas
        assert zone["topologyKey"] == "topology.kubernetes.io/zone"
        assert zone["whenUnsatisfiable"] == "DoNotSchedule"
        assert zone["minDomains"] == replicas
        assert of("prod", "PodDisruptionBudget", kind.lower())["spec"]["maxUnavailable"] == 1
    assert prepared("prod").settings.cluster.zones == 3


def test_prod_keeps_thirty_days_on_encrypted_gp3_and_writes_to_the_managed_workspace() -> None:
    spec = of("prod", "Prometheus", "observatory")["spec"]
    storage = of("prod", "StorageClass", "gp3")
    assert spec["retention"] == "30d"
    assert spec["storage"]["volumeClaimTemplate"]["spec"]["storageClassName"] == "gp3"
    assert storage["parameters"] == {"type": "gp3", "encrypted": "true", "csi.storage.k8s.io/fstype": "ext4"}
    assert spec["remoteWrite"][0]["sigv4"] == {"region": "eu-central-1"}
    assert "thanos" not in spec
    assert not [d for d in documents("prod") if d["metadata"]["name"] == "prometheus-query"]


def test_dev_is_small() -> None:
    assert of("dev", "Prometheus", "observatory")["spec"]["replicas"] == 1
    assert not [d for d in documents("dev") if d["kind"] == "PodDisruptionBudget"], "one would nail a single pod to its node"


def test_nobody_is_balanced_between_two_replicas_of_prometheus() -> None:
    assert of("local", "Service", "prometheus")["spec"]["clusterIP"] == "None"
    main = of("local", "Deployment", "prometheus-query")["spec"]["template"]["spec"]["containers"][0]
    assert "--query.replica-label=__replica__" in main["args"]
    assert recording("local").exports["endpoints"]["prometheus"] == "http://prometheus-query.monitoring.svc:9090"


def test_alertmanager_comes_before_prometheus_and_its_secrets_before_alertmanager() -> None:
    by_kind = {resource.inputs["kind"]: resource for resource in recording("local") if "kind" in resource.inputs}
    assert by_kind["Alertmanager"].urn in by_kind["Prometheus"].dependencies
    mounted = {f"monitoring/{secret}" for secret in by_kind["Alertmanager"].inputs["spec"]["secrets"]}
    waited = {urn.rsplit("::", 1)[1] for urn in by_kind["Alertmanager"].dependencies}
    assert mounted <= waited


def test_custom_resources_wait_for_the_release_that_brings_their_kinds() -> None:
    release = next(r.urn for r in recording("dev") if r.name == "kube-prometheus-stack")
    for resource in recording("dev"):
        if str(resource.inputs.get("apiVersion", "")).startswith("monitoring.coreos.com/"):
            assert release in resource.dependencies, resource.name


def test_prometheus_reads_no_secret_and_discovers_only_where_it_scrapes() -> None:
    rules = [rule for d in documents("prod") if d["kind"] in {"Role", "ClusterRole"} for rule in d["rules"]]
    assert not any("secrets" in rule.get("resources", []) or "*" in str(rule) for rule in rules)
    whole = of("prod", "ClusterRole", "observatory-prometheus")
    assert {resource for rule in whole["rules"] for resource in rule.get("resources", [])} == {"nodes/metrics"}

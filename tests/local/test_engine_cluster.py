"""The in-process engine against a real API server with real controllers: what `make up` promises."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import awaiting, engine
from local.cluster import Cluster
from local.kubernetes import Client, Document, Ref
from local.plan import Result
from local.state import State
from tests.local.toy import Toy, config_map, deployment, many

pytestmark = pytest.mark.cluster

MONITORING = "monitoring.coreos.com/v1"


@pytest.fixture
def client(cluster: Cluster) -> Client:
    return Client(cluster.kubeconfig)


@pytest.fixture(autouse=True)
def cleaned(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing of one test is left to the next one."""
    monkeypatch.setattr(awaiting, "TIMEOUT", 60.0)
    yield
    for stack in ("toy", "local"):
        result = engine.down(stack, Path(), cluster, lambda _: None)
        assert result.ok, result.failures


def toy(namespace: str, *documents: Document) -> Toy:
    return Toy(documents or (deployment(namespace=namespace), *(config_map(name, namespace) for name in ("one", "two"))), namespace)


def up(program: Toy, cluster: Cluster) -> Result:
    return engine.deploy(program.program, cluster, lambda _: None)


def changed(result: Result) -> dict[str, str]:
    return {step.name: step.action for step in result.steps if step.action != "same"}


def versions(client: Client, namespace: str) -> dict[str, str]:
    kinds = (("v1", "ConfigMap"), ("v1", "Secret"), ("apps/v1", "Deployment"))
    return {
        f"{kind}/{found['metadata']['name']}": found["metadata"]["resourceVersion"]
        for api, kind in kinds
        for found in client.list(api, kind, namespace)
        if found["metadata"]["name"] != "kube-root-ca.crt"
    }


def test_first_up_second_up_and_a_changed_setting(cluster: Cluster, client: Client) -> None:
    first = up(toy("engine-a"), cluster)
    assert first.ok, first.failures
    live = client.get(Ref("apps/v1", "Deployment", "engine-a", "web"))
    assert live is not None
    assert live["status"]["availableReplicas"] == 2, "up returned before the deployment was available"
    assert [entry["manager"] for entry in live["metadata"]["managedFields"] if entry["operation"] == "Apply"] == ["observatory"]

    before = versions(client, "engine-a")
    second = up(toy("engine-a"), cluster)
    assert not second.changed
    assert versions(client, "engine-a") == before, "a run without changes touched an object"

    maps = (config_map("one", "engine-a", key="other"), config_map("two", "engine-a"))
    third = up(toy("engine-a", deployment(namespace="engine-a"), *maps), cluster)
    assert changed(third) == {"engine-a/one": "update"}
    after = versions(client, "engine-a")
    assert {name for name in after if after[name] != before[name]} == {"ConfigMap/one"}


def test_a_removed_resource_is_deleted_and_one_deleted_by_hand_comes_back(cluster: Cluster, client: Client) -> None:
    up(toy("engine-b"), cluster)
    one, two = (Ref("v1", "ConfigMap", "engine-b", name) for name in ("one", "two"))
    client.delete(one)
    result = up(toy("engine-b", deployment(namespace="engine-b"), config_map("one", "engine-b")), cluster)
    assert changed(result) == {"engine-b/one": "create", "engine-b/two": "delete"}
    assert client.get(one) is not None
    assert client.get(two) is None


def test_a_run_killed_half_way_is_completed_by_the_next_one(cluster: Cluster, client: Client, own_state: Path, root: Path) -> None:
    count = 600
    command = [sys.executable, "-m", "tests.local.toy", str(cluster.kubeconfig), str(count), "engine-c"]
    environment = {**os.environ, "OBSERVATORY_STATE": str(own_state)}
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        lines = (line for line in process.stdout if line.startswith("created kubernetes:core/v1:ConfigMap"))
        for _ in range(20):
            next(lines)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    halfway = len(State("toy").entries)
    assert 20 <= halfway < count, "the run was not stopped half-way"

    result = up(many(count, "engine-c"), cluster)
    assert result.ok, result.failures
    assert result.counts["same"] >= 20, "what was done before is not done again"
    assert result.counts["create"] > 0
    assert len(client.list("v1", "ConfigMap", "engine-c")) == count + 1, "all of them, and the cluster's own kube-root-ca.crt"
    assert not up(many(count, "engine-c"), cluster).changed


def test_down_leaves_nothing(cluster: Cluster, client: Client, own_state: Path) -> None:
    up(toy("engine-d"), cluster)
    result = engine.down("toy", Path(), cluster, lambda _: None)
    assert result.ok, result.failures
    assert client.get(Ref("v1", "Namespace", "", "engine-d")) is None
    assert not (own_state / "toy" / "engine.json").exists()


@pytest.mark.parametrize("preview", [False, True])
def test_an_unknown_field_is_refused_by_name(cluster: Cluster, client: Client, preview: bool) -> None:
    up(toy("engine-e", config_map("one", "engine-e")), cluster)
    rules: Document = {
        "apiVersion": MONITORING,
        "kind": "PrometheusRule",
        "metadata": {"name": "r", "namespace": "engine-e"},
        "spec": {"gruops": []},
    }
    wrong = toy("engine-e", deployment(namespace="engine-e", replicaz=3), rules, config_map("one", "engine-e", key="new"))
    result = engine.foresee(wrong.program, cluster) if preview else up(wrong, cluster)
    errors = {step.name: step.error for step in result.failures}
    assert "spec.replicaz" in errors["engine-e/web"]
    assert "spec.gruops" in errors["engine-e/r"]
    assert errors["engine-e/web"].startswith("Deployment/engine-e/web: ")
    live = client.get(Ref("v1", "ConfigMap", "engine-e", "one"))
    assert live is not None
    assert live["data"]["key"] == ("value" if preview else "new"), "what does not depend on the failed ones goes on"


def test_a_timeout_names_what_is_missing(cluster: Cluster) -> None:
    stuck = deployment(namespace="engine-f")
    stuck["metadata"]["annotations"] = {"pulumi.com/timeoutSeconds": "4"}
    stuck["spec"]["template"]["spec"]["nodeSelector"] = {"nowhere": "at-all"}
    (failure,) = up(toy("engine-f", stuck), cluster).failures
    assert failure.error.startswith("Deployment/engine-f/web: not ready after 4 s: availableReplicas 0 of 2")
    assert "pod web-" in failure.error
    assert "node affinity/selector" in failure.error


def test_an_immutable_field_replaces_the_object_where_nothing_is_lost(cluster: Cluster, client: Client) -> None:
    up(toy("engine-g", deployment(namespace="engine-g")), cluster)
    ref = Ref("apps/v1", "Deployment", "engine-g", "web")
    before = client.get(ref)
    other = deployment(namespace="engine-g", selector={"matchLabels": {"app": "web", "tier": "front"}})
    other["spec"]["template"]["metadata"]["labels"] = {"app": "web", "tier": "front"}
    assert {step.name: step.action for step in engine.foresee(toy("engine-g", other).program, cluster).steps}["engine-g/web"] == "replace"
    assert changed(up(toy("engine-g", other), cluster)) == {"engine-g/web": "replace"}
    after = client.get(ref)
    assert before is not None
    assert after is not None
    assert before["metadata"]["uid"] != after["metadata"]["uid"]


def test_a_custom_resource_is_awaited_as_its_annotation_says_unless_its_operator_is_simulated(cluster: Cluster, client: Client) -> None:
    available = {"pulumi.com/waitFor": "condition=Available", "pulumi.com/timeoutSeconds": "60"}
    real: Document = {
        "apiVersion": MONITORING,
        "kind": "Prometheus",
        "metadata": {"name": "real", "namespace": "engine-h", "annotations": available},
        "spec": {"replicas": 1, "serviceAccountName": "default"},
    }
    never = {"observatory.dev/simulated": "elastic", "pulumi.com/skipAwait": "true", "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready"}
    simulated: Document = {
        "apiVersion": "elasticsearch.k8s.elastic.co/v1",
        "kind": "Elasticsearch",
        "metadata": {"name": "es", "namespace": "engine-h", "annotations": never},
        "spec": {"version": "9.5.6", "nodeSets": [{"name": "all", "count": 1}]},
    }
    result = up(toy("engine-h", real, simulated), cluster)
    assert result.ok, result.failures
    assert {step.name: step.mode for step in result.steps if "/" in step.name}.items() >= {
        "engine-h/real": "real",
        "engine-h/es": "simulated",
    }.items()
    live = client.get(Ref(MONITORING, "Prometheus", "engine-h", "real"))
    assert live is not None
    conditions = {condition["type"]: condition["status"] for condition in live["status"]["conditions"]}
    assert conditions["Available"] == "True"


def test_the_local_stack_comes_up_stays_as_it_is_and_goes_without_a_trace(cluster: Cluster, client: Client, root: Path) -> None:
    first = engine.up("local", root, cluster, lambda _: None)
    assert first.ok, [step.error for step in first.failures]
    for kind, replicas in (("Prometheus", 2), ("Alertmanager", 3)):
        (found,) = client.list(MONITORING, kind, "monitoring")
        assert found["status"]["availableReplicas"] == replicas
    second = engine.up("local", root, cluster, lambda _: None)
    assert not second.changed, changed(second)
    assert not engine.preview("local", root, cluster).changed
    down = engine.down("local", root, cluster, lambda _: None)
    assert down.ok, [step.error for step in down.failures]
    left = {found["metadata"]["name"] for found in client.list("v1", "Namespace")}
    assert not left & {"monitoring", "logging", "tracing", "monitoring-agents"}
    assert client.list(MONITORING, "PrometheusRule") == []

"""Doctor and drift on a real API server: each check passes, and is shown something broken; each kind of drift is found and named."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from catalog.faults import MissingError
from cli import doctor_after, doctor_cluster
from cli.doctor_cluster import Looked
from cli.drift import document, status
from components.namespaces import StorageSettings
from local import drift, engine
from local.cluster import Cluster
from local.drift_found import Drift, Drifts
from local.kubernetes import Client, Document, Ref
from rendering.doctor.finding import Finding, State
from rendering.document import LABELS
from stacks.doctor import wanted
from tests.local.toy import Toy, config_map, deployment
from tests.stacks.real import documents, prepared

pytestmark = pytest.mark.cluster

SPACE = "drift"


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Client:
    return Client(cluster.kubeconfig)


@pytest.fixture(scope="module")
def looked(cluster: Cluster, client: Client) -> Looked:
    return Looked(cluster, client, prepared("local"), documents("local"), charts=True)


def applied(client: Client, found: Document, manager: str, operation: str = "Apply") -> None:
    """What somebody does by hand, under their tool's name."""
    query = {"fieldManager": manager, **({"force": "true"} if operation == "Apply" else {})}
    kind = "application/apply-patch+yaml" if operation == "Apply" else "application/merge-patch+json"
    client._request("PATCH", client.path(client.ref(found)), query, found, kind)


def test_an_empty_cluster_is_ready_for_the_local_stack(looked: Looked) -> None:
    found = {each.name: each for each in doctor_cluster.findings(looked)}
    assert {name: each for name, each in found.items() if each.state not in {State.OK, State.SIMULATED}} == {}
    assert found["network policies"].state is State.SIMULATED
    assert "rights on" in found["deployer's rights"].detail


def test_an_older_cluster_is_wrong(looked: Looked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_cluster, "POD_SECURITY", "v9.99")
    finding = doctor_cluster.version(looked)
    assert (finding.state, "older than v9.99" in finding.detail) == (State.WRONG, True)


def test_a_kind_that_is_served_in_another_version_is_wrong_and_one_that_an_operator_brings_is_not(looked: Looked) -> None:
    newer = {"apiVersion": "monitoring.coreos.com/v9", "kind": "Prometheus", "metadata": {"name": "x", "namespace": "monitoring"}}
    finding = doctor_cluster.kinds(replace(looked, objects=[*looked.objects, newer]))
    assert finding.state is State.WRONG
    assert "Prometheus monitoring.coreos.com/v9 (served: v1" in finding.detail
    coming = replace(looked, objects=[newer], prepared=prepared("prod"))
    assert doctor_cluster.kinds(coming).detail == "0 served, 1 come with operators that `up` installs"


def test_an_application_without_its_namespace_is_missing(looked: Looked) -> None:
    plan = looked.prepared.plan
    without = replace(plan, context=replace(plan.context, applications=(*plan.context.applications, "nobodys")))
    finding = doctor_cluster.namespaces(replace(looked, prepared=replace(looked.prepared, plan=without)))
    assert (finding.state, finding.detail) == (State.MISSING, "not there: nobodys")


def test_a_class_that_is_not_there_is_missing_unless_it_is_ours_to_make(looked: Looked) -> None:
    def chosen(**storage: object) -> Finding:
        settings = looked.prepared.settings.model_copy(update={"storage": StorageSettings.model_validate(storage)})
        return doctor_cluster.storage(replace(looked, prepared=replace(looked.prepared, settings=settings)))

    assert chosen(**{"class": "nobodys", "create": False}).state is State.MISSING
    assert chosen(**{"class": "nobodys", "create": True}).state is State.OK


def test_a_quota_of_somebody_elses_that_is_too_small_is_wrong_and_a_name_that_is_taken_too(looked: Looked, client: Client) -> None:
    client.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "monitoring"}})
    try:
        quota = {"metadata": {"name": "theirs", "namespace": "monitoring"}, "spec": {"hard": {"requests.cpu": "1", "pods": "500"}}}
        applied(client, {"apiVersion": "v1", "kind": "ResourceQuota", **quota}, "platform-team")
        finding = doctor_cluster.quotas(looked)
        assert (finding.state, finding.detail.partition(",")[0]) == (State.WRONG, "monitoring/theirs: requests.cpu 1")
        applied(client, config_map("doctor", "monitoring"), "platform-team")
        finding = doctor_cluster.names(looked)
        assert finding.state is State.WRONG
        assert "ConfigMap monitoring/doctor (made by platform-team)" in finding.detail
    finally:
        client.delete(Ref("v1", "Namespace", "", "monitoring"))


def test_a_deployer_who_may_only_look_is_told_what_is_not_allowed(looked: Looked, client: Client, cluster: Cluster, tmp_path: Path) -> None:
    """A service account with the role `view`, by a token of its own."""
    client.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "looker", "namespace": "default"}})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
    subject = {"kind": "ServiceAccount", "name": "looker", "namespace": "default"}
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "looker"}}
    client.apply({**binding, "roleRef": role, "subjects": [subject]})
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 600}}
    path = "/api/v1/namespaces/default/serviceaccounts/looker/token"
    token = client._request("POST", path, None, request)["status"]["token"]
    config = yaml.safe_load(cluster.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": token}
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
    mine = replace(looked, client=Client(tmp_path / "kubeconfig"), objects=looked.objects[:40])
    finding = doctor_cluster.rights(mine)
    assert (finding.state, "are allowed on" in finding.detail) == (State.WRONG, True)
    assert token not in str(finding)
    hidden = {each.name: each for each in doctor_cluster.findings(mine)}
    assert hidden["names"].state is State.MISSING, "Secrets cannot be listed by `view`, so nobody knows"
    client.delete(Ref("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "", "looker"))


def test_the_api_servers_proxy_is_asked_for_the_very_pods_and_a_missing_one_is_no_pass(looked: Looked) -> None:
    found = prepared("local")
    asked = wanted(found.settings, found.catalog, found.plan.context, found.documents.rules)
    systems = doctor_after.systems(asked, doctor_after.Given([], [], None, None, 1), looked.client)
    told = {each.name: each for each in doctor_after.findings(systems)}
    assert {each.state for each in told.values()} == {State.MISSING}
    assert 'pods "prometheus-observatory-1" not found' in told["rules loaded"].detail, "the second of two replicas"
    assert 'services "grafana" not found' in told["data sources"].detail


def toy(*more: Document) -> Toy:
    web = deployment(namespace=SPACE)
    web["metadata"]["labels"] = dict(LABELS)
    return Toy((web, config_map("one", SPACE), config_map("two", SPACE), *more), SPACE)


@pytest.fixture
def brought_up(cluster: Cluster) -> Iterator[Toy]:
    made = toy()
    result = engine.deploy(made.program, cluster, lambda _: None)
    assert result.ok, result.failures
    yield made
    assert engine.down("toy", Path(), cluster, lambda _: None).ok


def named(found: Drifts) -> dict[tuple[str, str], Drift]:
    return {(each.kind, each.name): each for each in found.found}


def test_nothing_has_drifted_right_after_up(brought_up: Toy, cluster: Cluster) -> None:
    found = drift.look(brought_up.program, cluster)
    assert (found.found, found.unseen, status(found)) == ([], [], 0)
    assert found.compared["kubernetes"] == 5
    assert found.recorded["random"] == 1


def test_what_was_changed_deleted_and_added_by_hand_is_named_with_who_and_when(brought_up: Toy, cluster: Cluster, client: Client) -> None:
    web = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": SPACE}}
    pod = {"containers": [{"name": "main", "image": "example.invalid/web:2", "env": [{"name": "DB_PASSWORD", "value": "hunter2"}]}]}
    applied(client, {**web, "spec": {"replicas": 5, "template": {"spec": pod}}}, "kubectl-edit")
    login = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login", "namespace": SPACE}}
    applied(client, {**login, "data": {"password": "aHVudGVyMg==", "more": "aHVudGVyMg=="}}, "kubectl-patch", "Update")
    one = config_map("one", SPACE)
    last = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(one)}
    one["metadata"] = one["metadata"] | {"annotations": last, "labels": {"by-hand": "yes"}}
    applied(client, one | {"data": {"key": None, "other": "x"}}, "k9s", "Update")
    client.delete(Ref("v1", "ConfigMap", SPACE, "two"))
    copied = config_map("copied", SPACE)
    copied["metadata"]["labels"] = dict(LABELS)
    applied(client, copied, "kubectl-create")

    found = drift.look(brought_up.program, cluster)
    told = named(found)
    assert set(told) == {
        ("changed", f"Deployment {SPACE}/web"),
        ("changed", f"Secret {SPACE}/login"),
        ("changed", f"ConfigMap {SPACE}/one"),
        ("missing", f"ConfigMap {SPACE}/two"),
        ("extra", f"ConfigMap {SPACE}/copied"),
    }
    fields = {each.path: each for each in told["changed", f"Deployment {SPACE}/web"].fields}
    assert (fields["spec.replicas"].ours, fields["spec.replicas"].theirs) == (2, 5)
    image = fields["spec.template.spec.containers[main].image"]
    assert (image.ours, image.theirs) == ("example.invalid/web:1", "example.invalid/web:2")
    assert image.by is not None
    assert (image.by.manager, image.by.operation, image.by.time[:2]) == ("kubectl-edit", "Apply", "20")
    one_fields = {each.path: each for each in told["changed", f"ConfigMap {SPACE}/one"].fields}
    assert set(one_fields) == {"data.key", "data.other", "metadata.labels.by-hand"}, "kubectl's own copy is no difference"
    assert str(one_fields["data.key"].by).startswith("perhaps k9s"), "nobody holds a field that is gone"
    extra = told["extra", f"ConfigMap {SPACE}/copied"]
    assert extra.by is not None
    assert extra.by.manager == "kubectl-create"
    assert {each.path for each in told["changed", f"Secret {SPACE}/login"].fields} == {"data.password", "data.more"}
    shown = json.dumps(document("toy", found))
    assert status(found) == 1
    assert "hunter2" not in shown
    assert "aHVudGVyMg==" not in shown


def test_what_a_controller_does_and_what_the_program_itself_changed_are_not_somebodys_doing(
    brought_up: Toy, cluster: Cluster, client: Client
) -> None:
    del brought_up
    scaler: Document = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": SPACE},
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": 9},
    }
    applied(
        client,
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": SPACE}, "spec": {"replicas": 4}},
        "hpa",
    )
    newer = toy(scaler)
    changed = replace(
        newer,
        documents=tuple(config_map("one", SPACE, key="new") if each["metadata"]["name"] == "one" else each for each in newer.documents),
    )
    told = named(drift.look(changed.program, cluster))
    assert set(told) == {("changed", f"ConfigMap {SPACE}/one"), ("missing", f"HorizontalPodAutoscaler {SPACE}/web")}
    (field,) = told["changed", f"ConfigMap {SPACE}/one"].fields
    assert str(field.by) == "the program, since the last `up`"
    assert told["missing", f"HorizontalPodAutoscaler {SPACE}/web"].note == "never brought up: it is new in the program"


def test_a_stack_that_was_never_brought_up_has_nothing_to_compare_with(cluster: Cluster) -> None:
    with pytest.raises(MissingError, match="never brought up here"):
        drift.look(toy().program, cluster)

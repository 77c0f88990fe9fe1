"""The real API server takes what acts on alerts, grants it no more than it needs, and holds it within the catalog's bounds."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from components import remediation
from components.remediation import RemediationSettings
from local.cluster import Cluster
from local.kubernetes import Client, RefusedError
from local.tools import ensure
from rendering.remediation.places import Act
from rendering.remediation.telling import acts
from tests.rendering.remediation.judge import Judge, judge
from tests.rendering.remediation.test_engine import SINCE, notification
from tests.stacks.real import prepared

pytestmark = pytest.mark.cluster

CONTEXT = prepared("prod").plan.context
PLACE = CONTEXT.namespaces.monitoring
USER = f"system:serviceaccount:{PLACE}:remediation"
SCALED = ("jac-learning", "backend")


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Client:
    return Client(cluster.kubeconfig)


@pytest.fixture(scope="module")
def found() -> tuple[Act, ...]:
    return acts(prepared("prod").catalog, replace(prepared("prod").settings.site, remediation=True))


def deployment(namespace: str, name: str, replicas: int) -> dict[str, Any]:
    labels = {"app": name}
    container = {"name": name, "image": "registry.example.com/it:1"}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


@pytest.fixture(scope="module")
def deployed(client: Client, found: tuple[Act, ...]) -> Iterator[dict[str, dict[str, Any]]]:
    """Everything that acts, and two applications that it may act on."""
    around = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": PLACE}}]
    around += [deployment(*SCALED, 2), deployment("jac-learning", "bystander", 2)]
    documents = remediation.documents(CONTEXT, RemediationSettings(dry_run=False), found)
    for document in [*around, *documents]:
        client.apply(document)
    yield {document["kind"]: document for document in documents}
    for document in reversed([*around[1:], *documents]):
        client.delete(client.ref(document))


@pytest.fixture(scope="module")
def engine() -> Judge:
    return judge()


def kubectl(cluster: Cluster, *words: str) -> subprocess.CompletedProcess[str]:
    tool = ensure(["kubectl"], print)["kubectl"]
    command = [tool, f"--kubeconfig={cluster.kubeconfig}", f"--as={USER}", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def replicas(client: Client) -> int:
    found = client.get(client.ref(deployment(*SCALED, 0)))
    assert found
    return int(found["spec"]["replicas"])


def test_an_unknown_kind_of_field_would_be_refused(deployed: dict[str, dict[str, Any]], client: Client) -> None:
    """The engine's CRDs keep what they do not know within `spec`: that its own code judges (tests/rendering/remediation)."""
    with pytest.raises(RefusedError, match="specs"):
        client.apply(deployed["Sensor"] | {"specs": {}}, dry_run=True)


@pytest.mark.parametrize(
    ("verb", "what", "namespace", "allowed"),
    [
        ("patch", "deployments.apps/backend", "jac-learning", True),
        ("get", "deployments.apps/backend", "jac-learning", True),
        ("patch", "persistentvolumeclaims/prometheus-observatory-db-prometheus-observatory-0", PLACE, True),
        ("patch", "deployments.apps/bystander", "jac-learning", False),
        ("delete", "deployments.apps/backend", "jac-learning", False),
        ("update", "deployments.apps/backend", "jac-learning", False),
        ("create", "deployments.apps", "jac-learning", False),
        ("list", "deployments.apps", "jac-learning", False),
        ("get", "secrets", PLACE, False),
        ("get", "pods", "jac-learning", False),
        ("patch", "deployments.apps/grafana", PLACE, False),
    ],
)
def test_it_may_do_just_what_the_catalog_names(
    deployed: dict[str, dict[str, Any]], cluster: Cluster, verb: str, what: str, namespace: str, *, allowed: bool
) -> None:
    assert deployed
    answer = kubectl(cluster, "auth", "can-i", verb, what, f"--namespace={namespace}").stdout.strip()
    assert answer == ("yes" if allowed else "no")


@pytest.mark.parametrize(
    ("patch", "refused"),
    [
        ({"spec": {"replicas": 5}}, "within 1 and 4"),
        ({"spec": {"replicas": 0}}, "within 1 and 4"),
        ({"spec": {"template": {"spec": {"hostNetwork": True}}}}, "no pod's specification"),
        ({"spec": {"template": {"metadata": {"annotations": {"observatory.dev/restarted": "x"}}}}}, ""),
        ({"spec": {"replicas": 4}}, ""),
    ],
)
def test_the_api_server_itself_holds_the_bounds(
    deployed: dict[str, dict[str, Any]], cluster: Cluster, patch: dict[str, Any], refused: str
) -> None:
    assert deployed
    words = (
        "patch",
        "deployment",
        SCALED[1],
        f"--namespace={SCALED[0]}",
        "--type=merge",
        f"--patch={json.dumps(patch)}",
        "--dry-run=server",
    )
    done = kubectl(cluster, *words)
    for _ in range(50):  # a policy binds some moments after it was made
        if bool(done.returncode) == bool(refused):
            break
        done = kubectl(cluster, *words)
    assert bool(done.returncode) == bool(refused), done.stdout + done.stderr
    assert refused in done.stderr


def test_an_alert_becomes_a_change_of_the_real_object_by_the_engines_own_hand(
    deployed: dict[str, dict[str, Any]], found: tuple[Act, ...], engine: Judge, client: Client, cluster: Cluster
) -> None:
    act = next(act for act in found if act.remedy.action == "scale" and (act.namespace, act.targets[0]) == SCALED)
    body = notification(act, commonAnnotations={"remediation": "3"})
    for _ in range(2):  # told twice, it is done once
        (done,) = engine(deployed, body, cluster.kubeconfig, USER).done
        assert done["error"] == ""
        assert replicas(client) == 3
    live = client.get(client.ref(deployment(*SCALED, 0)))
    assert live
    assert live["metadata"]["annotations"]["observatory.dev/remediation"] == f"scale by HighCpu since {SINCE}"


def test_a_restart_replaces_the_pods_once_in_its_hour(
    deployed: dict[str, dict[str, Any]], found: tuple[Act, ...], engine: Judge, client: Client, cluster: Cluster
) -> None:
    act = next(act for act in found if act.remedy.action == "restart" and (act.namespace, act.targets[0]) == SCALED)

    def told(since: str) -> int:
        body = notification(act)
        body["alerts"][0]["startsAt"] = since
        (done,) = engine(deployed, body, cluster.kubeconfig, USER).done
        assert done["error"] == ""
        live = client.get(client.ref(deployment(*SCALED, 0)))
        assert live
        assert live["metadata"]["annotations"]["observatory.dev/remediation"].endswith(since)
        # Kubernetes makes new pods when the template has changed; annotations of the Deployment itself count as no change.
        return hash(json.dumps(live["spec"]["template"], sort_keys=True))

    first = told("2026-11-21T14:05:31Z")
    assert told("2026-11-21T14:50:00Z") == first, "it came and went within the hour"
    assert told("2026-11-21T15:01:00Z") != first


def test_what_is_not_there_is_not_made(
    deployed: dict[str, dict[str, Any]], found: tuple[Act, ...], engine: Judge, cluster: Cluster
) -> None:
    """The engine makes what it should patch and does not find; it has no right to."""
    act = next(act for act in found if act.namespace == "ai-platform")
    (done,) = engine(deployed, notification(act), cluster.kubeconfig, USER).done
    assert "cannot create resource" in done["error"]

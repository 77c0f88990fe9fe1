"""The stack and the example that consumes it, brought up one after the other on the real API server by real controllers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import awaiting, engine
from local.cluster import Cluster
from local.kubernetes import Client, Ref, RefusedError
from local.values import plain
from tests.examples.consumer import example

pytestmark = pytest.mark.cluster

NAMESPACE, NAME = "universal-ai-tools", "chat-service"


@pytest.fixture
def client(cluster: Cluster) -> Client:
    return Client(cluster.kubeconfig)


@pytest.fixture
def brought_up(cluster: Cluster, client: Client, root: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The local stack, and a namespace of the application that admits restricted pods alone."""
    monkeypatch.setattr(awaiting, "TIMEOUT", 90.0)
    namespace: dict[str, Any] = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    namespace["metadata"]["labels"] = {"pod-security.kubernetes.io/enforce": "restricted"}
    client.apply(namespace)
    result = engine.up("local", root, cluster, lambda _: None)
    assert result.ok, result.failures
    yield
    for stack in ("example", "local"):
        assert engine.down(stack, root, cluster, lambda _: None).ok


@pytest.mark.usefixtures("brought_up")
def test_the_example_comes_up_on_the_stack_that_it_consumes(cluster: Cluster, client: Client) -> None:
    first = engine.deploy(example(), cluster, lambda _: None)
    assert first.ok, (first.fault, first.failures)
    assert plain(first.exports)["dashboard"] == f"/d/svc-{NAMESPACE}-{NAME}"

    live = client.get(Ref("apps/v1", "Deployment", NAMESPACE, NAME))
    assert live
    assert live["status"]["readyReplicas"] == 2, "its pods were not admitted"
    (container,) = live["spec"]["template"]["spec"]["containers"]
    assert client.get(Ref("v1", "ConfigMap", NAMESPACE, container["envFrom"][0]["configMapRef"]["name"]))

    monitor = client.get(Ref("monitoring.coreos.com/v1", "PodMonitor", "monitoring", f"{NAMESPACE}-{NAME}"))
    assert monitor
    wanted = ",".join(f"{key}={value}" for key, value in monitor["spec"]["selector"]["matchLabels"].items())
    assert len(client.list("v1", "Pod", NAMESPACE, labelSelector=wanted)) == 2, "its monitor finds other pods than its own"

    with pytest.raises(RefusedError, match="violates PodSecurity"):
        client.apply(pod({"securityContext": None}), dry_run=True)
    with pytest.raises(RefusedError, match="replica"):
        client.apply({**document(live), "spec": live["spec"] | {"replica": 2}}, dry_run=True)

    second = engine.deploy(example(), cluster, lambda _: None)
    assert not second.changed, [step for step in second.steps if step.action != "same"]


def document(live: dict[str, Any]) -> dict[str, Any]:
    return {key: live[key] for key in ("apiVersion", "kind")} | {"metadata": {"name": NAME, "namespace": NAMESPACE}}


def pod(spec: dict[str, Any]) -> dict[str, Any]:
    container = {"name": "main", "image": "example.com/main"}
    metadata = {"name": "unrestricted", "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {**spec, "containers": [container]}}

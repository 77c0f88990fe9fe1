"""An object is done when its kind or its annotation says so, and not a moment before its controller has seen the change."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import awaiting
from local.kubernetes import Client, Document
from tests.local.fake_api import FakeApi


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    api = FakeApi(tmp_path)
    yield Client(api.kubeconfig)
    api.close()


def live(kind: str, status: Document, wait_for: str = "", **spec: Any) -> Document:  # noqa: ANN401 - JSON
    annotations = {"pulumi.com/waitFor": wait_for} if wait_for else {}
    return {"kind": kind, "metadata": {"name": "x", "generation": 2, "annotations": annotations}, "spec": spec, "status": status}


def condition(type_: str, status: str, **more: Any) -> Document:  # noqa: ANN401 - JSON
    return {"conditions": [{"type": type_, "status": status, **more}]}


READY = [
    live("ConfigMap", {}),
    live("Service", {}, type="ClusterIP"),
    live("Namespace", {"phase": "Active"}),
    live("Deployment", {"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}, replicas=1),
    live("Deployment", {"observedGeneration": 2}, replicas=0),
    live("StatefulSet", {"observedGeneration": 2, "readyReplicas": 3, "updatedReplicas": 3}, replicas=3),
    live("DaemonSet", {"observedGeneration": 2, "desiredNumberScheduled": 0}),
    live("Job", condition("Complete", "True")),
    live("Job", {}, suspend=True),
    live("CustomResourceDefinition", condition("Established", "True")),
    live("PersistentVolumeClaim", {"phase": "Bound"}),
    live("Thing", {"phase": "Ready"}, "jsonpath={.status.phase}=Ready"),
    live("Thing", {"hosts": [{"ip": "::1"}]}, "jsonpath={.status.hosts[0].ip}"),
    live("Thing", condition("Available", "True", observedGeneration=2), "condition=Available"),
    live("Thing", condition("Stalled", "False") | {"phase": "Up"}, '["condition=Stalled=False", "jsonpath={.status.phase}=Up"]'),
]

LACKING = [
    (live("Namespace", {"phase": "Terminating"}), "its phase is Terminating"),
    (live("Deployment", {"observedGeneration": 1, "updatedReplicas": 1, "availableReplicas": 1}, replicas=1), "has not seen the change"),
    (live("Deployment", {"observedGeneration": 2, "replicas": 3, "updatedReplicas": 2, "availableReplicas": 2}, replicas=2), "1 old pods"),
    (live("StatefulSet", {"observedGeneration": 2, "readyReplicas": 1, "updatedReplicas": 3}, replicas=3), "readyReplicas 1 of 3"),
    (live("DaemonSet", {"observedGeneration": 2, "desiredNumberScheduled": 2, "updatedNumberScheduled": 2}), "numberAvailable 0 of 2"),
    (live("Job", {}), "condition Complete is not reported yet"),
    (
        live("PersistentVolumeClaim", {"phase": "Pending"}, storageClassName="gone"),
        "its phase is Pending, there is no storage class 'gone'",
    ),
    (live("Thing", {"phase": "Pending"}, "jsonpath={.status.phase}=Ready"), ".status.phase is 'Pending', not Ready"),
    (live("Thing", condition("Available", "False", reason="NoPods", message="0 of 2"), "condition=Available"), "is False (NoPods 0 of 2)"),
    (live("Thing", condition("Available", "True", observedGeneration=1), "condition=Available"), "does not tell of the last change"),
    (live("Thing", {}, '["condition=A", "condition=B"]'), "condition A is not reported yet; condition B is not reported yet"),
]

HOPELESS = [
    (live("Job", condition("Failed", "True", reason="BackoffLimitExceeded", message="no luck")), "it failed: BackoffLimitExceeded no luck"),
    (live("Deployment", {"observedGeneration": 2, **condition("Progressing", "False", reason="ProgressDeadlineExceeded")}), "no progress"),
    (live("Thing", {}, "phase=Ready"), "neither condition=<type>"),
]


@pytest.mark.parametrize("document", READY, ids=lambda document: document["kind"])
def test_ready(client: Client, document: Document) -> None:
    assert awaiting.missing(client, document) == ""


@pytest.mark.parametrize(("document", "told"), LACKING)
def test_what_is_missing_is_told(client: Client, document: Document, told: str) -> None:
    assert told in awaiting.missing(client, document)


@pytest.mark.parametrize(("document", "told"), HOPELESS)
def test_what_will_never_be_ready_fails_at_once(client: Client, document: Document, told: str) -> None:
    with pytest.raises(awaiting.NotReadyError, match=told):
        awaiting.missing(client, document)


def test_a_claim_that_waits_for_its_first_pod_is_done(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lazy: Document = {"metadata": {"name": "lazy"}, "volumeBindingMode": "WaitForFirstConsumer"}

    def classes(_api: str, _kind: str) -> list[Document]:
        return [lazy]

    monkeypatch.setattr(client, "list", classes)
    assert awaiting.missing(client, live("PersistentVolumeClaim", {"phase": "Pending"}, storageClassName="lazy")) == ""

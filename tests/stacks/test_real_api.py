"""What no stack on this machine brings up, judged by the real API server: dev's and prod's objects, and every pod by its namespace."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from local import monitor, program
from local.cluster import Cluster
from local.kubernetes import Client, RefusedError
from local.values import plain
from stacks.program import ROOT
from tests.components import judges

pytestmark = pytest.mark.cluster

KEY = "observatory:settings"
SYSTEMS = ("monitoring", "logging", "tracing", "agents")


def documents(stack: str) -> list[dict[str, Any]]:
    """A stack's objects in namespaces of this test's own: names are a setting."""
    loaded = program.load(stack, ROOT)
    settings = json.loads(loaded.config[KEY])
    settings["namespaces"] |= {system: f"{stack}-{system}" for system in SYSTEMS}
    recording = monitor.record(replace(loaded, config={**loaded.config, KEY: json.dumps(settings)}))
    return [plain(dict(resource.inputs)) for resource in recording if "kind" in resource.inputs]


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Client:
    return Client(cluster.kubeconfig)


@pytest.fixture(scope="module", params=["dev", "prod"])
def deployed(request: pytest.FixtureRequest, client: Client) -> Iterator[list[dict[str, Any]]]:
    """The objects of a stack whose namespaces exist."""
    found = documents(str(request.param))
    namespaces = [document for document in found if document["kind"] == "Namespace"]
    for document in namespaces:
        client.apply(document)
        # Its controller would make it too, in a moment; pods are refused until then.
        client.apply(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": document["metadata"]["name"]}}
        )
    yield found
    for document in namespaces:
        client.delete(client.ref(document))


def refusal(client: Client, document: dict[str, Any]) -> str:
    """Why the API server would not take an object, strictly judged; "" where it would."""
    try:
        client.apply(document, dry_run=True)
    except RefusedError as error:
        return f"{judges.name(document)}: {error}"
    return ""


def test_every_object_is_accepted_with_strict_validation(deployed: list[dict[str, Any]], client: Client) -> None:
    assert len(deployed) > 100
    assert [fault for document in deployed if (fault := refusal(client, document))] == []


def test_every_pod_is_admitted_under_its_namespaces_security_level(deployed: list[dict[str, Any]], client: Client) -> None:
    """A workload's template is only warned about; its pods are what is refused. Accounts do not exist here, so pods go without."""
    made = [
        pod_of(document["metadata"]["namespace"], f"{document['metadata']['name']}-{number}", spec)
        for document in deployed
        for number, spec in enumerate(judges.pods(document))
    ]
    assert made
    assert [fault for pod in made if (fault := refusal(client, pod))] == []


def test_a_pod_that_is_not_restricted_would_be_refused(deployed: list[dict[str, Any]], client: Client) -> None:
    restricted = (document for document in deployed if not document["metadata"].get("namespace", "").endswith("-agents"))
    document, spec = next((document, spec) for document in restricted for spec in judges.pods(document))
    assert "violates PodSecurity" in refusal(client, pod_of(document["metadata"]["namespace"], "bad", spec | {"hostNetwork": True}))


def test_an_unknown_field_would_be_refused(deployed: list[dict[str, Any]], client: Client) -> None:
    for kind in ("Prometheus", "Elasticsearch", "Kibana", "Logstash", "Beat"):
        instance = next(document for document in deployed if document["kind"] == kind)
        assert "retentionsize" in refusal(client, instance | {"spec": instance["spec"] | {"retentionsize": "1GB"}}), kind


def test_a_template_as_the_elastic_operator_would_make_it_without_us_would_be_refused(
    deployed: list[dict[str, Any]], client: Client
) -> None:
    """What our templates say of security is there for this."""
    kibana = next(document for document in deployed if document["kind"] == "Kibana")
    (pod,) = judges.pods(kibana)
    bare = {key: value for key, value in pod.items() if key != "securityContext"}
    assert "runAsNonRoot" in refusal(client, pod_of(kibana["metadata"]["namespace"], "bare", bare))


def pod_of(namespace: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    bare = {key: value for key, value in spec.items() if key != "serviceAccountName"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": namespace}, "spec": bare}

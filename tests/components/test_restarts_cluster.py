"""A secret's new value, a second `up` and a real control plane: pods that read it at their start are replaced, and no other."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.base import Component
from components.cluster import Cluster as Connected
from components.cluster import connect
from components.secret_objects import Secrets
from components.secrets import Need, SecretsSettings
from local import awaiting, engine
from local.cluster import Cluster
from local.kubernetes import Client, Ref
from local.plan import Result
from local.program import Program
from tests.local.toy import actions
from tests.stacks.real import prepared

pytestmark = pytest.mark.cluster

HERE = "restarts"
STACK = "restarts"
EXPORTERS = ("skillforge-postgres-exporter", "skillforge-redis-exporter")
READ = {"skillforge-postgres", "skillforge-redis", "slack"}


class Workloads(Component):
    """Some of a stack's own documents, in a namespace of this test's."""

    def __init__(self, cluster: Connected, documents: list[dict[str, Any]], after: list[pulumi.Resource]) -> None:
        super().__init__("workloads", cluster)
        self.manifests(documents, after)
        self.register_outputs({})


def needs() -> list[Need]:
    return [need for need in prepared("local").plan.needs if need.name in READ]


def documents() -> list[dict[str, Any]]:
    """Two exporters, and the Alertmanager that reads its files again by itself."""
    plan = prepared("local").plan
    alertmanager = json.loads(json.dumps(plan.alertmanager))
    alertmanager["spec"] |= {"secrets": ["slack"], "replicas": 1}
    del alertmanager["spec"]["topologySpreadConstraints"], alertmanager["spec"]["storage"]  # no class of volumes of ours is there
    alertmanager["metadata"]["annotations"]["pulumi.com/timeoutSeconds"] = "120"
    named = [each for each in plan.exporters if each["metadata"]["name"] in EXPORTERS]
    moved = json.dumps([*named, *plan.alertmanager_around, alertmanager]).replace('"namespace": "monitoring"', f'"namespace": "{HERE}"')
    return json.loads(moved)


def main() -> None:
    settings, plan = prepared("local").settings, prepared("local").plan
    cluster = connect(settings.cluster, {})
    context = replace(plan.context, namespaces=replace(plan.context.namespaces, monitoring=HERE))
    options = pulumi.ResourceOptions(provider=cluster.provider)
    meta = {"name": HERE, "labels": {"app.kubernetes.io/part-of": "observatory"}}
    space = pulumi.CustomResource(
        "kubernetes:core/v1:Namespace", HERE, {"apiVersion": "v1", "kind": "Namespace", "metadata": meta}, options
    )
    secrets = Secrets("secrets", cluster, context, SecretsSettings(source="config"), needs(), [], [space])
    Workloads(cluster, secrets.restarting(documents(), reloader=False), [space, *secrets.made.values()])


@pytest.fixture
def client(cluster: Cluster) -> Client:
    return Client(cluster.kubeconfig)


@pytest.fixture(autouse=True)
def cleaned(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every value is given by the environment, as on a machine without a configuration; nothing is left behind."""
    monkeypatch.setattr(awaiting, "TIMEOUT", 120.0)
    for need in needs():
        monkeypatch.setenv(need.variable, f"first-{need.name}-{need.key}")
    yield
    result = engine.down(STACK, Path(), cluster, lambda _: None)
    assert result.ok, result.failures


def up(cluster: Cluster) -> Result:
    result = engine.deploy(Program(STACK, "observatory", main), cluster, lambda _: None)
    assert result.ok, result.failures
    return result


def generations(client: Client) -> dict[str, int]:
    """How often each workload's template was another, the operator's own StatefulSet among them."""
    found = {name: client.get(Ref("apps/v1", "Deployment", HERE, name)) for name in EXPORTERS}
    found["alertmanager"] = client.get(Ref("apps/v1", "StatefulSet", HERE, "alertmanager-observatory"))
    assert all(found.values()), found
    return {name: each["metadata"]["generation"] for name, each in found.items() if each}


def test_a_changed_value_replaces_exactly_the_pods_that_read_it(cluster: Cluster, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    up(cluster)
    before = generations(client)
    assert not up(cluster).changed, "a second run without changes replaced something"

    (password,) = [need for need in needs() if (need.name, need.key) == ("skillforge-postgres", "password")]
    monkeypatch.setenv(password.variable, "second")
    assert actions(up(cluster)) == {f"{HERE}/skillforge-postgres": "update", f"{HERE}/skillforge-postgres-exporter": "update"}
    after = generations(client)
    assert after == {**before, "skillforge-postgres-exporter": before["skillforge-postgres-exporter"] + 1}

    (token,) = [need for need in needs() if need.name == "slack"]
    monkeypatch.setenv(token.variable, "second")
    assert actions(up(cluster)) == {f"{HERE}/slack": "update"}
    assert generations(client) == after, "Alertmanager reads its files for each message and needs no other pods"


def test_no_checksum_can_be_made_again_from_what_is_in_the_cluster(cluster: Cluster, client: Client) -> None:
    up(cluster)
    found = client.get(Ref("apps/v1", "Deployment", HERE, EXPORTERS[0]))
    assert found
    mark = found["spec"]["template"]["metadata"]["annotations"]["observatory.dev/secrets"]
    assert len(mark) == 32
    names = {secret["metadata"]["name"] for secret in client.list("v1", "Secret", HERE)}
    assert names >= READ
    assert "restarts" not in names, "what the checksum is salted with stays in the state"

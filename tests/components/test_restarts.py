"""Every pod that reads a Secret only at its start is replaced by something once that Secret has changed, and no other is."""

import asyncio
from typing import Any

import pulumi
import pytest

from components import restarts
from components.operator_values import reloader
from components.secrets import by_name
from local.values import plain
from rendering.document import Document
from tests.components import judges
from tests.stacks.real import STACKS, documents, prepared, recording

DEPLOYMENT: Document = {
    "kind": "Deployment",
    "metadata": {"name": "reader", "namespace": "here"},
    "spec": {
        "template": {
            "metadata": {"annotations": {"kept": "yes"}},
            "spec": {
                "imagePullSecrets": [{"name": "mirror"}],
                "containers": [
                    {"env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "variable", "key": "k"}}}]},
                    {"envFrom": [{"secretRef": {"name": "variables"}}, {"configMapRef": {"name": "no-secret"}}]},
                ],
                "volumes": [
                    {"secret": {"secretName": "volume"}},
                    {"projected": {"sources": [{"secret": {"name": "projected"}}]}},
                    {"configMap": {"name": "files"}},
                ],
            },
        }
    },
}


def marks(stack: str) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    """The annotations of pods that this program put there, by kind, namespace, name and place of the template."""
    found: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for document in documents(stack):
        for place in restarts.read(document):
            spec: Any = document["spec"]
            for part in place.split("."):
                spec = spec.get(part, {})
            ours = spec if place.startswith("override.") else spec.get("metadata", {})
            annotations = {
                key: value for key, value in ours.get("annotations", {}).items() if key in (restarts.RELOADER, restarts.CHECKSUM)
            }
            found[document["kind"], document["metadata"].get("namespace", ""), document["metadata"]["name"], place] = annotations
    return found


def ours(stack: str) -> set[restarts.Place]:
    """Secrets that are made of values which somebody gives."""
    plan = prepared(stack).plan
    return {(plan.context.namespaces.monitoring, name) for name in by_name(plan.needs)} | {(h.namespace, h.name) for h in plan.handed}


def test_every_way_to_a_secret_is_seen_and_none_of_what_is_no_secret() -> None:
    assert restarts.read(DEPLOYMENT) == {"template": ["projected", "variable", "variables", "volume"]}


def test_a_mark_stands_beside_what_is_there_and_leaves_the_original_alone() -> None:
    made = restarts.annotated(DEPLOYMENT, {"template": {restarts.RELOADER: "volume"}})
    assert made["spec"]["template"]["metadata"]["annotations"] == {"kept": "yes", restarts.RELOADER: "volume"}
    assert DEPLOYMENT["spec"]["template"]["metadata"]["annotations"] == {"kept": "yes"}
    assert made["spec"]["template"]["spec"] == DEPLOYMENT["spec"]["template"]["spec"]


@pytest.mark.parametrize("stack", STACKS)
def test_each_pod_that_reads_at_its_start_is_marked_with_what_it_reads(stack: str) -> None:
    known, marked = ours(stack), marks(stack)
    assert len([found for found in marked.values() if found]) > 10
    for document in documents(stack):
        namespace = document["metadata"].get("namespace", "")
        for place, names in restarts.read(document).items():
            wanted = [name for name in names if (namespace, name) in known]
            told = marked[document["kind"], namespace, document["metadata"]["name"], place]
            if stack == "local":
                assert bool(told.get(restarts.CHECKSUM)) == bool(wanted), document["metadata"]["name"]
            else:
                assert told == ({restarts.RELOADER: ",".join(wanted)} if wanted else {}), document["metadata"]["name"]


@pytest.mark.parametrize("kind", ["Alertmanager", "Elasticsearch", "Kibana", "Job", "CronJob"])
def test_who_reads_again_by_itself_is_never_marked(kind: str) -> None:
    for stack in STACKS:
        found = [document for document in documents(stack) if document["kind"] == kind]
        assert found
        assert restarts.RELOADER not in str(found)
        assert restarts.CHECKSUM not in str(found)


def test_a_checksum_is_seen_by_nobody() -> None:
    masked = [r.visible for r in recording("local") if restarts.CHECKSUM in str(plain(dict(r.inputs)))]
    assert masked
    for found in masked:
        assert f"'{restarts.CHECKSUM}': '[secret]'" in str(found)


def test_another_grain_or_value_is_another_checksum_and_the_same_is_the_same() -> None:
    from components.secret_objects import checksum

    async def ask() -> list[str]:
        def of(grain: str, value: str) -> pulumi.Output[str]:
            return checksum(pulumi.Output.secret(grain), {"slack": {"token": pulumi.Output.secret(value)}})

        made = [of("g", "v"), of("g", "v"), of("g", "w"), of("h", "v")]
        assert all([await each.is_secret() for each in made])
        return [str(await each.future()) for each in made]

    one, same, value, grain = asyncio.run(ask())
    assert one == same
    assert len({one, value, grain}) == 3


def test_reloader_watches_our_namespaces_alone_and_is_admitted_there() -> None:
    context = prepared("prod").plan.context
    values = reloader(context)["reloader"]
    names = context.namespaces
    assert values["namespaces"] == sorted([names.monitoring, names.logging, names.tracing, names.agents])
    assert not values["watchGlobally"], "the chart refuses a list of namespaces beside it"
    assert values["reloadStrategy"] == "annotations"
    # `reloader.deployment.securityContext` of the chart's own values (2.2.16), which we leave as it is.
    pod = {"runAsNonRoot": True, "runAsUser": 65534, "seccompProfile": {"type": "RuntimeDefault"}}
    container = {"name": "reloader", "securityContext": values["deployment"]["containerSecurityContext"]}
    assert judges.restricted({"securityContext": pod, "containers": [container]}) == []

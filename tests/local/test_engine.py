"""The in-process engine against a fake API server: what it asks for, what it remembers, what it leaves alone."""

import dataclasses
from pathlib import Path
from typing import Any

import pulumi
import pytest

from catalog.faults import Fault, FaultsError
from local import engine
from local.plan import Change
from local.state import State
from tests.local.fake_api import Document, FakeApi
from tests.local.toy import Toy, actions, config_map, deployment, manifest, up


def test_the_first_run_creates_everything_and_says_what_is_real(api: FakeApi) -> None:
    result = up(Toy(), api)
    assert result.ok, result.failures
    assert set(result.counts) == {"create"}
    assert result.modes == {"real": 5, "recorded": 1}
    assert api.names("configmaps") == {"one", "two"}
    assert result.visible_exports == {"namespace": "toy", "password": "[secret]"}


def test_the_second_run_changes_nothing_and_writes_nothing(api: FakeApi) -> None:
    up(Toy(), api)
    result = up(Toy(), api)
    assert not result.changed
    assert api.writes == []
    assert len(api.log) <= 5 + 3, "one look at each object, discovery and the cluster's identity"


def test_a_changed_input_writes_that_object_alone_and_tells_the_property(api: FakeApi) -> None:
    up(Toy(), api)
    result = up(Toy((deployment(replicas=3), config_map("one"), config_map("two"))), api)
    assert actions(result) == {"toy/web": "update"}
    assert [change for step in result.steps for change in step.changes] == [Change("spec.replicas", 2, 3)]
    assert [path for _, path in api.writes] == ["/apis/apps/v1/namespaces/toy/deployments/web"]


def test_a_removed_resource_is_deleted_after_the_program_has_succeeded(api: FakeApi) -> None:
    up(Toy(), api)
    result = up(Toy((deployment(), config_map("one"))), api)
    assert actions(result) == {"toy/two": "delete"}
    assert api.names("configmaps") == {"one"}


def test_nothing_is_deleted_when_the_program_fails(api: FakeApi) -> None:
    up(Toy(), api)

    def broken() -> None:
        manifest({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "toy"}})
        raise pulumi.RunError("the settings contradict each other")

    api.log.clear()
    result = engine.deploy(dataclasses.replace(Toy().program, main=broken), api, lambda _: None)
    assert result.fault == "the settings contradict each other"
    assert api.writes == []


def test_a_failed_resource_keeps_back_only_what_depends_on_it(api: FakeApi) -> None:
    api.refuse = lambda new, _: (422, "data.one: nonsense") if new["metadata"]["name"] == "one" else None

    def main() -> None:
        one = manifest(config_map("one"))
        manifest(config_map("dependent"), depends_on=[one])
        manifest(config_map("independent"))
        pulumi.export("id", one.id)

    result = engine.deploy(dataclasses.replace(Toy().program, main=main), api, lambda _: None)
    assert [step.error for step in result.failures] == ["ConfigMap/toy/one: data.one: nonsense"]
    assert actions(result) == {"toy/one": "create", "toy/dependent": "skip", "toy/independent": "create"}
    assert api.names("configmaps") == {"independent"}
    assert not result.ok


def test_a_failed_run_goes_on_where_it_stopped(api: FakeApi) -> None:
    api.refuse = lambda new, _: (403, "quota") if new["kind"] == "Deployment" else None
    assert not up(Toy(), api).ok
    api.refuse = lambda _new, _old: None
    assert actions(up(Toy(), api)) == {"toy/web": "create"}


def test_an_object_deleted_by_hand_comes_back(api: FakeApi) -> None:
    up(Toy(), api)
    del api.objects["/api/v1/namespaces/toy/configmaps/one"]
    result = up(Toy(), api)
    assert actions(result) == {"toy/one": "create"}
    assert [step.note for step in result.steps if step.note] == ["it had been deleted by hand"]


def test_an_immutable_field_replaces_the_object(api: FakeApi) -> None:
    def refuse(new: Document, old: Document | None) -> tuple[int, str] | None:
        changed = old and new["kind"] == "Deployment" and new["spec"]["selector"] != old["spec"]["selector"]
        return (422, "spec.selector: Invalid value: field is immutable") if changed else None

    api.refuse = refuse
    up(Toy(), api)
    selector = {"matchLabels": {"app": "web", "tier": "front"}}
    result = up(Toy((deployment(selector=selector), config_map("one"), config_map("two"))), api)
    assert actions(result) == {"toy/web": "replace"}
    assert [method for method, _ in api.writes] == ["PATCH", "DELETE", "PATCH"]


def test_a_claim_is_never_replaced_for_a_field(api: FakeApi) -> None:
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "toy"}, "spec": {"size": 1}}
    api.settle = lambda document: document.update(status={"phase": "Bound" if document["kind"] == claim["kind"] else "Active"})
    up(Toy((claim,)), api)
    api.refuse = lambda new, _: (422, "spec is immutable after creation") if new["kind"] == claim["kind"] else None
    result = up(Toy((claim | {"spec": {"size": 2}},)), api)
    assert [step.error for step in result.failures] == ["PersistentVolumeClaim/toy/data: spec is immutable after creation"]
    assert [method for method, _ in api.writes] == ["PATCH"]


def test_an_object_under_another_name_is_made_before_the_old_one_goes(api: FakeApi) -> None:
    def named(name: str) -> Any:  # noqa: ANN401 - a program
        options = pulumi.ResourceOptions()
        return dataclasses.replace(
            Toy().program, main=lambda: pulumi.CustomResource("kubernetes:core/v1:ConfigMap", "same", config_map(name), options)
        )

    engine.deploy(named("old"), api, lambda _: None)
    api.log.clear()
    result = engine.deploy(named("new"), api, lambda _: None)
    assert [step.action for step in result.steps] == ["replace", "delete"]
    assert [method for method, _ in api.writes] == ["PATCH", "DELETE"]
    assert api.names("configmaps") == {"new"}


def test_a_resource_of_a_simulated_operator_is_accepted_and_not_awaited(api: FakeApi) -> None:
    api.settle = lambda document: document.update(status={"phase": "Active"} if document["kind"] == "Namespace" else {})
    document = deployment()
    document["metadata"]["annotations"] = {"observatory.dev/simulated": "somebody", "pulumi.com/skipAwait": "true"}
    result = up(Toy((document,)), api)
    assert result.ok
    assert {step.name: step.mode for step in result.steps}["toy/web"] == "simulated"


def test_a_timeout_names_what_is_missing(api: FakeApi) -> None:
    def never(document: Document) -> None:
        if document["kind"] == "Deployment":
            document["status"] = {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 1}
        elif document["kind"] == "Namespace":
            document["status"] = {"phase": "Active"}

    api.settle = never
    pod = {
        "kind": "Pod",
        "metadata": {"name": "web-1"},
        "status": {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Full"}]},
    }
    api.put("/api/v1/namespaces/toy/pods/web-1", pod)
    document = deployment()
    document["metadata"]["annotations"] = {"pulumi.com/timeoutSeconds": "0.3"}
    (failure,) = up(Toy((document,)), api).failures
    assert "not ready after 0.3 s: availableReplicas 1 of 2" in failure.error
    assert "pod web-1: condition PodScheduled is False (Full)" in failure.error
    api.settle = lambda _: None
    assert State("toy").entries[failure.urn].ready is False, "the next run waits for it again"


def test_a_document_that_does_not_name_itself_is_refused(api: FakeApi) -> None:
    document = config_map("x")
    del document["metadata"]["name"]
    (failure,) = up(Toy((document,)), api).failures
    assert "metadata.name" in failure.error


def test_down_deletes_in_reverse_order_and_forgets(api: FakeApi, own_state: Path) -> None:
    up(Toy(), api)
    api.log.clear()
    result = engine.down("toy", Path(), api, lambda _: None)
    assert result.ok
    assert api.writes[-1] == ("DELETE", "/api/v1/namespaces/toy"), "what lies in a namespace goes before it"
    assert api.names("configmaps") == set()
    assert not (own_state / "toy" / "engine.json").exists()


def test_a_protected_resource_stays_and_so_does_what_it_needs(api: FakeApi) -> None:
    def main() -> None:
        first = manifest(config_map("first"))
        manifest(config_map("second"), depends_on=[first], protect=True)

    engine.deploy(dataclasses.replace(Toy().program, main=main), api, lambda _: None)
    result = engine.down("toy", Path(), api, lambda _: None)
    assert [step.name for step in result.failures] == ["toy/second"]
    assert api.names("configmaps") == {"first", "second"}


def test_a_retained_resource_is_forgotten_but_not_deleted(api: FakeApi) -> None:
    program = dataclasses.replace(Toy().program, main=lambda: manifest(config_map("kept"), retain_on_delete=True))
    engine.deploy(program, api, lambda _: None)
    assert engine.down("toy", Path(), api, lambda _: None).ok
    assert api.names("configmaps") == {"kept"}


def test_faults_of_the_user_are_raised_before_anything_is_registered(api: FakeApi) -> None:
    faults = FaultsError([Fault("f", "k", "v", "wrong", "right")])

    def main() -> None:
        raise pulumi.RunError(str(faults)) from faults

    with pytest.raises(FaultsError):
        engine.deploy(dataclasses.replace(Toy().program, main=main), api, lambda _: None)
    assert api.writes == []

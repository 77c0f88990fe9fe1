"""The monitor sees what the real engine sees, builds its URNs, and lets no secret through."""

import gc
import json
import sys
from pathlib import Path

import pulumi
import pytest
from pulumi.runtime import rpc

from catalog.faults import Fault, FaultsError
from local import placeholders, values
from local.monitor import record, resources_json
from local.program import Program, load
from local.values import Secret, decode, encode, mask
from tests.local.toy import Password, Shop, Toy, config_map, manifest

STACK_URN = "urn:pulumi:toy::observatory::pulumi:pulumi:Stack::observatory-toy"


def test_the_marks_are_the_ones_of_the_sdk() -> None:
    assert rpc._special_sig_key == values.SIGNATURE
    assert rpc._special_secret_sig == values.SECRET_SIGNATURE
    assert rpc._special_resource_sig == values.RESOURCE_SIGNATURE


def test_values_come_back_as_they_went() -> None:
    content: values.Values = {"a": [1, 2.5, "x", True, None, {}, []], "s": Secret({"b": [1]}), "n": {"m": {"k": "v"}}}
    assert decode(encode(content)) == content
    assert values.load(values.dump(content)) == content


def test_urns_chain_the_types_of_all_parents_but_the_stack() -> None:
    class Inner(pulumi.ComponentResource):
        def __init__(self, parent: pulumi.Resource) -> None:
            super().__init__("observatory:components:Inner", "inner", None, pulumi.ResourceOptions(parent=parent))
            manifest(config_map("leaf"), parent=self)

    class Outer(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("observatory:components:Outer", "outer")
            Inner(self)

    found = {resource.name: resource for resource in record(Outer, "toy")}
    prefix = "urn:pulumi:toy::observatory::observatory:components:Outer"
    assert found["outer"].urn == f"{prefix}::outer"
    assert found["outer"].parent == STACK_URN
    assert found["inner"].urn == f"{prefix}$observatory:components:Inner::inner"
    assert found["toy/leaf"].urn == f"{prefix}$observatory:components:Inner$kubernetes:core/v1:ConfigMap::toy/leaf"
    assert found["toy/leaf"].parent == found["inner"].urn


def test_a_resource_without_provider_gets_the_default_one_that_the_real_engine_would_make() -> None:
    found = record(lambda: manifest(config_map("a"), version="4.34.2"), "toy")
    provider = "urn:pulumi:toy::observatory::pulumi:providers:kubernetes::default_4_34_2"
    assert {resource.provider for resource in found if resource.type.endswith("ConfigMap")} == {provider}
    assert provider in {resource.urn for resource in found}, "every provider that is named must be listed"


def test_an_explicit_provider_is_told_as_urn_without_id() -> None:
    def main() -> None:
        provider = pulumi.ProviderResource("kubernetes", "eks", {}, pulumi.ResourceOptions(version="4.34.2"))
        manifest(config_map("a"), provider=provider)

    found = {resource.type: resource for resource in record(main, "toy")}
    assert found["kubernetes:core/v1:ConfigMap"].provider == "urn:pulumi:toy::observatory::pulumi:providers:kubernetes::eks"
    assert found["pulumi:providers:kubernetes"].inputs == {"version": "4.34.2"}


def test_two_resources_of_one_urn_are_an_error() -> None:
    def main() -> None:
        manifest(config_map("a"))
        manifest(config_map("a"))

    with pytest.raises(ValueError, match=r"duplicate resource URN .*::toy/a'; try giving it a unique name"):
        record(main)


def test_dependencies_and_options_are_seen() -> None:
    def main() -> None:
        first = manifest(config_map("first"))
        options = {"depends_on": [first], "retain_on_delete": True, "delete_before_replace": True, "deleted_with": first}
        manifest(config_map("second"), **options, ignore_changes=["data"], protect=True)

    first, second = (resource for resource in record(main) if resource.type.endswith("ConfigMap"))
    assert second.dependencies == (first.urn,)
    assert second.deleted_with == first.urn
    assert (second.retain_on_delete, second.delete_before_replace, second.protect) == (True, True, True)
    assert second.ignore_changes == ("data",)


def test_a_generated_password_is_secret_wherever_it_goes() -> None:
    def main() -> None:
        options = pulumi.ResourceOptions(additional_secret_outputs=["result"])
        password = Password("random:index/randomPassword:RandomPassword", "p", {"length": 12, "result": None}, options)
        manifest(config_map("leak", password=password.result, url=pulumi.Output.concat("x://", password.result)))
        pulumi.export("password", password.result)

    recording = record(main)
    leak = next(resource for resource in recording if resource.name == "toy/leak")
    assert isinstance(leak.inputs["data"]["password"], Secret)
    assert leak.visible["data"] == {"password": "[secret]", "url": "[secret]"}
    assert mask(recording.exports) == {"password": "[secret]"}


@pytest.mark.parametrize("field", ["data", "stringData"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_kubernetes_secret_is_masked_leaf_by_leaf_however_it_is_marked(field: str, wrapped: bool) -> None:
    content = {"a": "geheim", "b": "geheim"}
    document = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"}}
    listed = resources_json(record(lambda: manifest({**document, field: pulumi.Output.secret(content) if wrapped else content})))
    inputs = next(item["inputs"] for item in listed if item["type"].endswith(":Secret"))
    assert inputs[field] == {"a": "[secret]", "b": "[secret]"}
    assert "geheim" not in json.dumps(listed)


def test_recording_twice_gives_the_same_bytes() -> None:
    first, second = (json.dumps(resources_json(record(Toy().program))) for _ in range(2))
    assert first == second
    assert [item["urn"] for item in json.loads(first)] == sorted(item["urn"] for item in json.loads(first))


def test_an_output_that_nobody_tells_is_found_with_its_place() -> None:
    class Other(pulumi.CustomResource):
        surprise: pulumi.Output[str]

    def main() -> None:
        other = Other("other:index:Other", "other", {"surprise": None})
        manifest(config_map("a", key=other.surprise))

    with pytest.raises(ValueError, match=r"toy/a: data\.key, made from .*::other"):
        record(main)


def test_a_look_up_that_the_table_lacks_is_an_error_and_a_known_one_is_answered() -> None:
    def known() -> None:
        pulumi.export("account", pulumi.runtime.invoke("aws:index/getCallerIdentity:getCallerIdentity", {}).value["accountId"])

    assert record(known).exports == {"account": placeholders.ACCOUNT}
    with pytest.raises(KeyError, match="no placeholder for the look-up other:index:get"):
        record(lambda: pulumi.runtime.invoke("other:index:get", {}))


@pytest.mark.parametrize("type_", ["aws:sns/topic:Topic", "aws:iam/role:Role", "aws:sqs/queue:Queue", "aws:any/thing:Thing"])
def test_placeholders_of_aws_have_an_arn_of_the_example_account(type_: str) -> None:
    found = placeholders.computed("urn:x::name", type_, {"name": "alerts"})
    assert found["arn"].startswith("arn:aws:")
    assert placeholders.ACCOUNT in found["arn"]
    assert found == placeholders.computed("urn:x::name", type_, {"name": "alerts"})


def test_a_password_has_the_length_and_the_characters_that_were_asked_for() -> None:
    found = placeholders.computed("urn::p", "random:index/randomPassword:RandomPassword", {"length": 8, "special": False, "minUpper": 8})
    assert len(found["result"]) == 8
    assert found["result"].isupper()


def test_transforms_are_refused_and_not_left_out_unsaid() -> None:
    with pytest.raises(Exception, match="does not support transforms"):
        record(lambda: pulumi.runtime.register_resource_transform(lambda _: None))


def test_runs_leave_nothing_behind() -> None:
    record(Toy().program)
    assert pulumi.runtime.get_root_resource() is None
    assert len(record(Toy().program)) == len(record(Toy().program))


def test_warnings_of_the_sdk_are_kept() -> None:
    def main() -> None:
        pulumi.log.warn("mind the gap")

    assert record(main).warnings == ["mind the gap"]


def _project(folder: Path, main: str) -> Path:
    (folder / "Pulumi.yaml").write_text("name: observatory\nruntime: python\n")
    (folder / "Pulumi.toy.yaml").write_text(
        "config:\n  observatory:settings: {region: eu-west-1, count: 3}\n  aws:region: eu-west-1\n  flag: true\n"
    )
    (folder / "__main__.py").write_text(main)
    return folder


def test_the_program_sees_its_configuration_as_the_cli_would_hand_it(tmp_path: Path) -> None:
    main = (
        "import pulumi\nconfig = pulumi.Config()\n"
        "pulumi.export('all', [config.require_object('settings'), config.require_bool('flag'), pulumi.Config('aws').require('region'),"
        " pulumi.get_stack(), pulumi.get_project(), __name__])\n"
    )
    recording = record(load("toy", _project(tmp_path, main)))
    assert recording.exports["all"] == [{"region": "eu-west-1", "count": 3}, True, "eu-west-1", "toy", "observatory", "__main__"]


def test_an_unknown_stack_is_the_users_fault_and_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="use one of: toy"):
        load("prd", _project(tmp_path, ""))


def test_faults_come_out_of_the_program_as_faults() -> None:
    faults = FaultsError([Fault("f", "k", "v", "wrong", "right")])

    def main() -> None:
        raise pulumi.RunError(str(faults)) from faults

    with pytest.raises(FaultsError):
        record(Program("toy", "observatory", main))


def test_dependencies_on_a_component_are_those_on_its_children() -> None:
    def main() -> None:
        space = manifest({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "toy"}})
        shop = Shop("shop", [config_map("inside")], space)
        manifest(config_map("after"), depends_on=[shop])

    found = {resource.name: resource for resource in record(main)}
    assert found["toy/after"].dependencies == (found["toy/inside"].urn,)


def test_a_program_that_fails_does_not_spoil_the_next_one() -> None:
    def broken() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        record(broken)
    assert record(lambda: pulumi.export("fine", 1)).exports == {"fine": 1}


def test_a_recording_leaves_tracebacks_and_the_collector_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "tracebacklimit", 7, raising=False)
    seen: list[tuple[bool, int | None]] = []
    record(lambda: seen.append((gc.isenabled(), sys.tracebacklimit)))
    assert seen == [(False, 4)], "the SDK photographs the stack at each registration"
    assert (gc.isenabled(), sys.tracebacklimit) == (True, 7)
    with pytest.raises(ZeroDivisionError):
        record(lambda: 1 / 0)
    assert (gc.isenabled(), sys.tracebacklimit) == (True, 7)
    monkeypatch.delattr(sys, "tracebacklimit")
    record(lambda: None)
    assert not hasattr(sys, "tracebacklimit")

"""The contract that every component keeps, and the base that keeps it for them."""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import resource_pb2 as messages

import components
from components.base import Component, Resource, bounded, resource_name, token
from components.cluster import Cluster
from local import monitor, program
from local.monitor import Recorder, Recording, record
from local.values import Secret
from stacks.program import ROOT
from tests.stacks import switched
from tests.stacks.real import recording

CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "n"}, "data": {"k": "v"}}


def every_component() -> set[str]:
    for module in pkgutil.walk_packages(components.__path__, "components."):
        importlib.import_module(module.name)
    return {kind.__name__ for kind in leaves(Component) if kind.__module__.startswith("components.")}


def leaves(kind: type[Component]) -> Iterator[type[Component]]:
    """Kinds that no other derives from: those between are nobody's component."""
    derived = kind.__subclasses__()
    yield from (leaf for each in derived for leaf in leaves(each)) if derived else [kind]


def registered(body: Callable[[Cluster], Any], simulated: dict[str, str] | None = None) -> Recording:
    def main() -> None:
        body(Cluster(pulumi.ProviderResource("kubernetes", "k", {}), simulated or {}))

    return record(main)


STACKS = ("local", "dev", "prod", "switched")
"""The committed ones, and production with everything on that is off in all of them."""


def recorded(stack: str) -> Recording:
    return switched.recording() if stack == "switched" else recording(stack)


def seen(stack: str) -> dict[str, str]:
    """The kinds of a stack's components, by URN."""
    return {resource.urn: resource.type.rsplit(":", 1)[1] for resource in recorded(stack) if resource.type.startswith("observatory:")}


def test_every_component_stands_in_some_stack() -> None:
    assert {kind for stack in STACKS for kind in seen(stack).values()} == every_component()


@pytest.mark.parametrize("stack", STACKS)
def test_every_component_parents_its_children_and_gives_them_a_provider(stack: str) -> None:
    components_seen = seen(stack)
    for resource in recorded(stack):
        if resource.custom and not resource.type.startswith("pulumi:"):
            assert resource.parent in components_seen, f"{resource.urn} has no component for a parent"
            assert resource.provider, f"{resource.urn} has no provider"
            assert "::default" not in resource.provider, f"{resource.urn} falls back on a default provider"


@pytest.mark.parametrize("stack", STACKS)
def test_every_component_registers_its_outputs(stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: set[str] = set()

    def remember(self: Recorder, request: messages.RegisterResourceOutputsRequest) -> empty_pb2.Empty:
        told.add(request.urn.rsplit("::", 2)[1].rsplit(":", 1)[1])
        return original(self, request)

    original = Recorder.RegisterResourceOutputs
    monkeypatch.setattr(Recorder, "RegisterResourceOutputs", remember)
    record(switched.main, "prod") if stack == "switched" else record(program.load(stack, ROOT))
    assert set(seen(stack).values()) <= told


def test_options_are_made_in_one_place_and_never_merged() -> None:
    """A merge would let the caller's parent win and leak what it protects."""
    for path in sorted((ROOT / "components").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                made = node.func.attr in {"merge", "ResourceOptions", "CustomResource"}
                assert not made or path.name in {"base.py", "cluster.py"}, f"{path.name}:{node.lineno} makes options of its own"


def test_a_component_adopted_by_another_keeps_its_own_children() -> None:
    class Outer(Component):
        pass

    class Inner(Component):
        pass

    def body(cluster: Cluster) -> None:
        outer = Outer("outer", cluster)
        Inner("inner", cluster, pulumi.ResourceOptions(parent=outer)).manifest(CONFIG_MAP)

    found = next(r for r in registered(body) if r.type == "kubernetes:core/v1:ConfigMap")
    assert found.parent.endswith("::inner")


def test_a_secrets_values_are_secret_whoever_forgot() -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"}, "stringData": {"k": "hunter2"}}
    found = registered(lambda cluster: Component("c", cluster).manifest(secret))
    resource = next(r for r in found if r.type.endswith(":Secret"))
    assert isinstance(resource.inputs["stringData"], Secret) or isinstance(resource.inputs["stringData"]["k"], Secret)
    assert resource.secret_outputs == ("stringData",)
    assert "hunter2" not in str(monitor.resources_json(found))


def test_a_simulated_kind_is_marked_and_others_are_not() -> None:
    rule = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": "r", "namespace": "n"}}

    def body(cluster: Cluster) -> list[Resource]:
        return Component("c", cluster).manifests([rule, CONFIG_MAP])

    found = {
        r.type: r.inputs["metadata"].get("annotations", {}) for r in registered(body, {"monitoring.coreos.com": "prometheus"}) if r.inputs
    }
    assert found["kubernetes:monitoring.coreos.com/v1:PrometheusRule"]["observatory.dev/simulated"] == "prometheus"
    assert found["kubernetes:core/v1:ConfigMap"] == {}
    assert "annotations" not in rule["metadata"], "the document itself is nobody's to change"


def test_names_are_bounded_and_stay_apart() -> None:
    assert bounded("short") == "short"
    first, second = (bounded("a" * 70 + end) for end in "xy")
    assert len(first) == len(second) == 63
    assert first != second


def test_tokens_and_names_are_those_of_pulumi() -> None:
    assert token({"apiVersion": "v1", "kind": "Secret"}) == "kubernetes:core/v1:Secret"
    assert token({"apiVersion": "apps/v1", "kind": "Deployment"}) == "kubernetes:apps/v1:Deployment"
    assert resource_name(CONFIG_MAP) == "n/c"
    assert resource_name({"metadata": {"name": "whole"}}) == "whole"

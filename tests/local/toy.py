"""A small program with what matters: a component, a random secret, objects that depend on one another and some that do not."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi

from local.engine import deploy
from local.plan import Plan, Result
from local.program import Program
from tests.local.fake_api import FakeApi

Document = dict[str, Any]


def manifest(document: Document, **options: Any) -> pulumi.CustomResource:  # noqa: ANN401 - of ResourceOptions
    """Registers a document as the components do."""
    api, metadata = document["apiVersion"], document["metadata"]
    token = f"kubernetes:{api if '/' in api else f'core/{api}'}:{document['kind']}"
    name = "/".join(filter(None, (metadata.get("namespace"), metadata.get("name") or "nameless")))
    return pulumi.CustomResource(token, name, document, pulumi.ResourceOptions(**options))


def config_map(name: str, namespace: str = "toy", **data: Any) -> Document:  # noqa: ANN401 - inputs
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data or {"key": "value"}}


def deployment(name: str = "web", namespace: str = "toy", replicas: int = 2, **spec: Any) -> Document:  # noqa: ANN401 - JSON
    pod = {"containers": [{"name": "main", "image": "example.invalid/web:1"}]}
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": pod}
    full = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace}, "spec": full}


class Shop(pulumi.ComponentResource):
    def __init__(self, name: str, documents: Iterable[Document], after: pulumi.Resource) -> None:
        super().__init__("observatory:components:Shop", name)
        for document in documents:
            manifest(document, parent=self, depends_on=[after])
        self.register_outputs({})


@dataclass(frozen=True)
class Toy:
    """The program's settings."""

    documents: tuple[Document, ...] = (deployment(), config_map("one"), config_map("two"))
    namespace: str = "toy"
    stack: str = "toy"
    extra: tuple[Document, ...] = field(default=())

    def main(self) -> None:
        space = manifest({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}})
        password = Password("random:index/randomPassword:RandomPassword", "password", {"length": 20, "result": None}, SECRET)
        secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login", "namespace": self.namespace}}
        manifest({**secret, "stringData": {"password": password.result}}, depends_on=[space])
        Shop("shop", self.documents, space)
        for document in self.extra:
            manifest(document, depends_on=[space])
        pulumi.export("namespace", self.namespace)
        pulumi.export("password", password.result)

    @property
    def program(self) -> Program:
        return Program(self.stack, "observatory", self.main)


SECRET = pulumi.ResourceOptions(additional_secret_outputs=["result", "bcryptHash"])


class Password(pulumi.CustomResource):
    result: pulumi.Output[str]


def many(count: int, namespace: str) -> Toy:
    return Toy(tuple(config_map(f"c{index}", namespace) for index in range(count)), namespace)


def up(toy: Toy, api: FakeApi) -> Result:
    """Brings it up on a fake API server, whose log holds this run alone."""
    api.log.clear()
    return deploy(toy.program, api, lambda _: None)


def actions(plan: Plan) -> dict[str, str]:
    """What a plan or a result does, by name, without what stays the same."""
    return {step.name: step.action for step in plan.steps if step.action != "same"}


if __name__ == "__main__":  # a process of its own, to be killed: kubeconfig, number of objects, namespace

    @dataclass(frozen=True)
    class Known:
        kubeconfig: Path

    deploy(many(int(sys.argv[2]), sys.argv[3]).program, Known(Path(sys.argv[1])), lambda line: print(line, flush=True))

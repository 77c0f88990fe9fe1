"""The committed stacks, loaded and recorded once for all tests that only look."""

from functools import cache
from typing import Any

from local import monitor, program
from local.monitor import Recording
from local.values import plain
from stacks.program import ROOT, Prepared, prepare

STACKS = sorted(path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in ROOT.glob("Pulumi.*.yaml"))


@cache
def recording(stack: str) -> Recording:
    return monitor.record(program.load(stack, ROOT))


@cache
def prepared(stack: str) -> Prepared:
    return prepare(stack, ROOT)


@cache
def documents(stack: str) -> list[dict[str, Any]]:
    return [plain(dict(resource.inputs)) for resource in recording(stack) if "kind" in resource.inputs]


def of(stack: str, kind: str, name: str) -> dict[str, Any]:
    found = [document for document in documents(stack) if document["kind"] == kind and document["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} {kind} {name}"
    return found[0]

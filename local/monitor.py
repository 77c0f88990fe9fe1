"""The resource monitor under every run without Pulumi's engine: it sees what that one sees and builds the same URNs."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.proto import resource_pb2 as messages

from local import placeholders
from local.program import Program, run, undisturbed
from local.values import Secret, Values, decode, encode, mark, mask, plain, unknowns

STACK = "pulumi:pulumi:Stack"

FEATURES = (
    messages.RESOURCE_MONITOR_FEATURE_SECRETS,
    messages.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    messages.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    messages.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    messages.RESOURCE_MONITOR_FEATURE_PARAMETERIZATION,
)
"""What this monitor honours. Transforms and hooks are not among it: the SDK refuses them then, instead of leaving them out unsaid."""


@dataclass(frozen=True)
class Registered:
    """One resource as the program asked for it; `provider`, `parent` and dependencies are URNs, "" where there is none."""

    urn: str
    type: str
    name: str
    custom: bool
    parent: str = ""
    provider: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    secret_outputs: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    delete_before_replace: bool = False
    retain_on_delete: bool = False
    protect: bool = False
    deleted_with: str = ""

    @property
    def visible(self) -> Values:
        """The inputs with every secret masked leaf by leaf."""
        return mask(mark(dict(self.inputs)))


@dataclass(frozen=True)
class Outcome:
    """What became of a resource: its id and the outputs beside its inputs; without success its dependents see unknowns."""

    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    result: "messages.Result.ValueType" = messages.SUCCESS


def urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """The URN of the real engine: the types of all parents in a chain, the stack's own left out."""
    chain = parent.split("::")[2] if parent else ""
    qualified = type_ if chain in {"", STACK} else f"{chain}${type_}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


class Monitor:
    """The calls that the SDK makes of a monitor. A subclass decides what becomes of a resource."""

    def __init__(self, stack: str, project: str) -> None:
        self.stack = stack
        self.project = project
        self.seen: dict[str, Registered] = {}
        self.exports: Values = {}
        self.messages: list[str] = []
        self._lock = threading.Lock()

    def create(self, resource: Registered) -> Outcome:
        """Brings a custom resource about; called from many threads."""
        raise NotImplementedError

    def read(self, resource: Registered, identity: str) -> Outcome:
        """Looks at a resource that others own."""
        return Outcome(identity, placeholders.computed(resource.urn, resource.type, plain(resource.inputs)) | {"id": identity})

    def stop(self) -> None:
        """The run is interrupted."""

    def RegisterResource(self, request: messages.RegisterResourceRequest) -> messages.RegisterResourceResponse:  # noqa: N802
        """Records one registration; refuses a second one of the same URN, as the real engine does."""
        resource = self._registered(request)
        with self._lock:
            if resource.urn in self.seen:
                raise ValueError(f"duplicate resource URN {resource.urn!r}; try giving it a unique name")
            self.seen[resource.urn] = resource
        if not resource.custom:
            return messages.RegisterResourceResponse(urn=resource.urn, object=request.object)
        outcome = self.create(resource)
        response = messages.RegisterResourceResponse(urn=resource.urn, id=outcome.id, object=request.object, result=outcome.result)
        response.object.MergeFrom(encode(marked(outcome.outputs, resource.secret_outputs)))
        return response

    def RegisterResourceOutputs(self, request: messages.RegisterResourceOutputsRequest) -> empty_pb2.Empty:  # noqa: N802
        """Keeps what the stack exports; what components register is theirs alone."""
        if f"::{STACK}::" in request.urn:
            self.exports = decode(request.outputs)
        return empty_pb2.Empty()

    def ReadResource(self, request: messages.ReadResourceRequest) -> messages.ReadResourceResponse:  # noqa: N802
        """Answers `Resource.get`; such a resource is not ours, so it is not recorded."""
        inputs = decode(request.properties)
        resource = Registered(
            urn(self.stack, self.project, request.parent, request.type, request.name),
            request.type,
            request.name,
            custom=True,
            parent=request.parent,
            provider=request.provider.rpartition("::")[0],
            inputs=inputs,
        )
        outcome = self.read(resource, request.id)
        outputs = marked(outcome.outputs, request.additionalSecretOutputs)
        return messages.ReadResourceResponse(urn=resource.urn, id=outcome.id, properties=encode(inputs | outputs), result=outcome.result)

    def Invoke(self, request: messages.ResourceInvokeRequest) -> messages.ResourceInvokeResponse:  # noqa: N802
        """Answers a look-up from the table of placeholders."""
        answer = encode(placeholders.look_up(request.tok, decode(request.args)))
        return messages.ResourceInvokeResponse(**{"return": answer})  # pyright: ignore[reportArgumentType] - `return` is a keyword

    def RegisterPackage(self, request: messages.RegisterPackageRequest) -> messages.RegisterPackageResponse:  # noqa: N802
        """A parameterised provider needs a reference; any will do."""
        return messages.RegisterPackageResponse(ref=f"{request.name}@{request.version}")

    def GetDeploymentInfo(self, _request: empty_pb2.Empty) -> messages.DeploymentInfo:  # noqa: N802
        """Which features the SDK may use."""
        return messages.DeploymentInfo(supportedFeatures=FEATURES)

    def SignalAndWaitForShutdown(self, _request: empty_pb2.Empty) -> empty_pb2.Empty:  # noqa: N802
        """The program is through; nothing here has to be waited for."""
        return empty_pb2.Empty()

    def _registered(self, request: messages.RegisterResourceRequest) -> Registered:
        provider = request.provider.rpartition("::")[0]
        if request.custom and not provider and not request.type.startswith("pulumi:"):
            provider = self._default_provider(request.type.partition(":")[0], request.version)
        inputs = decode(request.object)
        if request.type.startswith("pulumi:providers:") and request.version:
            inputs["version"] = request.version  # where the real engine keeps it, so that a newer plugin is an update
        return Registered(
            urn(self.stack, self.project, request.parent, request.type, request.name),
            request.type,
            request.name,
            request.custom,
            request.parent,
            provider,
            inputs,
            tuple(sorted(request.dependencies)),
            {key: tuple(sorted(found.urns)) for key, found in request.propertyDependencies.items() if found.urns},
            tuple(sorted(request.additionalSecretOutputs)),
            tuple(request.ignoreChanges),
            request.deleteBeforeReplace,
            request.retainOnDelete,
            request.protect,
            request.deletedWith,
        )

    def _default_provider(self, package: str, version: str) -> str:
        """The provider that the real engine makes where a resource names none."""
        type_, name = f"pulumi:providers:{package}", f"default_{version.replace('.', '_')}" if version else "default"
        address = urn(self.stack, self.project, "", type_, name)
        inputs = {"version": version} if version else {}
        with self._lock:
            self.seen.setdefault(address, Registered(address, type_, name, custom=True, inputs=inputs))
        return address


def marked(outputs: Mapping[str, Any], secret: Iterable[str]) -> Values:
    """Outputs with those marked that the resource's options call secret: mocks forget it, and passwords leak."""
    names = set(secret)
    return {
        key: Secret(value) if key in names and not isinstance(value, Secret) else value for key, value in outputs.items() if key != "id"
    }


class Recorder(Monitor):
    """Records what a program registers; every provider answers from the table of placeholders."""

    def create(self, resource: Registered) -> Outcome:
        """The plausible outcome; the same for the same URN and inputs."""
        outputs = placeholders.computed(resource.urn, resource.type, plain(resource.inputs))
        if resource.type.startswith("kubernetes:") and "metadata" in resource.inputs:
            metadata = plain(resource.inputs["metadata"])
            outputs = {"id": "/".join(filter(None, (metadata.get("namespace"), metadata.get("name"))))}
        return Outcome(outputs["id"], outputs)


class Recording(list[Registered]):
    """What a program registered, sorted by URN, with what its stack exports and what the SDK warned of."""

    def __init__(self, resources: Iterable[Registered], exports: Values, warnings: list[str]) -> None:
        super().__init__(sorted(resources, key=lambda resource: resource.urn))
        self.exports = exports
        self.warnings = warnings


def record(program: Program | Callable[[], object], stack: str = "test", project: str = "observatory") -> Recording:
    """Runs a program, or any function that registers resources, under a `Recorder`.

    It runs as a preview does, so that an output which no provider and no placeholder tells stays unknown and is found:
    ValueError names every input and export made of one.
    """
    if not isinstance(program, Program):
        program = Program(stack, project, program, root=Path())
    recorder = Recorder(program.stack, program.project)
    with undisturbed():
        run(program, recorder, preview=True, inline=True)
    gaps = [f"{r.urn}: {path}, made from {', '.join(r.dependencies)}" for r in recorder.seen.values() for path in unknowns(r.inputs)]
    gaps += [f"the export {path}" for path in unknowns(recorder.exports)]
    if gaps:
        raise ValueError("no placeholder tells these; add the outputs to local/placeholders.py\n" + "\n".join(gaps))
    return Recording(recorder.seen.values(), recorder.exports, recorder.messages)


def resources_json(resources: Iterable[Registered]) -> list[dict[str, Any]]:
    """The contract's list of resources: sorted by URN, inputs masked leaf by leaf."""
    return [
        {"urn": r.urn, "type": r.type, "name": r.name, "provider": r.provider, "parent": r.parent, "inputs": r.visible}
        for r in sorted(resources, key=lambda resource: resource.urn)
    ]

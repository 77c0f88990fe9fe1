"""One `up`: a monitor that brings every registered resource about, remembers it, and goes on where others fail."""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pulumi.runtime.proto import resource_pb2 as messages

from catalog.faults import MissingError
from local import awaiting, placeholders, references
from local.kubernetes import Client, RefusedError
from local.monitor import Monitor, Outcome, Registered, marked
from local.objects import Objects, document, identity, is_object, visible
from local.plan import Action, Change, Mode, Step, difference
from local.program import Program
from local.state import Entry, State
from local.values import Values, mark, plain

DONE = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted"}
FAILURES = (RefusedError, awaiting.NotReadyError, MissingError, ValueError, KeyError)


def mode(resource: Registered) -> Mode:
    """Whether a resource is real, simulated or only recorded."""
    if not is_object(resource.type, resource.inputs):
        return "recorded"
    return "simulated" if awaiting.simulated(plain(dict(resource.inputs))) else "real"


def wanted_inputs(resource: Registered, old: Entry | None) -> Values:
    """The inputs, secrets marked, with what `ignore_changes` names as it was."""
    inputs = mark(dict(resource.inputs))
    for path in resource.ignore_changes if old else ():
        assert old is not None  # noqa: S101 - for the type checker
        inputs = _kept(inputs, old.inputs, path.split("."))
    return inputs


def _kept(new: Mapping[str, Any], old: Mapping[str, Any], path: list[str]) -> Values:
    key, *rest = path
    if key not in old:
        return {name: value for name, value in new.items() if name != key}
    if rest and isinstance(old[key], dict) and isinstance(new.get(key), dict):
        return {**new, key: _kept(new[key], old[key], rest)}
    return {**new, key: old[key]}


def needs(resource: Registered) -> tuple[str, ...]:
    """The URNs without which a resource cannot be."""
    return tuple(dict.fromkeys(urn for urn in (*resource.dependencies, resource.parent, resource.provider) if urn))


class Deployment(Monitor):
    """Creates and updates; `failed` holds what could not be brought about, and what depended on it."""

    def __init__(self, program: Program, state: State, client: Client, report: Callable[[str], None]) -> None:
        super().__init__(program.stack, program.project)
        self.state = state
        self.report = report
        self.objects = Objects(client, report)
        self.steps: list[Step] = []
        self.failed: set[str] = set()
        self._steps_lock = threading.Lock()

    def stop(self) -> None:
        """Whoever waits for an object gives up; what was applied is remembered."""
        self.objects.stopped.set()

    def create(self, resource: Registered) -> Outcome:
        """Brings one resource about. A failure is told in its step and keeps back only what depends on it."""
        if blocked := [urn for urn in needs(resource) if urn in self.failed]:
            self.failed.add(resource.urn)
            self._step("skip", resource, note=f"waits for {blocked[0].rpartition('::')[2]}, which failed")
            return Outcome("", result=messages.FAIL)
        known = resource.urn in self.state.entries
        try:
            return self._object(resource) if is_object(resource.type, resource.inputs) else self._record(resource)
        except FAILURES as error:
            self.failed.add(resource.urn)
            told = error.args[0] if isinstance(error, KeyError) else str(error)
            where = "/".join(filter(None, identity(resource.inputs)[1:])) if is_object(resource.type, resource.inputs) else resource.name
            self._step("update" if known else "create", resource, error=f"{where}: {told}")
            return Outcome("", result=messages.FAIL)

    def read(self, resource: Registered, identity: str) -> Outcome:
        """Looks at a live object for `Resource.get`, and at other stacks' outputs; other providers answer from the table."""
        if resource.type == references.TYPE:
            return references.answer(identity)
        if not is_object(resource.type, resource.inputs):
            return super().read(resource, identity)
        wanted = document(resource.inputs)
        namespace, _, name = identity.rpartition("/")
        wanted["metadata"] = {"name": name, "namespace": namespace}
        live = self.objects.client.get(self.objects.client.ref(wanted))
        if live is None:
            raise ValueError(f"{resource.type} {identity} does not exist")
        return Outcome(identity, visible(live, resource.inputs))

    def _step(self, action: Action, resource: Registered, changes: tuple[Change, ...] = (), error: str = "", note: str = "") -> None:
        step = Step(action, resource.urn, resource.type, resource.name, mode(resource), changes, error, note)
        with self._steps_lock:
            self.steps.append(step)
        if error:
            self.report(f"failed {error}")
        elif action in DONE:
            self.report(f"{DONE[action]} {resource.type} {resource.name}" + ("" if step.mode == "real" else f" ({step.mode})"))

    def _entry(self, resource: Registered, inputs: Values, **known: Any) -> Entry:  # noqa: ANN401 - fields of Entry
        return Entry(
            resource.urn,
            resource.type,
            resource.name,
            mode(resource),
            inputs=inputs,
            needs=needs(resource),
            retain=resource.retain_on_delete,
            protect=resource.protect,
            deleted_with=resource.deleted_with,
            **known,
        )

    def _record(self, resource: Registered) -> Outcome:
        """What the embedded default has no provider for; what it drew once, it keeps."""
        old = self.state.entries.get(resource.urn)
        inputs = wanted_inputs(resource, old)
        changes = difference(old.inputs, inputs) if old else ()
        if old and not changes:
            self._remember(old, self._entry(resource, inputs, id=old.id, outputs=old.outputs))
            self._step("same", resource)
            return Outcome(old.id, old.outputs)
        found = placeholders.computed(resource.urn, resource.type, plain(inputs), random.SystemRandom())
        entry = self._entry(resource, inputs, id=found["id"], outputs=marked(found, resource.secret_outputs))
        self.state.put(entry)
        drawn_anew = old and resource.type.startswith("random:")
        self._step("replace" if drawn_anew else "update" if old else "create", resource, changes)
        return Outcome(entry.id, entry.outputs)

    def _object(self, resource: Registered) -> Outcome:
        old = self.state.entries.get(resource.urn)
        inputs = wanted_inputs(resource, old)
        wanted = document(inputs)
        client = self.objects.client
        ref = client.ref(wanted)
        moved = old is not None and identity(old.inputs) != identity(inputs)
        live = client.get(ref) if old else None
        changes = difference(old.inputs, inputs) if old else ()
        untouched = old is not None and live is not None and not changes and live["metadata"]["uid"] == old.uid
        leaving = live is not None and "deletionTimestamp" in live["metadata"]
        identifier = "/".join(filter(None, (ref.namespace, ref.name)))
        if old and live and untouched and not leaving:
            entry, action, note = self._entry(resource, inputs, id=identifier, uid=old.uid, ready=old.ready), "same", ""
            if not old.ready:
                action, note = "update", "the last run did not see it ready"
        else:
            applied = self.objects.apply(wanted, live, protect=resource.protect)
            live, action = applied.live, "replace" if moved else applied.action
            note = "it had been deleted by hand" if old and action == "create" else ""
            entry = self._entry(resource, inputs, id=identifier, uid=live["metadata"]["uid"], ready=not awaiting.awaited(wanted))
        if old and moved:
            self.state.replace(old, entry)
        else:
            self._remember(old, entry)
        if not entry.ready:
            live = self.objects.settle(wanted, live)
            self.state.put(replace(entry, ready=True))
        self._step(action, resource, changes, note=note)
        return Outcome(identifier, visible(live, inputs))

    def _remember(self, old: Entry | None, new: Entry) -> None:
        if old != new:
            self.state.put(new)

"""What differs between the program and a cluster, seen by the in-process engine: changed by hand, gone, or there without the program.

The API server itself says what the program's document would become (a dry run of server-side apply, by force); so its defaults, its order
and its spelling are on both sides, and what is left is a difference.
"""

import threading
from collections.abc import Iterator
from typing import Any, cast

import pulumi

from catalog.faults import MissingError
from local import program as programs
from local.deployment import FAILURES, wanted_inputs
from local.drift_extras import extras
from local.drift_found import PROGRAM, Drift, Drifts, Field, marked, secrets, shown
from local.drift_owners import By, Owner, owners, touches, whose
from local.engine import Reachable
from local.kubernetes import Client, Document, Ref, RefusedError, part
from local.monitor import Outcome, Registered
from local.objects import document, identity, is_object, visible
from local.paths import state as folder
from local.plan import difference
from local.preview import Preview
from local.program import Program
from local.state import Entry, State, locked
from local.values import MASK, Secret, Values, plain, unknowns

ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
"""kubectl's copy of the whole document, a Secret's values among it: never looked at."""
_BOOKKEEPING = frozenset({"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink", "annotations"})
_NOT_FOUND = 404


def look(program: Program, cluster: Reachable) -> Drifts:
    """Compares a stack that was brought up by the in-process engine with its cluster; MissingError where there is nothing to compare."""
    if not (folder(program.stack) / "engine.json").exists():
        raise MissingError(f"stack {program.stack!r} was never brought up here, so nothing can have drifted; run `make up` first")
    with locked(program.stack):
        state, client = State(program.stack), Client(cluster.kubeconfig, patience=0)
        if state.cluster and client.identity() != state.cluster:
            raise MissingError(f"this is another cluster than the one that stack {program.stack!r} was brought up on; see KUBECONFIG")
        looking = Look(program, state, client)
        try:
            programs.run(program, looking, preview=True)
        except pulumi.RunError as error:
            raise MissingError(f"the program itself fails, so there is nothing to compare with: {error}") from error
        return looking.finish()


class Look(Preview):
    """Runs the program and compares each object with the live one; nothing is changed."""

    def __init__(self, program: Program, state: State, client: Client) -> None:
        super().__init__(program, state, client)
        self.live = client
        self.drifts = Drifts()
        self.refs: set[Ref] = set()
        self._scaled: set[str] = set()
        self._adding = threading.Lock()

    def create(self, resource: Registered) -> Outcome:
        """Compares one resource; called from many threads."""
        provider = resource.type.partition(":")[0]
        if not is_object(resource.type, resource.inputs):
            with self._adding:
                self.drifts.recorded[provider] += provider != "pulumi"
            return super().create(resource)
        old = self.state.entries.get(resource.urn)
        inputs = wanted_inputs(resource, old)
        name, found, live, unseen = "/".join(filter(None, identity(inputs)[1:])), None, None, ""
        try:
            found, live = self._compared(resource.urn, inputs, old)
        except FAILURES as error:
            unseen = f"{name}: {error}"
        with self._adding:
            self.drifts.compared[provider] += not unseen
            self.drifts.unseen += [unseen] if unseen else []
            self.drifts.found += [found] if found else []
        return Outcome("/".join(filter(None, identity(inputs)[2:])), visible(live, inputs) if live else {})

    def finish(self) -> Drifts:
        """All differences once the program is through, without those that an autoscaler of ours is there to make."""
        self.drifts.found = [drift for each in self.drifts.found if (drift := self._unscaled(each))]
        uids = {entry.uid for entry in self.state.entries.values()}
        self.drifts.found += extras(self.live, self.refs, uids.__contains__, self.drifts.unseen)
        self.drifts.sort()
        return self.drifts

    def _compared(self, urn: str, inputs: Values, old: Entry | None) -> tuple[Drift | None, Document | None]:
        name = "/".join(filter(None, identity(inputs)[1:]))
        uncertain = next(unknowns(inputs), None)
        wanted = document({**inputs, "stringData": {}} if uncertain else inputs)
        new = "" if old else "never brought up: it is new in the program"
        try:
            ref = self.live.ref(wanted)
        except RefusedError as error:
            if error.status != _NOT_FOUND:
                raise
            return Drift("missing", "kubernetes", name, urn, by=None if old else PROGRAM, note=new or f"with its kind: {error}"), None
        self._remember(ref, wanted)
        live = self.live.get(ref)
        if live is None:
            note = new or "deleted by hand; the API server's audit log knows by whom"
            return Drift("missing", "kubernetes", str(ref), urn, by=None if old else PROGRAM, note=note), None
        if part(live, "metadata").get("deletionTimestamp"):
            return Drift("missing", "kubernetes", str(ref), urn, note="somebody has just deleted it, and it is on its way out"), live
        if uncertain:
            raise ValueError(f"{uncertain} is known only in an update")
        fields = tuple(sorted(self._fields(wanted, live, inputs, old), key=lambda found: found.path))
        return (Drift("changed", "kubernetes", str(ref), urn, fields) if fields else None), live

    def _remember(self, ref: Ref, wanted: Document) -> None:
        with self._adding:
            self.refs.add(ref)
            if ref.kind == "HorizontalPodAutoscaler":
                target = wanted["spec"]["scaleTargetRef"]
                self._scaled.add(str(Ref("", target["kind"], ref.namespace, target["name"])))

    def _fields(self, wanted: Document, live: Document, inputs: Values, old: Entry | None) -> Iterator[Field]:
        """What we would write otherwise, then what somebody else added beside it."""
        held = owners(live)
        pending = {change.path for change in difference(_plain(old.inputs), _plain(inputs))} if old else set[str]()
        ours, theirs = (_bare(marked(found, _encoded(inputs))) for found in (self.live.apply(wanted, dry_run=True), live))
        secret = list(secrets(theirs))
        changed: set[str] = set()
        for change in difference(ours, theirs):
            changed.add(change.path)
            by = PROGRAM if change.path in pending else whose(change.path, held)
            yield Field(change.path, shown(change.path, change.old), shown(change.path, change.new), by)
        for path, value, by in _added(held):
            if not any(touches(path, each) for each in changed):
                hidden = any(touches(path, each) for each in secret)
                yield Field(path, None, MASK if hidden else shown(path, value), by)

    def _unscaled(self, drift: Drift) -> Drift | None:
        if drift.kind != "changed" or drift.name not in self._scaled:
            return drift
        fields = tuple(each for each in drift.fields if each.path != "spec.replicas")
        return Drift(drift.kind, drift.provider, drift.name, drift.urn, fields) if fields else None


def _plain(inputs: Any) -> Document:  # noqa: ANN401 - inputs with marks or without
    """As the API server is given it, where paths are those of the live object; only paths are read of it."""
    return document(cast("Values", plain(dict(inputs))))


def _encoded(inputs: Values) -> Values:
    """Inputs as marks for a live object: all that a Secret holds is secret, in whichever field it was handed over."""
    return {**inputs, "data": Secret({})} if inputs.get("kind") == "Secret" else inputs


def _bare(fields: Values) -> Values:
    """Without what the API server keeps for itself, and without what controllers tell of an object."""
    metadata = cast("dict[str, Any]", fields["metadata"])
    given: dict[str, str] = metadata.get("annotations") or {}
    kept = {key: value for key, value in metadata.items() if key not in _BOOKKEEPING}
    annotations = {key: value for key, value in given.items() if key != ANNOTATION}
    if annotations:
        kept["annotations"] = annotations
    return {**{key: value for key, value in fields.items() if key != "status"}, "metadata": kept}


def _added(held: list[Owner]) -> Iterator[tuple[str, Any, By]]:
    """Fields that somebody holds whom nobody asked to, and the program does not hold as well; the newest hand counts."""
    told = {path for owner in held if owner.ours for path in owner.values}
    for owner in held:
        for path, value in owner.values.items() if owner.somebody else ():
            if path not in told and ANNOTATION not in path and not path.startswith("status"):
                told.add(path)
                yield path, value, owner.by

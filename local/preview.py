"""One `preview`: a monitor that asks what each resource would take, and changes nothing."""

from local import placeholders, references
from local.deployment import FAILURES, mode, wanted_inputs
from local.kubernetes import Client, Document, RefusedError, part
from local.monitor import Monitor, Outcome, Registered, marked
from local.objects import KEPT, document, identity, is_object, visible
from local.plan import Action, Step, difference
from local.program import Program
from local.state import Entry, State
from local.values import Values, plain, unknowns

NOT_FOUND = 404


class Preview(Monitor):
    """Compares with the state, and with the cluster where there is one."""

    def __init__(self, program: Program, state: State, client: Client | None) -> None:
        super().__init__(program.stack, program.project)
        self.state = state
        self.client = client
        self.steps: list[Step] = []

    def create(self, resource: Registered) -> Outcome:
        """Foresees one resource."""
        old = self.state.entries.get(resource.urn)
        inputs = wanted_inputs(resource, old)
        changes = difference(old.inputs, inputs) if old else ()
        action: Action = "same" if old and not changes else "update" if old else "create"
        if not is_object(resource.type, resource.inputs):
            return self._recorded(resource, old, inputs, action)
        error, note, live = "", "", None
        if old and identity(old.inputs) != identity(inputs):
            action = "replace"
        if self.client:
            try:
                action, live, note = self._dry_run(self.client, inputs, old, action, protect=resource.protect)
            except FAILURES as refusal:
                error = f"{'/'.join(filter(None, identity(inputs)[1:]))}: {refusal}"
        self.steps.append(Step(action, resource.urn, resource.type, resource.name, mode(resource), changes, error, note))
        metadata = part(plain(inputs), "metadata")
        identifier = "/".join(filter(None, (metadata.get("namespace"), metadata.get("name"))))
        return Outcome(identifier, visible(live, inputs) if live else {})

    def read(self, resource: Registered, identity: str) -> Outcome:
        """Looks at other stacks' outputs; all else is foreseen by the table."""
        return references.answer(identity) if resource.type == references.TYPE else super().read(resource, identity)

    def deletions(self) -> list[Step]:
        """What the program no longer has."""
        gone = [entry for urn, entry in self.state.entries.items() if urn not in self.seen]
        error = {entry.urn: f"{entry.name}: it is protected; unprotect it in the program first" for entry in gone if entry.protect}
        return [Step("delete", e.urn, e.type, e.name, e.mode, (), error.get(e.urn, "")) for e in gone]

    def _recorded(self, resource: Registered, old: Entry | None, inputs: Values, action: Action) -> Outcome:
        changes = difference(old.inputs, inputs) if old else ()
        drawn = resource.type.startswith("random:")
        if drawn and action == "update":
            action = "replace"
        self.steps.append(Step(action, resource.urn, resource.type, resource.name, "recorded", changes))
        if old and action == "same":
            return Outcome(old.id, old.outputs)
        if drawn:
            return Outcome("")
        found = placeholders.computed(resource.urn, resource.type, plain(inputs))
        return Outcome(found["id"], marked(found, resource.secret_outputs))

    def _dry_run(
        self, client: Client, inputs: Values, old: Entry | None, action: Action, *, protect: bool
    ) -> tuple[Action, Document | None, str]:
        uncertain = next(unknowns(inputs), None) is not None
        wanted = document({**inputs, "stringData": {}} if uncertain else inputs)
        try:
            ref = client.ref(wanted)
            live = client.get(ref) if old else None
            if old and action == "same" and live and live["metadata"]["uid"] == old.uid:
                return action, live, "" if old.ready else "the last run did not see it ready"
            if old and live is None and action != "replace":
                action = "create"
            if uncertain:
                return action, None, "not checked: parts of it are known only in the update"
            return action, client.apply(wanted, dry_run=True), ""
        except RefusedError as error:
            if error.status == NOT_FOUND:  # its namespace or its definition comes with the same update
                return action, None, f"not checked: {error}"
            if error.immutable and not protect and wanted["kind"] not in KEPT:
                return "replace", None, str(error)
            raise

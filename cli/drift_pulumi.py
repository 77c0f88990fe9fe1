"""Drift of a stack that the pulumi CLI runs: its own refresh, read from the preview that follows it.

`pulumi refresh --preview-only --json` tells of each resource before it has looked (pkg/backend/display/json.go keeps the events before
a step alone), so it counts differences and shows none. A preview with `--refresh` looks first, at every provider's own reality, and then
shows what the program would do about it. A second preview without the refresh tells what the program alone would change: no drift.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, cast

from cli import pulumi_cli
from local.cluster import Cluster
from local.drift_extras import extras
from local.drift_found import PROGRAM, Drift, Drifts, Field, shown
from local.drift_owners import owners, whose
from local.kubernetes import Client, Document, Ref, RefusedError, part
from local.plan import difference

KINDS = {"create": "missing", "update": "changed", "replace": "changed", "delete": "extra"}
"""What the program would do, and what that says of reality. A replacement's other steps are its parts."""
WHO = {
    "aws": "who did it: CloudTrail's event history, by the resource's name",
    "datadog": "who did it: Datadog's audit trail",
    "grafana": "who did it: the version history of the dashboard, else Grafana's log",
    "pagerduty": "who did it: PagerDuty's audit records",
    "sentry": "who did it: the organisation's audit log",
    "newrelic": "who did it: NrAuditEvent in New Relic's query language",
}
_SAME = "same"
_NOT_COMPARED = ("pulumi", "random")
"""Providers whose resources are nowhere but in the state."""


def look(stack: str, cluster: Cluster | None, *, embedded: bool) -> Drifts:
    """All providers' drift; MissingError where the CLI cannot preview. `cluster` names who changed its objects, if it is reached."""
    kubeconfig = cluster.kubeconfig if cluster and embedded else None
    refreshed = pulumi_cli.preview_json(stack, "--refresh", "--show-sames", kubeconfig=kubeconfig)
    steps = [step for step in _steps(refreshed) if step["op"] in KINDS]
    alone: set[tuple[str, str]] = set()
    if steps:
        plain = pulumi_cli.preview_json(stack, kubeconfig=kubeconfig)
        alone = {(str(step["urn"]), path) for step in _steps(plain) if step["op"] in KINDS for path in ("", *_paths(step))}
    found = Drifts(compared=_compared(refreshed))
    client = Client(cluster.kubeconfig, patience=0) if cluster else None
    for step in steps:
        found.found.append(_drift(step, alone, client, found.unseen))
    if client:
        found.found += extras(client, _registered(refreshed, client), lambda _: False, found.unseen)
    found.sort()
    return found


def _steps(told: Mapping[str, Any]) -> Iterator[Document]:
    return (step for step in cast("list[Document]", told.get("steps") or []) if not str(step["urn"]).startswith("urn:pulumi:pulumi"))


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def _provider(urn: str) -> str:
    return _type(urn).partition(":")[0]


def _compared(told: Mapping[str, Any]) -> Counter[str]:
    """How many resources of each provider were looked at."""
    looked = {str(step["urn"]) for step in _steps(told) if step["op"] in {_SAME, *KINDS}}
    found = Counter(_provider(urn) for urn in looked)
    return Counter({name: count for name, count in found.items() if name not in _NOT_COMPARED and name != "observatory"})


def _drift(step: Document, alone: set[tuple[str, str]], client: Client | None, unseen: list[str]) -> Drift:
    urn, provider = str(step["urn"]), _provider(str(step["urn"]))
    kind = KINDS[step["op"]]
    ref = _ref(step, client) if provider == "kubernetes" else None
    name = str(ref) if ref else f"{_type(urn)} {urn.rpartition('::')[2]}"
    if kind != "changed":
        of_program = (urn, "") in alone
        note = ("new in the program" if kind == "missing" else "the program no longer has it") if of_program else WHO.get(provider, "")
        return Drift("missing" if kind == "missing" else "extra", provider, name, urn, by=PROGRAM if of_program else None, note=note)
    held = owners(_live(client, ref, unseen) or {}) if client and ref else []
    fields = tuple(
        Field(path, shown(path, ours), shown(path, theirs), PROGRAM if (urn, path) in alone else whose(path, held))
        for path, ours, theirs in _fields(step)
    )
    return Drift("changed", provider, name, urn, fields, note=WHO.get(provider, ""))


def _fields(step: Document) -> Iterator[tuple[str, Any, Any]]:
    """What the program wants and what is there: the state after the refresh is reality, the CLI has masked both."""
    theirs, ours = (part(step, side, "inputs") for side in ("oldState", "newState"))
    differing = difference(ours, theirs)
    for change in differing:
        if not change.path.startswith("__"):
            yield change.path, change.old, change.new
    if not differing:  # a provider may see what no input shows, as a secret's value
        for path in sorted(step.get("detailedDiff") or dict.fromkeys(step.get("diffReasons") or ())):
            yield path, "(differs)", "(differs)"


def _paths(step: Document) -> Iterator[str]:
    return (path for path, _, _ in _fields(step))


def _ref(step: Document, client: Client | None) -> Ref | None:
    inputs = part(step, "newState", "inputs") or part(step, "oldState", "inputs")
    try:
        return client.ref(inputs) if client else _named(inputs)
    except (RefusedError, ValueError):
        return None


def _named(inputs: Document) -> Ref | None:
    metadata = part(inputs, "metadata")
    api, kind, name = (str(each or "") for each in (inputs.get("apiVersion"), inputs.get("kind"), metadata.get("name")))
    return Ref(api, kind, str(metadata.get("namespace") or ""), name) if api and kind and name else None


def _live(client: Client, ref: Ref, unseen: list[str]) -> Document | None:
    try:
        return client.get(ref)
    except RefusedError as error:
        unseen.append(f"{ref}: {error}")
        return None


def _registered(told: Mapping[str, Any], client: Client) -> set[Ref]:
    """The Kubernetes objects that the program has; those it would delete count as well: they are told already."""
    found = (_ref(step, client) for step in _steps(told) if _provider(str(step["urn"])) == "kubernetes")
    return {ref for ref in found if ref}

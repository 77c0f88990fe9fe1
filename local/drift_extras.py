"""Objects that carry our labels and that no program registers: somebody copied one, or an `up` left it behind."""

from collections.abc import Callable, Iterable, Iterator

from local.drift_found import PROGRAM, Drift
from local.drift_owners import creator, owners
from local.kubernetes import Client, Ref, RefusedError, part

LABELS = "app.kubernetes.io/part-of=observatory,app.kubernetes.io/managed-by=pulumi"
"""Of every object of ours (`rendering/document.py`)."""
_MADE_BY_OTHERS = frozenset({"Endpoints", "EndpointSlice", "Event", "Pod", "ReplicaSet", "ControllerRevision", "PersistentVolumeClaim"})
"""Kinds that carry our labels because a controller copied them."""
_ALWAYS = (
    ("v1", "ConfigMap"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("batch/v1", "CronJob"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
)
_NOT_FOUND = 404


def extras(client: Client, registered: Iterable[Ref], left: Callable[[str], bool], unseen: list[str]) -> Iterator[Drift]:
    """Looks for every kind that the program registers, in namespaces where it registers anything and among what lies in none.

    `left` tells by uid whether the program had an object before; what cannot be listed is added to `unseen`.
    """
    known = set(registered)
    namespaces = {ref.namespace for ref in known} | {ref.name for ref in known if ref.kind == "Namespace"}
    for api, kind in sorted({(ref.api, ref.kind) for ref in known} | set(_ALWAYS)):
        if kind in _MADE_BY_OTHERS:
            continue
        try:
            there = client.list(api, kind, labelSelector=LABELS)
        except RefusedError as error:
            if error.status != _NOT_FOUND:
                unseen.append(f"{kind} of the cluster: {error}")
            continue
        for live in there:
            metadata = part(live, "metadata")
            ref = Ref(api, kind, str(metadata.get("namespace") or ""), str(metadata["name"]))
            if ref in known or metadata.get("ownerReferences") or (ref.namespace and ref.namespace not in namespaces):
                continue
            was_ours = left(str(metadata.get("uid")))
            note = "the program no longer has it: the next `up` deletes it" if was_ours else "delete it, or bring it into the program"
            yield Drift("extra", "kubernetes", str(ref), by=PROGRAM if was_ours else creator(owners(live)), note=note)

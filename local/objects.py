"""Brings single Kubernetes objects about and to an end: applied, awaited, replaced where the API insists, deleted and gone."""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, cast

from local import awaiting
from local.kubernetes import Client, Document, Ref, RefusedError, part
from local.plan import Action
from local.values import Secret, Values, plain

KEPT = frozenset({"Namespace", "PersistentVolumeClaim", "PersistentVolume", "CustomResourceDefinition"})
"""Never deleted just to change a field: what lies in them would go with them."""
GONE_SECONDS = 180.0


@dataclass(frozen=True)
class Applied:
    """An object as the API server has it after it was applied, and what that took."""

    live: Document
    action: Action


def is_object(type_: str, inputs: Mapping[str, Any]) -> bool:
    """Whether a resource is one document of the Kubernetes API (a Helm release is not)."""
    return type_.startswith("kubernetes:") and "kind" in inputs and "apiVersion" in inputs


def document(inputs: Mapping[str, Any]) -> Document:
    """What the API server is given: no marks, no empty fields, a Secret's text encoded (so that removing a key removes it)."""
    found = cast("Document", _without_none(plain(dict(inputs))))
    if found.get("kind") == "Secret" and "stringData" in found:
        texts: Mapping[str, str] = found.pop("stringData")
        found["data"] = part(found, "data") | {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
    return found


def identity(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes it this object and not another one; the version of its API does not."""
    metadata = part(plain(dict(inputs)), "metadata")
    group = str(inputs.get("apiVersion")).rpartition("/")[0]
    return group, str(inputs.get("kind")), str(metadata.get("namespace") or ""), str(metadata.get("name") or "")


def visible(live: Document, inputs: Mapping[str, Any]) -> Values:
    """A live object as a resource's outputs: without the API server's bookkeeping, and secret wherever an input was."""
    metadata = {key: value for key, value in part(live, "metadata").items() if key != "managedFields"}
    fields = live | {"metadata": metadata}
    hidden: set[str] = {key for key, value in inputs.items() if _has_secret(value)} | (
        {"data", "stringData"} if live.get("kind") == "Secret" else set()
    )
    return {key: Secret(value) if key in hidden else value for key, value in fields.items()}


def _has_secret(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return any(map(_has_secret, cast("Values", value).values()))
    if isinstance(value, list):
        return any(map(_has_secret, cast("list[Any]", value)))
    return isinstance(value, Secret)


def _without_none(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in cast("Values", value).items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in cast("list[Any]", value)]
    return value


def _owns(api: str) -> bool:
    """Whether objects of this API have others made for them, which should be gone as well when they are."""
    return api.startswith(("apps/", "batch/")) or ("." in api and ".k8s.io/" not in api)


class Objects:
    """The objects of one run on one cluster."""

    def __init__(self, client: Client, report: Callable[[str], None]) -> None:
        self.client = client
        self.report = report
        self.stopped = Event()

    def apply(self, wanted: Document, live: Document | None, *, protect: bool) -> Applied:
        """Creates or changes an object; deletes and creates it anew where the API allows no change in place."""
        ref = self.client.ref(wanted)
        if live and part(live, "metadata").get("deletionTimestamp"):
            self.wait_until_gone(ref, live["metadata"]["uid"])
            live = None
        try:
            return Applied(self.client.apply(wanted), "update" if live else "create")
        except RefusedError as error:
            if not error.immutable or protect or ref.kind in KEPT:
                raise
            self.report(f"replacing {ref}: {error}")
        found = self.client.get(ref)
        if found:
            self.end(ref, found["metadata"]["uid"])
        return Applied(self.client.apply(wanted), "replace")

    def settle(self, wanted: Document, live: Document) -> Document:
        """Waits until an applied object is ready."""
        return awaiting.settle(self.client, self.client.ref(wanted), live, self.report, self.stopped)

    def end(self, ref: Ref, uid: str) -> None:
        """Deletes this very object and waits until it is gone; an object that somebody made in its place stays."""
        if self.client.delete(ref, uid, "Foreground" if _owns(ref.api) else "Background"):
            self.wait_until_gone(ref, uid)

    def wait_until_gone(self, ref: Ref, uid: str) -> None:
        """NotReadyError names the finalizers that hold an object back too long."""
        until = time.monotonic() + GONE_SECONDS
        pause = awaiting.FIRST_PAUSE
        while (live := self.client.get(ref)) and live["metadata"]["uid"] == uid:
            if time.monotonic() > until or self.stopped.wait(pause):
                held = ", ".join(live["metadata"].get("finalizers") or part(live, "spec").get("finalizers") or ["its dependents"])
                raise awaiting.NotReadyError(f"not gone after {GONE_SECONDS:g} s: held by {held}")
            pause = min(pause * 1.5, awaiting.LONGEST_PAUSE)

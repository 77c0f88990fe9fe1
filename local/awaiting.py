"""When is an object done? By kind, or as its annotations say; what is still missing can be named at any time."""

import json
import re
import time
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any, cast

from local.kubernetes import Client, Document, Ref, RefusedError, part

WAIT_FOR = "pulumi.com/waitFor"
SKIP_AWAIT = "pulumi.com/skipAwait"
TIMEOUT_SECONDS = "pulumi.com/timeoutSeconds"
SIMULATED = "observatory.dev/simulated"

TIMEOUT = 600.0
"""Seconds; what Pulumi's own provider waits where nothing else is said."""
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.5
NOTICE_AFTER = 15.0

_CONDITIONS = {"Job": "Complete", "CustomResourceDefinition": "Established", "Pod": "Ready", "APIService": "Available"}
_FINAL = {"Job": "Failed"}
_JSONPATH = re.compile(r"jsonpath=\{(?P<path>[^}]*)\}(?:=(?P<value>.*))?$")
_CONDITION = re.compile(r"condition=(?P<type>[\w./-]+)(?:=(?P<value>\w+))?$")


class NotReadyError(Exception):
    """An object did not become what it should; the text names what is missing."""


def annotation(document: Mapping[str, Any], key: str) -> str:
    """An annotation's text, "" where it is not there."""
    return str(part(document, "metadata", "annotations").get(key) or "")


def simulated(document: Mapping[str, Any]) -> str:
    """The operator that is only simulated, so that nobody acts on this document; "" where somebody does."""
    return annotation(document, SIMULATED)


def awaited(document: Mapping[str, Any]) -> bool:
    """Whether to wait for it at all."""
    return not simulated(document) and annotation(document, SKIP_AWAIT).lower() != "true"


def settle(client: Client, ref: Ref, live: Document, report: Callable[[str], None], stopped: Event) -> Document:
    """Waits until an object is ready and returns it as it then is; NotReadyError where it fails or takes too long."""
    limit = float(annotation(live, TIMEOUT_SECONDS) or TIMEOUT)
    began = time.monotonic()
    pause, notice = FIRST_PAUSE, NOTICE_AFTER
    while lacking := missing(client, live):
        waited = time.monotonic() - began
        if waited > limit:
            raise NotReadyError(f"not ready after {limit:g} s: {lacking}{_circumstances(client, ref, live)}")
        if waited > notice:
            report(f"waiting for {ref}: {lacking}")
            notice += NOTICE_AFTER
        if stopped.wait(pause):
            raise NotReadyError(f"interrupted while waiting: {lacking}")
        pause = min(pause * 1.5, LONGEST_PAUSE)
        found = client.get(ref)
        if found is None:
            raise NotReadyError("somebody deleted it while it was waited for")
        live = found
    return live


def missing(client: Client, live: Document) -> str:
    """What keeps an object from being ready, "" where nothing does. NotReadyError where it never will be."""
    if wanted := annotation(live, WAIT_FOR):
        asked = cast("list[str]", json.loads(wanted)) if wanted.startswith("[") else [wanted]
        return "; ".join(filter(None, (_asked(live, one) for one in asked)))
    kind, spec, status = live["kind"], part(live, "spec"), part(live, "status")
    lacking = ""
    if kind in _FINAL and (failed := _condition(live, _FINAL[kind])) and failed["status"] == "True":
        raise NotReadyError(f"it failed: {failed.get('reason', '')} {failed.get('message', '')}".strip())
    if kind in _CONDITIONS and not spec.get("suspend"):
        lacking = _asked(live, f"condition={_CONDITIONS[kind]}")
    elif kind == "Deployment":
        lacking = _deployment(live, spec, status)
    elif kind == "StatefulSet":
        lacking = _counted(live, status, int(spec.get("replicas", 1)), "readyReplicas", "updatedReplicas")
    elif kind == "DaemonSet":
        lacking = _counted(live, status, int(status.get("desiredNumberScheduled", 0)), "numberAvailable", "updatedNumberScheduled")
    elif kind == "Namespace" and status.get("phase") != "Active":
        lacking = f"its phase is {status.get('phase')}"
    elif kind == "PersistentVolumeClaim":
        lacking = _claim(client, spec, status)
    return lacking


def _deployment(live: Document, spec: Document, status: Document) -> str:
    progress = _condition(live, "Progressing")
    if progress and progress.get("reason") == "ProgressDeadlineExceeded" and _observed(live, status):
        raise NotReadyError(f"it makes no progress: {progress.get('message', '')}")
    wanted = int(spec.get("replicas", 1))
    if lacking := _counted(live, status, wanted, "availableReplicas", "updatedReplicas"):
        return lacking
    old = int(status.get("replicas", 0)) - wanted
    return f"{old} old pods are still there" if old > 0 else ""


def _counted(live: Document, status: Document, wanted: int, *fields: str) -> str:
    if not _observed(live, status):
        return "its controller has not seen the change yet"
    short = [(field, int(status.get(field, 0))) for field in fields if int(status.get(field, 0)) < wanted]
    return ", ".join(f"{field} {count} of {wanted}" for field, count in short)


def _observed(live: Document, status: Document) -> bool:
    return int(status.get("observedGeneration", 0)) >= int(live["metadata"].get("generation", 0))


def _claim(client: Client, spec: Document, status: Document) -> str:
    if status.get("phase") == "Bound":
        return ""
    classes = client.list("storage.k8s.io/v1", "StorageClass")
    named = spec.get("storageClassName")
    used = [
        found
        for found in classes
        if (found["metadata"]["name"] == named if named else annotation(found, "storageclass.kubernetes.io/is-default-class") == "true")
    ]
    if used and used[0].get("volumeBindingMode") == "WaitForFirstConsumer":
        return ""
    where = f"storage class {named!r}" if named else "a default storage class"
    return f"its phase is {status.get('phase')}" + ("" if used else f", there is no {where}")


def _condition(live: Document, type_: str) -> Document | None:
    return next((found for found in _conditions(live) if found.get("type") == type_), None)


def _conditions(live: Document) -> list[Document]:
    return part(live, "status").get("conditions") or []


def _asked(live: Document, wanted: str) -> str:
    """What one `waitFor` expression still lacks."""
    if match := _CONDITION.match(wanted):
        value, found = match["value"] or "True", _condition(live, match["type"])
        if found is None:
            return f"condition {match['type']} is not reported yet"
        if int(found.get("observedGeneration") or live["metadata"].get("generation", 0)) < int(live["metadata"].get("generation", 0)):
            return f"condition {match['type']} does not tell of the last change yet"
        if found.get("status") == value:
            return ""
        why = " ".join(str(found[part]) for part in ("reason", "message") if found.get(part))
        return f"condition {match['type']} is {found.get('status')}" + (f" ({why})" if why else "")
    if match := _JSONPATH.match(wanted):
        found = _at(live, match["path"])
        if found is not None and (match["value"] is None or str(found) == match["value"]):
            return ""
        return f"{match['path']} is {found!r}" + (f", not {match['value']}" if match["value"] is not None else "")
    raise NotReadyError(f"{WAIT_FOR}: {wanted!r} is neither condition=<type>[=<status>] nor jsonpath={{<path>}}[=<value>]")


def _at(value: Any, path: str) -> Any:  # noqa: ANN401 - any JSON value
    """The value at a path of names and positions, such as `.status.loadBalancer.ingress[0].ip`; None where there is none."""
    for name, index in re.findall(r"\.?([^.\[\]]+)|\[(\d+)\]", path):
        try:
            value = value[int(index)] if index else value[name]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _circumstances(client: Client, ref: Ref, live: Document) -> str:
    """Conditions that are false, pods that are not ready and the last warnings: what a person would look up next."""
    told = [_asked(live, f"condition={found['type']}") for found in _conditions(live)]
    try:
        labels = part(live, "spec", "selector", "matchLabels")
        if labels and ref.namespace:
            selector = ",".join(f"{key}={value}" for key, value in labels.items())
            pods = client.list("v1", "Pod", ref.namespace, labelSelector=selector)
            told += [f"pod {pod['metadata']['name']}: {_pod(pod)}" for pod in pods if _asked(pod, "condition=Ready")]
        events = client.list("v1", "Event", ref.namespace, fieldSelector=f"involvedObject.name={ref.name},involvedObject.kind={ref.kind}")
        told += [f"event {event.get('reason')}: {event.get('message')}" for event in events if event.get("type") != "Normal"][-3:]
    except RefusedError:
        pass  # what cannot be looked up is not told
    return "".join(f"\n    {line}" for line in dict.fromkeys(filter(None, told)))


def _pod(pod: Document) -> str:
    containers: list[Document] = part(pod, "status").get("containerStatuses") or []
    states = [part(found, "state") for found in containers]
    waiting = [f"{state['waiting'].get('reason')} {state['waiting'].get('message', '')}".strip() for state in states if "waiting" in state]
    scheduled = _asked(pod, "condition=PodScheduled")
    return "; ".join(filter(None, (scheduled, *waiting))) or _asked(pod, "condition=Ready")

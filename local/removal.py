"""Deletes what a program no longer has, each resource before those that it needs, independent ones side by side."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter

from local.awaiting import NotReadyError
from local.deployment import FAILURES
from local.kubernetes import RefusedError, part
from local.objects import Objects, document, identity
from local.plan import Step
from local.state import Entry, State

AT_ONCE = 16
NOT_FOUND = 404


def remove(entries: Iterable[Entry], state: State, objects: Objects | None, report: Callable[[str], None]) -> list[Step]:
    """Deletes these and all that was replaced; what cannot be deleted keeps what it needs."""
    leaving = {entry.urn: entry for entry in entries} | state.leaving
    dependents = _dependents(leaving)
    order = TopologicalSorter(dependents)
    order.prepare()
    steps: list[Step] = []
    stuck: set[str] = set()
    with ThreadPoolExecutor(AT_ONCE, "delete") as pool:
        running: dict[Future[Step], str] = {}
        while order.is_active():
            for key in order.get_ready():
                entry = leaving[key]
                if held := stuck & dependents[key]:
                    stuck.add(key)
                    steps.append(_step(entry, note=f"kept for {leaving[min(held)].name}, which could not be deleted", skip=True))
                    order.done(key)
                else:
                    running[pool.submit(_remove, entry, leaving, objects)] = key
            try:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt:
                if objects:
                    objects.stopped.set()
                raise
            for future in done:
                key, step = running.pop(future), future.result()
                steps.append(step)
                if step.error:
                    stuck.add(key)
                    report(f"failed {step.error}")
                else:
                    state.drop(key)
                    report(f"deleted {step.type} {step.name}" + ("" if step.mode == "real" else f" ({step.mode})"))
                order.done(key)
    return steps


def _dependents(leaving: Mapping[str, Entry]) -> dict[str, set[str]]:
    """For each resource those that have to go before it: what needs it, what lies in its namespace, what is of its kind."""
    found: dict[str, set[str]] = {key: set() for key in leaving}
    namespaces = {identity(entry.inputs)[3]: key for key, entry in leaving.items() if entry.inputs.get("kind") == "Namespace"}
    kinds = {_defined(entry): key for key, entry in leaving.items() if entry.inputs.get("kind") == "CustomResourceDefinition"}
    for key, entry in leaving.items():
        group, kind, namespace, _ = identity(entry.inputs)
        for needed in {*entry.needs, namespaces.get(namespace, ""), kinds.get((group, kind), "")} & found.keys() - {key}:
            if key not in leaving[needed].needs:
                found[needed].add(key)
    return found


def _defined(entry: Entry) -> tuple[str, str]:
    spec = part(dict(entry.inputs), "spec")
    return str(spec.get("group")), str(part(spec, "names").get("kind"))


def _step(entry: Entry, error: str = "", note: str = "", *, skip: bool = False) -> Step:
    return Step("skip" if skip else "delete", entry.urn, entry.type, entry.name, entry.mode, error=error, note=note)


def _remove(entry: Entry, leaving: Mapping[str, Entry], objects: Objects | None) -> Step:
    if entry.retain:
        return _step(entry, note="the object itself is retained")
    if entry.protect:
        return _step(entry, error=f"{entry.name}: it is protected; unprotect it in the program first")
    if entry.mode == "recorded" or objects is None or entry.deleted_with in leaving:
        return _step(entry)
    try:
        objects.end(objects.client.ref(document(entry.inputs)), entry.uid)
    except RefusedError as error:
        if error.status != NOT_FOUND:  # its kind is gone, and every object of that kind with it
            return _step(entry, error=f"{entry.name}: {error}")
    except (NotReadyError, *FAILURES) as error:
        return _step(entry, error=f"{entry.name}: {error}")
    return _step(entry)

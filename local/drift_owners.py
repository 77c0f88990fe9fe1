"""Who holds which field of a live object, and since when: what the API server's `managedFields` tell, in paths that people read.

The format is the API's own (kubernetes.io/docs/reference/using-api/server-side-apply, «fieldsV1»): `f:<name>` is a field, `k:<keys>` the
item of a list with these keys, `v:<value>` an item of a set, `i:<number>` the item at a place, `.` the thing itself.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from local.kubernetes import MANAGER, Document, part

_OURS = re.compile(rf"{MANAGER}$|pulumi-kubernetes")
_CONTROLLERS = re.compile(
    r"(^kube-|controller|operator$|Operator$|-manager$|^kubelet|^kwok|^clusterrole-aggregation|^external-secrets|^beat|^cainjector|autoscaler)",
    re.IGNORECASE,
)
"""Managers that write because it is their work. Others are somebody: a person's tool, a script, another pipeline."""


@dataclass(frozen=True)
class By:
    """Who changed something. Not `sure` where a field is gone: then it is whoever laid hands on the object last."""

    manager: str
    operation: str = ""
    """`Apply`, `Update`, or the part of the object that was written to, as `scale`."""
    time: str = ""
    sure: bool = True

    def __str__(self) -> str:
        more = ", ".join(filter(None, (self.operation, self.time)))
        told = f"{self.manager} ({more})" if more else self.manager
        return told if self.sure else f"perhaps {told}"


@dataclass(frozen=True)
class Owner:
    """One entry of `managedFields`: whose, and the values that it holds by path."""

    by: By
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def ours(self) -> bool:
        """Whether the program itself wrote them."""
        return bool(_OURS.match(self.by.manager))

    @property
    def somebody(self) -> bool:
        """Whether neither the program nor a controller did."""
        return not self.ours and not _CONTROLLERS.search(self.by.manager)


def owners(live: Document) -> list[Owner]:
    """Those who wrote to an object or scaled it, the newest first; who writes its status is a controller at its work."""
    entries: list[Document] = part(live, "metadata").get("managedFields") or []
    found = [
        Owner(
            By(
                str(entry.get("manager") or "unknown"),
                str(entry.get("subresource") or entry.get("operation") or ""),
                str(entry.get("time") or ""),
            ),
            dict(_leaves(entry.get("fieldsV1") or {}, live, "")),
        )
        for entry in entries
        if entry.get("subresource") != "status"
    ]
    return sorted(found, key=lambda owner: owner.by.time, reverse=True)


def whose(path: str, found: list[Owner]) -> By | None:
    """Who else than the program holds a field, or what lies in it; the last hand on the object where nobody holds it any more."""
    others = [owner for owner in found if not owner.ours]
    for owner in others:
        if any(touches(held, path) for held in owner.values):
            return owner.by
    last = next((owner.by for owner in others if owner.somebody), None)
    return By(last.manager, last.operation, last.time, sure=False) if last else None


def creator(found: list[Owner]) -> By | None:
    """Who made an object that the program did not: the first who wrote it."""
    return found[-1].by if found else None


def touches(one: str, other: str) -> bool:
    """Whether two paths are one, or one lies in the other."""
    return one == other or _within(one, other) or _within(other, one)


def _within(inner: str, outer: str) -> bool:
    return inner.startswith((f"{outer}.", f"{outer}["))


def _leaves(fields: Mapping[str, Any], value: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    """Each field that is held, with what it holds now; one that is held whole has nothing below it."""
    below = {key: inner for key, inner in fields.items() if key != "."}
    if not below:
        yield path, value
        return
    for key, inner in below.items():
        step = _step(key, value)
        if step is not None:
            name, found = step
            joined = f"{path}{name}" if name.startswith("[") else f"{path}.{name}" if path else name
            yield from _leaves(inner, found, joined)


def _step(key: str, value: Any) -> tuple[str, Any] | None:  # noqa: ANN401 - any JSON value
    """One step down, None where nothing is there any more."""
    kind, _, name = key.partition(":")
    if kind == "f" and isinstance(value, dict):
        known = cast("Document", value)
        return (name, known[name]) if name in known else None
    if kind in {"k", "v", "i"} and isinstance(value, list):
        items = cast("list[Any]", value)
        for index, item in enumerate(items):
            if _means(kind, json.loads(name), index, item):
                return f"[{_label(items, index)}]", item
    return None


def _means(kind: str, wanted: Any, index: int, item: Any) -> bool:  # noqa: ANN401 - any JSON value
    if kind == "k" and isinstance(item, dict):
        return all(cast("Document", item).get(key) == found for key, found in wanted.items())
    return bool(item == wanted) if kind == "v" else index == wanted


def _label(items: list[Any], index: int) -> str:
    """As `local/plan.py` calls items in a difference: by name where all have one of their own, else by place."""
    names = [cast("Document", item).get("name") if isinstance(item, dict) else None for item in items]
    return str(names[index]) if None not in names and len(set(map(str, names))) == len(names) else str(index)

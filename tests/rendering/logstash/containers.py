"""Lines that a container writes become Filebeat's events: joined by the rendered pattern, and told where they come from."""

import re
from itertools import count
from typing import Any

from rendering.filebeat import CONTINUED, ERROR_AFTER

_PLACES = count(1_000_000, 1_000)
_JOINED = re.compile((CONTINUED + ERROR_AFTER).replace("[[:space:]]", r"[\s]"))


def joined(text: str) -> list[str]:
    """Filebeat's multiline of type `pattern`, `negate: false`, `match: after`: what fits belongs to the line before."""
    found: list[str] = []
    for line in text.split("\n"):
        if found and _JOINED.search(line):
            found[-1] += "\n" + line
        else:
            found.append(line)
    return found


def written(text: str, namespace: str, labels: dict[str, str], container: str = "main", start: int = 0) -> list[dict[str, Any]]:
    """Events of a container's whole output; bytes that are no UTF-8 are already what JSON made of them."""
    events: list[dict[str, Any]] = []
    offset = start
    for record in joined(text):
        events.append(of(record, namespace, labels, container, offset))
        offset += len(record) + 1
    return events


def of(message: str, namespace: str, labels: dict[str, str], container: str = "main", offset: int | None = None) -> dict[str, Any]:
    """One event, with what autodiscover adds."""
    return {
        "message": message,
        "stream": "stdout",
        "host": {"name": "node-1"},
        "log": {"file": {"path": "/var/log/pods/x/0.log", "fingerprint": "f1"}, "offset": next(_PLACES) if offset is None else offset},
        "container": {"id": "c1", "image": {"name": "image"}},
        "kubernetes": {
            "namespace": namespace,
            "pod": {"name": "pod-1", "uid": "u1"},
            "container": {"name": container},
            "labels": {key.replace(".", "_"): value for key, value in labels.items()},
            "annotations": {"note": "password=Canary7Zx9Qw"},
        },
    }

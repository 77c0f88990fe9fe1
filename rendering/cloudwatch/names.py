"""Names of what stands in CloudWatch: the same wherever one document speaks of another."""

import hashlib

from catalog.base import Severity
from catalog.catalog import PlacedAlert, Subject
from rendering import wording
from rendering.site import Site

CONDITION = "condition"
"""Ends the name of the part of a composite that is the alert's own condition."""
_HASH = 8


def alarm(subject: Subject, name: str, site: Site, *parts: str) -> str:
    """An alarm's name, as `prod/skillforge/postgres/DatabaseCpuHigh`: unique in an account, and sorted by whose it is."""
    return "/".join((site.environment, wording.where(subject), name, *parts))


def logical(subject: Subject, name: str, *parts: str) -> str:
    """The name of its resource."""
    return ".".join((subject.application.application, subject.name, name, *parts))


def key(subject: Subject, name: str) -> str:
    """By which PagerDuty knows that several backends tell of one thing: in small letters, as Datadog makes every tag."""
    return f"{wording.where(subject)}/{name.lower()}"


def tags(placed: PlacedAlert, site: Site, notifies: str | None, part: str | None = None) -> dict[str, str]:
    """An alarm's labels; the provider's default tags say environment, region and cluster too, which an alarm's reader needs beside them."""
    alert = placed.alert
    found = {"environment": site.environment, "region": site.region, "cluster": site.cluster, **placed.subject.labels}
    found |= {"team": placed.team, "severity": alert.effective_severity.value, "priority": alert.priority.value}
    found |= {"alert": placed.name, "key": key(placed.subject, placed.name)}
    if part is not None:
        return found | {"part": part}
    return found | ({"notifies": notifies} if notifies else {}) | ({"pages": "true"} if notifies == "page" else {})


def place_of(severity: Severity, priority: str) -> str:
    """What a topic is for: `p1`, `p2-critical`, `p2-warning`, `p3`, `info`."""
    return f"p2-{severity.value}" if priority == "P2" else priority.lower()


def bounded(name: str, limit: int) -> str:
    """A name no longer than `limit`; a cut one ends in a hash of the whole, so that two never become one."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH]
    return f"{name[: limit - _HASH - 1].rstrip('-.')}-{digest}"

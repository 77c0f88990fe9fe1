"""Whether an alert would reach somebody: a test alert is posted to every Alertmanager, and their counters are watched."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rendering.doctor.asking import Place, UnansweredError, said
from rendering.doctor.finding import Finding, State

NAME = "delivery path"
LASTS = timedelta(minutes=2)
"""After which the test alert is over by itself."""
WAIT = 75.0
"""Seconds to wait for a message: a look at the group, each member's turn, and a slow receiver's first answers."""
HEARTBEAT, SHOWN = "heartbeat", "shown-only"
"""Receivers, as `rendering/receivers.py` names them: one wakes nobody, the other is nobody."""
_LABELS = {HEARTBEAT: {"alertname": "Watchdog"}, SHOWN: {"alertname": "DoctorTest", "pager": "doctor"}}
_READ_AGAIN = 1.0
_SENT, _FAILED = "alertmanager_notification_requests_total", "alertmanager_notification_requests_failed_total"
"""One a try, whereas `alertmanager_notifications_failed_total` counts only once all tries have failed (notify/notify.go)."""
_LINE = re.compile(r"^(?P<name>\w+)\{(?P<labels>[^}]*)\} (?P<value>\S+)$", re.MULTILINE)
_READ_LOG = "read the log of Alertmanager's pods for the integration named; check its key, its address and the way out of the cluster"


@dataclass(frozen=True)
class Count:
    """Tries of one integration, of all members."""

    sent: float
    failed: float


def delivery(members: Sequence[Place], *, heartbeat: bool, wait: float = WAIT) -> Iterator[Finding]:
    """Posts the alert as Prometheus would, to each member.

    Where there is a heartbeat, it goes out by it, in a group of its own that is told at once; the Watchdog's own message may come in
    between, and proves the same. Without one nobody harmless is there: then the alert is only seen to be taken and routed.
    """
    receiver = HEARTBEAT if heartbeat else SHOWN
    run = f"{time.time():.3f}".replace(".", "-")
    labels = {**_LABELS[receiver], "application": "doctor", "service": f"run-{run}", "severity": "none"}
    before = [_count(member) for member in members]
    for member in members:
        _post(member, labels)
    if routes := _routes(members[0], labels["service"], wait):
        if routes != [receiver]:
            said_so = f"the test alert goes to {', '.join(routes)}, not to {receiver}"
            yield Finding(NAME, State.WRONG, said_so, "bring the stack up again: Alertmanager runs on another configuration")
            return
    else:
        yield Finding(NAME, State.WRONG, "the test alert was taken and is not there", "read the log of Alertmanager's pods")
        return
    if not heartbeat:
        remedy = "nothing to do; with notifications.heartbeat it would be sent as well"
        yield Finding(NAME, State.NOTE, "a test alert is taken and routed; no harmless receiver takes it out", remedy)
        return
    yield _judged(_await(members, before, wait), wait)


def _judged(grown: dict[str, Count], wait: float) -> Finding:
    failed = sorted(name for name, count in grown.items() if count.failed > 0)
    if failed:
        tries = ", ".join(f"{grown[name].failed:.0f} of {grown[name].sent:.0f} by {name}" for name in failed)
        return Finding(NAME, State.WRONG, f"messages fail: {tries}", _READ_LOG)
    if not grown:
        return Finding(NAME, State.WRONG, f"no message left within {wait:.0f} s", _READ_LOG)
    return Finding(NAME, State.OK, f"a test alert left by {', '.join(sorted(grown))} (receiver {HEARTBEAT})")


def _post(member: Place, labels: dict[str, str]) -> None:
    now = datetime.now(UTC)
    alert = {
        "labels": labels,
        "annotations": {"summary": "Test alert of the doctor", "description": "It ends by itself; nothing is wrong."},
        "startsAt": now.isoformat(),
        "endsAt": (now + LASTS).isoformat(),
    }
    answer = member.ask("/api/v2/alerts", body=[alert])
    if not answer.ok:
        raise UnansweredError(f"{member.name} refused the test alert: status {answer.status}, {said(answer)}")


def _routes(member: Place, service: str, wait: float) -> list[str]:
    """The receivers of the alert, once Alertmanager shows it."""
    until = time.monotonic() + min(wait, 10.0)
    while True:
        found = member.told("/api/v2/alerts", {"filter": f'service="{service}"'})
        if found or time.monotonic() > until:
            return sorted({receiver["name"] for alert in found for receiver in alert["receivers"]})
        time.sleep(_READ_AGAIN / 4)


def _await(members: Sequence[Place], before: Sequence[dict[str, Count]], wait: float) -> dict[str, Count]:
    """What grew at any member; the first growth ends the wait."""
    until = time.monotonic() + wait
    while True:
        grown: dict[str, Count] = {}
        for member, old in zip(members, before, strict=True):
            for name, count in _count(member).items():
                start, other = old.get(name, Count(0, 0)), grown.get(name, Count(0, 0))
                more = Count(count.sent - start.sent, count.failed - start.failed)
                if more.sent > 0:
                    grown[name] = Count(other.sent + more.sent, other.failed + more.failed)
        if "webhook" in grown or time.monotonic() > until:
            return {name: count for name, count in grown.items() if name == "webhook"}
        time.sleep(_READ_AGAIN)


def _count(member: Place) -> dict[str, Count]:
    """Tries by integration, of Prometheus' text format."""
    answer = member.ask("/metrics")
    if not answer.ok:
        raise UnansweredError(f"{member.name} did not answer /metrics: status {answer.status}, {said(answer)}")
    found: dict[str, Count] = {}
    for line in _LINE.finditer(answer.text):
        labels = dict(re.findall(r'(\w+)="([^"]*)"', line["labels"]))
        name = labels.get("integration", "")
        old = found.get(name, Count(0, 0))
        if line["name"] == _SENT:
            found[name] = Count(old.sent + float(line["value"]), old.failed)
        elif line["name"] == _FAILED:
            found[name] = Count(old.sent, old.failed + float(line["value"]))
    return found

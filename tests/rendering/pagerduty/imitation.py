"""PagerDuty as far as its documents say what it does: takes events, sends them by rules, keeps alerts, and says whom it would call.

Events API v2 (developer.pagerduty.com, «Send an Alert Event» and the published schema), and the evaluation of orchestrations: the router's
first matching rule chooses the service, the service's first matching rule acts, else what all others get. Only PagerDuty itself could tell
whether it does what it says.
"""

import json
import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rendering.pagerduty import policies, services
from rendering.resource import Ref, Resource
from tests.rendering.pagerduty import pcl

Document = dict[str, Any]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Payload(_Sent):
    """What an event says."""

    summary: str = Field(min_length=1, max_length=1024)
    source: str = Field(min_length=1)
    severity: Literal["critical", "warning", "error", "info"]
    timestamp: str | None = None
    component: str | None = None
    group: str | None = None
    class_: str | None = Field(default=None, alias="class")
    custom_details: Document | None = None


class Link(_Sent):
    """Where to read on."""

    href: str = Field(pattern=r"^https?://")
    text: str | None = None


class Event(_Sent):
    """A body of `POST /v2/enqueue`."""

    routing_key: str = Field(min_length=32, max_length=32)
    event_action: Literal["trigger", "acknowledge", "resolve"]
    dedup_key: str | None = Field(default=None, max_length=255)
    payload: Payload | None = None
    client: str | None = None
    client_url: str | None = None
    links: tuple[Link, ...] = ()
    images: tuple[Document, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> "Event":
        if self.event_action == "trigger" and self.payload is None:
            raise ValueError("payload is required of what triggers")
        if self.event_action != "trigger" and not self.dedup_key:
            raise ValueError("dedup_key is required of what does not trigger")
        return self


@dataclass
class Alert:
    """An alert with the incident that it opened, or none where it is suppressed."""

    key: str
    service: str
    policy: str
    suppressed: bool
    open: bool = True
    told: list[Event] = field(default_factory=list[Event])


class PagerDuty:
    """An account that is filled with resources of ours."""

    def __init__(self, resources: Iterable[Resource], keys: Mapping[str, str]) -> None:
        """`keys` are the routing keys of teams."""
        self._all = {(each.kind, each.name): each.inputs for each in resources}
        self._teams = {key: team for team, key in keys.items()}
        self.alerts: list[Alert] = []
        self.refused: list[str] = []
        self.now = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday's noon, when nobody maintains
        self._lock = Lock()

    def enqueue(self, body: Document) -> tuple[int, Document]:
        """Status and answer to an event."""
        try:
            event = Event.model_validate(body)
        except ValidationError as error:
            self.refused.append(str(error))
            return 400, {"status": "invalid event", "errors": [each["msg"] for each in error.errors()]}
        team = self._teams.get(event.routing_key)
        if team is None:
            self.refused.append(f"nobody has the routing key of {event.dedup_key}")
            return 400, {"status": "invalid event", "errors": ["Invalid routing key"]}
        with self._lock:
            self._take(team, event, body)
        return 202, {"status": "success", "message": "Event processed", "dedup_key": event.dedup_key}

    def _take(self, team: str, event: Event, body: Document) -> None:
        said: Document = dict(body.get("payload") or {}) | {"dedup_key": event.dedup_key}
        context: Document = {"event": said, "raw_event": body}
        service = self._routed(team, context)
        actions = self._actions(service, context)
        for extraction in actions.get("extractions", ()):
            _extracted(said, extraction)
        key = str(said["dedup_key"])
        known = next((each for each in self.alerts if each.open and (each.key, each.service) == (key, service)), None)
        # «Subsequent events will only apply to the open alert if they are sent by the same routing key»: a service has but one team's.
        if event.event_action == "resolve":
            if known:
                known.open = False
                known.told.append(event)
            return
        if known is None:
            usual: Ref = self._all[services.SERVICE, service]["escalationPolicy"]
            chosen: Ref = actions.get("escalationPolicy", usual)
            known = Alert(key, service, chosen.name, bool(actions.get("suppress")))
            self.alerts.append(known)
        known.told.append(event)

    def _routed(self, team: str, context: Document) -> str:
        router = self._all[services.ROUTER, team]
        return self._first(router["set"]["rules"], router["catchAll"], context)["routeTo"].name

    def _actions(self, service: str, context: Document) -> Document:
        rules = self._all[services.RULES, service]
        (start,) = rules["sets"]
        return self._first(start["rules"], rules["catchAll"], context)

    def _first(self, rules: list[Document], others: Document, context: Document) -> Document:
        for rule in rules:
            conditions = [pcl.holds(each["expression"], context, self.now) for each in rule.get("conditions", [])]
            if any(conditions) or not conditions:
                return rule["actions"]
        return others["actions"]

    def levels(self, alert: Alert) -> list[tuple[int, list[str]]]:
        """Minutes after which each level is called, and whom it calls, by schedules' and users' names."""
        found: list[tuple[int, list[str]]] = []
        after = 0
        for rule in self._all[policies.POLICY, alert.policy]["rules"]:
            found.append((after, [_whom(target["id"]) for target in rule["targets"]]))
            after += rule["escalationDelayInMinutes"]
        return found


def _whom(target: Any) -> str:  # noqa: ANN401  a reference or a look-up
    return target.name if isinstance(target, Ref) else target.arguments[0][1]


def _extracted(event: Document, extraction: Document) -> None:
    """A regular expression's groups, appended; nothing where the source is not there (REST API, `extractions`)."""
    value = pcl.path({"event": event}, extraction["source"])
    found = re.search(extraction["regex"], value) if isinstance(value, str) else None
    if found:
        _, _, name = extraction["target"].partition(".")
        event[name] = "".join(found.groups()) if found.groups() else found[0]


@contextmanager
def serving(account: PagerDuty) -> Generator[str]:
    """Its address on this machine, for as long as it is open."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body: Document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = account.enqueue(body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's name
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

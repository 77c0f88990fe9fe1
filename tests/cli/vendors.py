"""Grafana, Datadog and Sentry on loopback, as far as markers need them: each refuses what its own documentation or client would."""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from datadog_api_client.v1.model.event_create_request import EventCreateRequest
from datadog_api_client.v2.model.dora_deployment_request import DORADeploymentRequest
from datadog_api_client.v2.model.dora_failure_request import DORAFailureRequest

from tests.rendering.datadog.walk import complaints

Reply = tuple[int, object]


@dataclass
class Vendor:
    """One server: what it has, what it was asked, and the status that it gives instead of an answer."""

    credential: tuple[str, str]
    """Header and value that open it."""
    answer: Callable[["Vendor", str, str, Any], Reply]
    url: str = ""
    broken: Reply | None = None
    kept: list[Any] = field(default_factory=list[Any])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


def grafana(vendor: Vendor, method: str, path: str, body: Any) -> Reply:  # noqa: ANN401  JSON of any shape
    """Annotations (grafana.com/docs, HTTP API, «Annotations»): found by all of the tags that are asked for."""
    place = urlsplit(path)
    if place.path != "/api/annotations":
        return 404, {"message": "Not found"}
    if method == "GET":
        asked = parse_qs(place.query)
        if set(asked) - {"from", "to", "limit", "alertId", "dashboardUID", "panelId", "userId", "type", "tags", "matchAny"}:
            return 400, {"message": "unknown parameter"}
        return 200, [each for each in vendor.kept if set(asked["tags"]) <= set(each["tags"])]
    if set(body) - {"dashboardUID", "panelId", "time", "timeEnd", "tags", "text", "data"} or not body.get("text"):
        return 400, {"message": "text field should not be empty, or unknown fields"}
    whole = isinstance(body["time"], int) and isinstance(body["timeEnd"], int)
    if not whole or body["time"] > body["timeEnd"] or any(len(tag) > 100 for tag in body["tags"]):
        return 400, {"message": "time in milliseconds, tags of at most 100 characters"}
    vendor.kept.append(body)
    return 200, {"message": "Annotation added", "id": len(vendor.kept)}


def datadog(vendor: Vendor, method: str, path: str, body: Any) -> Reply:  # noqa: ANN401
    """Events and DORA metrics, held against the models of Datadog's own client."""
    models = {
        "/api/v1/events": EventCreateRequest,
        "/api/v2/dora/deployment": DORADeploymentRequest,
        "/api/v2/dora/failure": DORAFailureRequest,
    }
    if method != "POST" or path not in models:
        return 404, {"errors": ["Not found"]}
    if wrong := complaints(models[path], body):
        return 400, {"errors": wrong}
    vendor.kept.append((path, body))
    return 202, {"status": "ok"}


def sentry(vendor: Vendor, method: str, path: str, body: Any) -> Reply:  # noqa: ANN401
    """Releases and deploys of the organisation `company` (docs.sentry.io/api/releases): a release is there only once."""
    releases = "/api/0/organizations/company/releases/"
    version, _, what = path.removeprefix(releases).partition("/")
    if not path.startswith(releases) or (what and what != "deploys/"):
        return 404, {"detail": "The requested resource does not exist"}
    return _deploys(vendor, method, unquote(version), body) if what else _releases(vendor, body)


def _releases(vendor: Vendor, body: Any) -> Reply:  # noqa: ANN401
    if set(body) - {"version", "ref", "url", "projects", "dateReleased", "commits", "refs"} or not body["projects"]:
        return 400, {"detail": "unknown or missing fields"}
    datetime.fromisoformat(body["dateReleased"])
    there = any(each["version"] == body["version"] for each in vendor.kept)
    vendor.kept += [] if there else [{**body, "deploys": []}]
    return (208 if there else 201), body


def _deploys(vendor: Vendor, method: str, version: str, body: Any) -> Reply:  # noqa: ANN401
    release = next((each for each in vendor.kept if each["version"] == version), None)
    if release is None:
        return 404, {"detail": "The requested resource does not exist"}
    if method == "GET":
        return 200, release["deploys"]
    unknown = set(body) - {"environment", "name", "url", "dateStarted", "dateFinished", "projects"}
    if unknown or len(body["name"]) > 64 or not set(body["projects"]) <= set(release["projects"]):
        return 400, {"detail": "unknown fields, a name of more than 64 characters, or invalid projects"}
    release["deploys"].append(body)
    return 201, {"id": str(len(release["deploys"])), **body}


@contextmanager
def serving(vendor: Vendor) -> Generator[Vendor]:
    """The server, while this is entered."""

    class Handler(BaseHTTPRequestHandler):
        def _reply(self, method: str) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            vendor.asked.append((method, self.path))
            name, value = vendor.credential
            if self.headers.get(name) != value:
                status, answer = 401, {"message": f"no access with {self.headers.get(name)}"}
            else:
                status, answer = vendor.broken or vendor.answer(vendor, method, self.path, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self._reply("GET")

        def do_POST(self) -> None:
            self._reply("POST")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's names
            """A test has nothing to say on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    vendor.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield vendor
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

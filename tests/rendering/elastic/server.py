"""Elasticsearch's and Kibana's manners on loopback, for the setup program: keeps what it is given, and spells it its own way."""

import base64
import json
import re
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

PASSWORD = "p4ssw0rd-canary"


class Server:
    """One server for both systems, told apart by their paths."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.kept: dict[str, Any] = {"/api/spaces/space/default": {"id": "default", "name": "Default"}}
        self.objects: dict[str, dict[tuple[str, str], Any]] = {}
        self.log: list[tuple[str, str]] = []
        self.busy: list[tuple[int, str]] = []
        """Answers given, with a reason, to the next calls instead of their own."""
        self.refused: dict[str, tuple[int, Any]] = {}
        """Answers to writes of a path."""
        self.status = ["green"]
        """The cluster's colours, one a call, the last for ever."""
        self.data_nodes = 3
        self.calls = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"of": self}))
        scheme = "http"
        if context is not None:
            scheme, self.server.socket = "https", context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{scheme}://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def writes(self) -> list[str]:
        """Paths written to, in their order, without the program's own record and without questions that are asked by POST."""
        return [path for method, path in self.log if method != "GET" and "_doc/applied" not in path and "_export" not in path]

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        if self.busy:
            status, reason = self.busy.pop(0)
            return status, {"error": {"type": "busy", "reason": reason}}
        if path == "/_cluster/health":
            colour = self.status.pop(0) if len(self.status) > 1 else self.status[0]
            return 200 if colour == "green" else 408, {"status": colour, "number_of_data_nodes": self.data_nodes}
        if path == "/api/status":
            return 200, {"status": {"overall": {"level": "available"}}}
        if method != "GET" and path in self.refused:
            return self.refused[path]
        if match := re.fullmatch(r"(?:/s/([a-z-]+))?/api/saved_objects/_(import|export)", path):
            return self._saved(self.objects.setdefault(match[1] or "default", {}), match[2], body)
        return self._document(method, path, body)

    def _document(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        sent: dict[str, Any] = json.loads(body) if body else {}
        if method == "GET":
            if path not in self.kept:
                return 404, {"error": {"type": "resource_not_found_exception", "reason": f"{path} is not there"}}
            if path.endswith("/_doc/applied"):
                return 200, {"_source": self.kept[path]}
            # As Elasticsearch, which answers with a version, a date and its own spelling of numbers.
            return 200, {"it": {"version": self.calls, "modified_date": f"{self.calls}", "document": _spelt(self.kept[path])}}
        if method == "POST" and path == "/api/spaces/space":
            path = f"{path}/{sent['id']}"
        elif path.startswith("/api/spaces") and path not in self.kept:
            return 404, {"statusCode": 404, "message": "Not Found"}
        if path.endswith("/_doc/applied"):
            self.kept[path] = sent
            return 201, {}
        self.kept[path] = sent
        for alias in sent.get("aliases", {}):
            self.kept[f"/_alias/{alias}"] = {}
        return 200, {"acknowledged": True}

    def _saved(self, objects: dict[tuple[str, str], Any], what: str, body: bytes) -> tuple[int, Any]:
        if what == "import":
            text = body.split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 1)[0].decode()
            given = [json.loads(line) for line in text.splitlines()]
            there = {*objects, *((each["type"], each["id"]) for each in given)}
            errors = [
                {"type": each["type"], "id": each["id"], "error": {"type": "missing_references", "references": lost}}
                for each in given
                if (lost := [part["id"] for part in each["references"] if (part["type"], part["id"]) not in there])
            ]
            if not errors:
                objects |= {(each["type"], each["id"]): each for each in given}
            return 200, {"success": not errors, "successCount": len(given) - len(errors), "errors": errors}
        wanted = [(each["type"], each["id"]) for each in json.loads(body)["objects"]]
        if any(each not in objects for each in wanted):
            return 400, {"statusCode": 400, "message": "Error fetching objects to export"}
        return 200, [objects[each] | {"updated_at": f"{self.calls}", "version": "Wz"} for each in reversed(wanted)]


def _spelt(document: Any) -> Any:  # noqa: ANN401  JSON
    """Numbers as texts, keys in another order, as Elasticsearch keeps settings."""
    if isinstance(document, dict):
        return {key: _spelt(value) for key, value in reversed(list(cast("dict[str, Any]", document).items()))}
    if isinstance(document, list):
        return [_spelt(each) for each in cast("list[Any]", document)]
    return str(document) if isinstance(document, int) else document


class Handler(BaseHTTPRequestHandler):
    of: ClassVar[Server]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base's name
        pass

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, server = urlsplit(self.path).path, self.of
        server.calls += 1
        server.log.append((self.command, path))
        expected = "Basic " + base64.b64encode(f"setup:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != expected:
            status, answer = 401, {"error": {"type": "security_exception", "reason": "unable to authenticate user"}}
        elif "/api/" in path and not self.headers.get("kbn-xsrf"):
            status, answer = 400, {"statusCode": 400, "message": "Request must contain a kbn-xsrf header."}
        else:
            status, answer = server.answer(self.command, path, body)
        lines = isinstance(answer, list)
        parts = cast("list[Any]", answer) if lines else [answer]
        data = "\n".join(json.dumps(each) for each in parts).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/ndjson" if lines else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = _handle  # noqa: N815  the base looks for these

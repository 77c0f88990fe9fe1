"""The service over HTTP: every request is counted, timed, correlated and logged; loopback only."""

import json
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST

from examples.application import logs
from examples.application.chat import Answer, Chat
from examples.application.switches import WAYS

HOST = "127.0.0.1"
UNMEASURED = ("/metrics", "/health")
"""What monitoring itself asks for would flatter the error ratio."""


class Server(ThreadingHTTPServer):
    """Answers each connection in a thread; ends with the process."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left is no error of ours."""


class Handler(BaseHTTPRequestHandler):
    """What both servers share: answering in one piece, and silence on standard error."""

    protocol_version = "HTTP/1.1"
    timeout = 30.0

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class'
        """Requests are logged as JSON instead."""

    def reply(self, status: int, body: bytes, content_type: str = "application/json", headers: dict[str, str] | None = None) -> None:
        """Sends one answer."""
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def body(self) -> bytes:
        """What came with the request."""
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))


def service(port: int, chat: Chat) -> Server:
    """The service itself, listening."""

    class ServiceHandler(Handler):
        routes: dict[tuple[str, str], Callable[[], Answer]] = {  # noqa: RUF012 - never changed
            ("POST", "/api/chat"): chat.answer,
            ("GET", "/api/history"): chat.history,
            ("GET", "/health"): chat.health,
            ("GET", "/health/ready"): chat.ready,
            ("GET", "/health/live"): chat.live,
        }

        def do_GET(self) -> None:
            self.serve("GET")

        def do_POST(self) -> None:
            self.serve("POST")

        def serve(self, method: str) -> None:
            self.body()
            if chat.switches.faults.down:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
            elif self.path == "/metrics":
                self.reply(200, chat.metrics.exposition(chat.switches.faults.memory), CONTENT_TYPE_LATEST)
            elif self.path.startswith(UNMEASURED):
                self.answer(method)
            else:
                self.measured(method)

        def answer(self, method: str, headers: dict[str, str] | None = None) -> int:
            route = self.routes.get((method, self.path))
            status, body = route() if route else (404, {"error": "not found"})
            self.reply(status, json.dumps(body).encode(), headers=headers)
            return status

        def measured(self, method: str) -> None:
            correlation = logs.correlate(self.headers.get("traceparent"), self.headers.get("X-Correlation-ID"))
            token, started, open_now = (
                logs.current.set(correlation),
                time.monotonic(),
                chat.metrics.connections.labels(chat.metrics.service),
            )
            route = self.path if (method, self.path) in self.routes else "unknown"
            status = 500
            open_now.inc()
            try:
                status = self.answer(method, {"X-Correlation-ID": correlation.correlation_id})
            finally:
                open_now.dec()
                seconds = time.monotonic() - started
                chat.metrics.request(method, route, status, seconds)
                logs.event("performance_event", "request", method=method, route=route, status_code=status, seconds=round(seconds, 4))
                logs.current.reset(token)

    return Server((HOST, port), ServiceHandler)


def control(port: int, chat: Chat) -> Server:
    """The switches: GET tells what is broken, PUT /<way> breaks, DELETE mends. On a port of its own, which nobody scrapes."""

    class ControlHandler(Handler):
        def do_GET(self) -> None:
            self.state(200)

        def do_PUT(self) -> None:
            way = self.path.strip("/")
            if known := way in WAYS:
                chat.switches.turn_on(way)
            self.state(200 if known else 404)

        def do_DELETE(self) -> None:
            chat.switches.mend()
            self.state(200)

        def state(self, status: int) -> None:
            self.reply(status, json.dumps(chat.switches.state()).encode())

    return Server((HOST, port), ControlHandler)

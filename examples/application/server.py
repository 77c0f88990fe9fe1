"""The service over HTTP: every request is counted, timed, correlated and logged; loopback only."""

import json
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from examples.application import logs, traces
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
                self.reply(200, *chat.metrics.exposition(chat.switches.faults.memory, self.headers.get("Accept", "")))
            elif self.path.startswith(UNMEASURED):
                self.send(*self.work(method))
            else:
                self.measured(method)

        def work(self, method: str) -> Answer:
            route = self.routes.get((method, self.path))
            return route() if route else (404, {"error": "not found"})

        def send(self, status: int, body: dict[str, object], headers: dict[str, str] | None = None) -> None:
            self.reply(status, json.dumps(body).encode(), headers=headers)

        def measured(self, method: str) -> None:
            """Works, counts, and only then answers: whoever has the answer finds it counted."""
            traceparent = self.headers.get("traceparent")
            route = self.path if (method, self.path) in self.routes else "unknown"
            with traces.request(method, route, traceparent) as span:
                correlation = logs.correlate(traceparent, self.headers.get("X-Correlation-ID"), traces.ids(span))
                token, started = logs.current.set(correlation), time.monotonic()
                open_now = chat.metrics.connections.labels(chat.metrics.service)
                status, body = 500, dict[str, object]()
                open_now.inc()
                try:
                    status, body = self.work(method)
                finally:
                    open_now.dec()
                    seconds = time.monotonic() - started
                    traces.answered(span, status)
                    chat.metrics.request(method, route, status, seconds)
                    logs.event("performance_event", "request", method=method, route=route, status_code=status, seconds=round(seconds, 4))
                    logs.current.reset(token)
                self.send(status, body, {"X-Correlation-ID": correlation.correlation_id})

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

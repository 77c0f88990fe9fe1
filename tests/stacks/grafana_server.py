"""A stand-in for Grafana's API on loopback: it answers what a test tells it to, and keeps what it was asked with."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HEALTHY = (200, {"database": "ok", "version": "13.2.0", "commit": "0"})
STARTING = (503, {"database": "failing", "version": "13.2.0"})
HOME = (200, {"id": 1, "name": "Main Org."})
REFUSED = (401, {"message": "Invalid API key"})


@dataclass
class Told:
    url: str = ""
    answers: dict[str, tuple[int, object]] = field(default_factory=dict[str, tuple[int, object]])
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Paths with the credential of each request."""


@contextmanager
def answering(health: tuple[int, object] = HEALTHY, organisation: tuple[int, object] = HOME) -> Generator[Told]:
    told = Told(answers={"/api/health": health, "/api/org": organisation})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append((self.path, self.headers.get("Authorization", "")))
            status, body = told.answers.get(self.path, (404, {}))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{told.url}/login")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's names
            """A test has nothing to say on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""Everybody whom Alertmanager can reach, on loopback: Slack, PagerDuty, webhooks, mail and the dead man's switch."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from demo.heartbeat import Heartbeat
from demo.mail import MailServer
from demo.notification import Notification, jira, mail, parse, ticket_mark

HOST = "127.0.0.1"
HEARTBEAT = "/heartbeat"
JIRA = "/jira"


class Receiver:
    """Listens from construction on; keeps all that came, hands each on, and lets others wait for what they expect."""

    def __init__(self, heartbeat: Heartbeat, show: Callable[[Notification], None], port: int = 0) -> None:
        self.notifications: list[Notification] = []
        self.refused: list[str] = []
        self._tickets: dict[str, str] = {}
        self.heartbeat = heartbeat
        self._show = show
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._server = _Server((HOST, port), _handler(self))
        self._mail = MailServer(lambda message: self._keep(mail(message)))
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="receiver", daemon=True).start()
        heartbeat.watch(self._stop)

    @property
    def url(self) -> str:
        """Where Alertmanager reaches it."""
        return f"http://{HOST}:{self._server.server_address[1]}"

    @property
    def mail(self) -> str:
        """Host and port of its mail server."""
        return self._mail.address

    def take(self, path: str, raw: bytes) -> dict[str, object]:
        """One request that came; returns what its sender reads in the answer, if anything."""
        if path.startswith(HEARTBEAT):
            self.heartbeat.beat()
            return {}
        if path.startswith(JIRA):
            return self._ticket(path, raw)
        self._keep(parse(path, raw))
        return {}

    def _ticket(self, path: str, raw: bytes) -> dict[str, object]:
        """Jira's search and issues, as far as Alertmanager uses them: an open ticket is found again and said once."""
        if path.endswith("/search"):
            found = [key for key, mark in self._tickets.items() if mark in raw.decode()]
            return {"total": len(found), "issues": [{"key": key} for key in found]}
        ticket = jira(raw)
        if path.endswith("/issue"):
            self._tickets[f"{ticket.to}-{len(self._tickets) + 1}"] = ticket_mark(raw)
            self._keep(ticket)
        return {}

    def _keep(self, notification: Notification) -> None:
        with self._changed:
            self.notifications.append(notification)
            self._changed.notify_all()
            self._show(notification)  # within the lock, so that two do not mix on the screen

    def wait(self, condition: Callable[[list[Notification]], bool], seconds: float) -> bool:
        """Whether what came meets the condition within that time."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(self.notifications), seconds)

    def close(self) -> None:
        """Listens no more."""
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._mail.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """An Alertmanager that was killed in the middle of a message is part of the demonstration."""


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                said = receiver.take(self.path, raw)
            except (ValueError, KeyError, TypeError, IndexError) as error:
                receiver.refused.append(f"{self.path}: {error}")
                self._answer(400, {"ok": False, "error": str(error)})  # a 4xx is not tried again
                return
            # Slack says in the body whether it took the message, PagerDuty answers 202.
            self._answer(202 if self.path.startswith("/pagerduty") else 200, {"ok": True, "status": "success", **said})

        do_PUT = do_POST  # noqa: N815 - the base class' naming; Jira's way to change an issue

        def _answer(self, status: int, body: dict[str, object]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class'
            """Nothing of HTTP is worth a person's attention."""

    return Handler

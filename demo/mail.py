"""A mail server that delivers to the terminal: as much SMTP as Alertmanager speaks, on loopback."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable
from email.message import EmailMessage

HOST = "127.0.0.1"
_REPLIES = {b"EHLO": b"250 demo", b"HELO": b"250 demo", b"MAIL": b"250 ok", b"RCPT": b"250 ok", b"RSET": b"250 ok", b"NOOP": b"250 ok"}


class MailServer:
    """Listens from construction on; hands every message to `deliver`."""

    def __init__(self, deliver: Callable[[EmailMessage], None]) -> None:
        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say(b"220 demo")
                while command := self.rfile.readline():
                    verb = command[:4].upper()
                    if verb == b"DATA":
                        self._say(b"354 go on")
                        self._take()
                        self._say(b"250 delivered")
                    elif verb == b"QUIT":
                        self._say(b"221 bye")
                        return
                    else:
                        self._say(_REPLIES.get(verb, b"502 not here"))

            def _say(self, line: bytes) -> None:
                self.wfile.write(line + b"\r\n")

            def _take(self) -> None:
                lines: list[bytes] = []
                while (line := self.rfile.readline()) not in {b".\r\n", b""}:
                    lines.append(line[1:] if line.startswith(b"..") else line)
                deliver(email.message_from_bytes(b"".join(lines), policy=email.policy.default))

        self._server = _Server((HOST, 0), Conversation)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), name="mail", daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{HOST}:{self._server.server_address[1]}"

    def close(self) -> None:
        """Listens no more."""
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """An Alertmanager that was killed in the middle of a message is part of the demonstration."""

"""The application that canaries ask in tests: what the catalog's journeys expect of it, and ways in which it breaks. Loopback only."""

import json
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EMAIL, PASSWORD, TOKEN = "synthetic@example.com", "a pass/word$1", "token-of-this-run"
PAGE = """<!doctype html><title>Jobs</title><div id="root">
<input id="email"><input id="password" type="password"><button id="continue">Continue</button><main></main>
<script>
const main = document.querySelector('main');
document.querySelector('#continue').onclick = async () => {
  const [email, password] = ['email', 'password'].map((id) => document.getElementById(id).value);
  const answer = await fetch('/login', { method: 'POST', body: JSON.stringify({ email, password }) });
  if (!answer.ok) { main.textContent = 'Wrong e-mail or password'; return; }
  const { token } = await answer.json();
  const found = await fetch('/matches', { headers: { Authorization: `Bearer ${token}` } });
  main.innerHTML = found.ok ? '<h1>Your matches</h1><a data-test="first-match" href="#">Engineer</a>' : '<h1>Something went wrong</h1>';
  document.querySelector('a').onclick = () => { main.innerHTML = '<button>Apply</button>'; };
};
</script></div>"""


class Shop:
    """What is broken, and who asked for what."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.asked: list[str] = []
        self.address = ""

    def answer(self, method: str, path: str, headers: dict[str, str], body: str) -> tuple[int, str, str]:
        """Status, kind of content, and content."""
        self.asked.append(f"{method} {path}")
        if "slow" in self.broken:
            time.sleep(0.5)
        match method, path:
            case _ if "down" in self.broken:
                return 503, "text/plain", "unavailable"
            case "GET", "/health":
                return 200, "application/json", "{}"
            case "GET", "/" | "/login":
                return 200, "text/html", "<h1>Maintenance</h1>" if "page" in self.broken else PAGE
            case "POST", "/login":
                right = json.loads(body) == {"email": EMAIL, "password": PASSWORD} and "login" not in self.broken
                return (200, "application/json", json.dumps({"token": TOKEN})) if right else (401, "text/plain", f"no such user: {body}")
            case "GET", "/matches":
                known = headers.get("authorization") == f"Bearer {TOKEN}" and "matches" not in self.broken
                return (200, "application/json", '{"matches": [1]}') if known else (500, "text/plain", "error")
            case _:
                return 404, "text/plain", "not found"


@contextmanager
def open_shop() -> Generator[Shop]:
    """It answers at `address` for as long as the block lasts."""
    shop = Shop()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, kind, text = shop.answer(self.command, self.path, headers, body)
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = _any  # noqa: N815  the base's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    shop.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""Hands Elasticsearch and Kibana their documents, and changes nothing that is there already.

A program of its own: a Job and a CronJob run this one file in a plain Python image, so it imports nothing but Python's library.
What a document looked like when it had been taken is remembered in an index; one that still looks so, and is still wanted so, is
left alone, however Elasticsearch has spelt it. Exit status: 0 done, 1 refused or out of time, 2 the call is wrong.
"""

import argparse
import base64
import hashlib
import http.client
import json
import os
import ssl
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlsplit

RECORD = "/observatory-setup"
"""Index that remembers; made by the first request."""
BUSY, HICCUPS = (429, 502, 503, 504), (409, 500)
"""Answers that will be another one when there is time; and those that may be, if what stood in the way was somebody else's change."""
VOLATILE = frozenset({
    "version", "modified_date", "modified_date_millis", "created_date", "created_date_millis", "in_use_by", "last_success", "last_failure",
    "next_execution", "next_execution_millis", "stats", "in_progress", "uuid", "transient_metadata", "invocations_since_last_success",
})  # fmt: skip
"""What an answer says beside the document."""
_MISSING, _OK = 404, range(200, 300)
_TIMEOUT, _LONGEST_PAUSE, _TRIES = 60.0, 30.0, 4


class RefusedError(Exception):
    """A document, or the whole run, that nothing but a person can mend."""


@dataclass
class Client:
    """One system's API: tries again while it is busy, until the deadline."""

    url: str
    authorization: str
    context: ssl.SSLContext | None
    deadline: float
    """In seconds of the monotonic clock."""
    through: str | None = None
    """Host and port to connect to instead, as a port that is forwarded; the certificate must be for the address all the same."""
    say: Callable[[str], None] = print

    def call(self, method: str, path: str, body: object = None, *, lines: bool = False) -> tuple[int, Any]:
        """Status and answer; RefusedError says what was last heard once the deadline has passed."""
        data, kind = encoded(body, lines=lines)
        headers = {"Authorization": self.authorization, "Accept": "*/*", "kbn-xsrf": "observatory"}
        headers |= {"Content-Type": kind} if data is not None else {}
        pause, tries = 1.0, 0
        while True:
            after, tries = 0.0, tries + 1
            try:
                status, answer, after = self._once(method, path, data, headers)
                if status not in BUSY and (status not in HICCUPS or tries >= _TRIES):
                    return status, answer
                heard = f"{status} {reason(answer)}"
            except ssl.SSLCertVerificationError as error:
                raise RefusedError(f"{self.url} shows a certificate that the authority did not sign: {error.verify_message}") from None
            except (OSError, http.client.HTTPException) as error:
                heard = f"{type(error).__name__}: {error}"
            wait = min(max(pause, after), _LONGEST_PAUSE)
            if time.monotonic() + wait > self.deadline:
                raise RefusedError(f"out of time; {method} {path} was last answered: {heard}")
            self.say(f"  waiting {wait:.0f} s: {heard}")
            time.sleep(wait)
            pause *= 2

    def _once(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, Any, float]:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port
        if self.context is not None:
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, timeout=_TIMEOUT, context=self.context)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=_TIMEOUT)
        if self.through:
            # Python asks this for a socket, then checks the certificate against the connection's own host.
            connection._create_connection = lambda _, *rest: _connect(self.through or "", *rest)  # type: ignore[attr-defined]  # noqa: SLF001
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
            after = answer.getheader("Retry-After") or ""
            return answer.status, decoded(text, answer.getheader("Content-Type") or ""), float(after) if after.isdigit() else 0.0
        finally:
            connection.close()


def _connect(place: str, *rest: object) -> object:
    import socket

    host, _, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), *cast("Any", rest))


def encoded(body: object, *, lines: bool) -> tuple[bytes | None, str]:
    """A body and its content type; lines of JSON go as a form's file, which is how Kibana imports."""
    if body is None:
        return None, ""
    if not lines:
        return json.dumps(body).encode(), "application/json"
    text = "\n".join(json.dumps(each) for each in cast("list[object]", body))
    edge = uuid.uuid5(uuid.NAMESPACE_OID, text).hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="objects.ndjson"\r\nContent-Type: application/ndjson\r\n\r\n'
    return f"{head}{text}\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def decoded(text: str, kind: str) -> object:
    """JSON, lines of JSON as a list, else the text."""
    try:
        if "ndjson" in kind:
            return [json.loads(line) for line in text.splitlines() if line]
        return json.loads(text) if text else {}
    except ValueError:
        return text


def reason(answer: object) -> str:
    """Why a system refused, in its own words; the innermost cause is the one that helps."""
    if isinstance(answer, dict):
        found = cast("dict[str, Any]", answer)
        error = found.get("error")
        if isinstance(error, dict):
            said: list[str] = []
            cause: Any = cast("dict[str, Any]", error)
            while isinstance(cause, dict):
                named = cast("dict[str, Any]", cause)
                if (text := str(named.get("reason") or named.get("type") or "")) and text not in said:
                    said.append(text)
                cause = named.get("caused_by")
            return ": ".join(said)
        return str(found.get("message") or error or "no reason given")
    return (str(answer).strip() or "no reason given")[:300]


def digest(value: object) -> str:
    """Of JSON, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def plain(answer: object) -> object:
    """An answer without what is not of the document; fields of records, which may be called anything, are left as they are."""
    if isinstance(answer, dict):
        found = cast("dict[str, object]", answer)
        return {key: value if key == "mappings" else plain(value) for key, value in found.items() if key not in VOLATILE}
    return [plain(each) for each in cast("list[object]", answer)] if isinstance(answer, list) else answer


@dataclass
class Setup:
    """One run."""

    systems: dict[str, Client]
    say: Callable[[str], None] = print
    applied: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """By a request's name: the digests of what was sent and of what was then read back."""

    def run(self, requests: list[dict[str, Any]]) -> Counter[str]:
        """Applies all in their order; RefusedError names the document that was not taken."""
        elasticsearch, outcome = self.systems["elasticsearch"], Counter[str]()
        self._await_elasticsearch()
        status, answer = elasticsearch.call("GET", f"{RECORD}/_doc/applied")
        if status in _OK:
            self.applied = dict(answer["_source"]["applied"])
        before, awake = digest(self.applied), False
        try:
            for number, request in enumerate(requests, 1):
                if request["system"] == "kibana" and not awake:
                    self._await_kibana()
                    awake = True
                done = self._apply(request)
                outcome[done] += 1
                self.say(f"{number} of {len(requests)} {request['name']}: {done}")
        finally:
            names = {request["name"] for request in requests}
            self.applied = {name: digests for name, digests in self.applied.items() if name in names}
            if digest(self.applied) != before and outcome:
                elasticsearch.call("PUT", f"{RECORD}/_doc/applied", {"applied": self.applied})
        return outcome

    def _await_elasticsearch(self) -> None:
        """Until the cluster is as healthy as it can be, and knows us: its users arrive a moment after its nodes."""

        def colour(answer: Any) -> str:  # noqa: ANN401  JSON
            lone = answer["status"] == "yellow" and answer["number_of_data_nodes"] == 1  # copies have no place; it stays so
            return "green" if lone else answer["status"]

        self._until(self.systems["elasticsearch"], "/_cluster/health?wait_for_status=green&timeout=5s", colour, "green", "Elasticsearch")

    def _await_kibana(self) -> None:
        path = "/api/status"
        self._until(self.systems["kibana"], path, lambda answer: answer["status"]["overall"]["level"], "available", "Kibana")

    def _until(self, client: Client, path: str, state: Callable[[Any], str], good: str, name: str) -> None:
        while True:
            status, answer = client.call("GET", path)
            try:
                found = state(answer)  # Elasticsearch tells its colour with 408 as well, when it is not the one wished for
            except (KeyError, TypeError):
                found = f"{status} {reason(answer)}"
            if found == good:
                self.say(f"{name} is {found}")
                return
            if time.monotonic() + 5 > client.deadline:
                raise RefusedError(f"out of time; {name} is {found}, wanted is {good}")
            self.say(f"  waiting for {name}: {found}")
            time.sleep(5)

    def _apply(self, request: dict[str, Any]) -> str:
        there, found = self._read(request)
        if there and request["kind"] == "once":
            return "unchanged"
        ours = digest([request["path"], request["document"]])
        if there and self.applied.get(request["name"]) == [ours, digest(plain(found))]:
            return "unchanged"
        self._write(request, there=there)
        if request["kind"] != "once":
            _, found = self._read(request)
            self.applied[request["name"]] = [ours, digest(plain(found))]
        return "changed" if there else "made"

    def _read(self, request: dict[str, Any]) -> tuple[bool, object]:
        client = self.systems[request["system"]]
        if request["kind"] == "objects":
            wanted = [{"type": each["type"], "id": each["id"]} for each in request["document"]]
            status, answer = client.call("POST", request["read"], {"objects": wanted, "excludeExportDetails": True})
            if status not in _OK:  # Kibana refuses a list of which one is missing
                return False, None
            kept = ("type", "id", "attributes", "references")
            return True, sorted(({key: each.get(key) for key in kept} for each in answer), key=lambda each: (each["type"], each["id"]))
        status, answer = client.call("GET", request["read"])
        if status not in _OK and status != _MISSING:
            raise RefusedError(f"{request['name']} cannot be read: {status} {reason(answer)}")
        return status in _OK, answer

    def _write(self, request: dict[str, Any], *, there: bool) -> None:
        client, method, path = self.systems[request["system"]], request["method"], request["path"]
        if not there and request.get("create"):
            method, path = "POST", request["create"]
        status, answer = client.call(method, path, request["document"], lines=request["kind"] == "objects")
        if status not in _OK:
            if request["kind"] == "once" and "already_exists" in json.dumps(answer):
                return
            raise RefusedError(f"{request['name']} was refused: {status} {reason(answer)}")
        if request["kind"] == "objects" and not answer.get("success"):
            errors = "; ".join(f"{each['type']} {each['id']}: {json.dumps(each['error'])}" for each in answer.get("errors", []))
            raise RefusedError(f"{request['name']} was refused: {errors or 'no reason given'}")


def key(client: Client, name: str, role: str, days: int) -> str:
    """A new API key with a role's rights, encoded as clients send it; shown once, kept nowhere."""
    status, answer = client.call("GET", f"/_security/role/{quote(role)}")
    if status not in _OK:
        raise RefusedError(f"there is no role {role}: {status} {reason(answer)}")
    rights = {part: answer[role][part] for part in ("cluster", "indices", "applications") if answer[role].get(part)}
    body = {"name": name, "expiration": f"{days}d", "role_descriptors": {role: rights}, "metadata": {"managed_by": "observatory"}}
    status, answer = client.call("POST", "/_security/api_key", body)
    if status not in _OK:
        raise RefusedError(f"the key was refused: {status} {reason(answer)}")
    return str(answer["encoded"])


def _parser() -> argparse.ArgumentParser:
    """What the Job says, it says in its environment."""
    said = os.environ.get
    parser = argparse.ArgumentParser(description="Hands Elasticsearch and Kibana their documents.")
    parser.add_argument("--elasticsearch", default=said("ELASTICSEARCH_URL"), help="its address (ELASTICSEARCH_URL)")
    parser.add_argument("--kibana", default=said("KIBANA_URL"), help="its address (KIBANA_URL)")
    parser.add_argument("--user", default=said("ELASTICSEARCH_USER", "setup"), help="who logs in (ELASTICSEARCH_USER)")
    parser.add_argument("--password", default=said("ELASTICSEARCH_PASSWORD_FILE"), help="file (ELASTICSEARCH_PASSWORD_FILE)")
    parser.add_argument("--authority", default=said("CA_FILE"), help="file with the authority that signed both certificates (CA_FILE)")
    parser.add_argument("--requests", type=Path, default=Path(__file__).parent, help="folder of requests-*.jsonl, applied in their order")
    parser.add_argument("--deadline", type=float, default=540, help="seconds after which a busy system is given up")
    parser.add_argument("--through", help="HOST:PORT to connect to instead, as a forwarded port")
    made = parser.add_subparsers(dest="command").add_parser("key", help="make an API key with a role's rights and print it, nothing else")
    made.add_argument("name")
    made.add_argument("--role", required=True)
    made.add_argument("--days", type=int, default=365)
    return parser


def main(arguments: list[str]) -> int:
    """The command line."""
    parser, password = _parser(), ""
    given = parser.parse_args(arguments)
    needed = ("elasticsearch", "password") if given.command else ("elasticsearch", "password", "kibana")
    if missing := [f"--{name}" for name in needed if not getattr(given, name)]:
        parser.error(f"{', '.join(missing)} must be given, here or in the environment")
    try:
        password = Path(given.password).read_text(encoding="utf-8").strip()
        elasticsearch = _client(given, given.elasticsearch, password)
        if given.command:
            print(key(elasticsearch, given.name, given.role, given.days))
            return 0
        parts = sorted(given.requests.glob("requests-*.jsonl"))
        requests = [json.loads(line) for path in parts for line in path.read_text(encoding="utf-8").splitlines() if line]
        if not requests:
            raise FileNotFoundError(f"no requests in {given.requests}")
        outcome = Setup({"elasticsearch": elasticsearch, "kibana": _client(given, given.kibana, password)}).run(requests)
    except RefusedError as error:
        print(f"failed: {_masked(error, password)}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"failed: {error}", file=sys.stderr)
        return 2
    print(f"{sum(outcome.values())} documents: " + ", ".join(f"{outcome[done]} {done}" for done in ("made", "changed", "unchanged")))
    return 0


def _client(given: argparse.Namespace, url: str, password: str) -> Client:
    authorization = "Basic " + base64.b64encode(f"{given.user}:{password}".encode()).decode()
    context = ssl.create_default_context(cafile=given.authority) if url.startswith("https:") else None

    def say(text: str) -> None:
        """At once, though nobody's terminal is there; an answer may hold what was sent."""
        print(_masked(text, password), flush=True)

    return Client(url.rstrip("/"), authorization, context, time.monotonic() + given.deadline, given.through, say)


def _masked(text: object, password: str) -> str:
    return str(text).replace(password, "****") if password else str(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

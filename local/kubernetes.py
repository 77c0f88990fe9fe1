"""A small client of the Kubernetes API: server-side apply with strict fields, look, list and delete; docs/decisions says why our own."""

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import urllib3

from catalog.faults import MissingError
from local import kubeconfig

MANAGER = "observatory"
ANSWER_SECONDS = 60.0
AT_ONCE = 16
"""Requests in flight; a small API server answers no faster with more."""
ATTEMPTS = 4
"""How often a request is made that the server is too busy or not yet ready to answer."""
NEW_KIND_SECONDS = 10.0
"""How long a kind may stay unknown after its definition was Established, before it counts as missing."""

Propagation = Literal["Foreground", "Background", "Orphan"]
Document = dict[str, Any]

_NOT_FOUND, _CONFLICT, _INVALID, _TOO_MANY, _UNAUTHORIZED, _UNAVAILABLE = 404, 409, 422, 429, 401, 503
_REFUSED = 400
_AGAIN = frozenset({_UNAUTHORIZED, _TOO_MANY, 502, _UNAVAILABLE, 504})


class RefusedError(Exception):
    """The API server said no: which status, and for each field why."""

    def __init__(self, status: int, message: str, causes: tuple[tuple[str, str], ...] = ()) -> None:
        self.status = status
        self.causes = causes
        told = "; ".join(f"{field}: {reason}" if field else reason for field, reason in causes) if causes else message
        super().__init__(told or f"HTTP status {status}")

    @property
    def immutable(self) -> bool:
        """It would have to be another object: one of the fields cannot change in place."""
        return self.status == _INVALID and bool(_IMMUTABLE.search(str(self)))


_IMMUTABLE = re.compile(
    r"immutable|updates to \w+ (spec )?(for fields other than|.*forbidden)"
    r"|cannot change roleRef|may not (be )?changed? once set|may not be changed"
)


@dataclass(frozen=True)
class Ref:
    """Which object; `namespace` is "" for one that lies in none."""

    api: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"


class Client:
    """Talks to one cluster; may be used from many threads."""

    def __init__(self, path: Path, patience: float = NEW_KIND_SECONDS) -> None:
        self.patience = patience
        self.access = kubeconfig.load(path)
        self._pool = urllib3.PoolManager(
            maxsize=AT_ONCE,
            ssl_context=self.access.context,
            timeout=urllib3.Timeout(connect=5, read=ANSWER_SECONDS),
            retries=urllib3.Retry(connect=2, read=0, redirect=0, status=0, other=0, backoff_factor=0.2, respect_retry_after_header=False),
        )
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._kinds: dict[str, dict[str, tuple[str, bool]]] = {}
        self._lock = threading.Lock()

    def identity(self) -> str:
        """Which cluster this is: the uid of its kube-system namespace, made once with it."""
        found = self.get(Ref("v1", "Namespace", "", "kube-system"))
        return str(found["metadata"]["uid"]) if found else self.access.server

    def ref(self, document: Mapping[str, Any]) -> Ref:
        """Where a document belongs. ValueError where it does not name itself."""
        metadata = part(document, "metadata")
        api, kind, name = (str(part or "") for part in (document.get("apiVersion"), document.get("kind"), metadata.get("name")))
        if not (api and kind and name):
            raise ValueError("it must say its apiVersion, kind and metadata.name: names are not made up here")
        _, namespaced = self._kind(api, kind)
        return Ref(api, kind, str(metadata.get("namespace") or self.access.namespace) if namespaced else "", name)

    def apply(self, document: Mapping[str, Any], *, dry_run: bool = False) -> Document:
        """Server-side apply: creates the object or changes what we own of it; every unknown field is refused."""
        query = {"fieldManager": MANAGER, "force": "true", "fieldValidation": "Strict"} | ({"dryRun": "All"} if dry_run else {})
        path = self.path(self.ref(document))
        until = time.monotonic() + self.patience
        while True:
            try:
                return self._request("PATCH", path, query, document, "application/apply-patch+yaml")
            except RefusedError as error:
                if "page not found" not in str(error) or time.monotonic() >= until:  # a kind in discovery, but not served yet
                    raise
            time.sleep(0.3)

    def get(self, ref: Ref) -> Document | None:
        """The live object, None where there is none."""
        try:
            return self._request("GET", self.path(ref))
        except RefusedError as error:
            if error.status == _NOT_FOUND:
                return None
            raise

    def list(self, api: str, kind: str, namespace: str = "", **selectors: str) -> list[Document]:
        """The objects of a kind; selectors are `labelSelector` and `fieldSelector`."""
        return self._request("GET", self.path(Ref(api, kind, namespace, "")), selectors)["items"]

    def delete(self, ref: Ref, uid: str = "", propagation: Propagation = "Foreground") -> bool:
        """Asks for an object's end, of this very object where its uid is given; False where it is not there any more."""
        options: Document = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        if uid:
            options["preconditions"] = {"uid": uid}
        try:
            self._request("DELETE", self.path(ref), body=options)
        except RefusedError as error:
            if error.status in {_NOT_FOUND, _CONFLICT}:
                return False
            raise
        return True

    def path(self, ref: Ref) -> str:
        """An object's address, or its collection's where the name is ""."""
        plural, namespaced = self._kind(ref.api, ref.kind)
        parts = [_root(ref.api), *(("namespaces", ref.namespace) if namespaced and ref.namespace else ()), plural, ref.name]
        return "/".join(part for part in parts if part)

    def _kind(self, api: str, kind: str) -> tuple[str, bool]:
        """A kind's plural and whether it lies in a namespace. A definition just made shows up in discovery a moment later."""
        until = time.monotonic() + self.patience
        while True:
            with self._lock:
                known = self._kinds.get(api) or {}
                if kind not in known:
                    known = self._kinds[api] = self._discover(api)
            if kind in known:
                return known[kind]
            if time.monotonic() >= until:
                raise RefusedError(_NOT_FOUND, f"the cluster knows no {kind} in {api}: are the definitions of its operator installed?")
            time.sleep(0.5)

    def _discover(self, api: str) -> dict[str, tuple[str, bool]]:
        try:
            found = self._request("GET", _root(api))["resources"]
        except RefusedError as error:
            if error.status in {_NOT_FOUND, _UNAVAILABLE}:
                return {}
            raise
        return {item["kind"]: (item["name"], item["namespaced"]) for item in found if "/" not in item["name"]}

    def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        content_type: str = "application/json",
    ) -> Document:
        url = f"{self.access.server}{path}" + (f"?{urlencode(query)}" if query else "")
        data = json.dumps(body).encode() if body is not None else None
        answer, attempt, renew = None, 0, False
        while answer is None or (attempt < ATTEMPTS and answer.status in _AGAIN):
            if answer is not None and not renew:
                time.sleep(float(answer.headers.get("Retry-After") or 0.2 * 2**attempt))
            headers = {"Accept": "application/json", "Content-Type": content_type, **self.access.headers(renew=renew)}
            try:
                with self._slots:
                    answer = self._pool.request(method, url, body=data, headers=headers)
            except urllib3.exceptions.HTTPError as error:
                raise MissingError(f"no cluster answers at {self.access.server} ({_reason(error)}): start it, or see KUBECONFIG") from error
            attempt += 1
            renew = answer.status == _UNAUTHORIZED
        content: Document = json.loads(answer.data or b"{}") if "json" in answer.headers.get("Content-Type", "") else {}
        if answer.status >= _REFUSED:
            causes: list[Mapping[str, str]] = part(content, "details").get("causes") or []
            told = tuple((cause.get("field", ""), cause.get("message", "")) for cause in causes)
            raise RefusedError(answer.status, content.get("message") or answer.data.decode(errors="replace").strip()[:300], told)
        return content


def part(document: Mapping[str, Any], *keys: str) -> Document:
    """A map inside a document, empty where any step on the way to it is not there."""
    found: Any = document
    for key in keys:
        found = found.get(key) or {}
    return found


def _root(api: str) -> str:
    return f"/apis/{api}" if "/" in api else f"/api/{api}"


def _reason(error: Exception) -> str:
    """The innermost reason of a failed connection, in its own words."""
    reason = getattr(error, "reason", None) or error
    return re.sub(r"^<.*?>: |^.*\): ", "", str(reason)).strip() or type(error).__name__

"""As much of a Kubernetes API server as the engine's unit tests need, on loopback: it keeps what is applied and logs what is asked."""

import json
import re
import threading
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import yaml

Document = dict[str, Any]
Refuse = Callable[[Document, Document | None], tuple[int, str] | None]
Settle = Callable[[Document], None]

KINDS = {
    "/api/v1": {"ConfigMap": True, "Event": True, "Namespace": False, "PersistentVolumeClaim": True, "Pod": True, "Secret": True},
    "/apis/apps/v1": {"Deployment": True},
    "/apis/storage.k8s.io/v1": {"StorageClass": False},
}
PLURAL = {"StorageClass": "storageclasses"}


class FakeApi:
    """`objects` by path; `refuse` may answer an apply with a status and a message; `settle` stands for the controllers."""

    def __init__(self, folder: Path) -> None:
        self.objects: dict[str, Document] = {}
        self.log: list[tuple[str, str]] = []
        self.refuse: Refuse = lambda _new, _old: None
        self.settle: Settle = settle
        self.lock = threading.Lock()
        self.put("/api/v1/namespaces/kube-system", {"kind": "Namespace", "metadata": {"name": "kube-system"}})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"api": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.kubeconfig = folder / "kubeconfig"
        named = {"clusters": [{"name": "fake", "cluster": {"server": self.url}}], "users": [{"name": "me", "user": {"token": "t"}}]}
        contexts = [{"name": "fake", "context": {"cluster": "fake", "user": "me"}}]
        self.kubeconfig.write_text(yaml.safe_dump({"current-context": "fake", "contexts": contexts, **named}))
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path in self.log if method != "GET"]

    def names(self, plural: str) -> set[str]:
        return {document["metadata"]["name"] for path, document in self.objects.items() if f"/{plural}/" in path}

    def put(self, path: str, document: Document) -> Document:
        old = self.objects.get(path)
        uid = old["metadata"]["uid"] if old else str(uuid.uuid4())
        generation = (old["metadata"]["generation"] if old else 0) + 1
        document["metadata"] |= {"uid": uid, "generation": generation}
        self.settle(document)
        self.objects[path] = document
        return document


def settle(document: Document) -> None:
    """What controllers would make of it: everything is ready at once."""
    if document["kind"] == "Namespace":
        document["status"] = {"phase": "Active"}
    if document["kind"] == "Deployment":
        count = document["spec"]["replicas"]
        generation = document["metadata"]["generation"]
        document["status"] = {"observedGeneration": generation, "replicas": count, "updatedReplicas": count, "availableReplicas": count}


class Handler(BaseHTTPRequestHandler):
    api: ClassVar[FakeApi]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Says nothing."""

    def reply(self, status: int, content: Document) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def body(self) -> Document:
        return json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")

    def begin(self) -> tuple[str, str, Document]:
        url, body = urlsplit(self.path), self.body()
        self.api.log.append((self.command, url.path))
        return url.path, url.query, body

    def do_GET(self) -> None:
        path, query, _ = self.begin()
        if path in KINDS:
            found = [
                {"kind": kind, "name": PLURAL.get(kind, f"{kind.lower()}s"), "namespaced": inside} for kind, inside in KINDS[path].items()
            ]
            return self.reply(200, {"resources": found})
        if path in self.api.objects:
            return self.reply(200, self.api.objects[path])
        if re.search(r"/(pods|events|storageclasses)$", path) or query:
            return self.reply(200, {"items": [found for at, found in self.api.objects.items() if at.startswith(f"{path}/")]})
        return self.reply(404, {"message": f"{path} not found"})

    def do_PATCH(self) -> None:
        path, query, body = self.begin()
        with self.api.lock:
            refused = self.api.refuse(body, self.api.objects.get(path))
            if refused:
                return self.reply(refused[0], {"message": refused[1]})
            return self.reply(200, body if "dryRun" in query else self.api.put(path, body))

    def do_DELETE(self) -> None:
        path, _, options = self.begin()
        found = self.api.objects.get(path)
        if found is None:
            return self.reply(404, {"message": "not found"})
        if options.get("preconditions", {}).get("uid", found["metadata"]["uid"]) != found["metadata"]["uid"]:
            return self.reply(409, {"message": "another uid"})
        del self.api.objects[path]
        return self.reply(200, {})

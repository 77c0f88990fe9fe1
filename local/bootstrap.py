"""What a fresh control plane is given before anybody uses it: CRDs that are Established, nodes that are Ready."""

import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from catalog.faults import MissingError
from local.controlplane import ControlPlane

Document = dict[str, Any]

_PATHS = {
    "CustomResourceDefinition": "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "Namespace": "/api/v1/namespaces",
    "Node": "/api/v1/nodes",
    "StorageClass": "/apis/storage.k8s.io/v1/storageclasses",
}
_CONDITIONS = {"CustomResourceDefinition": "Established", "Node": "Ready"}
_MANAGER = "observatory-local"


class Bootstrap:
    """An administrator's connection, for documents whose shape is the project's own."""

    def __init__(self, plane: ControlPlane) -> None:
        self._client = httpx.Client(base_url=plane.server, verify=plane.admin, trust_env=False, timeout=30)

    def close(self) -> None:
        """Ends its connections."""
        self._client.close()

    def apply(self, documents: Iterable[Document]) -> None:
        """Server-side apply with strict fields, a few at once; raises MissingError on what the API server refuses."""
        with ThreadPoolExecutor(max_workers=4) as pool:
            list(pool.map(self._apply, documents))

    def wait(self, documents: Iterable[Document], seconds: float) -> None:
        """Returns when each CRD is Established and each node Ready; raises MissingError that names what is not."""
        deadline = time.monotonic() + seconds
        waiting = [document for document in documents if document["kind"] in _CONDITIONS]
        while waiting := [document for document in waiting if not self._ready(document)]:
            if time.monotonic() > deadline:
                names = ", ".join(f"{document['kind']} {document['metadata']['name']}" for document in waiting)
                raise MissingError(f"not ready on the local cluster after {seconds:.0f} s: {names}; try `make down`, then `make up`")
            time.sleep(0.1)

    def _apply(self, document: Document) -> None:
        answer = self._client.patch(
            _path(document),
            params={"fieldManager": _MANAGER, "force": "true", "fieldValidation": "Strict"},
            headers={"Content-Type": "application/apply-patch+yaml"},
            json=document,
        )
        if answer.is_error:
            raise MissingError(f"the local cluster refused {document['kind']} {document['metadata']['name']}: {_message(answer)}")

    def _ready(self, document: Document) -> bool:
        answer = self._client.get(_path(document))
        conditions: list[Document] = (answer.json().get("status", {}).get("conditions") or []) if answer.is_success else []
        wanted = _CONDITIONS[document["kind"]]
        return any(condition["type"] == wanted and condition["status"] == "True" for condition in conditions)


def _path(document: Document) -> str:
    return f"{_PATHS[document['kind']]}/{document['metadata']['name']}"


def _message(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:300]

"""One document that the Elastic stack is handed, with the way to tell whether it has it already."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

System = Literal["elasticsearch", "kibana"]
Kind = Literal["document", "once", "objects"]
"""`document`: read back and written again where it differs. `once`: made where it is missing, otherwise left alone, since what is
below it has grown since. `objects`: Kibana's saved objects, imported together."""


@dataclass(frozen=True)
class Request:
    """One call of the API; the path names the document, so that the same call made twice makes one thing."""

    name: str
    """What people call it: `lifecycle keep-30d`. Unique."""
    system: System
    method: Literal["PUT", "POST"]
    path: str
    """With its query, from the root of the system."""
    document: Any
    """The body: JSON, or the list of saved objects."""
    kind: Kind = "document"
    read: str | None = None
    """Where it is read back; default: the path it is written to, without the query."""
    create: str | None = None
    """Where it is made by POST while it does not exist, for APIs whose PUT only changes."""

    @property
    def data(self) -> dict[str, Any]:
        """As the setup program reads it; what is not said is left out."""
        found = {
            "name": self.name,
            "system": self.system,
            "method": self.method,
            "path": self.path,
            "kind": self.kind,
            "read": self.read or self.path.partition("?")[0],
            "document": self.document,
        }
        return found | ({"create": self.create} if self.create else {})


def put(name: str, path: str, document: Any, kind: Kind = "document", read: str | None = None) -> Request:  # noqa: ANN401  JSON
    """A document of Elasticsearch's."""
    return Request(name, "elasticsearch", "PUT", path, document, kind, read)


def to_json(requests: Iterable[Request]) -> str:
    """One request a line: small, and a difference shows which one changed."""
    lines = (json.dumps(request.data, ensure_ascii=False, separators=(",", ":")) for request in requests)
    return "\n".join(lines) + "\n"

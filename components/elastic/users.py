"""Who may log in to Elasticsearch, and by what: users of its file realm, each from a Secret of ours, and the authority of its certificate.

A Secret with `username`, `password` and `roles` is a user (ECK 3.5.0, pkg/controller/elasticsearch/user/user_provided.go). Roles may be
native ones: they are looked up when somebody logs in.
"""

from collections.abc import Iterable

from components.context import Context
from components.secrets import Handed, Need
from rendering.document import Document
from rendering.elastic.places import USERS, secret

AUTHORITY = "elasticsearch-ca"
"""Secret with `ca.crt` and `ca.key`: by it the operator signs what Elasticsearch and Kibana show. Ours, so that whoever asks them from
another namespace knows it before they are there."""
CERTIFICATE = Need(AUTHORITY, "ca.crt", "certificate of the authority that signs Elasticsearch's and Kibana's, as PEM")
_KEY = Need(AUTHORITY, "ca.key", "private key of that authority, as PEM (PKCS #8 or #1)")
MOUNT = "/etc/elasticsearch"
"""Where pods find a user's `password` and the authority's `ca.crt`."""
_PURPOSES = {
    "logstash": "password of Elasticsearch's user who writes records",
    "exporter": "password of Elasticsearch's user who reads its health for Prometheus",
    "grafana": "password of Elasticsearch's user who reads for Grafana",
    "jaeger": "password of Elasticsearch's user who writes and reads Jaeger's indices",
    "setup": "password of Elasticsearch's superuser, who applies roles, templates and Kibana's objects",
    "kibana": "password of Elasticsearch's user as whom people read in Kibana once the edge has let them in",
}


def password(user: str) -> Need:
    """A user's password."""
    return Need(secret(user), "password", _PURPOSES[user])


def handed(context: Context, users: Iterable[str]) -> list[Handed]:
    """The users and the authority, in the namespace of their cluster."""
    place = context.namespaces.logging
    authority = Handed(place, None, {CERTIFICATE.key: CERTIFICATE, _KEY.key: _KEY}, AUTHORITY)
    return [authority, *(Handed(place, None, {"password": password(user)}, secret(user), _identity(user)) for user in users)]


def _identity(user: str) -> dict[str, str]:
    return {"username": user, "roles": ",".join(USERS[user])}


def volume(user: str) -> Document:
    """A user's password and the authority's certificate, and nothing else of either Secret: its key signs whatever it is given."""
    sources = [_part(secret(user), "password"), _part(AUTHORITY, CERTIFICATE.key)]
    return {"name": "elasticsearch", "projected": {"defaultMode": 0o440, "sources": sources}}


def mount() -> Document:
    """Of that volume."""
    return {"name": "elasticsearch", "mountPath": MOUNT, "readOnly": True}


def variable(user: str, name: str) -> Document:
    """An environment variable that holds a user's password, for programs that read no file."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret(user), "key": "password"}}}


def _part(name: str, key: str) -> Document:
    return {"secret": {"name": name, "items": [{"key": key, "path": key}]}}

"""Kibana's rooms: one for each application, and one that tells of all of them."""

from collections.abc import Iterator

from catalog.catalog import Catalog
from rendering.elastic.request import Request

SHARED = "default"
"""Kibana has it from the start; what concerns all applications stands there."""
_COLOURS = ("#6092C0", "#54B399", "#D36086", "#9170B8", "#CA8EAE", "#D6BF57", "#B9A888", "#DA8B45", "#AA6556", "#E7664C")
"""Those of Kibana's own palette that can be told apart by everybody."""


def requests(catalog: Catalog) -> Iterator[Request]:
    """Every space; the shared one is only renamed."""
    yield _space(SHARED, "All applications", "What concerns every application.", "#343741")
    for number, (name, application) in enumerate(sorted(catalog.applications.items())):
        yield _space(name, application.title, f"Logs of {application.title}.", _COLOURS[number % len(_COLOURS)])


def _space(name: str, title: str, description: str, colour: str) -> Request:
    """Created by POST, changed by PUT, both with the whole document."""
    document = {"id": name, "name": title, "description": description, "color": colour}
    path = f"/api/spaces/space/{name}"
    return Request(f"space {name}", "kibana", "PUT", path, document, create="/api/spaces/space")


def path(space: str, rest: str) -> str:
    """An address within a space."""
    return rest if space == SHARED else f"/s/{space}{rest}"

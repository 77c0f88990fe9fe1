"""Who may do what: native roles, whose users are the file realm's (`places.USERS`) or made by an administrator.

A Basic licence has users, roles and spaces, but no rights by field or document, and no login by somebody else's word. Of API keys
there is none: programs of ours log in as users of the file realm, whose passwords can be changed without asking Elasticsearch. For
a service that writes straight to it, an administrator makes one with `setup.py key` (docs/logs.md).
"""

from collections.abc import Iterator
from typing import Any

from catalog.catalog import Catalog
from rendering.elastic.lifecycle import META
from rendering.elastic.places import dead_letters, direct
from rendering.elastic.request import Request, put
from rendering.elastic.spaces import SHARED
from rendering.elastic.templates import patterns
from rendering.jaeger.settings import ElasticsearchSettings
from rendering.site import Site

READER, WRITER = "logs_reader", "logstash_writer"
_READ = ["read", "view_index_metadata"]
_APPEND = ["create_doc", "auto_configure", "view_index_metadata"]
"""May add records, and with them fields; may neither read, change nor delete any."""
_KIBANA = "kibana-.kibana"
"""Under this name Kibana keeps its privileges in Elasticsearch."""


def requests(catalog: Catalog, site: Site, jaeger: ElasticsearchSettings | None) -> Iterator[Request]:
    """Every role."""
    everything = [pattern for application in catalog.applications.values() for pattern in patterns(application, site)]
    everything.append(dead_letters(site))
    for application in catalog.applications.values():
        name = application.application
        yield _role(
            f"{name}_{READER}",
            f"Reads the logs of {application.title} and sees its space in Kibana.",
            indices=[_on(patterns(application, site), _READ)],
            applications=[_in_kibana(["space_read"], name)],
        )
        if alias := application.logs.direct:
            # The alias is what is named in requests; its indices are what dynamic mapping touches.
            names = [alias, f"{direct(alias)}-*"]
            text = f"Adds records to {alias} straight, for services of {application.title}."
            yield _role(f"{name}_logs_writer", text, indices=[_on(names, _APPEND)])
    yield _role(READER, "Reads all logs.", indices=[_on(everything, _READ)])
    yield _role(WRITER, "Adds records to every stream; for Logstash.", cluster=["monitor"], indices=[_on(everything, _APPEND)])
    yield _role("kibana_reader", "Sees every space of Kibana.", applications=[_in_kibana(["read"], None)])
    yield _role("kibana_editor", "Edits what is in any space of Kibana.", applications=[_in_kibana(["all"], None)])
    yield _role("kibana_guest", "Sees the space that tells of all applications.", applications=[_in_kibana(["space_read"], SHARED)])
    yield _role(
        "monitor_snapshots",
        "Sees snapshots, lifecycles and sizes; for the exporter.",
        cluster=["monitor", "monitor_snapshot", "read_ilm", "read_slm"],
        indices=[_on(["*"], ["monitor", "view_index_metadata"])],
    )
    if jaeger is not None:
        yield _role(
            "jaeger",
            "Keeps spans.",
            cluster=["monitor", "manage_index_templates"],
            indices=[_on([f"{jaeger.prefix}-jaeger-*"], ["read", "write", "create_index", "view_index_metadata", "auto_configure"])],
        )


def _role(name: str, description: str, **rights: list[Any]) -> Request:
    return put(f"role {name}", f"/_security/role/{name}", {"description": description, **rights, "metadata": META})


def _on(names: list[str], privileges: list[str]) -> dict[str, Any]:
    return {"names": names, "privileges": privileges}


def _in_kibana(privileges: list[str], space: str | None) -> dict[str, Any]:
    """Kibana's privileges as Elasticsearch keeps them: for one space, or for all."""
    return {"application": _KIBANA, "privileges": privileges, "resources": [f"space:{space}" if space else "*"]}

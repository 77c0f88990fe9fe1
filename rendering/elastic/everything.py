"""All that Elasticsearch and Kibana are handed in one environment, in the order in which one thing needs another."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from catalog.catalog import Catalog
from rendering.elastic import lifecycle, roles, snapshots, spaces, streams, templates, traces
from rendering.elastic.request import Request, put, to_json
from rendering.elastic.settings import ElasticSettings
from rendering.jaeger.settings import JaegerSettings
from rendering.logs.settings import LogsSettings
from rendering.site import Site

PROGRAM, REQUESTS = "setup.py", "requests-{:02}.jsonl"
"""Files of the setup Job."""
LARGEST = 900_000
"""Bytes of one file: a ConfigMap holds 1 MiB, its own metadata included."""
RECORD = "observatory-setup"
"""Index in which the setup program remembers what it applied."""


def requests(
    catalog: Catalog, site: Site, logs: LogsSettings, elastic: ElasticSettings, jaeger: JaegerSettings | None = None
) -> list[Request]:
    """Every request; Kibana's saved objects, which another room makes, come after these. ValueError where two share a name."""
    found = [
        put(f"index {RECORD}", f"/{RECORD}", _record(), "once"),
        *lifecycle.requests(catalog, logs, elastic),
        *traces.requests(logs, elastic, jaeger),
        *streams.pipelines(catalog, logs),
        *templates.requests(catalog, site, logs, elastic),
        *streams.requests(catalog, site),
        *roles.requests(catalog, site, jaeger.elasticsearch if jaeger else None),
        *snapshots.requests(site, elastic),
        *spaces.requests(catalog),
    ]
    shared = [name for name, count in Counter(request.name for request in found).items() if count > 1]
    if shared:
        raise ValueError(f"two requests are {', '.join(shared)}")
    return found


def _record() -> dict[str, Any]:
    """Of one document, which nobody searches."""
    settings = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "hidden": True}}
    return {"settings": settings, "mappings": {"dynamic": False, "properties": {"applied": {"type": "object", "enabled": False}}}}


def healthy(elastic: ElasticSettings) -> str:
    """The colour to wait for: with one node, copies have no place, and yellow is all that there will be."""
    return "yellow" if sum(nodes.count for tier, nodes in elastic.nodes.items() if tier != "master") == 1 else "green"


def files(found: Iterable[Request]) -> dict[str, str]:
    """What the setup Job mounts in one folder: the program and its requests, in files that each fit into a ConfigMap.

    Requests are applied in the order of the files' names.
    """
    parts: list[list[Request]] = [[]]
    size = 0
    for request in found:
        length = len(to_json([request]).encode())
        if size + length > LARGEST:
            parts.append([])
            size = 0
        parts[-1].append(request)
        size += length
    program = Path(__file__).with_name(PROGRAM).read_text(encoding="utf-8")
    return {PROGRAM: program} | {REQUESTS.format(number): to_json(part) for number, part in enumerate(parts)}


def documents(found: Iterable[Request]) -> dict[str, str]:
    """The same requests as files for people, one a request, by path."""
    return {f"elastic/{request.system}/{request.name.replace(' ', '/', 1)}.json": _text(request) for request in found}


def _text(request: Request) -> str:
    return json.dumps(request.data, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

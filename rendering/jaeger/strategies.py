"""What SDKs are told that ask how much to sample: all of it, since the samplers decide once a trace is whole, except health checks.

Where everything is kept anyway (development), health checks are as well: constant sampling 1, of every operation.

The format is that of `cmd/jaeger/sampling-strategies.json` and `sampling_strategies_example.json` in jaegertracing/jaeger v2.20.0.
"""

import json
from urllib.parse import urlsplit

from catalog.catalog import Catalog
from catalog.model import Service
from rendering.document import Document
from rendering.otel.identity import traced


def strategies(catalog: Catalog, *, constant: bool = False) -> str:
    """One strategy for each service whose traces come here, and one for all others; `constant`: the same for all operations.

    A file of strategies knows no constant sampler; a probability of 1 is one.
    """
    return json.dumps(
        {
            "service_strategies": [
                {"service": service.identity.otel, **_share(1), "operation_strategies": [] if constant else _unasked(service)}
                for _, service in traced(catalog)
            ],
            "default_strategy": _share(1),
        },
        indent=2,
    )


def _share(share: float) -> Document:
    return {"type": "probabilistic", "param": share}


def _unasked(service: Service) -> list[Document]:
    """A probe asks more often than anybody, and nobody reads its traces. Names are those of HTTP server spans: method and route."""
    paths = sorted({urlsplit(probe.url).path or "/" for probe in service.probes.values() if probe.url.startswith("http")} - {"/"})
    return [{"operation": f"GET {path}", **_share(0)} for path in paths]

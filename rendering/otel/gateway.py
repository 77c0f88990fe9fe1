"""The gateway's configuration: it sees traces whole, measures all of them, masks secrets, keeps some and hands them on."""

from catalog.base import Backend
from catalog.catalog import Catalog
from rendering.document import Document
from rendering.otel import parts
from rendering.otel.calls import of_calls
from rendering.otel.identity import of_spans, traces_elsewhere, unknown
from rendering.otel.places import OTLP_GRPC, datadog, jaeger
from rendering.otel.redaction import of_texts, redaction
from rendering.otel.sampling import tail_sampling
from rendering.otel.settings import TracesSettings
from rendering.otel.span_metrics import exposed, service_graph, span_metrics
from rendering.site import Site


def gateway(catalog: Catalog, site: Site, settings: TracesSettings) -> Document:
    """One configuration for all gateways.

    Secrets are masked before anything is kept or counted; metrics are made of every span, so the sampled share does not touch
    them; behind the sampler each backend gets the services that the catalog gives it.
    """
    backends = {"jaeger": parts.to_grpc(settings.jaeger or jaeger(site), settings.queue, "snappy")}
    if settings.datadog:
        backends["datadog"] = parts.to_grpc(datadog(site), settings.queue, "gzip")
    return {
        "extensions": parts.extensions(),
        "receivers": {"otlp": parts.otlp_receiver(OTLP_GRPC)},
        "processors": {
            "memory_limiter": parts.memory_limiter(settings.gateway_memory),
            "resource/place": parts.place(site),
            "transform/identity": _identity(catalog, settings),
            "redaction": redaction(emails=settings.redact_emails),
            "tail_sampling": tail_sampling(settings.sampling),
            "batch": {"timeout": "200ms", "send_batch_size": 2048, "send_batch_max_size": 4096},
            **{f"filter/{name}": _filter(catalog, name) for name in backends},
        },
        "connectors": {
            "spanmetrics": span_metrics(catalog),
            "servicegraph": service_graph(catalog),
            "forward/all": {},
            "forward/kept": {},
        },
        "exporters": {"prometheus": exposed(), **{f"otlp_grpc/{name}": backend for name, backend in backends.items()}},
        "service": parts.service(
            {
                "traces/received": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "resource/place", "transform/identity", "redaction"],
                    "exporters": ["spanmetrics", "servicegraph", "forward/all"],
                },
                # The sampler lets go of one trace at a time; each alone would be a write to the queue on disk.
                "traces/sampled": {"receivers": ["forward/all"], "processors": ["tail_sampling", "batch"], "exporters": ["forward/kept"]},
                **{
                    f"traces/{name}": {
                        "receivers": ["forward/kept"],
                        "processors": [f"filter/{name}"],
                        "exporters": [f"otlp_grpc/{name}"],
                    }
                    for name in backends
                },
                "metrics": {"receivers": ["spanmetrics", "servicegraph"], "exporters": ["prometheus"]},
            }
        ),
    }


def _identity(catalog: Catalog, settings: TracesSettings) -> Document:
    """Names, whom they call, then lengths, then texts; a statement that fails on a malformed span is logged and passed over."""
    groups = [*of_spans(catalog, settings.sampling), *of_calls(), parts.short_values("span"), *of_texts(emails=settings.redact_emails)]
    return {"error_mode": "ignore", "trace_statements": groups}


def _filter(catalog: Catalog, name: str) -> Document:
    """Drops what a backend does not get: services that the catalog gives to others; Datadog, which bills, gets no strangers either."""
    backend = Backend(name)
    conditions = traces_elsewhere(catalog, backend)
    if backend is Backend.DATADOG:
        conditions.append(unknown())
    return {"error_mode": "ignore", "traces": {"span": conditions}}

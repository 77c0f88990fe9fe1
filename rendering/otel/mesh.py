"""What tells Istio's proxies to send their spans here; the mesh itself, and the provider that this names, are the platform team's.

In the mesh's configuration stands, once: `extensionProviders: [{name: observatory, opentelemetry: {service: <the endpoint>, port: 4317}}]`.
Source: Istio's documentation, «Telemetry» (telemetry.istio.io/v1) and «OpenTelemetry» under distributed tracing.
"""

from rendering.document import LABELS, Document

PROVIDER = "observatory"
_ROOT = "istio-system"
"""The mesh's root namespace: what stands there is true of all of it."""


def telemetry() -> Document:
    """Every request of the mesh is traced: which traces are kept is decided once they are whole, not by the first proxy."""
    return {
        "apiVersion": "telemetry.istio.io/v1",
        "kind": "Telemetry",
        "metadata": {"name": "observatory-traces", "namespace": _ROOT, "labels": dict(LABELS)},
        "spec": {"tracing": [{"providers": [{"name": PROVIDER}], "randomSamplingPercentage": 100}]},
    }

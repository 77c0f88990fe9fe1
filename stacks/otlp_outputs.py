"""What an environment promises of OpenTelemetry: where telemetry is sent, and who each service is there."""

from typing import Literal

from catalog.base import Backend, Model
from catalog.model import Application, Service
from components.context import Context
from rendering.jaeger.places import sampling_endpoint
from rendering.otel.places import ENDPOINT, OTLP_GRPC
from stacks.settings import Settings


class Otlp(Model):
    """How telemetry is sent."""

    endpoint: str
    """The gateway's address, which stays the same."""
    protocol: Literal["grpc"] = "grpc"
    served: bool
    """Whether something answers there."""
    resource_attributes: dict[str, str]
    """What every record must carry beside `service.name`."""


def gateway(settings: Settings, context: Context) -> Otlp:
    """Where it is sent; nobody answers there without `traces`."""
    return Otlp(endpoint=_otlp(context), served=settings.traces is not None, resource_attributes=_attributes(context))


def environment(settings: Settings, context: Context, application: Application, service: Service) -> dict[str, str]:
    """A service's identity, where its traces are ours to collect."""
    if Backend.JAEGER not in service.collect.traces:
        return {}
    attributes = {**_attributes(context), "service.namespace": application.application}
    return {
        "OTEL_SERVICE_NAME": service.identity.otel,
        "OTEL_RESOURCE_ATTRIBUTES": ",".join(f"{key}={value}" for key, value in attributes.items()),
        "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
        **({"OTEL_EXPORTER_OTLP_ENDPOINT": _otlp(context)} if settings.traces else {}),
        **_sampler(settings, context),
    }


def _sampler(settings: Settings, context: Context) -> dict[str, str]:
    """How an SDK samples at the head: all of it where all is kept, else as Jaeger's strategies say, asked of it again and again.

    The values are those of OpenTelemetry's specification, «Environment Variable Specification». SDKs without the remote sampler
    (Python's) say so at their start and send everything, which is what strategies say but for health checks.
    """
    if settings.traces is None:
        return {}
    if settings.jaeger is None or settings.traces.sampling.share == 1:
        return {"OTEL_TRACES_SAMPLER": "parentbased_always_on"}
    endpoint = sampling_endpoint(context.namespaces)
    return {
        "OTEL_TRACES_SAMPLER": "parentbased_jaeger_remote",
        "OTEL_TRACES_SAMPLER_ARG": f"endpoint={endpoint},pollingIntervalMs=60000,initialSamplingRate=1",
    }


def _otlp(context: Context) -> str:
    return f"http://{ENDPOINT}.{context.namespaces.tracing}.svc:{OTLP_GRPC}"


def _attributes(context: Context) -> dict[str, str]:
    return {
        "deployment.environment.name": context.environment,
        "cloud.region": context.region,
        "k8s.cluster.name": context.cluster,
    }

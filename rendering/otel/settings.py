"""What a person decides about traces; refused here, by name, where it could not work."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from catalog.base import Model
from catalog.units import Duration

_SCHEMES = ("http", "https")


def _endpoint(text: str) -> str:
    example = "write it as http://jaeger-collector.tracing.svc:4317, or https:// where it speaks TLS"
    if "://" not in text:
        raise ValueError(f"{text!r} has no scheme, so nobody knows whether it speaks TLS; {example}")
    parts = urlsplit(text)
    if parts.scheme not in _SCHEMES:
        raise ValueError(f"{text!r} has the scheme {parts.scheme}; {example}")
    if not parts.hostname or parts.port is None:
        raise ValueError(f"{text!r} lacks its host or its port; {example}")
    return text


Endpoint = Annotated[str, AfterValidator(_endpoint)]
"""An address with scheme, host and port."""


class SamplingSettings(Model):
    """Which traces are kept, decided by a gateway once it has seen them whole."""

    share: float = Field(ge=0, le=1)
    """Share of the traces that are kept although they are neither wrong nor slow."""
    slow: Duration = 5
    """A request that took longer is kept; a service's own latency objective in the catalog goes before."""
    decision_wait: Duration = Field(default=10, ge=1, le=60)
    """How long after a trace's first span the decision is made; what a killed gateway had not yet decided is lost."""
    traces_in_memory: int = Field(default=50_000, ge=1000, le=1_000_000)
    """Undecided traces that a gateway holds at the most; then senders wait."""


class ReplicasSettings(Model):
    """Between how many gateways the autoscaler chooses."""

    min: int = Field(ge=1, le=20)
    max: int = Field(ge=1, le=50)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


class TracesSettings(Model):
    """The collectors: agents that receive, gateways that sample and export."""

    sampling: SamplingSettings
    replicas: ReplicasSettings
    jaeger: Endpoint | None = None
    """OTLP address of a Jaeger that somebody else runs; default: ours."""
    datadog: bool = False
    """Whether services whose catalog entry says so send their traces to the Datadog agent as well."""
    zipkin: bool = False
    """Whether Zipkin's port 9411 is open for applications that have no OpenTelemetry yet."""
    mesh: bool = False
    """Whether Istio's proxies send their spans here."""
    redact_emails: bool = True
    """Whether e-mail addresses are masked, as passwords, keys, tokens and card numbers always are."""
    queue: int = Field(default=200_000, ge=10_000, le=10_000_000)
    """Spans that wait on disk for a backend that is down; those beyond are dropped by gateways and refused by agents.

    A queue holds at least one batch.
    """
    agent_memory: int = Field(default=256, ge=128, le=4096)
    """MiB of one agent."""
    gateway_memory: int = Field(default=512, ge=256, le=16384)
    """MiB of one gateway."""

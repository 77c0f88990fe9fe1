"""The one base of every model that a person's file is read into."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Model(BaseModel):
    """Frozen, and refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True)


# A name becomes a label value, a Kubernetes name and a file's name: one alphabet serves all three; Kubernetes wants no dash at its end.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$")]
SignalName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
AlertName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]{2,59}$")]


class Backend(StrEnum):
    """Where telemetry goes and where alerts are evaluated."""

    PROMETHEUS = "prometheus"
    DATADOG = "datadog"
    CLOUDWATCH = "cloudwatch"
    ELASTIC = "elastic"
    LOKI = "loki"
    JAEGER = "jaeger"


class Priority(StrEnum):
    """Skillforge's definition, used for all: P1 critical, P2 high, P3 medium, info."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    INFO = "info"


class Severity(StrEnum):
    """What Alertmanager routes and inhibits by."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

"""What an environment promises of one service: how it is found, where people look at it, and what it has promised itself."""

from typing import Literal

from catalog.base import Model
from catalog.catalog import Subject
from catalog.model import Service
from catalog.units import duration_text
from rendering import targets
from rendering.dashboard_links import dashboard_url, service_uid
from stacks.settings import Settings


class MonitorOutputs(Model):
    """The object by which Prometheus finds a service. It is ours: a service hands in an entry of the catalog, not a monitor."""

    kind: Literal["ServiceMonitor", "PodMonitor"]
    namespace: str
    name: str
    labels: dict[str, str]
    """What the service's Kubernetes Service must carry (ServiceMonitor), or its pods (PodMonitor)."""
    port: str | int
    """The metrics port: its name at the Kubernetes Service, or the pod's number."""
    path: str


class ObjectiveOutputs(Model):
    """One SLO: the share of good events over a window."""

    signal: str
    target: float
    window: str
    under: str | None = None
    """How long a good event takes at the most; none where goodness is no matter of time."""


def monitor(settings: Settings, subject: Subject) -> MonitorOutputs | None:
    """The monitor that finds a service; None where Prometheus does not collect its metrics."""
    document = targets.monitor(subject, settings.site)
    if document is None:
        return None
    kind, spec, meta = document["kind"], document["spec"], document["metadata"]
    (endpoint,) = spec["endpoints" if kind == "ServiceMonitor" else "podMetricsEndpoints"]
    return MonitorOutputs(
        kind=kind,
        namespace=meta["namespace"],
        name=meta["name"],
        labels=spec["selector"]["matchLabels"],
        port=next(endpoint[key] for key in ("port", "portNumber", "targetPort") if key in endpoint),
        path=endpoint["path"],
    )


def dashboard(settings: Settings, subject: Subject) -> str | None:
    """The service's page: its address where people's browsers reach Grafana, else its path there; None without a Grafana of ours."""
    uid = service_uid(subject.application.application, subject.name)
    return dashboard_url(subject, settings.site) or (f"/d/{uid}" if settings.grafana else None)


def objectives(service: Service) -> dict[str, ObjectiveOutputs]:
    """The service's SLOs by name."""
    return {
        name: ObjectiveOutputs(
            signal=each.signal,
            target=each.target,
            window=duration_text(each.window),
            under=duration_text(each.under) if each.under is not None else None,
        )
        for name, each in service.objectives.items()
    }

"""What agents take and look at: each feature on or off, by the settings and by what the catalog sends here. Pure."""

from dataclasses import dataclass

from catalog.base import Backend
from catalog.catalog import Catalog
from catalog.model import Application
from components.datadog.settings import DatadogSettings
from rendering.document import Document

DOGSTATSD, TRACES, OTLP = 8125, 8126, (4317, 4318)


@dataclass(frozen=True)
class Wanted:
    """What the catalog sends here, which decides what agents must take."""

    logs: tuple[str, ...]
    """Namespaces whose containers' output is read; no other's."""
    traces: bool

    @staticmethod
    def of(catalog: Catalog) -> "Wanted":
        """By what services collect."""
        applications = catalog.applications.values()
        return Wanted(
            logs=tuple(sorted(each.namespace for each in applications if each.namespace and _sends(each, "logs"))),
            traces=any(_sends(each, "traces") for each in applications),
        )


def _sends(application: Application, what: str) -> bool:
    return any(Backend.DATADOG in getattr(service.collect, what) for service in application.services.values())


def features(settings: DatadogSettings, wanted: Wanted) -> Document:
    """Each feature on or off; one that is left out would be the operator's choice."""
    chosen, state = settings.agents, settings.cluster_state == "datadog"

    def switch(*, on: bool) -> Document:
        return {"enabled": on}

    receiver = {
        kind: {"enabled": chosen.otlp, "endpoint": f"0.0.0.0:{port}", "hostPortConfig": switch(on=chosen.otlp)}
        for kind, port in zip(("grpc", "http"), OTLP, strict=True)
    }
    return {
        "logCollection": {"enabled": bool(wanted.logs), "containerCollectAll": True, "autoMultiLineDetection": True},
        "apm": {
            "enabled": wanted.traces,
            "hostPortConfig": {"enabled": False},
            "unixDomainSocketConfig": {"enabled": True},
            "instrumentation": switch(on=False),  # applications bring their tracers and their versions
        },
        "dogstatsd": {
            "unixDomainSocketConfig": {"enabled": True},
            "hostPortConfig": {"enabled": True, "hostPort": DOGSTATSD},
            "originDetectionEnabled": True,
            "nonLocalTraffic": True,
            "tagCardinality": "low",
        },
        "otlp": {"receiver": {"protocols": receiver}},
        "liveProcessCollection": {"enabled": chosen.processes, "scrubProcessArguments": True},
        "processDiscovery": switch(on=chosen.processes),
        "npm": {"enabled": chosen.network, "collectDNSStats": True},
        "usm": switch(on=chosen.services),
        "cws": switch(on=chosen.cws),
        "cspm": {"enabled": chosen.cspm, "hostBenchmarks": switch(on=chosen.cspm)},
        "sbom": {"enabled": chosen.sbom, "containerImage": switch(on=chosen.sbom), "host": switch(on=chosen.sbom)},
        # Our rules reach agents by it; without them nobody configures agents from outside.
        "remoteConfiguration": switch(on=chosen.cws),
        "clusterChecks": {"enabled": True, "useClusterChecksRunners": True},
        "orchestratorExplorer": {"enabled": True, "scrubContainers": True},
        "kubeStateMetricsCore": switch(on=state),
        "controlPlaneMonitoring": switch(on=state),
        "eventCollection": {"collectKubernetesEvents": True},
        "externalMetricsServer": switch(on=False),
        "prometheusScrape": switch(on=False),  # the catalog says what is asked, not annotations
        # Pods ask for DD_ENV, DD_SERVICE and DD_VERSION by the label `admission.datadoghq.com/enabled`; others are left alone.
        "admissionController": {
            "enabled": True,
            "mutateUnlabelled": False,
            "agentCommunicationMode": "socket",
            "failurePolicy": "Ignore",
        },
    }

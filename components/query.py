"""The deduplicating front of the pair: Thanos Query, which asks both replicas and answers as one."""

from components.base import Server
from components.context import Context
from components.pods import Resources, container, deployment, disruption_budget, metadata, probe, service, service_account
from components.prometheus import REPLICA_LABEL
from components.prometheus_access import NAME as PROMETHEUS
from components.prometheus_settings import PrometheusSettings
from rendering.document import Document

NAME = "prometheus-query"
PORT = 9090
TARGET_PORT, _GRPC = 10902, 10901
RESOURCES = Resources(cpu="100m", memory="512Mi")
_SELECTOR = {"app.kubernetes.io/name": NAME}


def endpoint(context: Context, settings: PrometheusSettings) -> str:
    """The address that people, dashboards and applications query; it speaks Prometheus' HTTP API."""
    if settings.query == "amp" and settings.remote_write:
        return settings.remote_write.workspace
    return f"http://{NAME}.{context.namespaces.monitoring}.svc:{PORT}"


def documents(context: Context, settings: PrometheusSettings) -> list[Document]:
    """The querier, where it is the front; it finds the replicas by the headless Service's records."""
    if settings.query != "thanos":
        return []
    namespace = context.namespaces.monitoring
    meta = metadata(NAME, namespace)
    main = container(
        "query",
        context.images.image("thanos"),
        RESOURCES,
        {"http": TARGET_PORT, "grpc": _GRPC},
        args=[
            "query",
            f"--http-address=0.0.0.0:{TARGET_PORT}",
            f"--grpc-address=0.0.0.0:{_GRPC}",
            f"--endpoint=dnssrv+_grpc._tcp.{PROMETHEUS}.{namespace}.svc",
            f"--query.replica-label={REPLICA_LABEL}",
            "--query.auto-downsampling",
            "--query.timeout=2m",
            "--log.format=json",
        ],
        readinessProbe=probe("/-/ready", "http", periodSeconds=5),
        livenessProbe=probe("/-/healthy", "http", periodSeconds=30, failureThreshold=4),
    )
    return [
        service_account(NAME, namespace),
        deployment(context, meta, _SELECTOR, settings.query_replicas, [main]),
        service(meta, _SELECTOR, {"metrics": (PORT, "http")}),
        *disruption_budget(meta, _SELECTOR, settings.query_replicas),
    ]


class Query(Server):
    """Thanos Query beside the pair; nothing where the managed workspace answers."""

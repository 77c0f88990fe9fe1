"""Jaeger: one process with files of its own, or collectors and queries apart over Elasticsearch."""

from hashlib import sha256

from components.base import Server
from components.context import Context
from components.elastic.users import CERTIFICATE, password
from components.pods import Resources, container, deployment, disruption_budget, metadata, pod_security, probe, service, volume_claim
from components.pods import service_account as account
from components.secrets import Handed
from rendering.document import Document, to_yaml
from rendering.jaeger.configuration import Monitor, Role, configuration
from rendering.jaeger.places import (
    COLLECTOR,
    CONFIGURATION,
    DATA,
    FOLDER,
    INTERFACE,
    NAME,
    QUERY,
    QUERY_GRPC,
    QUERY_HTTP,
    SAMPLING_GRPC,
    SAMPLING_HTTP,
    SECRETS,
    STRATEGIES,
)
from rendering.jaeger.settings import JaegerSettings
from rendering.otel.places import HEALTH, OTLP_GRPC, TELEMETRY
from rendering.targets import EXPORTER_PORT

SECRET = "elasticsearch-jaeger"  # noqa: S105  a name
SELECTOR = {"app.kubernetes.io/name": NAME}
"""All of Jaeger's pods."""
_COMPONENT = "app.kubernetes.io/component"
_TAKES = {"otlp": OTLP_GRPC, "sampling-http": SAMPLING_HTTP, "sampling-grpc": SAMPLING_GRPC}
_ANSWERS = {"query-http": QUERY_HTTP, "query-grpc": QUERY_GRPC}
_USER = 10001
"""Of the image (`cmd/jaeger/Dockerfile`)."""


def handed(context: Context, settings: JaegerSettings | None) -> list[Handed]:
    """What Jaeger logs in to Elasticsearch by, in its own namespace."""
    store = settings.elasticsearch if settings else None
    if store is None:
        return []
    found = {"password": password("jaeger")}
    if store.own_authority:
        found["ca.crt"] = CERTIFICATE
    return [Handed(context.namespaces.tracing, None, found, SECRET)]


def documents(context: Context, settings: JaegerSettings, monitor: Monitor, texts: dict[str, str]) -> list[Document]:
    """All objects; `texts` are the files beside the configuration, by name."""
    namespace = context.namespaces.tracing
    roles: dict[str, Role] = {NAME: "both"} if settings.elasticsearch is None else {COLLECTOR: "collector", QUERY: "query"}
    identity = {"eks.amazonaws.com/role-arn": settings.role_arn} if settings.role_arn else None
    found: list[Document] = []
    for name, role in roles.items():
        files = {CONFIGURATION: to_yaml(configuration(settings, monitor, role)), **texts}
        # One account for each workload; those that show performance sign their questions to the managed workspace.
        found.append(account(name, namespace, identity if role != "collector" else None, app=NAME))
        found.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(name, namespace, NAME), "data": files})
        found += _workload(context, settings, name, role, files)
    return [*_services(namespace, roles), *found]


def _services(namespace: str, roles: dict[str, Role]) -> list[Document]:
    """Two addresses that stay the same however many processes stand behind them; a third by which all are scraped."""
    own = {role: SELECTOR | {_COMPONENT: name} for name, role in roles.items()}
    takes, answers = own.get("collector") or own["both"], own.get("query") or own["both"]
    scraped = service(metadata(NAME, namespace), SELECTOR, {EXPORTER_PORT: (TELEMETRY, EXPORTER_PORT)}, headless=True)
    return [
        service(metadata(COLLECTOR, namespace), takes, {name: (port, name) for name, port in _TAKES.items()}),
        service(metadata(QUERY, namespace), answers, {name: (port, name) for name, port in _ANSWERS.items()}),
        scraped,
    ]


def _workload(context: Context, settings: JaegerSettings, name: str, role: Role, files: dict[str, str]) -> list[Document]:
    selector = SELECTOR | {_COMPONENT: name}
    meta = metadata(name, context.namespaces.tracing, NAME, **{_COMPONENT: name})
    main = _container(context, settings, role)
    volumes: list[Document] = [{"name": "configuration", "configMap": {"name": name}}]
    if settings.elasticsearch:
        volumes.append({"name": "secrets", "secret": {"secretName": SECRET, "defaultMode": 0o440}})
    annotations = {"observatory.dev/configuration": sha256("".join(files.values()).encode()).hexdigest()[:16]}
    if role == "both":
        made = deployment(context, meta, selector, 1, [main], volumes=volumes, annotations=annotations)
        return [_with_volume(context, settings, made)]
    replicas = settings.collectors if role == "collector" else settings.queries
    made = deployment(context, meta, selector, replicas, [main], volumes=volumes, annotations=annotations)
    made["spec"]["template"]["spec"]["securityContext"] = pod_security(_USER)
    return [made, *disruption_budget(meta, selector, replicas)]


def _with_volume(context: Context, settings: JaegerSettings, made: Document) -> Document:
    """The same pods as a StatefulSet of one: two processes never open one folder of Badger's."""
    spec = made["spec"]
    template = spec["template"]
    template["spec"]["securityContext"] = pod_security(_USER) | {"fsGroupChangePolicy": "OnRootMismatch"}
    template["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"] = "true"
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": made["metadata"],
        "spec": {
            "replicas": 1,
            "revisionHistoryLimit": spec["revisionHistoryLimit"],
            "serviceName": NAME,
            "selector": spec["selector"],
            "updateStrategy": {"type": "RollingUpdate"},
            "template": template,
            "volumeClaimTemplates": [volume_claim(context, "data", settings.volume)],
            "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Retain"},
        },
    }


def _container(context: Context, settings: JaegerSettings, role: Role) -> Document:
    takes, answers = (_TAKES if role != "query" else {}), (_ANSWERS if role != "collector" else {})
    mounts = [{"name": "configuration", "mountPath": FOLDER, "readOnly": True}]
    if settings.elasticsearch:
        mounts.append({"name": "secrets", "mountPath": SECRETS, "readOnly": True})
    else:
        mounts.append({"name": "data", "mountPath": DATA})
    return container(
        NAME,
        context.images.image(NAME),
        Resources(cpu="100m", memory=f"{settings.memory}Mi"),
        {**takes, **answers, EXPORTER_PORT: TELEMETRY, "health": HEALTH},
        args=[f"--config={FOLDER}/{CONFIGURATION}"],
        env=[{"name": "GOMEMLIMIT", "value": f"{int(0.8 * settings.memory)}MiB"}],
        volumeMounts=mounts,
        readinessProbe=probe("/status", "health", periodSeconds=5),
        livenessProbe=probe("/status", "health", periodSeconds=30, failureThreshold=4, initialDelaySeconds=30),
    )


def texts(strategies: str, interface: str) -> dict[str, str]:
    """The files beside the configuration."""
    return {STRATEGIES: strategies, INTERFACE: interface}


class Jaeger(Server):
    """Jaeger, which waits for the Secret that it reads."""

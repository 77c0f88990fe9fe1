"""Exporters: blackbox for checks from outside, and one for each postgres, redis and nginx that applications depend on."""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256

import pulumi
from pydantic import Field

from catalog.base import Model
from catalog.catalog import Subject
from catalog.model import Dependency
from components.base import Component, Resource, bounded
from components.cluster import Cluster
from components.context import Context
from components.pods import Resources, container, deployment, disruption_budget, metadata, probe, service, service_account
from components.secrets import Need
from rendering.blackbox import BLACKBOX, BLACKBOX_PORT
from rendering.document import Document
from rendering.targets import EXPORTER_PORT, exporter_labels

PORTS = {"postgres": 9187, "redis": 9121, "nginx": 9113}
DEPENDENCY_PORTS = {"postgres": 5432, "redis": 6379, "nginx": 8080}
SMALL = Resources(cpu="20m", memory="64Mi")
_SECRETS = "/etc/exporter/secrets"
_CONFIGURATION = "/etc/blackbox"


class ExportersSettings(Model):
    """Exporters of ours; one of each dependency is enough, since a second would only ask twice."""

    blackbox_replicas: int = Field(default=1, ge=1, le=3)
    postgres_tls: str = Field(default="require", pattern=r"^(disable|require|verify-ca|verify-full)$")
    """libpq's `sslmode` towards databases."""
    redis_tls: bool = True
    """Whether caches are asked over TLS."""


def kind(subject: Subject) -> str:
    """What the dependency is: postgres, redis or nginx."""
    return _dependency(subject).kind


def name_of(subject: Subject) -> str:
    """An exporter's name: the application's and its dependency's."""
    return bounded(f"{subject.application.application}-{subject.name}-exporter", 52)


def needs(subject: Subject) -> list[Need]:
    """The secrets by which an exporter logs in."""
    secret = bounded(f"{subject.application.application}-{subject.name}", 52)
    whose = f"{subject.name} of {subject.application.application}"
    match _dependency(subject).kind:
        case "postgres":
            role = f"a role in {whose} that is member of pg_monitor"
            return [Need(secret, "username", f"name of {role}"), Need(secret, "password", f"password of {role}")]
        case "redis":
            return [Need(secret, "password", f"password (AUTH token) of {whose}")]
        case _:
            return []


def dependency_port(subject: Subject) -> int:
    """Where the dependency listens."""
    dependency = _dependency(subject)
    return dependency.port or DEPENDENCY_PORTS[dependency.kind]


def host(subject: Subject) -> str:
    """Where the dependency is: as the catalog says, else its Service in the application's namespace."""
    return _dependency(subject).host or f"{subject.name}.{subject.application.namespace}.svc"


def _dependency(subject: Subject) -> Dependency:
    if not isinstance(subject.watched, Dependency):
        raise TypeError(f"{subject.name} is no dependency")
    return subject.watched


def _postgres(context: Context, settings: ExportersSettings, subject: Subject) -> tuple[Document, list[Document]]:
    """Logs in by files, so that no process listing and no crash dump shows the password."""
    secret = needs(subject)[0].name
    database = _dependency(subject).database or "postgres"
    env = {
        "DATA_SOURCE_URI": f"{host(subject)}:{dependency_port(subject)}/{database}?sslmode={settings.postgres_tls}",
        "DATA_SOURCE_USER_FILE": f"{_SECRETS}/username",
        "DATA_SOURCE_PASS_FILE": f"{_SECRETS}/password",
    }
    main = container(
        "exporter",
        context.images.image("postgres"),
        SMALL,
        {EXPORTER_PORT: PORTS["postgres"]},
        args=["--collector.stat_statements", "--collector.replication", "--collector.long_running_transactions", "--log.format=json"],
        env=_env(env),
        volumeMounts=[{"name": "secrets", "mountPath": _SECRETS, "readOnly": True}],
        **_alive("/"),
    )
    return main, [{"name": "secrets", "secret": {"secretName": secret, "defaultMode": 0o440}}]


def _redis(context: Context, settings: ExportersSettings, subject: Subject) -> tuple[Document, list[Document]]:
    """Takes its password by reference; its password file would want the address beside it."""
    scheme = "rediss" if settings.redis_tls else "redis"
    password = {"name": "REDIS_PASSWORD", "valueFrom": {"secretKeyRef": {"name": needs(subject)[0].name, "key": "password"}}}
    main = container(
        "exporter",
        context.images.image("redis"),
        SMALL,
        {EXPORTER_PORT: PORTS["redis"]},
        env=[
            *_env({"REDIS_ADDR": f"{scheme}://{host(subject)}:{dependency_port(subject)}", "REDIS_EXPORTER_LOG_FORMAT": "json"}),
            *_env({"REDIS_EXPORTER_INCL_SYSTEM_METRICS": "true"}),  # the host's memory: the limit of a Redis that has none of its own
            password,
        ],
        **_alive("/health"),
    )
    return main, []


def _nginx(context: Context, settings: ExportersSettings, subject: Subject) -> tuple[Document, list[Document]]:  # noqa: ARG001
    """Reads nginx's stub_status page."""
    main = container(
        "exporter",
        context.images.image("nginx"),
        SMALL,
        {EXPORTER_PORT: PORTS["nginx"]},
        args=[f"--nginx.scrape-uri=http://{host(subject)}:{dependency_port(subject)}/stub_status"],
        **_alive("/"),
    )
    return main, []


_MAKERS: Mapping[str, Callable[[Context, ExportersSettings, Subject], tuple[Document, list[Document]]]] = {
    "postgres": _postgres,
    "redis": _redis,
    "nginx": _nginx,
}


def _env(values: Mapping[str, str]) -> list[Document]:
    return [{"name": name, "value": value} for name, value in values.items()]


def _alive(path: str) -> Document:
    return {
        "readinessProbe": probe(path, EXPORTER_PORT, periodSeconds=10),
        "livenessProbe": probe(path, EXPORTER_PORT, periodSeconds=30, failureThreshold=4),
    }


def exporter(context: Context, settings: ExportersSettings, subject: Subject) -> list[Document]:
    """A dependency's exporter: account, Deployment, and the Service whose labels its monitor selects by."""
    what = kind(subject)
    name = name_of(subject)
    selector = {"app.kubernetes.io/name": f"{what}-exporter", "app.kubernetes.io/instance": name}
    meta = metadata(name, context.namespaces.monitoring, f"{what}-exporter", **selector, **exporter_labels(subject))
    main, volumes = _MAKERS[what](context, settings, subject)
    return [
        service_account(name, context.namespaces.monitoring, app=f"{what}-exporter"),
        deployment(context, meta, selector, 1, [main], volumes=volumes),
        service(meta, selector, {EXPORTER_PORT: (PORTS[what], EXPORTER_PORT)}),
    ]


def blackbox(context: Context, settings: ExportersSettings, configuration: str) -> list[Document]:
    """The blackbox exporter; a changed configuration changes the pods' annotation and so replaces them."""
    meta = metadata(BLACKBOX, context.namespaces.monitoring)
    selector = {"app.kubernetes.io/name": BLACKBOX}
    main = container(
        "exporter",
        context.images.image("blackbox"),
        SMALL,
        {EXPORTER_PORT: BLACKBOX_PORT},
        args=[f"--config.file={_CONFIGURATION}/blackbox.yaml", "--log.format=json"],
        volumeMounts=[{"name": "configuration", "mountPath": _CONFIGURATION, "readOnly": True}],
        **_alive("/-/healthy"),
    )
    volume = {"name": "configuration", "configMap": {"name": BLACKBOX}}
    digest = {"observatory.dev/configuration": sha256(configuration.encode()).hexdigest()[:16]}
    return [
        service_account(BLACKBOX, context.namespaces.monitoring),
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"blackbox.yaml": configuration}},
        deployment(context, meta, selector, settings.blackbox_replicas, [main], volumes=[volume], annotations=digest),
        service(meta, selector, {EXPORTER_PORT: (BLACKBOX_PORT, EXPORTER_PORT)}),
        *disruption_budget(meta, selector, settings.blackbox_replicas),
    ]


class Exporters(Component):
    """All exporters; a pod is registered after the Secret that it reads."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        documents: Iterable[Document],
        namespace: pulumi.Resource,
        secrets: Mapping[str, Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        for document in documents:
            text = str(document.get("spec", ""))
            self.manifest(document, [namespace, *(made for secret, made in secrets.items() if f"'{secret}'" in text)])
        self.register_outputs({})

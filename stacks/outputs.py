"""The contract with applications: what an environment promises them. Renaming a field here is a breaking change."""

from typing import Literal

from pydantic import Field

from catalog.base import Model
from catalog.catalog import Catalog, Subject
from catalog.model import Application
from components import alertmanager, edge, grafana, handover, query
from components.context import Context
from components.grafana_content import TOKENS
from components.proxy import Guarded
from components.secrets import Handed, Need, by_name
from dashboards.grafana.organisation import ACCOUNTS
from rendering.jaeger.places import query_endpoint
from stacks import aws_outputs, datadog_outputs, logs_outputs, newrelic_outputs, otlp_outputs, sentry_outputs, watched_outputs
from stacks.settings import Settings


class Namespaces(Model):
    """Where our systems live."""

    monitoring: str
    logging: str
    tracing: str
    agents: str


class Endpoints(Model):
    """Addresses inside the cluster, or of a managed service."""

    prometheus: str
    """Prometheus' HTTP API, deduplicated: query here, never a replica."""
    alertmanager: str
    blackbox: str
    grafana: str | None
    """Grafana's HTTP API, for machines: each asks with the token of a service account of its own."""
    jaeger: str | None = None
    """Jaeger's query API, where it is ours."""
    people: dict[str, str]
    """User interfaces as browsers reach them, behind a login; none where the environment has no edge."""


class Scrape(Model):
    """How a new service makes itself seen."""

    port_name: str = "metrics"
    path: str = "/metrics"
    annotations: dict[str, str] = Field(
        default={"prometheus.io/scrape": "true", "prometheus.io/port": "<port>", "prometheus.io/path": "/metrics"}
    )
    """For pods that no service of the catalog claims, in applications that allow it."""
    target_labels: tuple[str, ...] = ("application", "service", "namespace", "pod", "instance")
    """Labels that every series of a service has; an application's own label of such a name arrives as `exported_<name>`."""
    external_labels: dict[str, str]


class SecretReference(Model):
    """Where a secret is; never what it is."""

    namespace: str
    name: str
    keys: tuple[str, ...]
    remote: str | None = None
    """Its name in Secrets Manager."""


class ServiceOutputs(Model):
    """What one service is handed."""

    config_map: str
    secret: str | None = None
    """A Secret of its own beside it, where what it is told is secret: `SENTRY_DSN`."""
    environment: dict[str, str]
    monitor: watched_outputs.MonitorOutputs | None = None
    dashboard: str | None = None
    """Its page in Grafana: an address, or a path where no browser reaches Grafana from outside."""
    objectives: dict[str, watched_outputs.ObjectiveOutputs] = Field(default_factory=dict)
    """Its SLOs by name."""


class ApplicationOutputs(Model):
    """What one application is handed."""

    namespace: str
    config_map: str
    """In its namespace, for `envFrom`; one more for each service, which holds all of these too."""
    secret: str | None
    """A Secret beside it, where the application needs one."""
    environment: dict[str, str]
    services: dict[str, ServiceOutputs]


class Outputs(Model):
    """Every export of a stack."""

    version: Literal[1] = 1
    """Of this model: it grows when a field is renamed or means something else."""
    environment: str
    region: str
    cluster: str
    namespaces: Namespaces
    endpoints: Endpoints
    scrape: Scrape
    otlp: otlp_outputs.Otlp
    logs: logs_outputs.LogsOutputs | None = None
    secrets: dict[str, SecretReference]
    applications: dict[str, ApplicationOutputs]
    datadog: datadog_outputs.DatadogOutputs | None = None
    aws: aws_outputs.AwsOutputs | None = None
    sentry: sentry_outputs.SentryOutputs | None = None


def outputs(
    settings: Settings, context: Context, catalog: Catalog, needs: list[Need], handed: list[Handed], guards: list[Guarded]
) -> Outputs:
    """The promises of an environment; names only, so that they are known before anything is made."""
    names = context.namespaces
    external = settings.secrets.source == "external"
    monitoring = names.monitoring
    secretive = {hand.namespace for hand in handed}
    return Outputs(
        environment=context.environment,
        region=context.region,
        cluster=context.cluster,
        namespaces=Namespaces(monitoring=monitoring, logging=names.logging, tracing=names.tracing, agents=names.agents),
        endpoints=Endpoints(
            prometheus=query.endpoint(context, settings.prometheus),
            alertmanager=f"http://{alertmanager.NAME}.{monitoring}.svc:{alertmanager.PORT}",
            blackbox=f"http://blackbox-exporter.{monitoring}.svc:9115",
            grafana=grafana.endpoint(context) if settings.grafana else None,
            jaeger=query_endpoint(names, settings.jaeger.base_path) if settings.jaeger and settings.traces else None,
            people=edge.interfaces(settings.edge, guards, with_grafana=settings.grafana is not None),
        ),
        scrape=Scrape(external_labels={"environment": context.environment, "region": context.region, "cluster": context.cluster}),
        otlp=otlp_outputs.gateway(settings, context),
        logs=logs_outputs.logs(settings),
        secrets={
            name: SecretReference(
                namespace=monitoring,
                name=name,
                keys=tuple(need.key for need in keys),
                remote=settings.secrets.remote(context, name) if external else None,
            )
            for name, keys in by_name(needs).items()
        }
        | _tokens(settings, monitoring),
        applications={
            name: _application(settings, context, application, application.namespace, with_secret=application.namespace in secretive)
            for name, application in catalog.applications.items()
            if application.namespace is not None
        },
        datadog=datadog_outputs.account(settings),
        aws=aws_outputs.account(settings),
        sentry=sentry_outputs.account(settings, catalog),
    )


def _tokens(settings: Settings, namespace: str) -> dict[str, SecretReference]:
    """Where machines find the tokens that they ask Grafana with, once there are any."""
    if settings.grafana is None or not settings.grafana.filled:
        return {}
    return {TOKENS: SecretReference(namespace=namespace, name=TOKENS, keys=tuple(ACCOUNTS))}


def _application(
    settings: Settings, context: Context, application: Application, namespace: str, *, with_secret: bool
) -> ApplicationOutputs:
    shared = {
        "OBSERVATORY_ENVIRONMENT": context.environment,
        "OBSERVATORY_REGION": context.region,
        "OBSERVATORY_CLUSTER": context.cluster,
        "PROMETHEUS_ENDPOINT": query.endpoint(context, settings.prometheus),
        **({"GRAFANA_ENDPOINT": grafana.endpoint(context)} if settings.grafana else {}),
    }
    return ApplicationOutputs(
        namespace=namespace,
        config_map=handover.NAME,
        secret=handover.NAME if with_secret else None,
        environment=shared,
        services={
            name: ServiceOutputs(
                config_map=(called := str(handover.config_map(namespace, application.application, {}, name)["metadata"]["name"])),
                secret=called if sentry_outputs.reports(settings, service) else None,
                environment=shared
                | otlp_outputs.environment(settings, context, application, service)
                | datadog_outputs.environment(settings, context, service)
                | logs_outputs.environment(settings, application, service)
                | sentry_outputs.environment(settings, context, service)
                | newrelic_outputs.environment(settings, context, application, name, service),
                monitor=watched_outputs.monitor(settings, subject),
                dashboard=watched_outputs.dashboard(settings, subject),
                objectives=watched_outputs.objectives(service),
            )
            for name, service in application.services.items()
            for subject in (Subject(application, "service", name, service),)
        },
    )

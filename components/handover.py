"""What applications are handed, in their namespaces, ready for `envFrom`: ConfigMaps, and a Secret where one is truly needed."""

from collections.abc import Iterable, Mapping

import pulumi

from catalog.base import Backend
from catalog.model import Application, Service
from components.base import Component, bounded
from components.cluster import Cluster
from components.datadog import keys
from components.datadog.settings import DatadogSettings
from components.elastic.users import CERTIFICATE
from components.newrelic import LICENSE
from components.pods import metadata
from components.secrets import PROJECT, Handed, Need
from rendering.document import Document

NAME = PROJECT


def handed(
    settings: DatadogSettings | None, applications: Iterable[Application], *, elasticsearch: bool = False, newrelic: bool = False
) -> list[Handed]:
    """Secrets for applications, those alone that need any.

    Who sends to Datadog needs the key to send with (never the administrator's), so does who carries the agent of a `newrelic` that is on;
    who writes straight to an `elasticsearch` of ours needs the authority behind its certificate.
    """
    found: list[Handed] = []
    for application in applications:
        variables: dict[str, Need] = {}
        if settings is not None and any(map(sends_to_datadog, application.services.values())):
            variables["DD_API_KEY"] = keys.API
        if newrelic and any("newrelic" in service.collect.apm for service in application.services.values()):
            variables["NEW_RELIC_LICENSE_KEY"] = LICENSE
        if elasticsearch and application.logs.direct:
            variables["ELASTICSEARCH_CA"] = CERTIFICATE
        if variables and application.namespace is not None:
            found.append(Handed(application.namespace, application.application, variables))
    return found


def sends_to_datadog(service: Service) -> bool:
    """Whether any of a service's telemetry goes to Datadog."""
    return Backend.DATADOG in (*service.collect.metrics, *service.collect.traces, *service.collect.logs)


def config_map(namespace: str, application: str, variables: Mapping[str, str], service: str | None = None) -> Document:
    """Environment variables of an application, or of one of its services."""
    name = bounded(f"{NAME}-{service}") if service else NAME
    more = {"observatory.dev/application": application} | ({"observatory.dev/service": service} if service else {})
    meta = metadata(name, namespace, NAME, **more)
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": dict(variables)}


def secret(namespace: str, application: str, variables: Mapping[str, pulumi.Output[str]], service: str) -> Document:
    """The same of a service, for what only an account that this program fills can tell, and nobody else may know."""
    document = config_map(namespace, application, {}, service)
    del document["data"]
    return document | {"kind": "Secret", "type": "Opaque", "stringData": dict(variables)}


class Handover(Component):
    """ConfigMaps, and Secrets of services, in namespaces that are not ours: they must exist, and they stay when we go."""

    def __init__(self, name: str, cluster: Cluster, documents: Iterable[Document], opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, cluster, opts)
        made = self.manifests(documents)
        self.register_outputs({"count": len(made)})

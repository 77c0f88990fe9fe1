"""The edge: hosts by which people's browsers reach user interfaces, over TLS, behind a login, and internal unless told otherwise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import pulumi
from pydantic import Field, StringConstraints

from catalog.base import Model, Name
from components import alertmanager, grafana, query
from components.base import Component
from components.cluster import Cluster
from components.context import Context
from components.elastic.users import CERTIFICATE
from components.grafana_configuration import PORT as GRAFANA_PORT
from components.login import OidcSettings
from components.pods import metadata, service
from components.proxy import PORT as PROXY_PORT
from components.proxy import Guarded, proxies
from rendering.document import Document
from rendering.elastic import places
from rendering.jaeger.places import NAME as JAEGER
from rendering.jaeger.places import QUERY_HTTP, query_endpoint
from rendering.jaeger.settings import JaegerSettings

Interface = Literal["grafana", "prometheus", "alertmanager", "jaeger", "kibana"]
Host = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$")]
ALB = "alb"
"""Ingress class of the AWS Load Balancer Controller."""
CLOSED = "edge-closed"
"""A Service without pods: whatever leads there is answered with an error."""
_CLOSED_PATHS = ("/metrics",)
"""What Grafana shows to anyone who asks."""
_SKIP_AWAIT = {"pulumi.com/skipAwait": "true"}


class EdgeSettings(Model):
    """How people get in. Nothing is reachable without a login, so this needs `oidc`."""

    domain: Host
    """User interfaces are its subdomains: `grafana.<domain>`; the zone's records are the platform team's (or ExternalDNS')."""
    hosts: dict[Interface, Host] = Field(default_factory=dict)
    """Other hosts than those, still below the domain: cookies and certificates are its."""
    ingress_class: Name
    """`alb` is the AWS Load Balancer Controller, whose annotations are set; another controller takes its own from `annotations`."""
    internal: bool = True
    """Whether only the company's own networks reach the load balancer."""
    certificate_arn: Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/.+$")] | None = None
    """Of `alb`: the certificate of all hosts in Certificate Manager."""
    tls_secret: Name | None = None
    """Of other classes: the Secret in the monitoring namespace that holds the certificate (cert-manager's, or given)."""
    annotations: dict[str, str] = Field(default_factory=dict)
    """More annotations of every Ingress; they win over ours."""
    controller: Name | None = None
    """Namespace of a controller that runs in the cluster; absent where a load balancer's own addresses call, as with `alb`."""
    proxy_replicas: int = Field(default=2, ge=1, le=5)
    """Of each oauth2-proxy."""

    def host(self, interface: Interface) -> str:
        """Where a user interface is."""
        return self.hosts.get(interface, f"{interface}.{self.domain}")

    def url(self, interface: Interface) -> str:
        """Its address in a browser."""
        return f"https://{self.host(interface)}"


@dataclass(frozen=True)
class Route:
    """One host of the edge."""

    interface: Interface
    service: str
    port: int
    health: str
    """What the load balancer asks its targets for."""
    closed: tuple[str, ...] = ()
    """Paths that are not for the edge."""


def guarded(
    context: Context, oidc: OidcSettings, *, front: bool, jaeger: JaegerSettings | None = None, kibana: bool = False
) -> list[Guarded]:
    """User interfaces without a login of people's own; `front` is whether a querier of ours is Prometheus' face."""
    namespace, roles = context.namespaces.monitoring, oidc.roles
    found = [
        # Whoever reaches it may silence any alert.
        Guarded("alertmanager", alertmanager.NAME, f"http://{alertmanager.NAME}.{namespace}.svc:{alertmanager.PORT}", 9093, roles.editing)
    ]
    if front:
        found.append(
            Guarded("prometheus", query.NAME, f"http://{query.NAME}.{namespace}.svc:{query.PORT}", query.TARGET_PORT, roles.everybody)
        )
    if jaeger:
        tracing = context.namespaces.tracing
        # The path below which it stands is the request's already.
        address = query_endpoint(context.namespaces, "/")
        found.append(Guarded("jaeger", JAEGER, address, QUERY_HTTP, roles.everybody, tracing, jaeger.base_path))
    if kibana:
        where, logging = places.kibana(context.namespaces), context.namespaces.logging
        found.append(Guarded("kibana", places.KIBANA, where, places.KIBANA_HTTP, roles.everybody, logging, authority=CERTIFICATE))
    return found


def interfaces(settings: EdgeSettings | None, guards: Iterable[Guarded], *, with_grafana: bool) -> dict[str, str]:
    """Addresses for people's browsers by user interface; none without an edge."""
    if settings is None:
        return {}
    own = {"grafana": settings.url("grafana")} if with_grafana else {}
    return own | {guard.interface: settings.url(guard.interface) + guard.path.rstrip("/") for guard in guards}


def documents(
    context: Context, settings: EdgeSettings, oidc: OidcSettings, guards: Sequence[Guarded], *, with_grafana: bool
) -> list[Document]:
    """The proxies, and one Ingress for each host."""
    namespace = context.namespaces.monitoring
    routes = [Route("grafana", grafana.NAME, GRAFANA_PORT, "/api/health", _CLOSED_PATHS)] if with_grafana else []
    routes += [Route(guard.interface, guard.name, PROXY_PORT, "/ping") for guard in guards]
    hosts = {guard.interface: settings.host(guard.interface) for guard in guards}
    made = proxies(context, oidc, guards, hosts, settings.proxy_replicas)
    if with_grafana:
        closed = service(metadata(CLOSED, namespace), {"app.kubernetes.io/name": CLOSED}, {"none": (80, 80)})
        closed["metadata"]["annotations"] = _SKIP_AWAIT  # it never has an endpoint, and is meant not to
        made.append(closed)
    return [*made, *(ingress(context, settings, route) for route in routes)]


def ingress(context: Context, settings: EdgeSettings, route: Route) -> Document:
    """A host's Ingress; with `alb` all of them share one load balancer, each with its own health check."""
    host = settings.host(route.interface)
    paths = [_path(path, CLOSED, 80) for path in route.closed] + [_path("/", route.service, route.port)]
    meta = metadata(f"edge-{route.interface}", context.namespaces.monitoring)
    meta["annotations"] = {
        **(_SKIP_AWAIT if route.closed else {}),
        **(_alb(context, settings, route) if settings.ingress_class == ALB else {}),
        **settings.annotations,
    }
    tls = [{"hosts": [host], **({"secretName": settings.tls_secret} if settings.tls_secret else {})}]
    spec = {"ingressClassName": settings.ingress_class, "tls": tls, "rules": [{"host": host, "http": {"paths": paths}}]}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta, "spec": spec}


def _path(path: str, name: str, port: int) -> Document:
    return {"path": path, "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": port}}}}


def _alb(context: Context, settings: EdgeSettings, route: Route) -> dict[str, str]:
    """Annotations of the AWS Load Balancer Controller (its guide's page on Ingress annotations)."""
    prefix = "alb.ingress.kubernetes.io"
    found = {
        "group.name": f"observatory-{context.environment}",
        "scheme": "internal" if settings.internal else "internet-facing",
        "target-type": "ip",
        "listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]',
        "ssl-redirect": "443",
        "ssl-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "healthcheck-path": route.health,
        "load-balancer-attributes": "routing.http.drop_invalid_header_fields.enabled=true",
    }
    if settings.certificate_arn:
        found["certificate-arn"] = settings.certificate_arn
    return {f"{prefix}/{key}": value for key, value in found.items()}


class Edge(Component):
    """The proxies and the hosts; nothing where nobody is to come in."""

    def __init__(
        self,
        name: str,
        cluster: Cluster,
        documents: Sequence[Document],
        addresses: dict[str, str],
        after: Iterable[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, cluster, opts)
        waited = list(after)
        made = self.manifests([document for document in documents if document["kind"] != "Ingress"], waited)
        self.manifests([document for document in documents if document["kind"] == "Ingress"], [*waited, *made])
        self.register_outputs({"addresses": addresses})

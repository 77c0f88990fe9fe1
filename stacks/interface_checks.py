"""Conflicts among Grafana, the login and the edge: each alone is right, together nobody could log in, or anybody."""

from collections.abc import Iterator
from itertools import chain

from components.edge import ALB, EdgeSettings, Interface
from stacks.settings import Settings

_INTERFACES: tuple[Interface, ...] = ("grafana", "prometheus", "alertmanager", "jaeger", "kibana")
Conflict = tuple[str, str, str, str]


def conflicts(settings: Settings) -> Iterator[Conflict]:
    """Key, value, reason and remedy of each."""
    yield from chain(_grafana(settings), _login(settings))
    if settings.edge:
        yield from chain(_hosts(settings.edge), _certificate(settings.edge))


def _grafana(settings: Settings) -> Iterator[Conflict]:
    given = settings.grafana
    if given is None:
        return
    if given.replicas > 1 and given.postgres is None:
        reason = "each replica would have a SQLite file of its own, with other users and dashboards than the next"
        yield "grafana.replicas", str(given.replicas), reason, "set grafana.postgres, or take 1 replica"
    if given.replicas > 1 and settings.cluster.zones == 1:
        reason = "all replicas would stand in one zone and fall with it"
        yield "grafana.replicas", str(given.replicas), reason, "set cluster.zones to the zones that nodes stand in, or take 1 replica"
    if settings.prometheus.query == "amp" and given.role_arn is None:
        reason = "dashboards ask the managed workspace, which answers signed requests only"
        yield "grafana.role_arn", "", reason, "name a role that may aps:QueryMetrics, or set prometheus.query to thanos"


def _login(settings: Settings) -> Iterator[Conflict]:
    if settings.edge and settings.oidc is None:
        reason = "user interfaces would be reachable without a login"
        yield "edge", settings.edge.domain, reason, "set oidc, or leave edge out"
    if settings.oidc and settings.grafana and settings.grafana_url is None:
        reason = "the provider would send people back to an address that only pods reach"
        yield "oidc", settings.oidc.issuer, reason, "set edge, or grafana.url to where browsers find it"


def _hosts(edge: EdgeSettings) -> Iterator[Conflict]:
    hosts = {interface: edge.host(interface) for interface in _INTERFACES}
    for interface, host in hosts.items():
        if not host.endswith(f".{edge.domain}"):
            yield (
                f"edge.hosts.{interface}",
                host,
                f"is not below {edge.domain}",
                f"write {interface}.{edge.domain} or another name below it",
            )
        others = [other for other in hosts if other < interface and hosts[other] == host]
        if others:
            yield f"edge.hosts.{interface}", host, f"is {others[0]}'s host too", "give each user interface its own"


def _certificate(edge: EdgeSettings) -> Iterator[Conflict]:
    if edge.ingress_class == ALB and edge.certificate_arn is None:
        yield "edge.certificate_arn", "", f"{ALB} has no certificate, so nothing would be encrypted", "name one of Certificate Manager"
    if edge.ingress_class != ALB and edge.tls_secret is None:
        reason = f"{edge.ingress_class} has no certificate, so nothing would be encrypted"
        yield "edge.tls_secret", "", reason, "name the Secret that holds it (cert-manager makes one by an annotation)"

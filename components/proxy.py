"""oauth2-proxy before each user interface without a login: people by OpenID Connect, machines by tokens of the same issuer. Pure.

Options are those of its documentation (configuration/overview, version 7.15).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from components.context import Context
from components.login import COOKIE_SECRET, PROXY_CLIENT_SECRET, OidcSettings
from components.pods import Resources, container, deployment, disruption_budget, metadata, probe, service, service_account
from components.secrets import Need
from rendering.document import Document
from rendering.targets import EXPORTER_PORT

NAME = "oauth2-proxy"
PORT, METRICS_PORT = 4180, 44180
NEEDS: tuple[Need, ...] = (PROXY_CLIENT_SECRET, COOKIE_SECRET)
RESOURCES = Resources(cpu="20m", memory="128Mi")
_SECRETS = "/etc/secrets"
_MOUNTS = {"secrets": _SECRETS, "authority": "/etc/authority"}


@dataclass(frozen=True)
class Guarded:
    """A user interface that lets in whoever reaches it."""

    interface: Literal["prometheus", "alertmanager", "jaeger", "kibana"]
    app: str
    """Its pods' name label."""
    upstream: str
    port: int
    """Its pods' port."""
    groups: tuple[str, ...]
    """Whose members may pass."""
    namespace: str | None = None
    """Its pods' namespace, where it is another than the proxies'."""
    path: str = "/"
    """Where its pages begin."""
    authority: Need | None = None
    """The certificate by which it proves itself to the proxy, where no public authority vouches for it."""

    @property
    def name(self) -> str:
        """Its proxy's name."""
        return f"{self.interface}-login"


def proxies(context: Context, oidc: OidcSettings, guards: Iterable[Guarded], hosts: Mapping[str, str], replicas: int) -> list[Document]:
    """A proxy for each, since oauth2-proxy routes by path and not by host; one Service more, by which all of them are scraped."""
    found: list[Document] = []
    for guard in guards:
        found += _proxy(context, oidc, guard, hosts[guard.interface], replicas)
    meta = metadata(NAME, context.namespaces.monitoring)
    scraped = service(meta, {"app.kubernetes.io/name": NAME}, {EXPORTER_PORT: (METRICS_PORT, EXPORTER_PORT)}, headless=True)
    return [*found, scraped] if found else []


def _proxy(context: Context, oidc: OidcSettings, guard: Guarded, host: str, replicas: int) -> list[Document]:
    namespace = context.namespaces.monitoring
    selector = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/instance": guard.name}
    meta = metadata(guard.name, namespace, **selector)
    volumes: list[Document] = [{"name": "secrets", "secret": {"secretName": PROXY_CLIENT_SECRET.name, "defaultMode": 0o440}}]
    if guard.authority:
        items = [{"key": guard.authority.key, "path": guard.authority.key}]
        volumes.append({"name": "authority", "secret": {"secretName": guard.authority.name, "defaultMode": 0o440, "items": items}})
    main = container(
        "proxy",
        context.images.image(NAME),
        RESOURCES,
        {"http": PORT, EXPORTER_PORT: METRICS_PORT},
        args=_arguments(context, oidc, guard, host),
        **_trusting(guard),
        volumeMounts=[{"name": name, "mountPath": _MOUNTS[name], "readOnly": True} for name in (volume["name"] for volume in volumes)],
        readinessProbe=probe("/ready", "http", periodSeconds=5),
        livenessProbe=probe("/ping", "http", periodSeconds=30, failureThreshold=4),
    )
    return [
        service_account(guard.name, namespace, app=NAME),
        deployment(context, meta, selector, replicas, [main], volumes=volumes),
        service(metadata(guard.name, namespace), selector, {"http": (PORT, "http")}),
        *disruption_budget(meta, selector, replicas),
    ]


def _trusting(guard: Guarded) -> dict[str, list[Document]]:
    """Go reads this folder besides the image's own file of authorities (crypto/x509, root_unix.go), so the issuer stays trusted."""
    return {"env": [{"name": "SSL_CERT_DIR", "value": _MOUNTS["authority"]}]} if guard.authority else {}


def _arguments(context: Context, oidc: OidcSettings, guard: Guarded, host: str) -> list[str]:
    """A machine's bearer token is judged as a person's session is: by issuer, audience and groups."""
    return [
        f"--http-address=0.0.0.0:{PORT}",
        f"--metrics-address=0.0.0.0:{METRICS_PORT}",
        "--provider=oidc",
        f"--oidc-issuer-url={oidc.issuer}",
        f"--client-id={oidc.proxy_client}",
        f"--client-secret-file={_SECRETS}/{PROXY_CLIENT_SECRET.key}",
        f"--scope={' '.join(oidc.scopes)}",
        f"--oidc-groups-claim={oidc.groups_claim}",
        *(f"--allowed-group={group}" for group in guard.groups),
        "--email-domain=*",  # the groups decide
        "--code-challenge-method=S256",
        "--insecure-oidc-skip-nonce=false",
        "--skip-jwt-bearer-tokens=true",
        "--skip-provider-button=true",
        f"--redirect-url=https://{host}/oauth2/callback",
        f"--upstream={guard.upstream}/",
        "--pass-host-header=false",
        "--pass-basic-auth=false",
        "--reverse-proxy=true",
        *(f"--trusted-proxy-ip={cidr}" for cidr in context.network.cluster),
        "--cookie-name=__Host-observatory",
        f"--cookie-secret-file={_SECRETS}/{COOKIE_SECRET.key}",
        "--cookie-secure=true",
        "--cookie-httponly=true",
        "--cookie-samesite=lax",
        "--cookie-expire=12h",
        "--cookie-refresh=1h",
        "--cookie-csrf-per-request=true",
        "--silence-ping-logging=true",
    ]

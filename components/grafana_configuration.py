"""grafana.ini: closed to strangers, silent towards the vendor, and every secret by the file that holds it. Pure.

Names and defaults are those of Grafana's `conf/defaults.ini`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from components.grafana_settings import GrafanaSettings, Postgres
from components.login import GRAFANA_CLIENT_SECRET, OidcSettings, role_expression
from components.secrets import Need
from rendering.secrets import SMTP
from rendering.site import Smtp

PORT, GOSSIP_PORT = 3000, 9094
SECRETS = "/etc/secrets"
DATA = "/var/lib/grafana"
ADMIN = "admin"
"""The user whom machines are made by, and people only where nobody else can log in."""
ADMIN_PASSWORD = Need("grafana", "admin-password", "password of Grafana's first administrator")
SECRET_KEY = Need("grafana", "secret-key", "32 random characters by which Grafana encrypts data sources' secrets; never change it")
SMTP_PASSWORD = Need(SMTP.name, SMTP.key, SMTP.purpose)
"""The same that Alertmanager sends by."""
DATABASE_PASSWORD = Need("grafana-database", "password", "password of Grafana's user in its PostgreSQL")

Sections = dict[str, dict[str, str | int | bool]]


@dataclass(frozen=True)
class People:
    """How the server meets people."""

    url: str | None = None
    """Where their browsers find it; None where nobody has said."""
    oidc: OidcSettings | None = None
    """How they log in; without it there is the first administrator alone."""
    smtp: Smtp | None = None
    """How it writes to them, where it does."""


def needs(settings: GrafanaSettings, people: People) -> list[Need]:
    """Every secret that the configuration refers to."""
    chosen = {DATABASE_PASSWORD: settings.postgres, GRAFANA_CLIENT_SECRET: people.oidc, SMTP_PASSWORD: people.smtp}
    return [ADMIN_PASSWORD, SECRET_KEY, *(need for need, asked in chosen.items() if asked is not None)]


def path(need: Need) -> str:
    """The file that holds a secret in Grafana's pods."""
    return f"{SECRETS}/{need.name}/{need.key}"


def configuration(settings: GrafanaSettings, people: People, endpoint: str, peers: str) -> str:
    """grafana.ini; `endpoint` is where it is reached inside the cluster, `peers` the name that resolves to all replicas."""
    sections = _fixed(people.url or endpoint) | {
        "auth": _auth(settings, people.oidc),
        "database": _postgres(settings.postgres) if settings.postgres else {"type": "sqlite3", "path": "grafana.db", "wal": True},
        "plugins": _plugins(settings),
        "unified_alerting": {"enabled": True, **(_gossip(peers) if settings.replicas > 1 else {})},
    }
    if settings.role_arn:
        sections["aws"] = {"allowed_auth_providers": "default", "assume_role_enabled": True}
    if people.oidc:
        sections["auth.generic_oauth"] = _oauth(people.oidc)
    if people.smtp:
        sections["smtp"] = _smtp(people.smtp)
    return _text(sections)


def _fixed(root_url: str) -> Sections:
    """What no setting changes. Snapshots and public dashboards can be read without a login, so there are none."""
    return {
        "server": {"http_port": PORT, "root_url": f"{root_url}/"},
        "security": {
            "admin_user": ADMIN,
            "admin_password": _file(ADMIN_PASSWORD),
            "secret_key": _file(SECRET_KEY),
            "cookie_secure": True,
            "cookie_samesite": "lax",
            "strict_transport_security": True,
            "content_security_policy": True,
            "disable_gravatar": True,
            "allow_embedding": False,
        },
        "auth.anonymous": {"enabled": False, "hide_version": True},
        # Machines: the provider makes service accounts by it, whose tokens everything else uses.
        "auth.basic": {"enabled": True},
        "users": {"allow_sign_up": False, "allow_org_create": False},
        "snapshots": {"enabled": False, "external_enabled": False},
        "public_dashboards": {"enabled": False},
        "analytics": {
            "reporting_enabled": False,
            "check_for_updates": False,
            "check_for_plugin_updates": False,
            "feedback_links_enabled": False,
        },
        "news": {"news_feed_enabled": False},
        "log": {"mode": "console"},
        "log.console": {"format": "json"},
        "metrics": {"enabled": True},
    }


def _auth(settings: GrafanaSettings, oidc: OidcSettings | None) -> dict[str, str | int | bool]:
    return {
        "disable_login_form": oidc is not None,
        "login_maximum_inactive_lifetime_duration": "1d",
        "login_maximum_lifetime_duration": "7d",
        "sigv4_auth_enabled": settings.role_arn is not None,
    }


def _oauth(oidc: OidcSettings) -> dict[str, str | int | bool]:
    """The login of people. Strict: who is in no group that has a role is refused, not made a viewer."""
    return {
        "enabled": True,
        "name": "OpenID Connect",
        "auto_login": True,
        "allow_sign_up": True,
        "client_id": oidc.grafana_client,
        "client_secret": _file(GRAFANA_CLIENT_SECRET),
        "scopes": " ".join(oidc.scopes),
        "auth_url": oidc.authorize_url,
        "token_url": oidc.token_url,
        "api_url": oidc.userinfo_url,
        "use_pkce": True,
        "use_refresh_token": True,
        "role_attribute_path": role_expression(oidc),
        "role_attribute_strict": True,
        "allow_assign_grafana_admin": False,
        "skip_org_role_sync": False,
    }


def _postgres(postgres: Postgres) -> dict[str, str | int | bool]:
    return {
        "type": "postgres",
        "host": f"{postgres.host}:{postgres.port}",
        "name": postgres.name,
        "user": postgres.user,
        "password": _file(DATABASE_PASSWORD),
        "ssl_mode": postgres.tls,
        "max_open_conn": 50,
        "max_idle_conn": 10,
    }


def _smtp(smtp: Smtp) -> dict[str, str | int | bool]:
    return {
        "enabled": True,
        "host": smtp.smarthost,
        "user": smtp.username,
        "password": _file(SMTP_PASSWORD),
        "from_address": smtp.sender,
        "from_name": "Grafana",
        "startTLS_policy": "MandatoryStartTLS",
    }


def _plugins(settings: GrafanaSettings) -> dict[str, str | int | bool]:
    """The plugins of the image and those of the settings; Grafana would fetch and update others by itself in the background."""
    chosen = {"preinstall_sync": ",".join(settings.plugins)} if settings.plugins else {"preinstall_disabled": True}
    return {"plugin_admin_enabled": False, "preinstall_auto_update": False, **chosen}


def _gossip(peers: str) -> dict[str, str | int | bool]:
    """Replicas tell one another what they have notified about (grafana.com/docs, alerting, configure high availability)."""
    return {
        "ha_listen_address": f"${{POD_IP}}:{GOSSIP_PORT}",
        "ha_advertise_address": f"${{POD_IP}}:{GOSSIP_PORT}",
        "ha_peers": f"{peers}:{GOSSIP_PORT}",
        "ha_peer_timeout": "15s",
        "ha_reconnect_timeout": "2m",
    }


def _file(need: Need) -> str:
    """Grafana reads the file itself (docs, configure-grafana, `$__file` provider)."""
    return f"$__file{{{path(need)}}}"


def _text(sections: Mapping[str, Mapping[str, str | int | bool]]) -> str:
    lines: list[str] = []
    for name in sorted(sections):
        lines.append(f"[{name}]")
        lines += [f"{key} = {str(value).lower() if isinstance(value, bool) else value}" for key, value in sections[name].items()]
        lines.append("")
    return "\n".join(lines)

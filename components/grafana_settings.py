"""What a person decides about Grafana."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from catalog.base import Model
from components.grafana_content_settings import ContentSettings
from components.pods import Resources
from components.prometheus_settings import RoleArn
from components.quantity import Size


def _address(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme not in ("http", "https") or not separator or not rest.strip("/"):
        raise ValueError(f"{text!r} is no address; begin it with https:// (or http:// on this machine)")
    return text.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]
Plugin = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)+@\d+\.\d+\.\d+$")]


class Postgres(Model):
    """The database that Grafana's replicas share; it exists already, and its password is the secret `grafana-database`."""

    host: str = Field(pattern=r"^[a-zA-Z0-9.-]+$")
    port: int = Field(default=5432, ge=1, le=65535)
    name: str = Field(default="grafana", pattern=r"^[a-zA-Z0-9_-]+$")
    user: str = Field(default="grafana", pattern=r"^[a-zA-Z0-9_-]+$")
    tls: Literal["disable", "require", "verify-full"] = "require"
    """libpq's `sslmode`."""


class GrafanaSettings(Model):
    """Grafana's server. Who may log in is `oidc`, where people reach it is `edge`."""

    replicas: int = Field(ge=1, le=5)
    postgres: Postgres | None = None
    """Absent: SQLite on a volume of its own, which takes exactly one replica."""
    volume: Size = "5Gi"
    """Of SQLite; with PostgreSQL a pod keeps nothing."""
    resources: Resources = Resources(cpu="200m", memory="768Mi")
    url: Address | None = None
    """Where Pulumi reaches it to fill it, and people where there is no edge; absent at first, since the server must be there before."""
    role_arn: RoleArn | None = None
    """The role of its service account (IRSA), by which data sources of AWS are read."""
    plugins: tuple[Plugin, ...] = ()
    """Plugins beside those in the image, as `id@1.2.3`; they are fetched from grafana.com when a pod starts."""
    content: ContentSettings = ContentSettings()

    @property
    def filled(self) -> bool:
        """Whether content is registered: somebody has said where, or it is only recorded."""
        return self.url is not None or self.content.simulated

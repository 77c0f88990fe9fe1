"""Who may log in: one OpenID Connect provider for every user interface, and the groups that are let in as what."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from catalog.base import Model
from components.secrets import Need

GRAFANA_CLIENT_SECRET = Need("grafana-oidc", "client-secret", "secret of the OIDC client that Grafana logs people in by")
PROXY_CLIENT_SECRET = Need("oauth2-proxy", "client-secret", "secret of the OIDC client that oauth2-proxy logs people in by")
COOKIE_SECRET = Need("oauth2-proxy", "cookie-secret", "exactly 32 random characters, by which oauth2-proxy encrypts its cookies")


def _https(text: str) -> str:
    if not text.startswith("https://") or len(text) == len("https://"):
        raise ValueError(f"{text!r} is no https address, and tokens must not travel in the clear; begin it with https://")
    return text


Https = Annotated[str, AfterValidator(_https)]
Group = Annotated[str, StringConstraints(pattern=r"^[\w:/.@-]([\w :/.@-]*[\w:/.@-])?$")]
"""A group as the provider's token has it; quotes and backslashes would end the expression that it is written into."""


class Roles(Model):
    """Groups of the provider, by what their members may do; who is in none of them is not let in at all."""

    admin: tuple[Group, ...] = Field(min_length=1)
    """Change everything in Grafana's organisation; also all that editors may."""
    editor: tuple[Group, ...] = ()
    """Edit dashboards, silence alerts in Alertmanager; also all that viewers may."""
    viewer: tuple[Group, ...] = ()
    """Look at dashboards, query Prometheus."""

    @property
    def editing(self) -> tuple[str, ...]:
        """Groups whose members may change something."""
        return (*self.admin, *self.editor)

    @property
    def everybody(self) -> tuple[str, ...]:
        """All groups that are let in."""
        return (*self.editing, *self.viewer)


class OidcSettings(Model):
    """The OpenID Connect provider. Each client has its own secret, and its redirect addresses are registered at the provider.

    Grafana's client: `https://<grafana's host>/login/generic_oauth`; the proxy's: `https://<each other host>/oauth2/callback`.
    """

    issuer: Https
    """Below it stands `.well-known/openid-configuration`, by which oauth2-proxy finds the rest."""
    authorize_url: Https
    token_url: Https
    userinfo_url: Https
    """Grafana does not read the issuer's configuration and is told each address."""
    grafana_client: str = Field(min_length=1)
    proxy_client: str = Field(min_length=1)
    scopes: tuple[Annotated[str, StringConstraints(pattern=r"^[\w:/.-]+$")], ...] = ("openid", "profile", "email", "groups")
    groups_claim: str = Field(default="groups", pattern=r"^[\w:/.-]+$")
    """The token's claim that lists a person's groups."""
    roles: Roles


def role_expression(oidc: OidcSettings) -> str:
    """Grafana's role of a person, as JMESPath over the token's claims; none for who is in no group."""
    roles = oidc.roles
    by_role = (("Admin", roles.admin), ("Editor", roles.editor), ("Viewer", roles.viewer))
    return " || ".join(f"({_in_any(oidc.groups_claim, groups)}) && '{role}'" for role, groups in by_role if groups)


def _in_any(claim: str, groups: Sequence[str]) -> str:
    return " || ".join(f"contains(\"{claim}\"[*], '{group}')" for group in groups)

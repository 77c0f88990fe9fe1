"""Sentry: where applications' exceptions go, with whom it tells; the DSNs that it answers with are secrets."""

from typing import Any, ClassVar

from pydantic import Field

from components.logins import Login
from components.secrets import Need
from components.vendor import Vendor, VendorSettings
from rendering.sentry.settings import SentryContent

TOKEN = Need("sentry", "auth-token", "Sentry auth token with the scopes org:read, team:admin, project:admin and alerts:write")


class SentrySettings(VendorSettings, SentryContent):
    """Sentry. Its token is the secret `sentry-auth-token`."""

    base_url: str | None = Field(default=None, pattern=r"^https://[^\s/@]+(/[^\s/]+)*/api/$")
    """Where its API is, if not at sentry.io: another region's, as `https://de.sentry.io/api/`, or one's own server's."""

    @property
    def provider(self) -> dict[str, Any]:
        """The provider's inputs besides its token."""
        return {"baseUrl": self.base_url} if self.base_url else {}


class Sentry(Vendor):
    """Everything that Sentry's provider makes."""

    package: ClassVar[str] = "sentry"
    logins: ClassVar[tuple[Login, ...]] = (Login(TOKEN, "SENTRY_AUTH_TOKEN", "token"),)

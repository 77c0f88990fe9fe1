"""The two keys that an account opens by, and who has them: agents and applications the one to send with, this program both."""

from components.logins import Login
from components.secrets import Need

API = Need("datadog", "api-key", "Datadog API key, with which agents and applications send")
ADMIN = Need("datadog", "admin-app-key", "Datadog application key that may write what the catalog means there: monitors, dashboards, logs")
LOGINS = (Login(API, "DD_API_KEY", "apiKey"), Login(ADMIN, "DD_APP_KEY", "appKey"))


def authorised() -> bool:
    """Whether both keys are given."""
    return all(login.given for login in LOGINS)

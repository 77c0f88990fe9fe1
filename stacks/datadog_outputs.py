"""What an environment promises of Datadog: to people the account, to services their identity there."""

from pydantic import Field

from catalog.base import Backend, Model
from catalog.model import Service
from components import handover
from components.context import Context
from stacks.settings import Settings


class RumOutputs(Model):
    """What a service's pages report with; both are public by nature, and the token can only send."""

    application_id: str
    client_token: str


class DatadogOutputs(Model):
    """The account, and what is in it only once it is filled."""

    site: str
    app_url: str
    rum: dict[str, RumOutputs] = Field(default_factory=dict)
    """By application and service, as `skillforge/frontend`."""
    dashboards: dict[str, str] = Field(default_factory=dict)
    """Addresses by name."""


def account(settings: Settings) -> DatadogOutputs | None:
    """Without what only a filled account knows."""
    site = settings.site.datadog
    return DatadogOutputs(site=site.site, app_url=site.app_url) if site else None


def environment(settings: Settings, context: Context, service: Service) -> dict[str, str]:
    """A service's identity in Datadog, where it sends there; `DD_VERSION` is the release's own."""
    if settings.datadog is None or not handover.sends_to_datadog(service):
        return {}
    alone = service.collect.traces == (Backend.DATADOG,)
    profiled = settings.datadog.agents.profiling and Backend.DATADOG in service.collect.traces
    return {
        "DD_SITE": settings.datadog.site,
        "DD_ENV": context.environment,
        "DD_SERVICE": service.identity.datadog,
        **({"DD_PROFILING_ENABLED": "true"} if profiled else {}),
        # Trace metrics by what an operation is (`http.server.request`) rather than by the framework: what the catalog's signals read.
        **({"DD_TRACE_SPAN_ATTRIBUTE_SCHEMA": "v1"} if alone else {}),
    }

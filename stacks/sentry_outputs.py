"""What an environment promises of Sentry: to pipelines and people its projects, to services where to report."""

from pydantic import Field

from catalog.base import Model
from catalog.catalog import Catalog
from catalog.model import Service
from components.context import Context
from rendering.sentry.places import reporting
from stacks.settings import Settings


class SentryProjectOutputs(Model):
    """One service's project."""

    slug: str
    release: str
    """How its releases are named: `<slug>@<version>`. A release is the organisation's, and two services may have one version."""
    dsn: str | None = None
    """Where its SDK reports to, a secret; known once the organisation is filled."""


class SentryOutputs(Model):
    """The organisation, and what is in it."""

    organization: str
    environment: str
    """What events of this environment carry."""
    projects: dict[str, SentryProjectOutputs] = Field(default_factory=dict)
    """By application and service, as `skillforge/backend`."""


def account(settings: Settings, catalog: Catalog) -> SentryOutputs | None:
    """Without what only a filled organisation knows."""
    if settings.sentry is None:
        return None
    projects = {each.place: SentryProjectOutputs(slug=each.slug, release=f"{each.slug}@<version>") for each in reporting(catalog)}
    return SentryOutputs(organization=settings.sentry.organization, environment=settings.environment, projects=projects)


def environment(settings: Settings, context: Context, service: Service) -> dict[str, str]:
    """Which environment a service's events are of; `SENTRY_RELEASE` is the pipeline's to set, `SENTRY_DSN` stands in its Secret."""
    return {"SENTRY_ENVIRONMENT": context.environment} if reports(settings, service) else {}


def reports(settings: Settings, service: Service) -> bool:
    """Whether a service has a project here."""
    return settings.sentry is not None and "sentry" in service.collect.errors

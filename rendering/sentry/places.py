"""Which services report to Sentry, what they are called there, and what is Sentry's own name of everything else."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.catalog import Catalog, Subject
from catalog.model import Service
from rendering.resource import Lookup, Ref
from rendering.sentry.settings import SentryContent

TEAM = "sentry:index/sentryTeam:SentryTeam"
PROJECT = "sentry:index/sentryProject:SentryProject"
KEY = "sentry:index/sentryKey:SentryKey"
ISSUE_ALERT = "sentry:index/sentryIssueAlert:SentryIssueAlert"
METRIC_ALERT = "sentry:index/sentryMetricAlert:SentryMetricAlert"
GET_TEAM = "sentry:index/getSentryTeam:getSentryTeam"
GET_INTEGRATION = "sentry:index/getSentryOrganizationIntegration:getSentryOrganizationIntegration"
SLUG_LIMIT = 50


@dataclass(frozen=True)
class Organization:
    """The organisation as one environment sees it."""

    content: SentryContent
    environment: str
    ours: bool
    """Whether teams and projects, which all environments share, are this stack's to make."""
    slack: bool
    """Whether this environment posts to anybody's channels."""
    pagerduty: bool
    jira: bool

    @property
    def slug(self) -> str:
        """The organisation's."""
        return self.content.organization

    def team(self, name: str) -> Ref | Lookup:
        """A team's number."""
        if self.ours:
            return Ref(TEAM, name, "internalId")
        return Lookup(GET_TEAM, (("organization", self.slug), ("slug", name)), "internalId")

    def integration(self, provider: str, name: str, *, number: bool = False) -> Lookup:
        """The number of an integration that somebody has installed."""
        arguments = (("organization", self.slug), ("providerKey", provider), ("name", name))
        return Lookup(GET_INTEGRATION, arguments, "internalId", number=number)


@dataclass(frozen=True)
class Reporting:
    """A service that reports its errors."""

    subject: Subject
    service: Service

    @property
    def slug(self) -> str:
        """Its project's."""
        return self.service.identity.sentry or self.name

    @property
    def name(self) -> str:
        """Our logical name of its project."""
        return f"{self.subject.application.application}-{self.subject.name}"

    @property
    def place(self) -> str:
        """As outputs and people call it."""
        return f"{self.subject.application.application}/{self.subject.name}"

    @property
    def team(self) -> str:
        """The owner's."""
        return self.subject.application.owner.team

    @property
    def key(self) -> Ref:
        """The address that its SDK reports to."""
        return Ref(KEY, self.name, "dsnPublic")


def reporting(catalog: Catalog) -> Iterator[Reporting]:
    """Services that report, in the catalog's order; none of the platform's, which has no application's namespace."""
    for subject in catalog.subjects():
        watched = subject.watched
        if isinstance(watched, Service) and "sentry" in watched.collect.errors and subject.application.namespace is not None:
            yield Reporting(subject, watched)


def teams(catalog: Catalog, content: SentryContent) -> list[str]:
    """Teams that own what reports, then the one that hears of breaches."""
    return list(dict.fromkeys([*(each.team for each in reporting(catalog)), content.security_team]))


def shared(catalog: Catalog) -> dict[str, list[Reporting]]:
    """Slugs that more than one service has."""
    found: defaultdict[str, list[Reporting]] = defaultdict(list)
    for each in reporting(catalog):
        found[each.slug].append(each)
    return {slug: services for slug, services in found.items() if len(services) > 1}

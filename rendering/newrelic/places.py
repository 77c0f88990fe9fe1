"""Which services carry New Relic's agent, and what they are called there."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.catalog import Catalog, Subject
from catalog.model import Application, Service
from rendering.newrelic.settings import NewRelicContent
from rendering.site import Site

POLICY = "newrelic:index/alertPolicy:AlertPolicy"
CONDITION = "newrelic:index/nrqlAlertCondition:NrqlAlertCondition"
DASHBOARD = "newrelic:index/oneDashboardJson:OneDashboardJson"
DESTINATION = "newrelic:index/notificationDestination:NotificationDestination"
CHANNEL = "newrelic:index/notificationChannel:NotificationChannel"
WORKFLOW = "newrelic:index/workflow:Workflow"
MONITOR = "newrelic:synthetics/monitor:Monitor"


@dataclass(frozen=True)
class Account:
    """The account as one environment sees it."""

    content: NewRelicContent
    site: Site

    @property
    def number(self) -> int:
        """The account's, as dashboards want it."""
        return int(self.content.account_id)


@dataclass(frozen=True)
class Instrumented:
    """A service with an agent inside."""

    subject: Subject
    service: Service

    @property
    def application(self) -> Application:
        """Whose service it is."""
        return self.subject.application

    @property
    def name(self) -> str:
        """Our logical name."""
        return f"{self.application.application}-{self.subject.name}"

    def called(self, environment: str) -> str:
        """What New Relic calls it: an account has one list of names for all environments."""
        return f"{self.service.identity.newrelic or self.name} ({environment})"


def instrumented(catalog: Catalog) -> Iterator[Instrumented]:
    """Services that collect there, in the catalog's order."""
    for subject in catalog.subjects():
        watched = subject.watched
        if isinstance(watched, Service) and "newrelic" in watched.collect.apm and subject.application.namespace is not None:
            yield Instrumented(subject, watched)


def namespaces(catalog: Catalog) -> list[str]:
    """Where their pods run."""
    return sorted({each.application.namespace for each in instrumented(catalog) if each.application.namespace is not None})

"""What users' browsers tell: one RUM application for each service whose pages report to Datadog."""

from collections.abc import Iterator

from catalog.base import Backend
from catalog.catalog import Catalog, Subject
from catalog.model import Service
from rendering.resource import Ref, Resource
from rendering.site import Site

APPLICATION = "datadog:index/rumApplication:RumApplication"


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """An application of Datadog's for each such service and environment.

    Its id and client token go into the service's pages: both are public by nature, and the token can only send.
    """
    if site.datadog is None:
        return []
    return [_application(subject, service, site) for subject, service in reporting(catalog, site)]


def reporting(catalog: Catalog, site: Site) -> Iterator[tuple[Subject, Service]]:
    """Services whose pages report."""
    for subject in catalog.subjects():
        watched = subject.watched
        if isinstance(watched, Service) and Backend.DATADOG in watched.collect.browsers and site.runs(subject):
            yield subject, watched


def variables(subject: Subject) -> dict[str, Ref]:
    """What a service's pages are told, by environment variable."""
    name = _name(subject)
    return {"DD_RUM_APPLICATION_ID": Ref(APPLICATION, name), "DD_RUM_CLIENT_TOKEN": Ref(APPLICATION, name, "clientToken")}


def _name(subject: Subject) -> str:
    return f"{subject.application.application}-{subject.name}"


def _application(subject: Subject, service: Service, site: Site) -> Resource:
    inputs = {
        "name": f"{service.identity.datadog} ({site.environment})",
        "type": "browser",
        "rumEventProcessingState": "ALL",
        "productAnalyticsRetentionState": "NONE",  # sold apart; the catalog's business metrics say what was done, for all users
    }
    return Resource(APPLICATION, _name(subject), inputs)

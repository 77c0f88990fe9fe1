"""All of Datadog's dashboards for one environment as resources, and the list in which people find them."""

from collections.abc import Callable

from catalog.catalog import Catalog
from catalog.model import Application
from dashboards.datadog import application, business, infrastructure, lint, models, overview, security
from dashboards.datadog.build import Json, document, text
from dashboards.datadog.known import known
from dashboards.datadog.lint import Fault
from dashboards.datadog.reading import Reader
from dashboards.model import Dashboard
from rendering.resource import Resource
from rendering.site import Site

DASHBOARD, LIST = "datadog:index/dashboardJson:DashboardJson", "datadog:index/dashboardList:DashboardList"
_TOPICS: tuple[Callable[[Reader], list[tuple[Application, Dashboard]]], ...] = (
    overview.dashboards,
    models.dashboards,
    application.dashboards,
    infrastructure.dashboards,
    business.dashboards,
    security.dashboards,
)
"""One module, one topic; the order in which the list shows them."""


def everything(reader: Reader) -> list[tuple[Application, Dashboard]]:
    """Every dashboard, with the application whose team owns it."""
    return [found for topic in _TOPICS for found in topic(reader)]


def documents(catalog: Catalog, site: Site) -> dict[str, Json]:
    """Their JSON, by uid."""
    return {dashboard.uid: document(dashboard, owner, site) for owner, dashboard in everything(Reader(catalog, site))}


def faults(catalog: Catalog, site: Site) -> list[Fault]:
    """What is wrong with them, as far as anything but the account can tell."""
    where = known(catalog)
    return [fault for each in documents(catalog, site).values() for fault in lint.faults(each, where)]


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """A dashboard for each topic of each application that sends its metrics to Datadog; none where Datadog is off."""
    if site.datadog is None:
        return []
    found = [Resource(DASHBOARD, uid, {"dashboard": text(each)}) for uid, each in documents(catalog, site).items()]
    return [*found, _list(found, site)] if found else []


def _list(dashboards: list[Resource], site: Site) -> Resource:
    """An ordered dashboard is a `custom_timeboard` in lists (docs.datadoghq.com/api/latest/dashboard-lists)."""
    items = [{"dashId": each.ref, "type": "custom_timeboard"} for each in dashboards]
    return Resource(LIST, f"observatory-{site.environment}", {"name": f"Observatory {site.environment}", "dashItems": items})

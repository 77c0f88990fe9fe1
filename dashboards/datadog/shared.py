"""What all of Datadog's dashboards share: how they are called, where they lead, and what is Datadog's own in them."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from catalog.base import Backend
from catalog.catalog import Subject
from catalog.model import Application, Service
from dashboards.datadog.model import Widget
from dashboards.datadog.reading import Reader
from dashboards.model import Dashboard, Link, Row
from dashboards.naming import application_uid, uid

_TWINS = {"application": "api"}
"""Topics that Grafana's dashboards call otherwise."""
_MOST = 50


def dashboard(
    reader: Reader, application: Application, topic: str, title: str, description: str, *rows: Row, since: str = "4h"
) -> Dashboard:
    """One topic of one application, of the rows that have widgets."""
    return Dashboard(
        uid(topic, application.application),
        f"{application.title}: {title} ({reader.site.environment})",
        description,
        application.application,
        tuple(row for row in rows if row.panels),
        links=tuple(_links(reader, application, topic)),
        since=since,
    )


def _links(reader: Reader, application: Application, topic: str) -> Iterable[Link]:
    site, name = reader.site, application.application
    if site.grafana_url is not None:
        twin = application_uid(name) if topic == "overview" else uid(_TWINS.get(topic, topic), name)
        yield Link("The same in Grafana", f"{site.grafana_url}/d/{twin}")
    yield Link("Runbooks", site.runbooks_url)
    if site.datadog is not None:
        app = site.datadog.app_url
        yield Link("Other dashboards", f"{app}/dashboard/lists?q={quote(f'{application.title} ({site.environment})')}")
        yield Link("Monitors", f"{app}/monitors/manage?q={quote(_tagged(reader, application))}")


def _tagged(reader: Reader, application: Application, *tags: str) -> str:
    """A search for monitors of ours."""
    found = (f"application:{application.application}", f"environment:{reader.site.environment}", *tags)
    return " ".join(f'tag:"{tag}"' for tag in found)


def monitors(reader: Reader, application: Application, title: str, *tags: str) -> Widget:
    """What alerts and what does not, of the application's monitors with these tags."""
    own: dict[str, Any] = {
        "type": "manage_status",
        "query": _tagged(reader, application, *tags),
        "summary_type": "monitors",
        "display_format": "countsAndList",
        "color_preference": "text",
        "hide_zero_counts": True,
        "show_last_triggered": True,
        "show_priority": True,
        "sort": "status,asc",
        "count": _MOST,
        "start": 0,
    }
    return Widget(title, "Monitors made from the catalog; those that alert come first.", None, own=own, width=12, height=10)


def objectives(reader: Reader, application: Application) -> tuple[Widget, ...]:
    """The list of the application's objectives; none where it promises none."""
    if not any(service.objectives for service in application.services.values()):
        return ()
    asked = {
        "query_string": f"application:{application.application} environment:{reader.site.environment}",
        "limit": _MOST,
        "sort": [{"column": "status.sli", "order": "asc"}],
    }
    own = {"type": "slo_list", "requests": [{"query": asked, "request_type": "slo_list"}]}
    said = "What is promised and what is left of each budget; the nearest to its end first."
    return (Widget("Objectives", said, None, own=own, width=12, height=10),)


def service_map(reader: Reader, application: Application) -> tuple[Widget, ...]:
    """Who calls whom, around the service that most others of the application depend on."""
    traced = [name for name, service in application.services.items() if Backend.DATADOG in service.collect.traces]
    if not traced:
        return ()
    uses = [name for service in application.services.values() for name in service.depends_on]
    middle = application.services[max(traced, key=uses.count)]
    own = {"type": "servicemap", "service": middle.identity.datadog, "filters": [f"env:{reader.site.environment}", "*"]}
    return (Widget("Service map", "Who calls whom, from traces.", None, own=own, width=24, height=11),)


def services(subjects: Iterable[Subject]) -> list[Subject]:
    """Those that are services."""
    return [subject for subject in subjects if isinstance(subject.watched, Service)]

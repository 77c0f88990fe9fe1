"""Datadog's software catalog: who owns each application, service and data store, what it needs, and where to read on.

Entities are YAML of Datadog's version 3 (docs.datadoghq.com, «Software Catalog, Entity Model»). Only what sends telemetry is
entered: an entity that nothing reports to is noise. Contacts are mail addresses, since Datadog wants Slack channels as links.
"""

from collections.abc import Iterator

from catalog.base import Backend, Priority
from catalog.catalog import Catalog, Subject
from catalog.model import Application, Dependency, Service, Watched
from rendering import wording
from rendering.dashboard_links import dashboard_url
from rendering.document import Document, to_yaml
from rendering.resource import Resource
from rendering.site import Site

ENTITY = "datadog:index/softwareCatalog:SoftwareCatalog"
_STORES = {"postgres": "postgres", "redis": "redis"}
"""Dependencies that are data stores, and what Datadog calls them."""
_SERVER, _BROWSER = "web", "browser"


def resources(catalog: Catalog, site: Site) -> list[Resource]:
    """One entity for each application that sends telemetry, each of its services that does, and each of its data stores."""
    if site.datadog is None:
        return []
    return [
        Resource(ENTITY, document["metadata"]["name"], {"entity": to_yaml(document)}, account_wide=True)
        for application in catalog.applications.values()
        for document in _entities(application, catalog, site)
    ]


def entity_name(subject: Subject) -> str:
    """What a subject is called there: a service as its telemetry names it, a data store after its application."""
    watched = subject.watched
    return watched.identity.datadog if isinstance(watched, Service) else f"{subject.application.application}-{subject.name}"


def _entities(application: Application, catalog: Catalog, site: Site) -> Iterator[Document]:
    services = [
        Subject(application, "service", name, service)
        for name, service in application.services.items()
        if Backend.DATADOG in (*service.collect.metrics, *service.collect.traces, *service.collect.logs)
    ]
    if not services or application.namespace is None:
        return
    stores = [
        Subject(application, "dependency", name, dependency)
        for name, dependency in application.dependencies.items()
        if dependency.kind in _STORES
    ]
    components = [_reference(subject) for subject in (*services, *stores)]
    system = {"lifecycle": "production", "tier": _tier(*(each.watched for each in services)), "components": components}
    yield _entity("system", _metadata(application, application.application, application.title, "", [], catalog), system)
    for subject in services:
        yield _service(subject, {each.name: each for each in (*services, *stores)}, catalog, site)
    for subject in stores:
        dependency = subject.watched
        kind = _STORES[dependency.kind] if isinstance(dependency, Dependency) else ""
        title = f"{application.title} {subject.name}"
        metadata = _metadata(application, entity_name(subject), title, f"{kind} of {application.title}.", _links(subject, site), catalog)
        yield _entity(
            "datastore", metadata, {"lifecycle": "production", "tier": _tier(subject.watched), "type": kind, **_part(application)}
        )


def _service(subject: Subject, known: dict[str, Subject], catalog: Catalog, site: Site) -> Document:
    service = subject.watched
    assert isinstance(service, Service)  # noqa: S101  `_entities` made it one
    application, name = subject.application, entity_name(subject)
    needs = [_reference(known[each]) for each in service.depends_on if each in known]
    outside = [
        each for each in service.depends_on if each in application.dependencies and application.dependencies[each].kind == "external"
    ]
    described = f"{service.title} of {application.title}." + (f" Needs {', '.join(outside)} as well." if outside else "")
    spec: Document = {"lifecycle": "production", "tier": _tier(service), "type": _type(service), **_part(application), "dependsOn": needs}
    metadata = _metadata(application, name, f"{application.title}: {service.title}", described, _links(subject, site), catalog)
    found = _entity("service", metadata, spec)
    if Backend.DATADOG in service.collect.logs:
        found["datadog"] = {"logs": [{"name": "errors", "query": f"service:{name} status:(error OR critical)"}]}
    return found


def _entity(kind: str, metadata: Document, spec: Document) -> Document:
    return {"apiVersion": "v3", "kind": kind, "metadata": metadata, "spec": spec}


def _metadata(application: Application, name: str, title: str, description: str, links: list[Document], catalog: Catalog) -> Document:
    """What all kinds have; roles of the owner's team that a page calls are the contacts."""
    team = catalog.teams[application.owner.team]
    levels = application.escalations[application.owner.escalation].levels
    called = dict.fromkeys(role for level in levels for role in level.notify if role in team.people)
    contacts = [{"name": team.title, "type": "email", "contact": team.email}]
    contacts += [{"name": role, "type": "email", "contact": team.people[role].email} for role in called]
    return {
        "name": name,
        "displayName": title,
        **({"description": description} if description else {}),
        "owner": application.owner.team,
        "tags": [f"application:{application.application}", f"team:{application.owner.team}", "managed_by:observatory"],
        "contacts": contacts,
        "links": links,
    }


def _links(subject: Subject, site: Site) -> list[Document]:
    """The dashboard, and the runbook of every alert that calls somebody."""
    dashboard = dashboard_url(subject, site)
    found = [{"name": "Dashboard", "type": "dashboard", "provider": "grafana", "url": dashboard}] if dashboard else []
    for name, alert in subject.watched.alerts.items():
        if alert.pages:
            found.append({"name": wording.words(name), "type": "runbook", "url": wording.runbook(name, site)})
    return found


def _reference(subject: Subject) -> str:
    return f"{'service' if subject.kind == 'service' else 'datastore'}:{entity_name(subject)}"


def _part(application: Application) -> Document:
    return {"componentOf": [f"system:{application.application}"]}


def _tier(*watched: Watched) -> str:
    """1 where an outage is P1, 2 where it is P2, 3 where nobody is called."""
    priorities = {alert.priority for each in watched for alert in each.alerts.values()}
    return "1" if Priority.P1 in priorities else "2" if Priority.P2 in priorities else "3"


def _type(service: Service) -> str:
    """Browsers use what has a browser's journey or pages; the rest serves requests all the same."""
    return _BROWSER if any(journey.kind == "browser" for journey in service.journeys.values()) else _SERVER

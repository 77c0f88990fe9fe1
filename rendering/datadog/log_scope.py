"""Whose logs reach Datadog, in the words of its search, and the kinds of record that pipelines, indexes and detection rules agree on."""

from collections.abc import Iterable, Iterator

from catalog.base import Backend
from catalog.catalog import Catalog, Subject
from catalog.model import Application, Service

AUTHENTICATION_FAILURE = "authentication_failure"
"""The catalog's log signal counts it under this name."""
AUTHENTICATION_SUCCESS = "authentication_success"
PRIVILEGE_CHANGE = "privilege_change"
SECURITY_EVENTS = (AUTHENTICATION_FAILURE, AUTHENTICATION_SUCCESS, PRIVILEGE_CHANGE, "access_denied", "security_event", "security_breach")
"""Values of a record's `event` (or of its `type`, which some applications write) that are about security.

Applications must log the first three with these names, `usr.id` or `user_id`, and `network.client.ip` or `client_ip`.
"""
KIND = "record_kind"
"""The attribute that says what a record is about: security, performance, business, or application."""
SECURITY = "security"
TRACE = "observatory.trace"
"""The attribute that keeps the trace's id for sampling: the reserved one is no attribute."""
MANAGED = "managed_by:observatory"
"""The tag of what we make, by which suppressions and people find it."""


def senders(catalog: Catalog) -> Iterator[tuple[Subject, Service]]:
    """Services whose logs the catalog sends to Datadog."""
    for subject in catalog.subjects():
        if isinstance(subject.watched, Service) and Backend.DATADOG in subject.watched.collect.logs:
            yield subject, subject.watched


def applications(catalog: Catalog) -> list[Application]:
    """Their applications, in the catalog's order."""
    return list({subject.application.application: subject.application for subject, _ in senders(catalog)}.values())


def of_application(application: Application) -> str:
    """Records of an application: by its namespace, or by a service's name where no pod wrote them (browsers, ECS)."""
    names = [service.identity.datadog for service in application.services.values() if Backend.DATADOG in service.collect.logs]
    return f"kube_namespace:{application.namespace} OR service:{any_of(names)}"


def of_all(catalog: Catalog) -> str:
    """Records of every application that logs here."""
    found = applications(catalog)
    names = [service.identity.datadog for _, service in senders(catalog)]
    return f"kube_namespace:{any_of(each.namespace or '' for each in found)} OR service:{any_of(names)}"


def any_of(values: Iterable[str]) -> str:
    """One value of several, as Datadog's search writes it."""
    return f"({' OR '.join(dict.fromkeys(values))})"


def synthetic_users(catalog: Catalog) -> frozenset[str]:
    """E-mail addresses that the catalog's journeys log in with: no person's, and seen from many countries."""
    steps = (
        step
        for subject in catalog.subjects()
        if isinstance(subject.watched, Service)
        for journey in subject.watched.journeys.values()
        for step in journey.steps
    )
    return frozenset(step.value for step in steps if step.do == "type" and step.value is not None and "@" in step.value)

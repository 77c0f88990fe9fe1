"""Whose spans and logs these are: what applications call themselves becomes the catalog's `application` and `service`."""

from collections.abc import Iterator

from catalog.base import Backend
from catalog.catalog import Catalog, Subject
from catalog.model import Service
from catalog.units import Unit
from rendering.document import Document
from rendering.otel.settings import SamplingSettings

APPLICATION, SERVICE = "application", "service"
SLOW_AFTER = "observatory.slow_after_ns"
"""Resource attribute: nanoseconds that a request of this service may take."""
_NANOSECONDS = 1_000_000_000


def services(catalog: Catalog) -> Iterator[tuple[Subject, Service]]:
    """The applications' services, each with its name in OpenTelemetry."""
    for subject in catalog.subjects():
        if isinstance(subject.watched, Service) and subject.application.namespace is not None:
            yield subject, subject.watched


def traced(catalog: Catalog) -> list[tuple[Subject, Service]]:
    """Those whose traces come here."""
    return [(subject, service) for subject, service in services(catalog) if service.collect.traces]


def slow_after(catalog: Catalog, service: Service, sampling: SamplingSettings) -> float:
    """Seconds beyond which a request is worth its trace: the tightest latency objective, else the environment's."""
    promised = [
        objective.under
        for objective in service.objectives.values()
        if objective.under is not None and catalog.signals[objective.signal].unit is Unit.SECONDS
    ]
    return min(promised, default=sampling.slow)


def of_spans(catalog: Catalog, sampling: SamplingSettings) -> list[Document]:
    """Statements of the transform processor, run once a resource; an identity that a sender claims for itself is dropped first."""
    groups = [_group([_delete(APPLICATION), _delete(SERVICE), _set(SLOW_AFTER, round(sampling.slow * _NANOSECONDS))])]
    for subject, service in traced(catalog):
        statements = _identity(subject)
        if (slow := slow_after(catalog, service, sampling)) != sampling.slow:
            statements.append(_set(SLOW_AFTER, round(slow * _NANOSECONDS)))
        groups.append(_group(statements, [_called(service.identity.otel)]))
    return groups


def of_logs(catalog: Catalog) -> list[Document]:
    """The same for log records, by the name in the record, else by the labels of the pod that wrote it; a record without a name gets it."""
    groups = [_group([_delete(APPLICATION), _delete(SERVICE)])]
    for subject, service in services(catalog):
        pod = [f'attributes["k8s.pod.labels.{key}"] == "{value}"' for key, value in service.runs.selector.items()]
        place = f'attributes["k8s.namespace.name"] == "{subject.application.namespace}"'
        named = f'{_set("service.name", service.identity.otel)} where attributes["service.name"] == nil'
        groups.append(_group([*_identity(subject), named], [_called(service.identity.otel), " and ".join([place, *pod])]))
    return groups


def traces_elsewhere(catalog: Catalog, backend: Backend) -> list[str]:
    """Conditions on a span's resource: its service is in the catalog and does not send its traces to that backend."""
    return [_is(subject) for subject, service in services(catalog) if backend not in service.collect.traces]


def logs_elsewhere(catalog: Catalog, backend: Backend) -> list[str]:
    """The same for a log record's resource."""
    return [_is(subject) for subject, service in services(catalog) if backend not in service.collect.logs]


def unknown() -> str:
    """The condition that a span's resource is no service of the catalog."""
    return f'resource.attributes["{APPLICATION}"] == nil'


def _is(subject: Subject) -> str:
    return (
        f'resource.attributes["{APPLICATION}"] == "{subject.application.application}"'
        f' and resource.attributes["{SERVICE}"] == "{subject.name}"'
    )


def _identity(subject: Subject) -> list[str]:
    return [_set(APPLICATION, subject.application.application), _set(SERVICE, subject.name)]


def _group(statements: list[str], conditions: list[str] | None = None) -> Document:
    """Statements that run where one of the conditions holds."""
    return {"context": "resource", **({"conditions": conditions} if conditions else {}), "statements": statements}


def _called(name: str) -> str:
    return f'attributes["service.name"] == "{name}"'


def _set(key: str, value: str | int) -> str:
    return f'set(attributes["{key}"], {value})' if isinstance(value, int) else f'set(attributes["{key}"], "{value}")'


def _delete(key: str) -> str:
    return f'delete_key(attributes, "{key}")'

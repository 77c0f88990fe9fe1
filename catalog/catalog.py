"""The loaded catalog and the questions that renderers ask it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Literal

from catalog.base import Backend, Severity
from catalog.exporters import Exporter
from catalog.model import Alert, Application, Dependency, Http, Service
from catalog.people import Team
from catalog.signal import CloudwatchQuery, Gap, Signal


@dataclass(frozen=True)
class Subject:
    """A service or a dependency, with the application that it belongs to: what an alert is about."""

    application: Application
    kind: Literal["service", "dependency"]
    name: str
    watched: Service | Dependency

    @property
    def labels(self) -> dict[str, str]:
        """The identity that target labels and alert labels share."""
        return {"application": self.application.application, self.kind: self.name}

    @property
    def place(self) -> str:
        """Its key in the application's file."""
        return f"{'services' if self.kind == 'service' else 'dependencies'}.{self.name}"

    @property
    def http(self) -> Http:
        """How its HTTP metrics are labelled: its own word, else the application's."""
        own = self.watched.http if isinstance(self.watched, Service) else None
        return own or self.application.http


@dataclass(frozen=True)
class PlacedAlert:
    """An alert at its place: everything a backend's renderer needs to write it."""

    subject: Subject
    name: str
    alert: Alert
    signal: Signal

    @property
    def identity(self) -> tuple[str, str, str, Severity]:
        """Application, service or dependency, name, severity: unique in the catalog."""
        return (self.subject.application.application, self.subject.name, self.name, self.alert.effective_severity)

    @property
    def team(self) -> str:
        """Who is told."""
        return self.alert.team or self.subject.application.owner.team


@dataclass(frozen=True)
class Catalog:
    """All that is watched; made by `catalog.loading.load`, valid by construction."""

    signals: dict[str, Signal]
    teams: dict[str, Team]
    applications: dict[str, Application]
    exporters: dict[str, Exporter] = field(default_factory=dict[str, Exporter])

    def subjects(self) -> Iterator[Subject]:
        """Every service and dependency, in the order of the files."""
        for application in self.applications.values():
            for name, service in application.services.items():
                yield Subject(application, "service", name, service)
            for name, dependency in application.dependencies.items():
                yield Subject(application, "dependency", name, dependency)

    def alerts(self) -> Iterator[PlacedAlert]:
        """Every alert, whatever backends evaluate it."""
        for subject in self.subjects():
            for name, alert in subject.watched.alerts.items():
                if alert.signal in self.signals:  # a catalog under examination may lack one
                    yield PlacedAlert(subject, name, alert, self.signals[alert.signal])

    def alert_names(self, application: str) -> frozenset[str]:
        """Names of an application's alerts."""
        return self._alert_names.get(application, frozenset())

    @cached_property
    def _alert_names(self) -> dict[str, frozenset[str]]:
        """Made once: every alert's check asks for them."""
        return {
            name: frozenset(
                chain.from_iterable(watched.alerts for watched in (*application.services.values(), *application.dependencies.values()))
            )
            for name, application in self.applications.items()
        }

    def collectors(self, placed: PlacedAlert) -> tuple[Backend, ...]:
        """The backends that collect an alert's signal, its owner first."""
        return collectors(placed.subject, placed.signal)

    def evaluated_in(self, placed: PlacedAlert, backend: Backend) -> bool:
        """Whether this backend gets this alert: it collects the signal, can ask for it, and no gap says otherwise."""
        return (
            backend in self.collectors(placed)
            and backend not in placed.alert.gaps
            and not isinstance(placed.signal.query(backend), Gap | None)
        )

    def pager(self, placed: PlacedAlert) -> Backend:
        """The backend that notifies: the one named, else the first that evaluates the alert."""
        able = [backend for backend in self.collectors(placed) if self.evaluated_in(placed, backend)]
        return placed.alert.pager or able[0]


def collectors(subject: Subject, signal: Signal) -> tuple[Backend, ...]:
    """The backends that collect a signal of a subject.

    A dependency's telemetry goes where its application's services send theirs, the common first choice ahead; log and trace
    signals are seen by Prometheus where metrics are made from them, so their collectors add it.
    """
    if isinstance(subject.watched, Service):
        services = [subject.watched]
    else:
        services = [s for s in subject.application.services.values() if subject.name in s.depends_on] or list(
            subject.application.services.values()
        )
    found: dict[Backend, None] = {}
    for service in services:
        match signal.source:
            case "metrics":
                found |= dict.fromkeys(service.collect.metrics)
            case "logs":
                found |= dict.fromkeys(_evaluator(backend) for backend in service.collect.logs)
            case "traces":
                found |= dict.fromkeys(_evaluator(backend) for backend in service.collect.traces)
    if in_aws(subject, signal):
        found[Backend.CLOUDWATCH] = None
    return tuple(found)


def in_aws(subject: Subject, signal: Signal) -> bool:
    """Whether CloudWatch measures a signal on a resource that the subject has in AWS."""
    query = signal.cloudwatch
    return isinstance(query, CloudwatchQuery) and query.of in {resource.kind for resource in subject.watched.aws.values()}


def _evaluator(store: Backend) -> Backend:
    """Where alerts on a store's data are evaluated: those without an evaluator of ours become metrics in Prometheus."""
    return Backend.PROMETHEUS if store in (Backend.ELASTIC, Backend.LOKI, Backend.JAEGER) else store

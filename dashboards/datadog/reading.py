"""How Datadog's dashboards read the catalog's signals: by the monitors' own queries, with the dashboard's choices in their scopes."""

import re
from functools import cached_property

from catalog.base import Backend
from catalog.catalog import Catalog, Subject, collectors
from catalog.exposure import Exposure
from catalog.model import Application, Service, Statistic
from catalog.queries import grouping
from catalog.sight import sees
from catalog.signal import DatadogQuery, Signal
from dashboards.model import Query
from dashboards.parts import named_signals
from rendering.datadog import queries
from rendering.datadog.arrivals import Arrivals
from rendering.site import Site

_SCOPE = re.compile(r"(?<=[\w.])\{([^{}]*)\}")
_SHORT = 300
"""Shares of events over more seconds than this keep their window; those of shorter ones follow the zoom."""
_OWN = ("openmetrics", "dogstatsd", "apm", "logs")
"""Ways by which an application's telemetry comes with the `service` that it calls itself by."""
_OF_SERVICES = (*_OWN, "kubernetes", "synthetics")
ENVIRONMENT, CLUSTER, SERVICE, MODEL, ENDPOINT, REGION, ACCOUNT = "env", "cluster", "service", "model", "endpoint", "region", "account"
"""Names of the dashboards' variables."""


class Reader:
    """Queries for the signals of one environment's catalog."""

    def __init__(self, catalog: Catalog, site: Site) -> None:
        self.catalog = catalog
        self.site = site
        self._exposure = Exposure(catalog)
        self._arrivals = Arrivals(catalog, site)

    @cached_property
    def applications(self) -> tuple[Application, ...]:
        """Those of which anything but traces or logs alone is sent to Datadog."""
        return tuple(
            application
            for application in self.catalog.applications.values()
            if any(Backend.DATADOG in service.collect.metrics for service in application.services.values())
        )

    def parts(self, application: Application) -> list[Subject]:
        """An application's services and dependencies that run here."""
        name = application.application
        return [each for each in self.catalog.subjects() if each.application.application == name and self.site.runs(each)]

    def signal(self, name: str) -> Signal:
        """A signal; KeyError names one that nobody defines."""
        if name not in self.catalog.signals:
            raise KeyError(f"the catalog defines no signal {name!r}")
        return self.catalog.signals[name]

    def shows(self, subject: Subject, name: str) -> bool:
        """Whether Datadog gets the signal of this subject: its entry in the catalog names it, or what the signal reads is exposed.

        Pods, checks from outside, spans and logs are a service's; that Prometheus sees such of a dependency is its exporter's doing.
        """
        signal = self.signal(name)
        query = queries.datadog(signal)
        if query is None or Backend.DATADOG not in collectors(subject, signal) or not self._arrivals.has(subject, signal):
            return False
        if name in named_signals(subject):
            return True
        if query.ingest in _OF_SERVICES and not isinstance(subject.watched, Service):
            return False
        return sees(subject, signal, self._exposure)

    def holders(self, application: Application, name: str, *, used: bool = False) -> list[Subject]:
        """Parts of an application that have a signal; `used`: those only whose entry in the catalog names it."""
        return [each for each in self.parts(application) if self.shows(each, name) and (not used or name in named_signals(each))]

    def of(self, subject: Subject, name: str, statistic: Statistic | None = None, legend: str = "") -> Query:
        """A signal of one subject, grouped as its alerts are."""
        signal = self.signal(name)
        return Query(self._chosen(queries.expression(subject, signal, self.site, statistic), subject, signal), legend)

    def across(self, subjects: list[Subject], name: str, statistic: Statistic | None = None) -> tuple[Query, ...]:
        """The same of several, one query each, by their names."""
        return tuple(self.of(subject, name, statistic, subject.name) for subject in subjects)

    def whole(self, subjects: list[Subject], name: str) -> tuple[Query, ...]:
        """The same of several, each as a whole: over all of its pods."""
        signal = self.signal(name)
        expressions = ((each, queries.ungrouped(queries.expression(each, signal, self.site))) for each in subjects)
        return tuple(Query(self._chosen(text, each, signal), each.name) for each, text in expressions)

    def split(self, subject: Subject, name: str, tags: tuple[str, ...], statistic: Statistic | None = None, most: int = 10) -> Query:
        """The same by other tags than its alerts': the values with the highest numbers."""
        signal = self.signal(name)
        grouped = queries.grouped_by(queries.expression(subject, signal, self.site, statistic), tags)
        return Query(f"top({self._chosen(grouped, subject, signal, tags)}, {most}, 'mean', 'desc')", subject.name)

    def read(self, subject: Subject, ingest: str, aggregated: str, *tags: str, by: tuple[str, ...] = (), points: str = "") -> str:
        """A metric of a subject that no signal asks, as `sum:redis.net.clients`: scoped as signals are, with further tags.

        `points` says how points are read, as `.as_rate()`.
        """
        scope = queries.scope(subject, ingest, self.site, aggregated.partition(":")[2])
        chosen = self._scoped(scope, self._variables(subject, ingest, by))
        grouped = f" by {{{','.join(by)}}}" if by else ""
        return f"{aggregated}{{{','.join((chosen, *tags))}}}{grouped}{points}"

    def everywhere(self, subject: Subject, name: str) -> Query:
        """A signal in every environment of this account, a series each."""
        signal = self.signal(name)
        text = queries.grouped_by(queries.expression(subject, signal, self.site), ("env",))

        def wide(match: re.Match[str]) -> str:
            kept = [part for part in match[1].split(",") if not part.startswith(("env:", "cluster:"))]
            return f"{{{','.join(kept) or '*'}}}"

        return Query(_windowed(_SCOPE.sub(wide, text), signal))

    def _chosen(self, expression: str, subject: Subject, signal: Signal, by: tuple[str, ...] = ()) -> str:
        query = queries.datadog(signal)
        variables = self._variables(subject, query.ingest if query else "", (*grouping(subject, signal), *by))
        scoped = re.sub(r"(:[A-Za-z][\w.]*)\{([^{}]*)\}", lambda match: f"{match[1]}{{{self._scoped(match[2], variables)}}}", expression)
        return _windowed(scoped, signal)

    def _scoped(self, scope: str, variables: tuple[str, ...]) -> str:
        """The environment and the cluster as choices, and further choices beside what is fixed."""
        choices = {f"env:{self.site.environment}": f"${ENVIRONMENT}", f"cluster:{self.site.cluster}": f"${CLUSTER}"}
        return ",".join([*(choices.get(part, part) for part in scope.split(",")), *(f"${name}" for name in variables)])

    @staticmethod
    def _variables(subject: Subject, ingest: str, by: tuple[str, ...]) -> tuple[str, ...]:
        """Choices that a query can follow, by the tags that it has."""
        found = [SERVICE] if isinstance(subject.watched, Service) and ingest in _OWN else []
        found += [MODEL] if "model_name" in by else []
        return (*found, *([ENDPOINT] if subject.http.route_label in by else []))


def _windowed(expression: str, signal: Signal) -> str:
    """Counts over the signal's own window, where it is what the number means: registrations of an hour, a share of a day's events."""
    query = signal.datadog
    valued = isinstance(query, DatadogQuery) and query.value is not None
    if not valued and signal.window <= _SHORT:
        return expression
    return expression.replace(".as_count()", f".as_count().rollup(sum, {int(signal.window)})")

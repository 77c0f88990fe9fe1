"""Which of a subject's signals are worth a panel, and what each tells of: exporters speak of more than each subject has."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from catalog.catalog import Subject
from catalog.exposure import waiting
from catalog.model import Dependency, Service
from catalog.queries import grouping, templates
from catalog.signal import PrometheusQuery, Signal
from catalog.units import Unit
from dashboards.reading import Reader
from rendering.reliability import has_pods, is_scraped
from rendering.sight import seen

RARE = {
    "postgres_replication_lag": "the database has no replica",
    "rate_limit_violations": "no request was refused",
    "security_breaches": "no breach was detected",
    "cluster_crash_loops": "no pod is in a crash loop",
    "oom_kills": "no container was killed for want of memory",
    "security_events_logged": "no security event was logged",
    "security_breach_logged": "no breach was logged",
    "milestones_logged": "no milestone was reached",
    "maintenance_logged": "no maintenance was announced",
    "elastic_lifecycle_errors": "no index stands still",
    "elastic_documents_stopped": "Elasticsearch takes documents",
    "logstash_red": "no pipeline is dead",
    "records_held": "Logstash sends records on",
}
"""Signals without series for as long as nothing of the kind has happened, and what that means."""
_HTTPS = 443


@dataclass(frozen=True)
class Kinds:
    """A subject's signals by what they tell of, each once."""

    requests: list[str] = field(default_factory=list[str])
    outside: list[str] = field(default_factory=list[str])
    resources: list[str] = field(default_factory=list[str])
    upstream: list[str] = field(default_factory=list[str])
    """Its own view of what it calls."""
    work: list[str] = field(default_factory=list[str])
    records: list[str] = field(default_factory=list[str])
    """Made of logs and traces."""


class Sight:
    """The signals of each subject; asked more than once, since a service's page tells of its dependencies too."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        planned = waiting(reader.catalog)
        self._here = {
            name: signal
            for name, signal in reader.catalog.signals.items()
            if name not in planned and seen(signal, reader.catalog, reader.site)
        }
        self._readable: dict[tuple[str, str], list[str]] = {}

    def readable(self, subject: Subject) -> list[str]:
        """Signals that have data in an ordinary environment: the subject's own, and others that its entry in the catalog names."""
        key = (subject.application.application, subject.name)
        if key not in self._readable:
            wanted = {*self.reader.own_signals(subject), *(name for name in set(_named(subject)) if self.reader.sees(subject, name))}
            self._readable[key] = [name for name in self._here if name in wanted and self._is_possible(subject, name)]
        return self._readable[key]

    def kinds(self, subject: Subject) -> Kinds:
        """All readable ones, by where their data come from and what they count."""
        found = Kinds()
        for name in self.readable(subject):
            signal = self.reader.signal(name)
            if signal.source != "metrics":
                found.records.append(name)
            elif self._is_of_probes(name):
                found.outside.append(name)
            elif _is_of_pods(signal) or name == "up":
                found.resources.append(name)
            elif self.is_of_requests(subject, name):
                found.requests.append(name)
            elif "upstream" in signal.by:
                found.upstream.append(name)
            else:
                found.work.append(name)
        return found

    def is_of_requests(self, subject: Subject, name: str) -> bool:
        """Whether it tells of what the subject is asked: its metrics count requests, or an objective is made of it."""
        signal = self.reader.signal(name)
        if self._is_of_probes(name) or "upstream" in signal.by:
            return False
        objectives = subject.watched.objectives.values() if isinstance(subject.watched, Service) else ()
        counts = signal.form != "value" or signal.unit is Unit.PER_SECOND
        asked = any("request" in metric for metric in self.reader.metrics(name))
        return any(each.signal == name for each in objectives) or (counts and asked)

    def by_route(self, subject: Subject, names: Iterable[str]) -> list[str]:
        """Those whose series can be told apart by the application's route label, and are not yet."""
        route = subject.http.route_label
        return [
            name
            for name in names
            if route not in grouping(subject, self.reader.signal(name))
            and all(route in self.reader.labels(subject, metric) for metric in self.reader.metrics(name))
        ]

    def _is_of_probes(self, name: str) -> bool:
        return any(metric.startswith("probe_") for metric in self.reader.metrics(name))

    def _is_possible(self, subject: Subject, name: str) -> bool:
        """Whether the subject is of the sort that the signal's metrics tell of."""
        if "$pods" in _text(self.reader.signal(name)):
            return has_pods(subject)
        return all(possible(subject) for metric, possible in _ONLY.items() if metric in self.reader.metrics(name))


def _is_of_pods(signal: Signal) -> bool:
    """Whether shared exporters tell it, of a subject's pods or of the cluster around them."""
    return "$sel" not in _text(signal)


def _text(signal: Signal) -> str:
    """A histogram's base name is no template, yet is selected by the target's labels."""
    query = signal.prometheus
    return "".join(templates(query)) if isinstance(query, PrometheusQuery) else ""


def _named(subject: Subject) -> Iterator[str]:
    watched = subject.watched
    business = watched.business.values() if isinstance(watched, Service) else ()
    yield from (each.signal for each in (*watched.alerts.values(), *watched.targets.values(), *business))


def _shows_certificate(subject: Subject) -> bool:
    watched = subject.watched
    if isinstance(watched, Dependency):
        return watched.host is not None and (watched.port or _HTTPS) == _HTTPS
    return any(probe.url.startswith("https://") for probe in watched.probes.values())


def _asked_by_http(subject: Subject) -> bool:
    return isinstance(subject.watched, Service) and any(probe.url.startswith("http") for probe in subject.watched.probes.values())


_ONLY: dict[str, Callable[[Subject], bool]] = {
    "up": is_scraped,
    "probe_ssl_earliest_cert_expiry": _shows_certificate,
    "probe_http_duration_seconds": _asked_by_http,
}

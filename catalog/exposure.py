"""Which series of whom Prometheus has, and with what labels: an alert that reads another one can never fire."""

from collections.abc import Iterable, Iterator
from itertools import chain

from catalog.base import Backend
from catalog.catalog import Catalog, Subject
from catalog.exporters import Exporter, Metrics
from catalog.model import Application, Dependency, Service
from catalog.queries import Labels, queries
from catalog.signal import PrometheusQuery, Signal

Series = dict[str, Labels]
"""All labels of each series, the target's among them, by the series' name."""

_TARGET: Labels = frozenset({"application", "instance", "job"})
_PLACE: Labels = frozenset({"namespace", "pod", "container"})
"""Labels of a target in a pod; `rendering/relabeling.py` takes them from targets that tell of others."""
_HISTOGRAM = ("_bucket", "_sum", "_count")
_MADE_OF = {"logs": (Backend.ELASTIC, Backend.LOKI), "traces": (Backend.JAEGER,)}
"""Stores whose logs and traces pass our collectors on their way."""


class Exposure:
    """What a catalog's services, and the exporters that speak of them, expose."""

    def __init__(self, catalog: Catalog) -> None:
        platform = next((application for application in catalog.applications.values() if application.namespace is None), None)
        self._systems = platform.services if platform is not None else {}
        self._exporters = {name: exporter for name, exporter in catalog.exporters.items() if self._runs(name, exporter)}
        self.shared: Series = dict(self._shared())
        """Series that are read without an identity, because they tell of everybody."""
        self._known: dict[tuple[str, str], Series] = {}

    def of(self, subject: Subject) -> Series:
        """Series that carry the subject's identity: those that `$sel` selects."""
        key = (subject.application.application, subject.name)
        if key not in self._known:
            self._known[key] = dict(self._of(subject))
        return self._known[key]

    def teller(self, metric: str) -> str | None:
        """The exporter that tells of others by this series, under an identity of its own."""
        return next((name for name, exporter in self._about("cluster") if metric in dict(_series(exporter.metrics, _TARGET))), None)

    def _runs(self, name: str, exporter: Exporter) -> bool:
        """Exporters of the cluster, and those that ask for others, are services of the platform."""
        return exporter.about not in {"itself", "cluster", "probed"} or name in self._systems

    def _about(self, *about: str) -> Iterator[tuple[str, Exporter]]:
        return ((name, exporter) for name, exporter in self._exporters.items() if exporter.about in about)

    def _shared(self) -> Iterator[tuple[str, Labels]]:
        for name, exporter in self._about("cluster", "probed", "scraped", "logs"):
            match exporter.about:
                case "cluster":
                    yield from _series(exporter.metrics, _target_of(self._systems[name], "service", tells=True))
                case "probed":
                    yield from _series(exporter.metrics, _TARGET | {"service", "dependency", "probe"})
                case "logs":
                    yield from _series(exporter.metrics, _TARGET | _PLACE | {"service"})
                case _:
                    yield from _series(exporter.metrics, _TARGET | _PLACE | {"service", "dependency", "probe", "node"})

    def _of(self, subject: Subject) -> Iterator[tuple[str, Labels]]:
        watched = subject.watched
        if isinstance(watched, Service):
            yield from self._of_service(subject, watched)
        else:
            yield from self._of_dependency(subject, watched)
        if _is_probed(watched):
            for _, exporter in self._about("probed"):
                yield from _series(exporter.metrics, _TARGET | {subject.kind, "probe"})
        for _, exporter in self._about("scraped"):
            yield from _series(exporter.metrics, _TARGET | _PLACE | {subject.kind, "probe"})

    def _of_service(self, subject: Subject, service: Service) -> Iterator[tuple[str, Labels]]:
        if Backend.PROMETHEUS in service.collect.metrics:
            own = self._exporters.get(subject.name) if _is_platform(subject.application) else None
            target = _target_of(service, subject.kind, tells=own is not None and own.about == "cluster")
            yield from _series(service.exposes, target)
            if own is not None and own.about in {"itself", "cluster"}:
                yield from _series(own.metrics, target)
        for what, stores in (("logs", service.collect.logs), ("traces", service.collect.traces)):
            if any(store in _MADE_OF[what] for store in stores):
                for _, exporter in self._about(what):
                    yield from _series(exporter.metrics, _TARGET | _PLACE | {subject.kind})  # the collector's place

    def _of_dependency(self, subject: Subject, dependency: Dependency) -> Iterator[tuple[str, Labels]]:
        exporter = self._exporters.get(dependency.kind)
        if exporter is not None and exporter.about == "dependency":
            yield from _series(exporter.metrics, _TARGET | {subject.kind})


def waiting(catalog: Catalog) -> dict[str, str]:
    """Signals whose metrics nobody makes yet, and who will: their alerts are rendered and stay quiet until then."""
    planned = {
        name: exporter.planned
        for exporter in catalog.exporters.values()
        if exporter.planned is not None
        for name, _ in _series(exporter.metrics, frozenset())
    }
    found: dict[str, str] = {}
    for name, signal in catalog.signals.items():
        for metric in sorted(read_by(signal) & planned.keys()):
            found[name] = planned[metric]
    return found


def exposed_by(names: Iterable[str], catalog: Catalog) -> frozenset[str]:
    """Series of the exporters of these names, where the catalog knows such."""
    exporters = (catalog.exporters[name] for name in names if name in catalog.exporters)
    return frozenset(series for exporter in exporters for series, _ in _series(exporter.metrics, frozenset()))


def read_by(signal: Signal) -> frozenset[str]:
    """Series that a signal's PromQL reads; none where Prometheus cannot see it."""
    if not isinstance(signal.prometheus, PrometheusQuery):
        return frozenset()
    found = (read.metrics for query in queries(signal, signal.prometheus) for read in query.reads)
    return frozenset(chain.from_iterable(found))


def _series(metrics: Metrics, target: Labels) -> Iterator[tuple[str, Labels]]:
    """Series by name; a label of a metric's own that the target has too arrives as `exported_...`."""
    for name, own in metrics.items():
        labels = target | {f"exported_{label}" if label in target else label for label in own}
        if "le" not in own:
            yield name, labels
            continue
        for suffix in _HISTOGRAM:
            yield f"{name}{suffix}", labels if suffix == "_bucket" else labels - {"le"}


def _target_of(service: Service, kind: str, *, tells: bool) -> Labels:
    """Labels of a service's targets; pods that speak for their node carry its name."""
    node = {"node"} if service.runs.system == "agents" else set[str]()
    return _TARGET | {kind} | node | (frozenset[str]() if tells else _PLACE)


def _is_probed(watched: Service | Dependency) -> bool:
    if isinstance(watched, Service):
        return bool(watched.probes)
    return watched.kind == "external" and watched.host is not None


def _is_platform(application: Application) -> bool:
    return application.namespace is None

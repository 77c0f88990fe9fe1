"""Sample series for everything that a catalog's services and exporters expose, with the labels that scrapes would give them."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product

from catalog.base import Backend
from catalog.catalog import Subject
from catalog.exporters import Exporter, Metrics
from catalog.model import Service
from catalog.signal import PrometheusQuery
from rendering.targets import collected
from tests.dashboards.sample import curves, levels, rates, vocabulary
from tests.dashboards.sample.moments import Floats, Reach, moments
from tests.dashboards.sample.places import EXTERNAL, NODES, Labels, Places, Target

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Of histograms whose service names none."""
_ONLY_WHERE_IT_HOLDS = re.compile(r"kube_pod_container_status_.*_reason")
"""kube-state-metrics has no series of a reason that nothing waits for."""
_OBJECTS = (
    "deployment",
    "statefulset",
    "daemonset",
    "horizontalpodautoscaler",
    "poddisruptionbudget",
    "persistentvolumeclaim",
    "cronjob",
    "job_name",
    "resourcequota",
    "pod",
    "node",
    "namespace",
)
"""Labels that name an object of Kubernetes, the most telling first."""


@dataclass(frozen=True)
class Series:
    """One series and its samples."""

    name: str
    labels: Labels
    at: Floats
    """Seconds since the epoch, in order."""
    values: Floats


class Sample:
    """All raw series of the sample environment."""

    def __init__(self, places: Places, reach: Mapping[str, Reach]) -> None:
        self._places = places
        self._exporters = places.catalog.exporters
        self._at = {metric: moments(found) for metric, found in reach.items()}
        self._usual = moments(None)
        self._histograms = {
            signal.prometheus.histogram: name
            for name, signal in places.catalog.signals.items()
            if isinstance(signal.prometheus, PrometheusQuery) and signal.prometheus.histogram is not None
        }

    def series(self) -> Iterator[Series]:
        """Every series, subject by subject; external labels included, as a front of Prometheus shows them."""
        for subject in self._places.catalog.subjects():
            if self._places.site.runs(subject) and collected(subject):
                yield from self._of(subject)

    def _of(self, subject: Subject) -> Iterator[Series]:
        targets = tuple(self._places.targets(subject))
        probes = tuple(self._places.probes(subject))
        for target in targets:
            for metrics, about in self._metrics(subject):
                for metric, own in self._wanted(metrics):
                    yield from self._exposed(target, metric, own, shared=about == "cluster")
        for target in (*targets, *probes):
            yield from self._by_about(target, "scraped")
        for target in probes:
            yield from self._by_about(target, "probed")

    def _metrics(self, subject: Subject) -> Iterator[tuple[Metrics, str]]:
        """What a subject's targets expose, and of whom it tells."""
        watched = subject.watched
        if isinstance(watched, Service):
            if Backend.PROMETHEUS in watched.collect.metrics:
                yield watched.exposes, "itself"
            exporter = self._exporters.get(subject.name) if subject.application.namespace is None else None
            if exporter is not None and exporter.about in {"itself", "cluster"}:
                yield exporter.metrics, exporter.about
            kept = {"traces": Backend.JAEGER in watched.collect.traces, "logs": Backend.ELASTIC in watched.collect.logs}
            yield from ((made.metrics, made.about) for made in self._exporters.values() if kept.get(made.about))
        else:
            exporter = self._exporters.get(watched.kind)
            if exporter is not None and exporter.about == "dependency":
                yield exporter.metrics, "dependency"

    def _by_about(self, target: Target, about: str) -> Iterator[Series]:
        found: list[Exporter] = [exporter for exporter in self._exporters.values() if exporter.about == about]
        for exporter in found:
            for metric, own in self._wanted(exporter.metrics):
                yield from self._exposed(target, metric, own, shared=False)

    def _wanted(self, metrics: Metrics) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Those that somebody reads; all of them where it is not known who reads what."""
        for metric, own in metrics.items():
            if not self._at or metric in self._at or any(f"{metric}_{part}" in self._at for part in ("bucket", "sum", "count")):
                yield metric, own

    def _exposed(self, target: Target, metric: str, own: tuple[str, ...], *, shared: bool) -> Iterator[Series]:
        """A metric of one target: a series for each combination of its labels."""
        names = tuple(label for label in own if label != "le")
        for told, weight in self._labelled(target, metric, names, shared=shared):
            labels = {f"exported_{name}" if name in target.labels else name: value for name, value in told.items()}
            everything = {**target.labels, **labels, **EXTERNAL}
            words = tuple(told[name] for name in names)
            yield from self._valued(target.subject, metric, everything, words, weight, histogram="le" in own)

    def _labelled(self, target: Target, metric: str, names: tuple[str, ...], *, shared: bool) -> Iterator[tuple[Labels, float]]:
        """Labels of a metric's own, and the share of what is counted that has them."""
        objects: tuple[Labels, ...] = ({},)
        key = next((label for label in _OBJECTS if label in names), None) if shared else None
        if key is not None:
            objects = self._places.objects[key]
            if target.node is not None:
                objects = tuple(
                    labels for number, labels in enumerate(objects) if labels.get("node", NODES[number % len(NODES)]) == target.node
                )
        for known in objects:
            free = [name for name in names if name not in known]
            options = [vocabulary.values(target.subject, metric, name) for name in free]
            total = math.prod(sum(map(vocabulary.weight, option)) for option in options)
            for chosen in product(*options):
                told = {**{name: known[name] for name in names if name in known}, **dict(zip(free, chosen, strict=True))}
                weight = math.prod(map(vocabulary.weight, chosen)) / total if total else 0
                yield told, weight

    def _valued(
        self, subject: Subject, metric: str, labels: Labels, words: tuple[str, ...], share: float, *, histogram: bool
    ) -> Iterator[Series]:
        key = f"{metric}{sorted(labels.items())}"
        if histogram:
            yield from self._histogram(subject, metric, labels, key, share * rates.rate(metric), words)
            return
        at = self._at.get(metric, self._usual)
        if rates.COUNTING.fullmatch(metric):
            bad = curves.wrong(subject, at) if vocabulary.FAULTY.intersection(words) else None
            rate = share * rates.rate(metric)
            values = curves.counted(key, rate, at, curves.faults(bad) if bad is not None else None, base=rate * 86400)
        else:
            told = (*(f"{first}:{second}" for first, second in pairwise(words)), *words)
            values = curves.stood(key, levels.gauge(metric), told, at)
        if values.any() or not _ONLY_WHERE_IT_HOLDS.fullmatch(metric):
            yield Series(metric, labels, at, values)

    def _histogram(self, subject: Subject, metric: str, labels: Labels, key: str, rate: float, words: tuple[str, ...]) -> Iterator[Series]:
        at = self._at.get(f"{metric}_bucket", self._usual)
        slow = curves.wrong(subject, at)
        more = curves.faults(slow) if vocabulary.FAULTY.intersection(words) else slow * 0
        median = rates.median(metric)
        grown = curves.counted(key, rate, at, more)
        steps = grown - _before(grown)
        yield Series(f"{metric}_count", labels, at, grown)
        yield Series(f"{metric}_sum", labels, at, (steps * curves.mean(median, slow)).cumsum())
        for boundary in (*self._boundaries(subject, metric), math.inf):
            found = {**labels, "le": "+Inf" if math.isinf(boundary) else repr(float(boundary))}
            yield Series(f"{metric}_bucket", found, at, (steps * curves.within(boundary, median, slow)).cumsum())

    def _boundaries(self, subject: Subject, metric: str) -> tuple[float, ...]:
        """The service's own, by any signal that reads the histogram; else some round its median."""
        if isinstance(subject.watched, Service):
            own = subject.watched.buckets.get(self._histograms.get(metric, ""))
            if own is not None:
                return own
        scale = rates.median(metric) / 0.1
        return tuple(boundary * max(1.0, scale) for boundary in BUCKETS)


def _before(values: Floats) -> Floats:
    shifted = values.copy()
    shifted[1:] = values[:-1]
    shifted[0] = 0
    return shifted

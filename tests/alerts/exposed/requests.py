"""What applications count of their requests, calls and tasks: counters by result, and histograms with their own buckets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tests.alerts.place import Place, counted
from tests.alerts.scenario import Leveled, World
from tests.alerts.series import State, merged


@dataclass(frozen=True)
class Counted:
    """A counter of events by result: which labels a good and a bad one have. Bad ones are spread evenly over their kinds."""

    metric: str
    good: tuple[Mapping[str, str], ...]
    bad: tuple[Mapping[str, str], ...]
    others: Mapping[str, str] | None = None
    """A result that is neither, as a declined card; a tenth of the good ones is of this kind."""
    noise: tuple[Mapping[str, str], ...] = ()
    """Kinds of events that are somebody else's matter; they go on at their own pace."""

    def events(self, rate: float, bad: float) -> World:
        """So many events a second, of which this share is bad."""
        return partial(self._events, rate, bad)

    def share(self, rate: float) -> Leveled:
        """The same by share of bad ones."""
        return lambda place, bad: self._events(rate, bad, place)

    def failing(self, rate: float) -> Leveled:
        """By the number of bad ones a second, beside so many good ones."""
        return lambda place, failures: self._events(rate + failures, failures / (rate + failures), place)

    def successes(self, rate: float) -> Leveled:
        """By share of good ones."""
        return lambda place, good: self._events(rate, 1 - good, place)

    def failures(self, rate: float) -> World:
        """Bad ones alone: no good one ever happened, and there is no series of them."""
        return partial(self._failures, rate)

    def per_minute(self) -> Leveled:
        """By all events a minute, few of them bad."""
        return lambda place, rate: self._events(rate / 60, 0.002, place)

    def _failures(self, rate: float, place: Place) -> State:
        return merged(*(counted(place, self.metric, rate / len(self.bad), **kind) for kind in self.bad))

    def _events(self, rate: float, bad: float, place: Place) -> State:
        parts = [counted(place, self.metric, rate * bad / len(self.bad), **kind) for kind in self.bad] if bad else []
        fine = rate * (1 - bad)
        if self.others is not None:
            parts.append(counted(place, self.metric, fine * 0.1, **self.others))
            fine *= 0.9
        parts += [counted(place, self.metric, 5, **kind) for kind in self.noise]
        parts += [counted(place, self.metric, fine / len(self.good), **kind) for kind in self.good]
        return merged(*parts)


def http(status: str, route: str, good: tuple[str, ...], bad: tuple[str, ...]) -> Counted:
    """`http_requests_total` with an application's own label names and values."""
    common = {"method": "GET", route: "/api/things"}
    return Counted("http_requests_total", tuple({**common, status: code} for code in good), tuple({**common, status: code} for code in bad))


AI_PLATFORM_HTTP = Counted("http_requests_total", ({"status": "200"}, {"status": "404"}), ({"status": "500"}, {"status": "503"}))
JAC_HTTP = http("status", "endpoint", ("success",), ("error", "502"))
"""Its backend counts `success` and `error`; NGINX in front of it may say 502."""
SKILLFORGE_HTTP = http("status", "endpoint", ("200", "404"), ("500", "503"))
UNIVERSAL_HTTP = http("status_code", "route", ("200", "404"), ("500", "503"))


def histogram(
    metric: str, buckets: tuple[float, ...], at: float, rate: float, *, labels: Mapping[str, str] | None = None, near: float = 0.45
) -> Leveled:
    """A classic histogram by the share of events that take longer than the boundary `at`.

    Of the others the share `near` falls into the bucket that ends there, the rest into the first; the slow ones lie in the next.
    """
    if at not in buckets:
        raise ValueError(f"{metric} has no bucket boundary at {at}: {buckets}")
    return partial(_histogram, metric, buckets, at, rate, labels or {}, near)


def durations(metric: str, buckets: tuple[float, ...], at: float, labels: Mapping[str, str] | None = None) -> Callable[[float], Leveled]:
    """Such a histogram by its rate first."""
    return partial(histogram, metric, buckets, at, labels=labels)


def _histogram(
    metric: str, buckets: tuple[float, ...], at: float, rate: float, labels: Mapping[str, str], near: float, place: Place, slow: float
) -> State:
    before = buckets[buckets.index(at) - 1] if buckets.index(at) else 0.0
    following = buckets[buckets.index(at) + 1] if at != buckets[-1] else at * 2
    seconds = rate * ((1 - near - slow) * buckets[0] / 2 + near * (before + at) / 2 + slow * (at + following) / 2)
    found = [counted(place, f"{metric}_sum", seconds, **labels), counted(place, f"{metric}_count", rate, **labels)]
    for boundary in (*buckets, float("inf")):
        within = 1.0 if boundary > at else 1 - slow if boundary == at else 1 - slow - near
        found.append(counted(place, f"{metric}_bucket", rate * within, **labels, le=_boundary(boundary)))
    return merged(*found)


def _boundary(value: float) -> str:
    """As Prometheus 3 normalises it on ingestion: `1` becomes `1.0`."""
    return "+Inf" if value == float("inf") else repr(float(value))


def averaged(metric: str, rate: float, labels: Mapping[str, str] | None = None) -> Leveled:
    """A histogram by its average: only sum and count matter."""
    return partial(_averaged, metric, rate, labels or {})


def _averaged(metric: str, rate: float, labels: Mapping[str, str], place: Place, average: float) -> State:
    return merged(
        counted(place, f"{metric}_sum", rate * average, **labels),
        counted(place, f"{metric}_count", rate, **labels),
        counted(place, f"{metric}_bucket", rate, **labels, le="+Inf"),
    )

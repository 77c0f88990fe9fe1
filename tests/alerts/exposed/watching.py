"""What Prometheus knows of its targets, what the blackbox exporter says of addresses, and metrics made of logs and spans."""

from collections.abc import Callable
from functools import partial

from tests.alerts.place import Place, counted, own
from tests.alerts.scenario import Leveled, World
from tests.alerts.series import Counter, Gauge, State, merged, series


def up(*answering: bool, probed: bool = True) -> World:
    """`up` of a subject's instances, and of the blackbox exporter that asks it, which has the same identity and a label `probe`."""
    return partial(_up, answering, probed)


def _up(answering: tuple[bool, ...], probed: bool, place: Place) -> State:
    probe = {series("up", place.probe("health")): Gauge(1)} if probed else {}
    instances = {
        series("up", place.target(instance=f"10.0.1.{number}:8000", **_pod(place, number))): Gauge(float(there))
        for number, there in enumerate(answering)
    }
    return merged(probe, instances)


def _pod(place: Place, number: int) -> dict[str, str]:
    return {"pod": f"{place.pod}{number}"} if place.kind == "service" else {}


def probed(success: bool, probe: str = "health") -> World:
    """A health check that succeeds or fails; a second check of the same subject always succeeds."""
    return partial(_probed, success, probe)


def _probed(success: bool, probe: str, place: Place) -> State:
    return {
        series("probe_success", place.probe(probe)): Gauge(float(success)),
        series("probe_success", place.probe("other")): Gauge(1),
    }


def one_probe(place: Place, success: float) -> State:
    """A single health check, by the share of its latest success (0 or 1)."""
    return {series("probe_success", place.probe("health")): Gauge(success)}


def certificate(place: Place, left: float) -> State:
    """A certificate by the seconds that it still lives at the beginning; the clock of promtool begins at 0."""
    return {
        series("probe_ssl_earliest_cert_expiry", place.probe("public")): Gauge(left),
        series("probe_ssl_earliest_cert_expiry", place.probe("other")): Gauge(1e9),
    }


def connecting(place: Place, seconds: float) -> State:
    """Phases of a HTTP probe, by the time to connect; the others are slower."""
    phases = {"resolve": 0.4, "connect": seconds, "tls": 0.3, "processing": 0.5, "transfer": 0.4}
    return {series("probe_http_duration_seconds", place.probe("health", phase=phase)): Gauge(value) for phase, value in phases.items()}


def logged(event: str | None, level: str = "info") -> Leveled:
    """`log_events_total` by records a second of a kind; ordinary records flow beside it."""
    return partial(_logged, event, level)


def _logged(event: str | None, level: str, place: Place, per_second: float) -> State:
    usual = counted(place, "log_events_total", 3, level="info", event="")
    return merged(usual, counted(place, "log_events_total", per_second, level=level, event=event or ""))


def happened(metric: str, /, **labels: str) -> Callable[[float], World]:
    """A counter of rare events by how many there were; born with its first event, it shows no increase then."""

    def number(count: float) -> World:
        def seen(place: Place) -> State:
            return own(place, metric, Gauge(count), **labels)

        return seen

    return number


def counting(metric: str, **labels: str) -> Leveled:
    """One counter of a subject by events a second."""
    return partial(_counting, metric, labels)


def _counting(metric: str, labels: dict[str, str], place: Place, per_second: float) -> State:
    return own(place, metric, Counter(per_second), **labels)

"""A month of recorded series whose figures can be worked out by hand: October 2025 of skillforge, as rules would have recorded it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from rendering.reports.month import DAY, Month
from tests.dashboards.sample.moments import Floats
from tests.dashboards.sample.series import Series

OCTOBER = Month(2025, 10, datetime(2025, 11, 7, tzinfo=UTC))
START, END = OCTOBER.start.timestamp(), OCTOBER.end.timestamp()
MINUTES = 31 * 24 * 60
OUTAGES = {"backend": ((5, 12, 10, 2), (20, 3, 20, 3)), "frontend": ((11, 9, 90, 4),)}
"""By service: day, hour, minutes down, and how many of them nobody knew of."""
LATE = 16
"""The day on which ai-services was first watched."""
_PAGED = {"backend": "HealthCheckDown", "frontend": "AssetsFailing"}
_BUCKETS = ("0.1", "0.5", "1.0", "+Inf")


def series(cluster: str | None = None) -> Iterator[Series]:
    """All of them, with the label that a store of many clusters has where one is named."""
    placed = {"cluster": cluster} if cluster else {}
    for found in (*_minutes(), *_events(), *_requests(), *_alerts(), *_rollouts()):
        yield Series(found.name, {**found.labels, **placed}, found.at, found.values)


def at(day: int, hour: float = 0) -> float:
    """A moment of the month."""
    return START + (day - 1) * DAY + hour * 3600


def _minutes() -> Iterator[Series]:
    for kind, name, since in (
        ("service", "backend", 1),
        ("service", "frontend", 1),
        ("service", "ai-services", LATE),
        ("dependency", "postgres", 1),
    ):
        moments = np.arange(at(since) + 60, END + 1, 60, dtype=np.float64)
        up, undetected = np.ones_like(moments), np.zeros_like(moments)
        for day, hour, minutes, unknown in OUTAGES.get(name, ()):
            start = at(day, hour)
            up[(moments > start) & (moments <= start + 60 * minutes)] = 0
            undetected[(moments > start) & (moments <= start + 60 * unknown)] = 1
        yield Series(f"{kind}:available:bool", _of(name, kind), moments, up)
        yield Series(f"{kind}:undetected:bool", _of(name, kind), moments, undetected)


def _events() -> Iterator[Series]:
    """Ten events a second; of the backend's one in a hundred fails for two days, of the models' one in twenty is slow all month."""
    moments = _often()
    failing = np.where((moments > at(5)) & (moments <= at(7)), 0.1, 0.0)
    for name, objective, bad in (("backend", "availability", failing), ("ai-services", "inference", np.full_like(moments, 0.5))):
        labels = {**_of(name), "slo": objective}
        yield Series("slo:all_events:rate5m", labels, moments, np.full_like(moments, 10.0))
        yield Series("slo:bad_events:rate5m", labels, moments, bad)


def _requests() -> Iterator[Series]:
    """Twenty requests a second, one in a hundred fails; half within 0.1 s, nine in ten within 0.5 s, all within a second."""
    moments = _often()
    yield Series("service:requests:rate10m", _of("backend"), moments, np.full_like(moments, 20.0))
    yield Series("service:failures:rate10m", _of("backend"), moments, np.full_like(moments, 0.2))
    for boundary, rate in zip(_BUCKETS, (10.0, 18.0, 20.0, 20.0), strict=True):
        yield Series("service:latency_bucket:rate10m", {**_of("backend"), "le": boundary}, moments, np.full_like(moments, rate))
    for what, usual, most in (("cpu", 0.4, 0.8), ("memory", 0.5, 0.5)):
        values = np.full_like(moments, usual)
        values[100] = most
        yield Series(f"service:{what}:ratio", _of("backend"), moments, values)
    yield Series("dependency:disk:ratio", {"application": "platform", "dependency": "cluster"}, moments, np.full_like(moments, 0.61))


def _alerts() -> Iterator[Series]:
    """Each outage paged once; besides, a page of three minutes while nothing was down, and a warning that came and went four times."""
    known = _often()
    names = [("HealthCheckDown", "critical"), ("AssetsFailing", "critical"), ("ApiLatencyHigh", "warning"), ("CpuHigh", "warning")]
    for name, severity in names:
        yield Series("alert:known:info", {"application": "skillforge", "alertname": name, "severity": severity}, known, np.ones_like(known))
    ended: dict[str, list[tuple[str, float, float, bool]]] = {}
    for service, outages in OUTAGES.items():
        for day, hour, minutes, unknown in outages:
            end = at(day, hour) + 60 * minutes
            ended.setdefault(service, []).append((_PAGED[service], end, 60.0 * (minutes - unknown), False))
    ended["backend"].append(("HealthCheckDown", at(25, 4), 180.0, True))
    ended["backend"] += [("ApiLatencyHigh", at(day, 14), 120.0, False) for day in (2, 3, 4, 6)]
    for service, histories in ended.items():
        for name in sorted({name for name, *_ in histories}):
            labels = {**_of(service), "alertname": name, "severity": dict(names)[name], "team": "talent"}
            labels |= {"pages": "true"} if labels["severity"] == "critical" else {}
            mine = sorted((end, seconds, unfounded) for found, end, seconds, unfounded in histories if found == name)
            assert all(second[0] - first[0] > 3600 for first, second in pairwise(mine))
            yield _told("alert:fired:timestamp", labels, [(end - 60, end - seconds) for end, seconds, _ in mine])
            yield _told("alert:ended:seconds", labels, [(end, seconds) for end, seconds, _ in mine])
            yield _told("alert:ended_soon:seconds", labels, [(end, seconds) for end, seconds, _ in mine if seconds <= 300])
            yield _told("alert:unfounded:seconds", labels, [(end, seconds) for end, seconds, unfounded in mine if unfounded])


def _rollouts() -> Iterator[Series]:
    """Four versions of the frontend, a week each with two pods; pods of the third never became ready."""
    for number, version in enumerate(("6d4cf56db6", "7b9f5d6c4d", "5c689d88bb", "845d5b8c7f")):
        moments = np.arange(at(1 + 7 * number) + 240, at(7 + 7 * number), 240, dtype=np.float64)
        for pod in ("abcde", "fghij"):
            labels = {"namespace": "skillforge", "pod": f"frontend-{version}-{pod}", "condition": "true"}
            yield Series("kube_pod_status_ready", labels, moments, np.full_like(moments, 0.0 if number == 2 else 1.0))


def _told(name: str, labels: dict[str, str], pairs: list[tuple[float, float]]) -> Series:
    return Series(name, labels, np.array([moment for moment, _ in pairs]), np.array([value for _, value in pairs]))


def _of(name: str, kind: str = "service") -> dict[str, str]:
    return {"application": "skillforge", kind: name}


def _often() -> Floats:
    """Every four minutes."""
    return np.arange(START + 240, END + 1, 240, dtype=np.float64)

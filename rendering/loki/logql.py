"""The catalog's signals on log records as LogQL: the same question, asked of the records themselves instead of their counter.

A signal says in PromQL which records it counts (`log_events_total` with their level and event); LogQL is derived from that, so
the catalog says it once. Records that nobody wrote are no zero in LogQL but nothing at all: only alerts on too many can be asked.
"""

import re

from catalog.base import Backend
from catalog.catalog import PlacedAlert, Subject
from catalog.model import Service
from catalog.signal import PrometheusQuery, Signal
from catalog.units import Unit, duration_text
from rendering.promql import number, selector
from rendering.site import Site

_COUNTER = re.compile(r"log_events_total\{\$sel(?P<matchers>[^}]*)\}")
_MATCHER = re.compile(r',(?P<label>level|event)(?P<how>=~|=)"(?P<value>[^"\\]+)"')
_NOBODYS = {"none", "unknown"}
"""What the counter says of records without event or level; the records themselves say nothing."""
_FUNCTIONS = {Unit.COUNT: "count_over_time", Unit.PER_SECOND: "rate"}


def evaluated(placed: PlacedAlert, site: Site) -> bool:
    """Whether Loki's ruler evaluates an alert here, and so Prometheus does not."""
    watched = placed.subject.watched
    return site.loki_alerts and isinstance(watched, Service) and Backend.LOKI in watched.collect.logs and condition(placed) is not None


def condition(placed: PlacedAlert) -> str | None:
    """The alert's expression; None where LogQL cannot ask for it."""
    alert, signal = placed.alert, placed.signal
    if alert.above is None or alert.no_data != "ok" or signal.min_samples is not None:
        return None
    found = query(placed.subject, signal, alert.window or signal.window)
    return None if found is None else f"{found} > {number(signal.unit.parse(alert.above))}"


def query(subject: Subject, signal: Signal, window: float) -> str | None:
    """How many records, or how many a second, a service wrote within the window (seconds); None where LogQL cannot tell."""
    if not isinstance(signal.prometheus, PrometheusQuery) or signal.prometheus.value is None or signal.by:
        return None
    counted = {found["matchers"] for found in _COUNTER.finditer(signal.prometheus.value)}
    function = _FUNCTIONS.get(signal.unit)
    if len(counted) != 1 or function is None:
        return None
    matchers = counted.pop()
    filters = [(found["label"], found["how"], found["value"]) for found in _MATCHER.finditer(matchers)]
    if _MATCHER.sub("", matchers) or _NOBODYS & {value for _, _, value in filters}:
        return None
    lines = "".join(f' | {label}{how}"{value}"' for label, how, value in filters)
    return f"sum({function}({{{selector(subject.labels)}}}{lines} [{duration_text(window)}]))"

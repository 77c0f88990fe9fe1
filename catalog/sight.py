"""Whether queries read what is exposed, and messages name what queries keep: an alert on nothing is worse than none."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from catalog.base import Backend
from catalog.catalog import Subject, collectors
from catalog.exposure import Exposure, Series
from catalog.findings import Findings
from catalog.model import Alert, Service
from catalog.queries import grouping, queries
from catalog.signal import PrometheusQuery, Signal

_NAMED = re.compile(r"""\$labels\.(\w+)|index\s+\$labels\s+["`](\w+)["`]""")
Reproach = tuple[str, str]
"""A reason and its remedy."""


def check_signals(state: Findings) -> None:
    """Every query parses, says which metrics it reads, and keeps the labels by which its signal is grouped."""
    for name, signal in state.catalog.signals.items():
        if not isinstance(signal.prometheus, PrometheusQuery):
            continue
        try:
            everything = frozenset(label.removeprefix("$") for label in signal.by)
            found = queries(signal, signal.prometheus)
            lost = {label for query in found for label in everything - (query.labels(lambda _, of=everything: of) or frozenset())}
        except ValueError as error:
            reason, _, remedy = str(error).partition("; ")
            state.signal_fault(name, "prometheus", "", reason, remedy or "write PromQL that promtool accepts")
            state.broken_signals.add(name)
            continue
        if lost:
            reason = f"the query aggregates {_list(lost)} away, so alerts cannot fire for each one"
            state.signal_fault(name, "by", list(signal.by), reason, "aggregate by($by) to the outermost, or leave the label out")
            state.broken_signals.add(name)
        for label in sorted(_named(signal.title) - everything):
            state.signal_fault(name, "title", signal.title, _dropped(label, everything), "name a label of `by`, or none")


def check_sight(state: Findings, exposure: Exposure, subject: Subject) -> None:
    """Every signal that Prometheus watches of a subject reads series that are there; each signal is told once."""
    told: set[str] = set()
    series = exposure.of(subject)
    for key, name in _uses(subject):
        signal = state.catalog.signals.get(name)
        if signal is None or name in told | state.broken_signals or not isinstance(signal.prometheus, PrometheusQuery):
            continue
        told.add(name)
        if Backend.PROMETHEUS in collectors(subject, signal):
            for reason, remedy in dict.fromkeys(_unseen(subject, signal, signal.prometheus, exposure, series)):
                state.fault(subject, key, name, reason, remedy)


def sees(subject: Subject, signal: Signal, exposure: Exposure) -> bool:
    """Whether all that Prometheus would read for this signal of a subject is exposed."""
    query, own = signal.prometheus, exposure.of(subject)
    if not isinstance(query, PrometheusQuery):
        return False
    reads = {read for one in queries(signal, query, subject) for read in one.reads}
    if any(metric not in (own if "application" in read.labels else exposure.shared) for read in reads for metric in read.metrics):
        return False  # ahead of the reproaches, which look for what was meant
    return not any(_unseen(subject, signal, query, exposure, own))


def check_messages(state: Findings, subject: Subject, key: str, alert: Alert, signal: Signal) -> None:
    """Labels that an alert's own texts name are among those it fires by; where data is missing there are none."""
    known = frozenset(grouping(subject, signal))
    for field in ("impact", "action"):
        text: str = getattr(alert, field)
        named = _named(text)
        for label in sorted(named - known):
            state.fault(subject, f"{key}.{field}", text, _dropped(label, known), "name a label that the signal is grouped by, or none")
        if field == "impact" and named & known and alert.no_data != "ok":
            reason = "the message about missing data quotes this text, and where data is missing there are no labels"
            state.fault(subject, f"{key}.{field}", text, reason, "leave labels out of it; the summary names them")


def _dropped(label: str, known: frozenset[str]) -> str:
    return f"the message names the label {label!r}, which the query aggregates away (it keeps {_list(known) or 'none'})"


def _named(text: str) -> frozenset[str]:
    """Labels that a message's template asks for."""
    return frozenset(match[1] or match[2] for match in _NAMED.finditer(text))


def _uses(subject: Subject) -> Iterator[tuple[str, str]]:
    """Where a subject names a signal: key and name."""
    watched = subject.watched
    for name, alert in watched.alerts.items():
        yield f"alerts.{name}.signal", alert.signal
    for name, target in watched.targets.items():
        yield f"targets.{name}.signal", target.signal
    if isinstance(watched, Service):
        for name, objective in watched.objectives.items():
            yield f"objectives.{name}.signal", objective.signal
        for name, target in watched.business.items():
            yield f"business.{name}.signal", target.signal


def _unseen(subject: Subject, signal: Signal, query: PrometheusQuery, exposure: Exposure, own: Series) -> Iterator[Reproach]:
    found = queries(signal, query, subject)
    hidden = False
    for read in dict.fromkeys(read for one in found for read in one.reads):
        series = own if "application" in read.labels else exposure.shared
        for metric in read.metrics:
            if metric not in series:
                hidden = True
                yield _missing(subject, metric, exposure, own, query)
            elif unknown := read.labels - series[metric]:
                yield _unlabelled(metric, unknown, series)
    by = frozenset(grouping(subject, signal))
    if by and not hidden:
        everything = exposure.shared | own
        for one in found:
            lost = by - (one.labels(everything.__getitem__) or frozenset())
            if lost:
                yield f"the series that it reads have no label {_list(lost)}", "mend the signal's `by`, or what is exposed"


def _missing(subject: Subject, metric: str, exposure: Exposure, own: Series, query: PrometheusQuery) -> Reproach:
    teller = exposure.teller(metric)
    if teller is not None and metric not in own:
        return f"{metric} is {teller}'s and carries its identity, so $sel never matches", "select by $pods or $ns instead of $sel"
    if metric in own:
        return f"{metric} is read of everybody at once", "select the service's own series by {$sel}"
    base = metric
    if query.histogram is not None and metric.startswith(query.histogram):
        base = query.histogram
        if base in own:
            return f"{base} is exposed, but is no histogram (it has no label `le`)", "add `le` to its labels, or take another signal"
    where = "its exporter in catalog/exporters.yaml" if subject.kind == "dependency" else "the service's `exposes`, once it exposes it"
    likely = get_close_matches(base, own.keys() | exposure.shared.keys(), n=1, cutoff=0.75)
    meant = f"did you mean {likely[0]!r}? Else " if likely else ""
    return f"reads {base}, which nobody exposes for {subject.name}", f"{meant}add it to {where}"


def _unlabelled(metric: str, unknown: frozenset[str], series: Series) -> Reproach:
    reason = f"matches {_list(unknown)}, which {metric} does not have, so it never matches (it has {_list(series[metric])})"
    return reason, "mend the matcher, or what is exposed"


def _list(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names))

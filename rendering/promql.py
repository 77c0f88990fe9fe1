"""PromQL as text: templates of the catalog filled in, and the few shapes that rules are built of."""

from collections.abc import Sequence

from catalog.catalog import Subject
from catalog.model import Service, Statistic
from catalog.queries import grouping, label_names
from catalog.signal import Signal
from catalog.template import fill
from catalog.units import duration_text
from rendering.site import Site

__all__ = ["bucket", "fill", "grouped", "grouping", "number", "on", "parameters", "pods", "quoted", "rate", "selector", "statistic"]

_QUANTILES: dict[Statistic, str] = {"p50": "0.5", "p95": "0.95", "p99": "0.99"}
_OPENING, _CLOSING = "([{", ")]}"


def parameters(subject: Subject, signal: Signal, window: float, site: Site) -> dict[str, str]:
    """What a signal's templates mean for a subject; the window in seconds."""
    namespace = site.namespaces_of(subject)[0]
    return {
        "sel": selector(subject.labels),
        "pods": f"{selector({'namespace': namespace})},pod=~{quoted(pods(subject))}",
        "ns": selector({"namespace": namespace}),
        "w": duration_text(window),
        "by": ",".join(grouping(subject, signal)),
        "bad": quoted(subject.http.bad)[1:-1],
        **label_names(subject),
    }


def pods(subject: Subject) -> str:
    """Regular expression of the names of a subject's pods."""
    own = subject.watched.runs.pods if isinstance(subject.watched, Service) else None
    return own or f"{subject.name}-.*"


def selector(labels: dict[str, str]) -> str:
    """Label matchers without their braces."""
    return ",".join(f"{name}={quoted(value)}" for name, value in labels.items())


def quoted(text: str) -> str:
    """A PromQL string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def number(value: float) -> str:
    """A number that PromQL reads, without needless digits."""
    return str(int(value)) if value == int(value) else repr(float(value))


def bucket(boundary: float) -> str:
    """The matcher of a classic histogram's bucket: clients write a whole boundary as `1` or as `1.0`, Prometheus 3 stores the latter."""
    text = number(boundary)
    return f'le=~"{text}(\\\\.0)?"' if boundary == int(boundary) else f'le="{text}"'


def on(by: Sequence[str]) -> str:
    """Matching by nothing but the labels that a signal is grouped by.

    Each side of an operation names its subject for itself; matched by all labels, a side that named too much would be silently narrowed
    by the other, and no test could tell.
    """
    return f"on({','.join(by)})"


def grouped(expression: str) -> str:
    """The expression, in brackets where a comparison beside it could tear it apart."""
    depth = 0
    for character in expression:
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth == 0 and (character.isspace() or character in "+-*/%^<>=!"):
            return f"({expression})"
    return expression


def rate(metric: str, matchers: str, window: str, by: str) -> str:
    """Events a second of a counter, summed by labels."""
    return f"sum{f' by ({by}) ' if by else ''}(rate({metric}{{{matchers}}}[{window}]))"


def statistic(what: Statistic, histogram: str, matchers: str, window: str, by: str) -> str:
    """A quantile or the average of a classic histogram; nothing where there was no traffic."""
    if what == "average":
        total, count = rate(f"{histogram}_sum", matchers, window, by), rate(f"{histogram}_count", matchers, window, by)
        return f"{total} / ({count} > 0)"
    return f"histogram_quantile({_QUANTILES[what]}, {rate(f'{histogram}_bucket', matchers, window, f'{by},le' if by else 'le')})"

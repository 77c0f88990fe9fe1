"""Questions of the reliability report, over the last 30 days whatever time is chosen: most of their answers are recorded."""

from collections.abc import Iterator

from dashboards.model import Query
from rendering import measures
from rendering.reliability import WINDOW

_SOME = 'application=~"$application"'
KINDS = ("service", "dependency")


def month(what: str, kind: str) -> Query:
    """A recorded figure of 30 days of all services or all dependencies."""
    return Query(f"{kind}:{what}{WINDOW}{{{_SOME}}}", _who(kind))


def quantiles() -> Iterator[tuple[str, Query]]:
    """Percentiles of a month's requests: exact as far as buckets are, since they are taken of the month's buckets."""
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        yield name, Query(measures.quantile(share, _SOME, WINDOW), _who("service"))


def throughput() -> Query:
    """Requests a second, the mean."""
    return Query(measures.throughput(_SOME, WINDOW), _who("service"))


def failures() -> Query:
    """The share of requests that failed."""
    return Query(measures.failed(_SOME, WINDOW), _who("service"))


def used(what: str, over: str = "avg") -> Query:
    """CPU or memory of the fullest pod, mean or highest."""
    return Query(measures.used(what, over, _SOME, WINDOW), _who("service"))


def disk() -> Query:
    """The nodes' fullest filesystem, mean and highest."""
    return Query(measures.disk('application="platform"', WINDOW), "fullest filesystem")


def daily(kind: str) -> Query:
    """Share of each day that it was up."""
    return Query(f"avg_over_time({kind}:available:bool{{{_SOME}}}[1d])", _who(kind))


def minutes(kind: str) -> Query:
    """Up or down."""
    return Query(f"{kind}:available:bool{{{_SOME}}}", _who(kind))


def _who(kind: str) -> str:
    return f"{{{{application}}}} {{{{{kind}}}}}"

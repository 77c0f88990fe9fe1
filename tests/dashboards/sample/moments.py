"""When sample series have samples: every minute for the last hours, every hour for as long as some query looks back."""

from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np
import promql_parser as promql
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NOW = 1_768_478_400
"""2026-01-15T12:00:00Z: the moment at which dashboards are looked at."""
STEP = 60
FINE = 6 * 3600 + 900
"""Seconds back from now with a sample each minute."""
COARSE = 3600
_MOST = 35 * 86400


@dataclass
class Reach:
    """How far back queries look at a metric: all the time until then, and around moments that lie so far back."""

    seconds: float = 0
    offsets: set[float] = field(default_factory=set[float])

    def widen(self, other: "Reach") -> None:
        """Takes the other's needs on as well."""
        self.seconds = max(self.seconds, other.seconds)
        self.offsets |= other.offsets


def reaches(expression: promql.Expr, shown: float) -> dict[str, Reach]:
    """How far back an expression that is shown over so many seconds looks at each of its metrics."""
    found: dict[str, Reach] = {}
    _look(expression, shown, 0, found)
    return found


def moments(reach: Reach | None) -> Floats:
    """Seconds since the epoch, in order."""
    fine = np.arange(NOW - FINE, NOW + 1, STEP, dtype=np.float64)
    if reach is None or (reach.seconds <= FINE and not reach.offsets):
        return fine
    parts = [fine, *(fine - offset for offset in sorted(reach.offsets))]
    start = NOW - min(max(reach.seconds, *reach.offsets, 0), _MOST)
    parts.append(np.arange(start - start % COARSE, NOW - FINE, COARSE, dtype=np.float64))
    return np.unique(np.concatenate(parts))


def _look(node: promql.Expr, shown: float, offset: float, found: dict[str, Reach]) -> None:
    match node:
        case promql.VectorSelector():
            away = offset + _seconds(node.offset)
            reach = Reach(shown + away, {away} if away else set())
            if node.name is not None:
                found.setdefault(node.name, Reach()).widen(reach)
        case promql.MatrixSelector():
            _look(node.vector_selector, shown + _seconds(node.range), offset, found)
        case promql.SubqueryExpr():
            _look(node.expr, shown + _seconds(node.range), offset + _seconds(node.offset), found)
        case promql.BinaryExpr():
            _look(node.lhs, shown, offset, found)
            _look(node.rhs, shown, offset, found)
        case promql.Call():
            for argument in node.args:
                _look(argument, shown, offset, found)
        case promql.ParenExpr() | promql.UnaryExpr() | promql.AggregateExpr():
            _look(node.expr, shown, offset, found)
        case _:
            pass


def _seconds(duration: timedelta | None) -> float:
    return duration.total_seconds() if duration is not None else 0.0

"""An ordinary week of one alert's subject: traffic by the hour, nights near zero, deployments, a drained node, lost scrapes."""

from collections.abc import Iterator
from dataclasses import replace

from tests.alerts.place import Place
from tests.alerts.scenario import World
from tests.alerts.series import Counter, Gauge, Phase, State

HOUR = 3600
DAY = 24 * HOUR
WEEK = 7 * DAY
_BY_HOUR = (0.05, 0.02, 0.01, 0.01, 0.01, 0.05, 0.2, 0.6, 1, 1.2, 1.1, 1, 0.9, 1, 1.1, 1.1, 1, 0.9, 0.8, 0.7, 0.5, 0.3, 0.2, 0.1)
"""Share of the day's usual traffic, hour by hour; what is usual by night is one per cent."""
_WEEKEND = 0.3
_DEPLOYED = {(1, 14), (3, 10), (3, 15)}
"""Day and hour of deployments: each pod is replaced by a new one, which counts from zero."""
_DRAINED = (2, 11)
"""A node is drained: pods move, as in a deployment nobody asked for."""
_UNSCRAPED = {(0, 9), (4, 16), (5, 3)}
"""A rolling Prometheus or a slow network loses three minutes of scrapes."""


def phases(place: Place, ordinary: World) -> tuple[Phase, ...]:
    """Seven days that begin on a Monday at midnight."""
    return tuple(_phases(place, ordinary(place)))


def _phases(place: Place, ordinary: State) -> Iterator[Phase]:
    generation = 0
    for day in range(7):
        for hour, share in enumerate(_BY_HOUR):
            fresh = (day, hour) in _DEPLOYED or (day, hour) == _DRAINED
            generation += fresh
            state = _scaled(_renewed(ordinary, place, generation), share * (_WEEKEND if day > 4 else 1))
            if fresh:
                yield Phase(120, {name: _restarted(level) for name, level in state.items()})
                yield Phase(HOUR - 120, state)
            elif (day, hour) in _UNSCRAPED:
                yield Phase(180, state, gap=True)
                yield Phase(HOUR - 180, state)
            else:
                yield Phase(HOUR, state)


def _renewed(state: State, place: Place, generation: int) -> State:
    """The same told by the pods of a later generation."""
    return {name.replace(f'"{place.pod}', f'"{place.pod}{generation or ""}'): level for name, level in state.items()}


def _scaled(state: State, share: float) -> State:
    """Traffic is what counters count; what gauges tell does not follow the hour."""
    return {
        name: replace(level, per_second=level.per_second * share) if isinstance(level, Counter) else level for name, level in state.items()
    }


def _restarted(level: Gauge | Counter) -> Gauge | Counter:
    return replace(level, restarted=True) if isinstance(level, Counter) else level

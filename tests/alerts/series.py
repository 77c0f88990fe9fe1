"""Series over time, as promtool reads them: what is exposed at each moment, and for how long."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Gauge:
    """A value that stands, or moves by so much a second; `clock`: it is so far from the time of day, which begins at 0."""

    value: float
    slope: float = 0
    clock: bool = False


@dataclass(frozen=True)
class Counter:
    """A counter that grows by so much a second; `restarted`: its process is new and counts from zero."""

    per_second: float
    restarted: bool = False
    base: float = 1e6
    """What it has counted before the first phase: extrapolation looks at how near to its birth a counter is."""


State = Mapping[str, Gauge | Counter]
"""Everything exposed in one phase: series by their text; what is not here is not exposed."""


@dataclass(frozen=True)
class Phase:
    """A state and how many seconds it lasts; `gap`: Prometheus did not scrape, so that not even staleness is written."""

    seconds: float
    state: State
    gap: bool = False


def series(metric: str, labels: Mapping[str, str]) -> str:
    """A series' text, labels in order."""
    pairs = [f'{name}="{value}"' for name, value in sorted(labels.items())]
    return f"{metric}{{{','.join(pairs)}}}"


def merged(*states: State) -> State:
    """All of them; ValueError where two expose the same series, which a real Prometheus would refuse."""
    found: dict[str, Gauge | Counter] = {}
    for state in states:
        twice = found.keys() & state.keys()
        if twice:
            raise ValueError(f"exposed twice: {', '.join(sorted(twice))}")
        found |= state
    return found


def input_series(phases: tuple[Phase, ...], step: int) -> list[dict[str, str]]:
    """promtool's `input_series`, one sample each `step` seconds; the first phase begins at 0."""
    names = dict.fromkeys(name for phase in phases for name in phase.state)
    return [{"series": name, "values": " ".join(_values(name, phases, step))} for name in names]


def _values(name: str, phases: tuple[Phase, ...], step: int) -> Iterator[str]:
    """A counter's increase of a phase shows from the phase's second sample on: what happens is seen one scrape later."""
    total, grows, there, start = 0.0, 0.0, False, 0.0
    for phase in phases:
        count, now = int((start + phase.seconds) // step - start // step), start
        start += phase.seconds
        if count == 0:
            continue
        level = phase.state.get(name)
        if phase is phases[0] and isinstance(level, Counter):
            total = level.base
        first, slope = total, 0.0
        if isinstance(level, Gauge):
            first, slope = (level.value + now, 1.0) if level.clock else (level.value, level.slope)
        elif isinstance(level, Counter):
            first, slope = (0.0 if level.restarted else total + grows * step), level.per_second
            total, grows = first + slope * step * (count - 1), slope
        if level is None or phase.gap:
            yield ("stale" if there and not phase.gap else "_") + (f" _x{count - 1}" if count > 1 else "")
            there = there and phase.gap
            continue
        there = True
        yield _number(first) if count == 1 else f"{_number(first)}{slope * step:+.12g}x{count - 1}"


def _number(value: float) -> str:
    return f"{value:.15g}"

"""How sample values go over time: by the hour of the day, a little at random, and an incident; the same in every run."""

import math
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from catalog.catalog import Subject
from tests.dashboards.sample.levels import Gauge
from tests.dashboards.sample.moments import NOW, Floats

DAY = 86400
INCIDENT = (NOW - 3 * 3600, NOW - 2.25 * 3600)
"""From when to when something is wrong."""
SUFFERING = {("universal-ai-tools", "llm-router"), ("skillforge", "ai-services"), ("ai-platform", "api")}
"""Services that suffer from it."""
_MORE_FAULTS = 60
_SLOWER = 3


def random(key: str, count: int) -> Floats:
    """So many numbers of a standard normal distribution, decided by the key."""
    return np.random.default_rng(crc32(key.encode())).standard_normal(count)


def wave(key: str, at: Floats) -> Floats:
    """About 1: more by day than by night, wandering within the hour, each key a little differently."""
    phase = crc32(key.encode()) % 1000 / 1000
    day = 0.25 * np.sin(2 * math.pi * (at / DAY - 0.3))
    hour = 0.06 * np.sin(2 * math.pi * (at / 4200 + phase)) + 0.04 * np.sin(2 * math.pi * (at / 1500 + 2 * phase))
    return 1 + day + hour


def wrong(subject: Subject, at: Floats) -> Floats:
    """Where the subject suffers from the incident."""
    if (subject.application.application, subject.name) not in SUFFERING:
        return np.zeros_like(at)
    return ((at >= INCIDENT[0]) & (at < INCIDENT[1])).astype(np.float64)


def counted(key: str, rate: float, at: Floats, more: Floats | None = None, base: float = 0) -> Floats:
    """A counter that grows by about so much a second; `more` multiplies it where it is not 0."""
    steps = np.diff(at, prepend=at[0] - 60)
    pace = rate * wave(key, at) * (1 + 0.04 * random(key, len(at)))
    if more is not None:
        pace *= 1 + more
    total = base * (1 + crc32(key.encode()) % 1000 / 1000) + np.cumsum(np.maximum(pace, 0) * steps)
    return np.floor(total) if rate < 0.05 else total


def stood(key: str, gauge: Gauge, words: Sequence[str], at: Floats) -> Floats:
    """A gauge about its level; a time of day at its distance from each moment."""
    if gauge.ago is not None:
        return np.full_like(at, NOW - gauge.ago) if gauge.pinned else at - gauge.ago
    level = gauge.level(words)
    if not level or not gauge.sway:
        return np.full_like(at, level)
    moved = level * (1 + gauge.sway * (1.6 * (wave(key, at) - 1) + 0.15 * random(key, len(at))))
    return np.round(moved) if gauge.whole else moved


def within(boundary: float, median: float, slow: Floats) -> Floats:
    """The share of events that end within so many seconds: log-normal, its median some times longer where things are wrong."""
    if math.isinf(boundary):
        return np.ones_like(slow)
    usual, later = (_normal(math.log(boundary / (median * factor)) / 0.8) for factor in (1, _SLOWER))
    return np.where(slow > 0, later, usual)


def mean(median: float, slow: Floats) -> Floats:
    """The mean duration of the same events."""
    return median * math.exp(0.32) * np.where(slow > 0, _SLOWER, 1)


def faults(found: Floats) -> Floats:
    """How many more failures there are while something is wrong."""
    return found * _MORE_FAULTS


def _normal(value: float) -> float:
    return 0.5 * (1 + math.erf(value / math.sqrt(2)))

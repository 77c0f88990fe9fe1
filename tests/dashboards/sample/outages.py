"""When the subjects of the sample environment were down in the last month: a few minutes here and there, and most never."""

from zlib import crc32

import numpy as np

from tests.dashboards.sample.moments import NOW, STEP, Floats

AVAILABLE, UNDETECTED = ":available:bool", ":undetected:bool"
"""How series end that say minute by minute whether somebody was up, and was down without anybody knowing."""
_MONTH = 30 * 86400
_NEVER = 3
"""Of so many subjects one was down."""
_UNKNOWN = 120
"""Seconds until an alert fires."""


def past(name: str, key: str, until: float) -> tuple[Floats, Floats]:
    """Moments and values of such a series for the month before `until`, minute by minute, since minutes are counted."""
    at = np.arange(NOW - _MONTH - 3600, until, STEP, dtype=np.float64)
    down = np.zeros_like(at, dtype=np.bool_)
    for start, end in _outages(key):
        down |= (at >= start) & (at < (min(end, start + _UNKNOWN) if name.endswith(UNDETECTED) else end))
    return at, (down if name.endswith(UNDETECTED) else ~down).astype(np.float64)


def _outages(key: str) -> list[tuple[float, float]]:
    number = crc32(key.encode())
    if number % _NEVER:
        return []
    starts = [NOW - (3 + (number // 7 + 11 * count) % 26) * 86400 - number % 1000 * 60 for count in range(1 + number // 3 % 2)]
    return [(start, start + 60 * (4 + number // 11 % 25)) for start in starts]

"""Durations and quantities as people write them, in the base units that backends compute in.

Base units: seconds, bytes, ratios in 0..1, events a second. A threshold out of its unit's range is refused here, so an
alert in per cent on a metric that is a fraction cannot be written.
"""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_BYTES = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_RATES = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_MAX_SCORE = 5


def seconds(text: object) -> float:
    """Seconds of a Prometheus-like duration (`500ms`, `5m`, `1h30m`); ValueError where it does not parse."""
    if isinstance(text, float | int) and not isinstance(text, bool) and text >= 0:
        return float(text) if text % 1 else int(text)
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)", text) if isinstance(text, str) else []
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no duration; write a number with its unit, as 500ms, 30s, 5m, 1h, 30d")
    total = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    return int(total) if total == int(total) else total


def duration_text(value: float) -> str:
    """The shortest Prometheus duration of so many seconds: 300 -> `5m`, 0.5 -> `500ms`."""
    if value == 0:
        return "0s"
    for unit in ("d", "h", "m", "s"):
        count = value / _SECONDS[unit]
        if count >= 1 and count == int(count):
            return f"{int(count)}{unit}"
    return f"{round(value * 1000)}ms"


# A model keeps a duration as seconds; zero is allowed, a bare number is refused in files by `_written`.
def _written(text: object) -> float:
    if isinstance(text, float | int):
        raise ValueError(f"{text!r} has no unit; write it as 500ms, 30s, 5m, 1h or 30d")  # noqa: TRY004  pydantic reports ValueError
    return seconds(text)


Duration = Annotated[float, BeforeValidator(_written, json_schema_input_type=str)]


class Unit(StrEnum):
    """What a signal is measured in; every backend's query yields the base unit."""

    RATIO = "ratio"  # 0..1
    SECONDS = "seconds"
    BYTES = "bytes"
    PER_SECOND = "per_second"
    COUNT = "count"
    STATE = "state"  # 1 good, 0 bad
    SCORE = "score"  # 0..5
    CURRENCY = "currency"

    def parse(self, text: object) -> float:
        """A threshold in this unit's base; ValueError says what is wrong with it and what would be right."""
        number = float(text) if isinstance(text, int | float) and not isinstance(text, bool) else None
        match self:
            case Unit.SECONDS:
                return _written(text)
            case Unit.BYTES:
                return _scaled(text, r"(\d+(?:\.\d+)?) ?([kMGT]?i?B)", _BYTES, multiply=True, example="8GB or 512MiB")
            case Unit.PER_SECOND:
                return _scaled(text, r"(\d+(?:\.\d+)?)/(s|min|h|d)", _RATES, multiply=False, example="10/s or 0.1/min")
            case Unit.RATIO if number is None or not 0 <= number <= 1:
                raise ValueError(f"{text!r} is no ratio; a ratio lies in 0..1, so 5 % is 0.05")
            case Unit.STATE if number not in (0.0, 1.0):
                raise ValueError(f"{text!r} is no state; a state is 1 (good) or 0 (bad), so write `below: 1`")
            case Unit.SCORE if number is None or not 0 <= number <= _MAX_SCORE:
                raise ValueError(f"{text!r} is no score; a score lies in 0..{_MAX_SCORE}")
            case _ if number is None or number < 0:
                raise ValueError(f"{text!r} is no {self.value}; write a number of 0 or more")
            case _:
                return number


def _scaled(text: object, pattern: str, scale: dict[str, int], *, multiply: bool, example: str) -> float:
    match = re.fullmatch(pattern, text) if isinstance(text, str) else None
    if not match or match[2] not in scale:
        raise ValueError(f"{text!r} has no unit that fits; write it as {example}")
    value = float(match[1]) * scale[match[2]] if multiply else float(match[1]) / scale[match[2]]
    return int(value) if value == int(value) else value

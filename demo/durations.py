"""Time, made to pass faster: every duration of a configuration or a PromQL expression divided by one factor."""

import re
from typing import Any, cast

_UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000, "y": 31_536_000_000}
_PART = re.compile(r"(\d+)(ms|[smhdwy])")
_DURATION = r"(?:\d+(?:ms|[smhdwy]))+"
# Text in quotes is matched first, so that nothing within it is taken for a window.
_TIMES = re.compile(
    rf"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)|(\[\s*)({_DURATION})(?:(\s*:\s*)({_DURATION})?)?(\s*\])|(\boffset\s+-?\s*)({_DURATION})"""
)

KEYS = frozenset(
    {
        *("scrape_interval", "scrape_timeout", "evaluation_interval", "rule_query_offset", "refresh_interval"),
        *("interval", "query_offset", "for", "keep_firing_for"),
        *("group_wait", "group_interval", "repeat_interval", "resolve_timeout"),
    }
)
"""What Prometheus, its rules and Alertmanager's routes call durations that say how fast things go."""
_TEXT = frozenset({"labels", "annotations", "external_labels"})


def milliseconds(duration: str) -> int:
    """A duration as Prometheus writes it (`1h30m`); ValueError for anything else."""
    if duration == "0":
        return 0
    if not re.fullmatch(_DURATION, duration):
        raise ValueError(f"{duration!r} is no duration of Prometheus")
    return sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(duration))


def scaled(duration: str, factor: float) -> str:
    """A duration that passes `factor` times as fast; never less than Prometheus' millisecond unless it is 0."""
    whole = milliseconds(duration)
    return f"{max(1, round(whole / factor))}ms" if whole else "0s"


def expression(promql: str, factor: float) -> str:
    """A PromQL expression whose windows, subqueries and offsets are scaled; names and quoted text stay."""

    def replace(match: re.Match[str]) -> str:
        quoted, opening, window, colon, step, closing, offset, back = match.groups()
        if quoted is not None:
            return quoted
        if offset is not None:
            return f"{offset}{scaled(back, factor)}"
        return f"{opening}{scaled(window, factor)}{colon or ''}{scaled(step, factor) if step else ''}{closing}"

    return _TIMES.sub(replace, promql)


def document(content: Any, factor: float) -> Any:  # noqa: ANN401 - any part of a YAML document
    """The same configuration or rule file, faster. Labels and annotations stay as people will read them."""
    if isinstance(content, list):
        return [document(each, factor) for each in cast("list[Any]", content)]
    if not isinstance(content, dict):
        return content
    return {key: _entry(key, value, factor) for key, value in cast("dict[str, Any]", content).items()}


def _entry(key: str, value: Any, factor: float) -> Any:  # noqa: ANN401
    if key in _TEXT:
        return value
    if key in KEYS and isinstance(value, str):
        return scaled(value, factor)
    return expression(value, factor) if key == "expr" else document(value, factor)

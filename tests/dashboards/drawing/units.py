"""Numbers as Grafana writes them, by the units that our dashboards use."""

from collections.abc import Callable

_TIMES = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"), (1e-3, "ms"), (1e-6, "µs"))
_BYTES = ((2**40, "TiB"), (2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"), (1, "B"))
_SHORT = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"), (1, ""))


def written(value: float, unit: str, decimals: int | None = None) -> str:
    """A value of a panel, with its unit; without `decimals` with three digits that say something."""
    if decimals is not None and unit == "percentunit":
        return f"{value * 100:.{decimals}f} %"
    said = _WRITTEN.get(unit)
    return said(value) if said is not None else _number(value)


def _scaled(value: float, steps: tuple[tuple[float, str], ...], gap: str = " ") -> str:
    for size, name in steps:
        if abs(value) >= size:
            return f"{_number(value / size)}{gap if name else ''}{name}"
    return f"{_number(value)}{gap if steps[-1][1] else ''}{'s' if steps is _TIMES else steps[-1][1]}"


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e5:
        return str(int(value))
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _short(value: float) -> str:
    return _scaled(value, _SHORT, "") if abs(value) >= 1 else _number(value)


_WRITTEN: dict[str, Callable[[float], str]] = {
    "percentunit": lambda value: f"{_number(value * 100)} %",
    "s": lambda value: _scaled(value, _TIMES),
    "bytes": lambda value: _scaled(value, _BYTES),
    "Bps": lambda value: f"{_scaled(value, _BYTES)}/s",
    "ops": lambda value: f"{_short(value)}/s",
    "currencyUSD": lambda value: f"${_short(value)}",
    "short": _short,
}

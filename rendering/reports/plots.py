"""Plots of a report as SVG that follows the page's colours: text is `--ink` and lines are `--grid`, whatever theme it is shown in."""

# Keyword arguments of matplotlib are untyped:
# pyright: reportUnknownMemberType=false

import io
import re
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

_INK, _GRID = "#010203", "#030201"
"""Stand for the page's own colours until the text is made."""
_COLOURS = ("#3b7dd8", "#d97706", "#2f9e6e", "#8b6fd6", "#d6453d", "#1f9bb4", "#a3742c", "#c2549d")
"""Readable on white and on black (contrast of at least 3 with both, as WCAG 2.2 asks of graphics)."""
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")
GOOD, WORSE, BAD = "#2f9e6e", "#d97706", "#d6453d"
_WIDTH, _DPI = 9.0, 72
_ROW = 0.32
_WHOLE = 10
"""From here on bars' values are written without decimals."""
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "observatory",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _GRID,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": _GRID,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "legend.frameon": False,
}
STYLE = ":root{--ink:#1f2328;--grid:#c9d1d9}@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--grid:#3d444d}}"
"""The colours of a plot that stands alone."""


def calendar(rows: Mapping[str, Mapping[int, float]], days: int, wanted: float) -> str:
    """A square for each day of each row: kept, below what is wanted, or half of it gone; empty where nothing is known."""
    figure, axes = _figure(len(rows) * _ROW + 0.9)
    for number, found in enumerate(rows.values()):
        for day in range(1, days + 1):
            value = found.get(day)
            colour = "none" if value is None else GOOD if value >= wanted else WORSE if value >= 0.5 else BAD  # noqa: PLR2004  half of it
            place = (day - 0.44, number - 0.4)
            edge = _GRID if value is None else colour
            axes.add_patch(Rectangle(place, 0.88, 0.8, facecolor=colour, edgecolor=edge, linewidth=0.8))
    axes.set_xlim(0.4, days + 0.6)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_xticks(range(1, days + 1))
    axes.spines["bottom"].set_visible(False)
    told = ((GOOD, f"up {wanted * 100:g} % of the day"), (WORSE, "less"), (BAD, "less than half of it"), ("none", "no data"))
    for colour, text in told:
        axes.plot([], [], linestyle="none", marker="s", markersize=9, color=colour, markeredgecolor=_GRID, label=text)
    _legend(axes, len(told))
    return _svg(figure, "calendar")


def bars(values: Mapping[str, float], unit: str, limit: float | None = None, over: str = BAD) -> str:
    """Horizontal bars with their values; those beyond the limit in another colour, the limit as a line."""
    figure, axes = _figure(len(values) * _ROW + 0.7)
    colours = [over if limit is not None and value > limit else _COLOURS[0] for value in values.values()]
    drawn = axes.barh(list(values), list(values.values()), color=colours, height=0.66)
    written = [f"{value:,.0f}" if value >= _WHOLE else f"{value:.2g}" for value in values.values()]
    axes.bar_label(drawn, written, padding=4, color=_INK)
    axes.invert_yaxis()
    axes.set_xlim(0, max([*values.values(), limit or 0]) * 1.12 or 1)
    axes.set_xlabel(unit)
    if limit is not None:
        axes.axvline(limit, color=_INK, linestyle="--", linewidth=1)
    return _svg(figure, "bars")


def stacked(rows: Mapping[str, tuple[float, float]], names: tuple[str, str]) -> str:
    """Horizontal bars of two parts each."""
    figure, axes = _figure(len(rows) * _ROW + 1.0)
    first, second = ([pair[part] for pair in rows.values()] for part in (0, 1))
    axes.barh(list(rows), first, color=_COLOURS[0], height=0.66, label=names[0])
    axes.barh(list(rows), second, left=first, color=WORSE, height=0.66, label=names[1], hatch="//", edgecolor=_GRID, linewidth=0)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _legend(axes, 2)
    return _svg(figure, "stacked")


def lines(rows: Mapping[str, Mapping[int, float]], days: int, unit: str) -> str:
    """A line for each row, a point for each day; gaps where nothing is known."""
    figure, axes = _figure(3.2)
    for number, (name, found) in enumerate(rows.items()):
        values = [found.get(day, float("nan")) for day in range(1, days + 1)]
        style = {"color": _COLOURS[number % len(_COLOURS)], "marker": _MARKS[number % len(_MARKS)]}
        axes.plot(range(1, days + 1), values, label=name, markersize=4, linewidth=1.5, **style)  # pyright: ignore[reportArgumentType]
    axes.set_xlim(0.5, days + 0.5)
    axes.set_ylim(0, 1.1 * max(value for found in rows.values() for value in found.values()) or 1)
    axes.set_xticks(range(1, days + 1))
    axes.set_ylabel(unit)
    axes.grid(visible=True, axis="y", linewidth=0.6)
    _legend(axes, 4)
    return _svg(figure, "lines")


def alone(svg: str) -> str:
    """A plot as a file of its own: with colours for a light and for a dark page."""
    return svg.replace(">", f"><style>{STYLE}</style>", 1)


def described(svg: str, name: str, text: str) -> str:
    """The same with its description for those who do not see it, and with names of its parts that no other plot of the page has."""
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{_escaped(text)}" ', 1)


def _figure(height: float) -> tuple[Figure, Axes]:
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, layout=ConstrainedLayoutEngine(w_pad=0.2))  # a browser's letters are wider
        return figure, figure.subplots()


def _legend(axes: Axes, columns: int) -> None:
    with mpl.rc_context(_STYLE):
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=columns, fontsize=9, labelcolor=_INK)


def _svg(figure: Figure, name: str) -> str:
    """The text, the same each time; without the declarations that a page may not have inside."""
    for text in figure.findobj(Text):
        text.set_parse_math(False)
    written = io.StringIO()
    with mpl.rc_context({**_STYLE, "svg.id": name}):
        FigureCanvasSVG(figure).print_svg(written, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = written.getvalue()
    svg = svg[svg.index("<svg ") :].replace('<style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style>', "")
    svg = svg.replace(_INK, "var(--ink)").replace(_GRID, "var(--grid)")
    return re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL).strip() + "\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")

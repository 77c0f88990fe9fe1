"""How each kind of panel is drawn: graphs, figures, bars, tables and text, in a plain likeness of Grafana's."""

# Keyword arguments of matplotlib are untyped:
# pyright: reportUnknownMemberType=false

import re
import textwrap
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.ticker import MaxNLocator

from tests.dashboards.drawing.answers import Line
from tests.dashboards.drawing.units import written
from tests.dashboards.sample.moments import NOW

Json = dict[str, Any]

INK, FAINT, GRID, PAPER, BACK = "#24292e", "#6e7781", "#e5e8eb", "#ffffff", "#f4f5f5"
PALETTE = ("#56a64b", "#f2a900", "#3274d9", "#e0752d", "#e02f44", "#8f3bb8", "#1f9e9e", "#a16207", "#7a869a", "#c2185b")
COLOURS = {"green": "#56a64b", "yellow": "#e0b400", "orange": "#ff780a", "red": "#e02f44", "blue": "#3274d9", "text": INK}
SMALL, NORMAL = 6.5, 8
_MOST_LINES = 24
_MORE = 10
"""Letters that a legend keeps for the number of names that it leaves out."""
_RULE = re.compile(r"[|:\s-]*-{3}[|:\s-]*")
"""What stands between a table's head and its rows."""
_MARKS = re.compile(r"[*_`#]+|\[([^\]]+)\]\([^)]*\)")


def shown(panel: Json, value: float) -> str:
    """A value as the panel writes it."""
    defaults = panel.get("fieldConfig", {}).get("defaults", {})
    return written(value, str(defaults.get("unit", "none")), defaults.get("decimals"))


def steps_of(panel: Json) -> list[tuple[float, str]]:
    """Thresholds: from which value on which colour counts, the base first."""
    steps = panel.get("fieldConfig", {}).get("defaults", {}).get("thresholds", {}).get("steps", [])
    return [(float("-inf") if step.get("value") is None else float(step["value"]), str(step["color"])) for step in steps]


def colour_of(panel: Json, value: float) -> str:
    """The colour of a value by the panel's thresholds."""
    found = [colour for start, colour in steps_of(panel) if value >= start]
    return COLOURS.get(found[-1] if found else "green", PALETTE[0])


def timeseries(axes: Axes, panel: Json, lines: list[Line], back: float) -> None:
    """Lines or stacked areas over so many seconds back from now, thresholds dashed."""
    custom = panel.get("fieldConfig", {}).get("defaults", {}).get("custom", {})
    drawn = lines[:_MOST_LINES]
    if custom.get("stacking", {}).get("mode") == "normal" and drawn:
        _stacked(axes, drawn)
    else:
        for number, line in enumerate(drawn):
            axes.plot(line.times, line.values, color=PALETTE[number % len(PALETTE)], linewidth=1)
    low, high = axes.get_ylim()
    for start, colour in steps_of(panel)[1:]:
        if low - (high - low) < start < high + 2 * (high - low):
            axes.axhline(start, color=COLOURS.get(colour, INK), linestyle=(0, (5, 3)), linewidth=0.9)
    if "min" in panel.get("fieldConfig", {}).get("defaults", {}) or _is_flat(drawn):
        axes.set_ylim(bottom=0, top=1.25 * max(value for line in drawn for value in line.values) or 1)
    axes.set_xlim(NOW - back, NOW)
    ticks = [NOW - back * (1 - share) for share in (0.1, 0.5, 0.9)]
    said = "%H:%M" if back <= 2 * 86400 else "%d %b"
    axes.set_xticks(ticks, [datetime.fromtimestamp(tick, UTC).strftime(said) for tick in ticks])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
    axes.yaxis.set_major_formatter(lambda value, _: shown(panel, value))
    axes.tick_params(labelsize=SMALL, colors=FAINT, length=0, pad=2)
    axes.grid(visible=True, color=GRID, linewidth=0.6)
    axes.set_frame_on(False)


def _is_flat(lines: list[Line]) -> bool:
    """Whether nothing moves: drawn from zero, lest a line float in a scale of its own."""
    values = {value for line in lines for value in line.values}
    return len(values) == 1 and min(values) >= 0


def _stacked(axes: Axes, lines: list[Line]) -> None:
    moments = sorted({moment for line in lines for moment in line.times})
    rows = [[dict(zip(line.times, line.values, strict=True)).get(moment, 0.0) for moment in moments] for line in lines]
    colours = [PALETTE[number % len(PALETTE)] for number in range(len(lines))]
    axes.stackplot(moments, *rows, colors=colours, alpha=0.55, linewidth=0)


def legend(axes: Axes, lines: list[Line], columns: int) -> None:
    """Names with their colours in one line, as many as fit."""
    axes.axis("off")
    room, used = columns * 7.2, 0.0
    for number, line in enumerate(lines):
        longest = int(min(44, room - 5 - _MORE * (len(lines) > 1)))
        name = line.name if len(line.name) <= longest else f"{line.name[: longest - 1]}…"
        more = _MORE if number < len(lines) - 1 else 0
        if number and used + len(name) + 4 + more > room:
            axes.text(used / room, 0.5, f"+ {len(lines) - number} more", fontsize=SMALL, color=FAINT, va="center")
            return
        axes.text(used / room, 0.5, "—", fontsize=NORMAL, color=PALETTE[number % len(PALETTE)], va="center", fontweight="bold")
        axes.text((used + 2.6) / room, 0.5, name, fontsize=SMALL, color=INK, va="center")
        used += len(name) + 5.5


def stat(axes: Axes, panel: Json, lines: list[Line]) -> None:
    """Newest values, large; the panel's colour behind them where it has thresholds."""
    axes.axis("off")
    chosen = lines[:12]
    across = min(len(chosen), 4)
    down = -(-len(chosen) // across)
    filled = panel.get("options", {}).get("colorMode") == "background"
    for number, line in enumerate(chosen):
        left, bottom = number % across / across, 1 - (number // across + 1) / down
        colour = colour_of(panel, line.last)
        if filled:
            box = FancyBboxPatch((left + 0.01, bottom + 0.03), 1 / across - 0.02, 1 / down - 0.06, boxstyle="square,pad=0", color=colour)
            axes.add_patch(box)
        middle = left + 0.5 / across
        size = 17 if down == 1 else 11
        ink = PAPER if filled else colour
        axes.text(middle, bottom + 0.46 / down, shown(panel, line.last), fontsize=size, color=ink, ha="center", va="center")
        if len(chosen) > 1:
            axes.text(middle, bottom + 0.15 / down, line.name[:28], fontsize=SMALL, color=ink, ha="center", va="center")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)


def bars(axes: Axes, panel: Json, lines: list[Line], columns: int) -> None:
    """One bar a series; of names that are too long the end tells more."""
    axes.axis("off")
    room = int(columns * 3.1)
    chosen = lines[:14]
    most = max((abs(line.last) for line in chosen), default=0) or 1
    for number, line in enumerate(chosen):
        top = 1 - number / len(chosen)
        height = min(0.7 / len(chosen), 0.12)
        axes.text(
            0.36,
            top - height / 2,
            line.name if len(line.name) <= room else f"…{line.name[1 - room :]}",
            fontsize=SMALL,
            color=INK,
            ha="right",
            va="center",
        )
        axes.add_patch(Rectangle((0.38, top - height), 0.48, height, color=GRID))
        axes.add_patch(Rectangle((0.38, top - height), 0.48 * abs(line.last) / most, height, color=colour_of(panel, line.last)))
        axes.text(0.88, top - height / 2, shown(panel, line.last), fontsize=SMALL, color=INK, va="center")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)


def table(axes: Axes, panel: Json, lines: list[Line], rows: int) -> None:
    """Labels and values in columns; queries of one table side by side where they share their labels."""
    axes.axis("off")
    letters = sorted({line.letter for line in lines})
    hidden, renamed = _columns(panel)
    names = list(dict.fromkeys(name for line in lines for name in line.labels if name not in hidden))
    found: list[list[str]] = []
    ordered = sorted(lines, key=lambda line: [line.labels.get(name, "") for name in names])
    for key, group in groupby(ordered, key=lambda line: [line.labels.get(name, "") for name in names]):
        values = {line.letter: shown(panel, line.last) for line in group}
        found.append([*key, *(values.get(letter, "") for letter in letters)])
    heads = [renamed.get(name, name) for name in (*names, *(["Value"] if len(letters) == 1 else [f"Value #{each}" for each in letters]))]
    widths = [max(len(text[column]) for text in [heads, *found]) + 2 for column in range(len(heads))]
    total = sum(widths)
    for number, row in enumerate([heads, *found[: rows - 1]]):
        left = 0.0
        for text, width in zip(row, widths, strict=True):
            room = max(3, int(width * min(1.0, 150 / total)))
            said = text if len(text) <= room else f"{text[: room - 1]}…"
            weight = "bold" if number == 0 else "normal"
            axes.text(left / total, 1 - (number + 0.5) / rows, said, fontsize=SMALL, color=INK, va="center", fontweight=weight)
            left += width
    if len(found) > rows - 1:
        axes.text(1, -0.01, f"{len(found) - rows + 1} more rows", fontsize=SMALL, color=FAINT, ha="right", va="top")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)


def _columns(panel: Json) -> tuple[set[str], dict[str, str]]:
    """Columns that are hidden, and what others are called."""
    hidden: set[str] = set()
    renamed: dict[str, str] = {}
    for each in panel.get("transformations", []):
        hidden |= {name for name, left_out in each["options"].get("excludeByName", {}).items() if left_out}
        renamed |= each["options"].get("renameByName", {})
    return hidden, renamed


def words(axes: Axes, panel: Json, columns: int, rows: int) -> None:
    """Text without its marks."""
    axes.axis("off")
    plain = _MARKS.sub(lambda match: match[1] or "", str(panel.get("options", {}).get("content", "")))
    told = [" · ".join(cell.strip() for cell in line.strip("|").split("|")) for line in plain.splitlines() if not _RULE.fullmatch(line)]
    lines = [part for line in told for part in (textwrap.wrap(line, max(20, columns * 7)) or [""])]
    axes.text(0, 1, "\n".join(lines[: rows * 2]), fontsize=NORMAL, color=INK, va="top", linespacing=1.4)


def nothing(axes: Axes, reason: str) -> None:
    """A panel that is rightly empty, or cannot be drawn from samples."""
    axes.axis("off")
    text = "\n".join(textwrap.wrap(f"No data: {reason}" if reason else "No data", 44))
    axes.text(0.5, 0.5, text, fontsize=NORMAL, color=FAINT, ha="center", va="center")

"""A dashboard as one picture: its panels in their places, collapsed rows closed, as it looks when it is opened."""

# Keyword arguments of matplotlib are untyped:
# pyright: reportUnknownMemberType=false

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from dashboards.model import WIDTH
from tests.dashboards.asking import View
from tests.dashboards.drawing import panels
from tests.dashboards.drawing.answers import Line, answers
from tests.dashboards.sample.store import Store

Json = dict[str, Any]

_COLUMN, _ROW = 44, 25
"""Pixels of the grid."""
_DPI = 100
_HEAD = 54
_GAP = 4
_TITLE = 20
_COLOURS = 48
"""Of the palette: enough for ours, and a third of the bytes."""


@dataclass(frozen=True)
class _Box:
    """A place on the page, in pixels from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def inside(self, left: float, top: float, right: float, bottom: float) -> "_Box":
        return _Box(self.left + left, self.top + top, self.width - left - right, self.height - top - bottom)


@dataclass
class Page:
    """One dashboard that is being drawn."""

    view: View
    empty: dict[str, str]
    """Why panels are rightly empty, by title."""
    figure: Figure
    width: int
    height: int

    def axes(self, box: _Box) -> Axes:
        """Axes at a place."""
        return self.figure.add_axes(
            (box.left / self.width, 1 - (box.top + box.height) / self.height, box.width / self.width, box.height / self.height)
        )

    def text(self, left: float, top: float, said: str, size: float, **more: Any) -> None:  # noqa: ANN401  matplotlib's own properties
        """Text at a place."""
        self.figure.text(left / self.width, 1 - top / self.height, said, fontsize=size, va="top", **more)

    def paper(self, box: _Box, colour: str) -> None:
        """A rectangle at a place."""
        place = (box.left / self.width, 1 - (box.top + box.height) / self.height)
        self.figure.patches.append(
            Rectangle(place, box.width / self.width, box.height / self.height, transform=self.figure.transFigure, color=colour, zorder=-1)
        )


def draw(store: Store, view: View, empty: dict[str, str], file: Path) -> None:
    """Asks everything that opening the dashboard asks, and draws the answers; the same bytes in every run."""
    document = view.document
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in document["panels"])
    width, height = WIDTH * _COLUMN, rows * _ROW + _HEAD
    with mpl.rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "observatory", "path.simplify_threshold": 1.0}):
        figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI, facecolor=panels.BACK)
        canvas = FigureCanvasAgg(figure)
        page = Page(view, empty, figure, width, height)
        page.text(10, 8, document["title"], 12, fontweight="bold", color=panels.INK)
        page.text(10, 32, f"{_variables(document)}last {document['time']['from'][4:]}", 7, color=panels.FAINT)
        chosen = view.opened(store)
        for panel in document["panels"]:
            place = panel["gridPos"]
            box = _Box(place["x"] * _COLUMN, _HEAD + place["y"] * _ROW, place["w"] * _COLUMN, place["h"] * _ROW)
            if panel["type"] == "row":
                _heading(page, panel, box)
            else:
                _panel(page, panel, box.inside(_GAP, _GAP, _GAP, _GAP), answers(store, view, panel, chosen))
        canvas.draw()
        pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    pixels.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


def _variables(document: Json) -> str:
    names = [str(each.get("label") or each["name"]) for each in document.get("templating", {}).get("list", [])]
    return f"{' · '.join(f'{name}: all' if name == 'Environment' else name for name in names)} · " if names else ""


def _heading(page: Page, panel: Json, box: _Box) -> None:
    closed: list[Json] = panel.get("panels") or []
    said = f"▸ {panel['title']}   ({len(closed)} panels, loaded when opened)" if closed else f"▾ {panel['title']}"
    page.text(box.left + 8, box.top + 5, said, 8.5, color=panels.INK, fontweight="bold")


def _panel(page: Page, panel: Json, box: _Box, lines: list[Line]) -> None:
    page.paper(box, panels.PAPER)
    columns, rows = panel["gridPos"]["w"], panel["gridPos"]["h"]
    page.text(box.left + 8, box.top + 6, str(panel["title"])[: columns * 6], 8, color=panels.INK, fontweight="bold")
    inner = box.inside(10, _TITLE + 6, 10, 8)
    match panel["type"]:
        case "text":
            panels.words(page.axes(inner), panel, columns, rows)
        case _ if not lines:
            panels.nothing(page.axes(inner), page.empty.get(str(panel["title"]), ""))
        case "timeseries":
            panels.timeseries(page.axes(inner.inside(38, 0, 4, 30)), panel, lines, page.view.shown)
            panels.legend(page.axes(_Box(inner.left, box.top + box.height - 19, inner.width, 14)), lines, columns)
        case "stat" | "gauge":
            panels.stat(page.axes(inner), panel, lines)
        case "bargauge":
            panels.bars(page.axes(inner), panel, lines, columns)
        case "table":
            panels.table(page.axes(inner), panel, lines, max(2, rows * _ROW // 17 - 2))
        case _:
            panels.nothing(page.axes(inner), f"a {panel['type']} is not drawn here")

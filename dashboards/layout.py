"""Where panels stand: lines without holes, whatever number of panels a row has."""

from collections.abc import Iterator, Sequence
from itertools import islice
from math import ceil

from dashboards.model import WIDTH, Panel

Place = tuple[int, int, int]
"""Column, line and width."""


def places(panels: Sequence[Panel], top: int) -> tuple[list[Place], int]:
    """A place for each panel, and the line below them all: panels of one size share lines evenly, and each line is filled."""
    found: list[Place] = []
    line = top
    for group in _lines(panels):
        wide, left = sum(panel.width for panel in group), 0
        for number, panel in enumerate(group):
            width = WIDTH - left if number == len(group) - 1 else WIDTH * panel.width // wide
            found.append((left, line, width))
            left += width
        line += max(panel.height for panel in group)
    return found, line


def _lines(panels: Sequence[Panel]) -> Iterator[Sequence[Panel]]:
    sizes = {panel.width for panel in panels}
    if len(sizes) == 1:
        lines = ceil(len(panels) / (WIDTH // sizes.pop()))
        rest = iter(panels)
        for number in range(lines):
            yield list(islice(rest, (len(panels) + lines - 1 - number) // lines))
        return
    line: list[Panel] = []
    for panel in panels:
        if sum(each.width for each in line) + panel.width > WIDTH:
            yield line
            line = []
        line.append(panel)
    if line:
        yield line

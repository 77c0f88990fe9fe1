"""Panels fill their lines, and none lies upon another."""

from hypothesis import given
from hypothesis import strategies as st

from dashboards.layout import places
from dashboards.model import WIDTH, Panel

_SIZES = st.tuples(st.sampled_from([4, 6, 8, 12, 24]), st.sampled_from([4, 8]))


def _panels(sizes: list[tuple[int, int]]) -> list[Panel]:
    return [Panel("title", "description", None, width=width, height=height) for width, height in sizes]


def test_four_thirds_become_two_halves_twice() -> None:
    found, below = places(_panels([(8, 8)] * 4), 1)
    assert found == [(0, 1, 12), (12, 1, 12), (0, 9, 12), (12, 9, 12)]
    assert below == 17


def test_a_row_without_panels_takes_no_place() -> None:
    assert places([], 5) == ([], 5)


@given(st.lists(_SIZES, min_size=1, max_size=20))
def test_every_line_is_full_and_no_panel_lies_upon_another(sizes: list[tuple[int, int]]) -> None:
    panels = _panels(sizes)
    found, below = places(panels, 0)
    for line in {line for _, line, _ in found}:
        assert sum(width for _, other, width in found if other == line) == WIDTH
    cells = [
        (column, height)
        for panel, (left, line, width) in zip(panels, found, strict=True)
        for column in range(left, left + width)
        for height in range(line, line + panel.height)
    ]
    assert len(cells) == len(set(cells))
    assert below == max(height for _, height in cells) + 1

"""The table of versions says what is deployed and what was tried; a pin without a word, or a tool that is gone, is told."""

from dataclasses import replace

import pytest

from cli import generated, upgrades
from components.versions import CHARTS, IMAGES
from local.tools import TOOLS


def rows() -> dict[str, list[str]]:
    text = upgrades.PAGE.read_text(encoding="utf-8").partition(upgrades.OPEN)[2].partition(upgrades.CLOSE)[0]
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    return {row[0]: row[1:] for row in found}


def test_the_page_s_table_is_that_of_the_pins() -> None:
    assert not generated.stale([generated.upgrades]), "run: make generate"


def test_every_image_and_chart_has_its_row_with_the_version_that_is_deployed() -> None:
    shown = rows()
    for name, image in IMAGES.items():
        assert shown[f"image {name}"][0] == image.tag.removeprefix("v")
    for name, chart in CHARTS.items():
        assert shown[f"chart {name}"][0] == chart.version
    assert {"elastic", "datadog agent"} <= shown.keys()


def test_what_was_tried_is_named_with_the_version_of_the_tool_that_tried_it() -> None:
    shown = rows()
    assert shown["image prometheus"][1] == TOOLS["prometheus"].version
    assert shown["image otel-collector"][1] == TOOLS["otelcol"].version
    assert shown["image grafana"][1:] == ["no", upgrades.UNTRIED]


def test_no_word_is_about_a_pin_that_is_gone() -> None:
    assert upgrades.TRIED.keys() <= upgrades.deployed().keys()


def test_a_table_of_other_versions_is_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(upgrades.IMAGES, "grafana", replace(IMAGES["grafana"], tag="0.0.1"))
    assert list(generated.stale([generated.upgrades])) == [upgrades.PAGE]

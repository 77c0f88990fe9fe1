"""What promtool said once of a text it is not asked again, and nothing else is ever taken for it."""

from pathlib import Path

import pytest

from local.tools import ensure
from tests.alerts import promtool
from tests.alerts.promtool import SUCCESS, Question, Unit, verdicts
from tests.alerts.remembered import Remembered, digest
from tests.alerts.scenario import Rhythm

RHYTHM = Rhythm(scrape=60, evaluation=60)
UNITS = {
    "true": Unit([{"record": "one", "expr": "vector(1)"}], RHYTHM, (), [Question("sum(one)", 120, 1)]),
    "false": Unit([{"record": "one", "expr": "vector(2)"}], RHYTHM, (), [Question("sum(one)", 120, 1)]),
}


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """The real promtool, in a folder that knows of no verdict yet."""
    folder = tmp_path / "prometheus-0"
    folder.mkdir()
    (folder / "promtool").symlink_to(ensure(["promtool"], print)["promtool"])
    return folder / "promtool"


@pytest.mark.tools
def test_a_second_trial_says_the_same_and_asks_nobody(tool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = verdicts(tool, tmp_path / "first", UNITS)
    assert first["true"] == SUCCESS
    assert first["false"].startswith("FAILED")
    asked: list[str] = []

    def refuse(_: Path, __: Path, keys: list[str]) -> dict[str, str]:
        asked.extend(keys)
        return {}

    monkeypatch.setattr(promtool, "_run", refuse)
    assert verdicts(tool, tmp_path / "second", UNITS) == first
    assert not asked


@pytest.mark.tools
def test_a_rule_that_changed_is_tried_again(tool: Path, tmp_path: Path) -> None:
    verdicts(tool, tmp_path / "first", {"rule": UNITS["true"]})
    assert verdicts(tool, tmp_path / "second", {"rule": UNITS["false"]})["rule"].startswith("FAILED")


def test_texts_that_only_join_alike_are_told_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")


def test_another_tool_knows_nothing_of_it(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    Remembered(tmp_path / "one" / "promtool").keep({"text": SUCCESS})
    assert Remembered(tmp_path / "one" / "promtool").known(["text"]) == {"text": SUCCESS}
    assert not Remembered(tmp_path / "two" / "promtool").known(["text"])

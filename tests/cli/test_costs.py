"""`make costs` says what a stack costs, where that comes from and what it cannot know; above the limit nothing is prepared."""

import argparse
import shutil
from pathlib import Path

import pytest

from catalog.faults import FaultsError
from cli import costs
from stacks.program import prepare, survey

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose settings a test may change."""
    shutil.copytree(ROOT / "catalog", tmp_path / "catalog")
    for path in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(costs, "ROOT", tmp_path)
    return tmp_path


def changed(project: Path, stack: str, old: str, new: str) -> None:
    path = project / f"Pulumi.{stack}.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def told(stack: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = costs.run_costs(argparse.Namespace(stack=stack))
    return status, capsys.readouterr().out


def test_an_estimate_has_its_systems_its_sources_and_what_it_cannot_know(capsys: pytest.CaptureFixture[str]) -> None:
    status, text = told("prod", capsys)
    assert status == 0
    for word in ("prometheus", "elasticsearch", "datadog", "cloudwatch", "canaries", "backups", "long term", "in all"):
        assert word in text, word
    assert "list prices put together on" in text
    assert "what this cannot know" in text
    assert "tax" in text


def test_above_the_limit_it_says_so_and_nothing_is_previewed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed(project, "prod", "limit: 12000", "limit: 100")
    status, text = told("prod", capsys)
    assert status == 1
    assert "above the limit" in text
    with pytest.raises(FaultsError) as caught:
        prepare("prod", project)
    (fault,) = caught.value.faults
    assert fault.key == "observatory:settings.costs.limit"
    assert "USD a month; the most: " in fault.reason
    found = survey("prod", project).costs
    assert found
    assert f"at least {found.total + 1:.0f}" in fault.remedy


def test_a_limit_that_the_remedy_names_is_enough(project: Path) -> None:
    found = survey("dev", project).costs
    assert found
    changed(project, "dev", "limit: 2000", f"limit: {found.total + 1:.0f}")
    assert prepare("dev", project).costs == found


def test_the_whole_is_the_sum_of_its_systems_and_the_same_each_time() -> None:
    first, second = survey("prod", ROOT).costs, survey("prod", ROOT).costs
    assert first
    assert first == second
    assert sum(first.systems.values()) == pytest.approx(first.total)


def test_without_any_word_on_traffic_nothing_is_estimated(project: Path) -> None:
    path = project / "Pulumi.dev.yaml"
    lines = path.read_text().splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("    costs:"))
    path.write_text("\n".join([*lines[:at], *lines[at + 3 :]]))
    assert prepare("dev", project).costs is None
    with pytest.raises(FaultsError, match="nobody has said what traffic there is"):
        costs.run_costs(argparse.Namespace(stack="dev"))


def test_a_switch_costs_what_it_adds(project: Path) -> None:
    before = survey("prod", project).costs
    changed(project, "prod", "canaries: {runs_per_month: 60000, browser: true,", "canaries: {runs_per_month: 60000, browser: false,")
    after = survey("prod", project).costs
    assert before
    assert after
    assert after.systems["canaries"] < before.systems["canaries"]

"""What the README tells a person to type works."""

import re
import shutil
from pathlib import Path

import pytest

from catalog import loading
from cli.arguments import COMMANDS, parser


@pytest.fixture
def readme(root: Path) -> str:
    return (root / "README.md").read_text()


def test_every_make_target_that_it_names_is_there(readme: str, root: Path) -> None:
    targets = set(re.findall(r"^([a-z ]+):(?!=)", (root / "Makefile").read_text(), re.MULTILINE))
    known = {name for line in targets for name in line.split()}
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", readme, re.MULTILINE))
    assert named
    assert named <= known
    assert {command.name for command in COMMANDS} <= known


def test_the_service_that_it_adds_loads(readme: str, root: Path, tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    shutil.copytree(root / "catalog", tmp_path / "catalog")
    path = tmp_path / "catalog" / "applications" / "ai-platform.yaml"
    path.write_text(path.read_text().replace("services:\n", example, 1))
    assert "search" in loading.load(tmp_path).applications["ai-platform"].services


@pytest.mark.parametrize("tier", ["unit", "tools", "cluster", "all"])
def test_every_tier_that_it_names_can_be_asked_for(readme: str, tier: str) -> None:
    assert f"TIER={tier}" in readme or tier == "all"
    assert parser().parse_args(["test", "--tier", tier]).tier == tier

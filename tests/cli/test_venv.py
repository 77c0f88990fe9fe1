"""The shared environment: complete or made anew, linked in one step, never over something of the user's."""

import subprocess
from pathlib import Path

import pytest

from cli import venv


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with requirements, and a cache of its own."""
    monkeypatch.setenv("OBSERVATORY_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in venv.REQUIREMENTS:
        (folder / name).write_text("rich==15.0.0\n")
    return folder


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was installed, in place of really installing it."""
    homes: list[Path] = []

    def install(home: Path, _: Path) -> None:
        homes.append(home)
        home.mkdir(exist_ok=True)
        (home / venv.MARKER).touch()

    monkeypatch.setattr(venv, "install", install)
    return homes


def test_a_second_clone_installs_nothing(clone: Path, tmp_path: Path, installed: list[Path]) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in venv.REQUIREMENTS:
        (other / name).write_bytes((clone / name).read_bytes())
    assert venv.ensure(clone) == venv.ensure(other)
    assert len(installed) == 1
    assert (other / ".venv").readlink() == installed[0]


def test_changed_requirements_get_an_environment_of_their_own(clone: Path, installed: list[Path]) -> None:
    first = venv.ensure(clone)
    (clone / "requirements.txt").write_text("rich==14.0.0\n")
    assert venv.ensure(clone) != first
    assert (clone / ".venv").readlink() == installed[1]


def test_an_interrupted_installation_is_made_anew(clone: Path, installed: list[Path]) -> None:
    home = venv.cache() / f"venv-{venv.key(clone)}"
    home.mkdir(parents=True)
    (home / "half").touch()
    venv.ensure(clone)
    assert installed == [home]


def test_a_folder_of_the_user_s_own_stays(clone: Path, installed: list[Path]) -> None:
    (clone / ".venv").mkdir()
    with pytest.raises(SystemExit, match="folder of your own"):
        venv.ensure(clone)
    assert (clone / ".venv").is_dir()
    assert installed


def test_an_old_python_ends_with_status_3(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(venv.sys, "version_info", (3, 10, 0))
    assert venv.main() == 3
    assert "too old" in capsys.readouterr().err


def test_a_failed_installation_ends_with_status_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def ensure(_: Path) -> Path:
        raise subprocess.CalledProcessError(7, ["pip"])

    monkeypatch.setattr(venv, "ensure", ensure)
    assert venv.main() == 1
    assert "make venv" in capsys.readouterr().err


def test_every_requirement_is_pinned_by_hash_and_no_index_is_named(root: Path) -> None:
    for name in venv.REQUIREMENTS:
        text = (root / name).read_text()
        assert "://" not in text, name
        assert "index-url" not in text, name
        pins = [line for line in text.splitlines() if "==" in line]
        assert pins
        assert text.count("--hash=sha256:") >= len(pins), name

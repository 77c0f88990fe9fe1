"""Committed files that are made from others are what their sources say."""

from pathlib import Path

import pytest

from cli import generated


def test_every_generated_file_is_fresh() -> None:
    assert generated.stale() == [], "run: make schema"


def test_a_stale_file_is_found_and_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def text() -> str:
        return "new"

    path = tmp_path / "made"
    path.write_text("old")
    monkeypatch.setattr(generated, "FILES", {path: text})
    assert generated.stale() == [path]
    assert generated.write() == [path]
    assert path.read_text() == "new"
    assert generated.stale() == []

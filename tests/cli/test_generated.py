"""Committed files that are made from others are what their sources say."""

from pathlib import Path

from cli import generated


def test_every_generated_file_is_fresh() -> None:
    assert list(generated.stale()) == [], "run: make generate"


def test_nothing_is_left_for_people_to_write() -> None:
    assert generated.complaints() == []


def test_a_stale_file_is_found_and_written(tmp_path: Path) -> None:
    def source() -> dict[Path, str]:
        return {path: "new", missing: "made"}

    path, missing = tmp_path / "made", tmp_path / "folder" / "missing"
    path.write_text("old")
    assert list(generated.stale([source])) == [path, missing]
    assert generated.write([source]) == [path, missing]
    assert path.read_text() == "new"
    assert missing.read_text() == "made"
    assert generated.stale([source]) == {}

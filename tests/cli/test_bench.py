"""The benchmark compares what it says it compares."""

from pathlib import Path

from cli import bench


def test_files_that_differ_or_are_missing_on_either_side_are_named(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        (folder / "a").mkdir(parents=True)
        (folder / "a" / "same").write_text("x")
        (folder / "changed").write_text(folder.name)
    (first / "a" / "gone").touch()
    (second / "new").touch()
    assert bench.differences(first, second) == ["a/gone", "changed", "new"]


def test_the_machine_is_told_with_its_load() -> None:
    line = bench.machine()
    assert "Python 3" in line
    assert "load" in line

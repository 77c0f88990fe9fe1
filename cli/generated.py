"""The files of the repository that are made from others: one table, so that `make schema` writes and `make check` compares all."""

from collections.abc import Callable
from pathlib import Path

from cli.arguments import ROOT


def _stack_schema() -> str:
    from stacks.schema import schema_text

    return schema_text()


FILES: dict[Path, Callable[[], str]] = {
    ROOT / "stacks" / "settings.schema.json": _stack_schema,
}


def stale() -> list[Path]:
    """The files that are not what their sources say, in the table's order."""
    return [path for path, text in FILES.items() if not path.exists() or path.read_text(encoding="utf-8") != text()]


def write() -> list[Path]:
    """Writes the stale ones and returns them."""
    outdated = stale()
    for path in outdated:
        path.write_text(FILES[path](), encoding="utf-8")
    return outdated

"""The guides as their readers use them: fenced blocks with what stands right before them, and the commands of shell blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
GUIDES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
ACCOUNT = "needs an account"
_COMMENT = re.compile(r"\s*<!--\s*(.*?)\s*-->\s*", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: Path
    line: int
    language: str
    text: str
    marker: str
    """The HTML comment right before it, "" where there is none."""

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return f"{self.page.relative_to(ROOT) if self.page.is_relative_to(ROOT) else self.page.name}:{self.line}"

    @property
    def commands(self) -> list[str]:
        """One for each line, without what a shell takes for a comment; lines that end in a backslash go on."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [bare for line in lines if (bare := re.sub(r"(^|\s)#(\s.*|$)", "", line).strip())]


def blocks(page: Path, text: str | None = None) -> Iterator[Block]:
    """Every fenced block of a page, also those in lists."""
    marker = ""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8") if text is None else text):
        if token.type == "fence":
            yield Block(page, (token.map or [0])[0] + 1, token.info.split(" ")[0], token.content, marker)
        comment = _COMMENT.fullmatch(token.content) if token.type == "html_block" else None
        marker = comment[1] if comment else ""


def shell(page: Path, text: str | None = None) -> list[Block]:
    """The blocks that a person is told to type."""
    return [block for block in blocks(page, text) if block.language == "sh"]


def files(page: Path) -> dict[str, str]:
    """Files that a page tells to save, by path: the block after `<!-- file: PATH -->`."""
    return {block.marker.removeprefix("file: "): block.text for block in blocks(page) if block.marker.startswith("file: ")}


def named(page: Path, marker: str) -> str:
    """The one block that stands after this comment."""
    (found,) = (block.text for block in blocks(page) if block.marker == marker)
    return found

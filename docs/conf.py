"""How Sphinx makes a site of the guides: `make site`. Nothing is fetched, and every warning is an error."""  # noqa: INP001 - Sphinx runs it, nobody imports it

import re
from collections.abc import Callable
from typing import Any, Protocol


class Sphinx(Protocol):
    """What is used of Sphinx' application."""

    def connect(self, event: str, callback: Callable[..., None]) -> int:
        """Has a function called."""
        ...


project = "Observatory"
html_title = "Observatory"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["decisions/0000-template.md"]
suppress_warnings = ["misc.highlighting_failure"]  # Pygments knows neither Mermaid nor the colons of recording rules
html_theme = "furo"
html_copy_source = False
html_show_sphinx = False
pygments_style, pygments_dark_style = "default", "monokai"

myst_heading_anchors = 4  # those that GitHub gives headings, so that one link works in both places

_ANCHOR = re.compile(r'^<a id="([\w-]+)"></a>$', re.MULTILINE)


def _read(_app: Sphinx, name: str, source: list[str]) -> None:
    """Anchors that GitHub needs as HTML become targets, and marks of blocks visible.

    Runbooks stay out of the sidebar: two hundred names on each page serve nobody.
    """
    source[0] = _ANCHOR.sub(r"(\1)=", source[0]).replace("<!-- needs an account -->\n", "*Needs an account or a real cluster:*\n\n")
    if name.startswith("runbooks/"):
        source[0] = f"---\norphan: true\n---\n{source[0]}"


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx asks a configuration for."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

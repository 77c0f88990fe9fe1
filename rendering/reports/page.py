"""A report as one HTML file that needs nothing else: the Markdown's text with its plots inside, for light and dark screens and print."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from rendering.reports.document import Report

_CSS = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --grid: #c9d1d9; --band: #f6f8fa }
@media (prefers-color-scheme: dark) {
  :root { --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --grid: #3d444d; --band: #151b23 }
}
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 1rem }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--grid) }
h1 + p { color: var(--soft) }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .94rem }
th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: baseline }
thead th { color: var(--soft); font-weight: 600; font-size: .85rem }
tbody th { font-weight: 500; white-space: nowrap }
tbody tr:nth-child(even) { background: var(--band) }
th.number, td.number { text-align: right }
figure { margin: 1.5rem 0 }
figure svg { width: 100%; height: auto }
figcaption { color: var(--soft); font-size: .85rem }
code { background: var(--band); padding: .1em .3em; border-radius: .3em }
@media print { body { max-width: none; padding: 0 } h2 { break-after: avoid } figure, tr { break-inside: avoid } }
"""


class _Page(RendererHTML):
    """Tables in a box that scrolls, the first cell of a row as its head, plots where images are named."""

    def table_open(self, _tokens: Sequence[Token], _at: int, _options: object, _env: object) -> str:
        return '<div class="wide" tabindex="0" role="region" aria-label="table">\n<table>\n'

    def table_close(self, _tokens: Sequence[Token], _at: int, _options: object, _env: object) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
        return f'<th scope="col"{_aligned(tokens[at])}>'

    def td_open(self, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
        return f'<th scope="row"{_aligned(tokens[at])}>' if tokens[at - 1].type == "tr_open" else f"<td{_aligned(tokens[at])}>"

    def td_close(self, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
        opened = next(number for number in range(at, -1, -1) if tokens[number].type == "td_open")
        return "</th>\n" if tokens[opened - 1].type == "tr_open" else "</td>\n"


def page(found: Report) -> str:
    """The file."""
    reader = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Page).enable("table")
    reader.add_render_rule("image", _plot(found.plots))
    body = str(reader.render(found.markdown)).replace("<p><figure>", "<figure>").replace("</figure></p>", "</figure>")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(found.title)}</title>\n<style>{_CSS}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _plot(plots: Mapping[str, str]) -> Any:  # noqa: ANN401  markdown-it binds it to its renderer
    def figure(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: object, _env: object) -> str:
        name = str(tokens[at].attrs["src"]).removesuffix(".svg")
        return f"<figure>{plots[name]}<figcaption>{escape(tokens[at].content.replace(chr(92), ''))}</figcaption></figure>"

    return figure


def _aligned(token: Token) -> str:
    return ' class="number"' if "right" in str(token.attrs.get("style", "")) else ""

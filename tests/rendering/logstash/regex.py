r"""Ruby's regular expressions: by Oniguruma, of which Joni, the engine in Logstash, is the Java port.

Oniguruma gives a match up with an error after ten million steps back; Joni does not, so a test that meets the error has found a line
that would hold a pipeline up.
"""

import re
from functools import cache

import onigurumacffi

from catalog.grok import PATTERNS
from rendering.logstash.formats import OWN
from tests.rendering.kinds import Json

_GROUP = re.compile(r"\(\?<([A-Za-z_]\w*)>")
_GROK = re.compile(r"%\{(\w+)(?::([\w.@\[\]]+))?(?::(\w+))?\}")
_REPLACEMENT = re.compile(r"\\(?:k<(\w+)>|(\d)|(\\))")


@cache
def compiled(pattern: str) -> tuple[Json, tuple[str, ...]]:
    """The pattern and its groups' names, in order; where there are none, groups are known by their numbers."""
    return onigurumacffi.compile(pattern), tuple(_GROUP.findall(pattern))


def groups(pattern: str, text: str) -> dict[str, str] | None:
    """What named groups caught; None where nothing fits."""
    expression, names = compiled(pattern)
    found = expression.search(text)
    if found is None:
        return None
    data = text.encode()
    return {
        name: data[found._begs[number] : found._ends[number]].decode() for number, name in enumerate(names, 1) if found._begs[number] >= 0
    }


def matches(pattern: str, text: str) -> bool:
    return compiled(pattern)[0].search(text) is not None


def gsub(text: str, pattern: str, replacement: str) -> str:
    r"""Ruby's `String#gsub`, with `\k<name>` and `\1`."""
    expression, names = compiled(pattern)
    data, parts, at = text.encode(), list[bytes](), 0
    place = 0
    while (found := _from(expression, text, data, place)) is not None:
        begin, end = found._begs[0], found._ends[0]
        assert end > begin, f"{pattern} fits nothing at all"

        def caught(match: re.Match[str], found: Json = found) -> str:
            if match[3]:
                return "\\"
            number = int(match[2]) if match[2] else names.index(match[1]) + 1
            return data[found._begs[number] : found._ends[number]].decode() if found._begs[number] >= 0 else ""

        parts += [data[at:begin], _REPLACEMENT.sub(caught, replacement).encode()]
        at = place = end
    return b"".join([*parts, data[at:]]).decode() if parts else text


def _from(expression: Json, text: str, data: bytes, place: int) -> Json:
    return expression.search(text, len(data[:place].decode()))


def grok(expression: str, definitions: dict[str, str]) -> tuple[str, list[tuple[str, str | None]]]:
    """An expression with its patterns put in, and the fields that its groups `g1`, `g2`… fill."""
    fields: list[tuple[str, str | None]] = []

    def put(match: re.Match[str]) -> str:
        name, target, kind = match.groups()
        assert name in definitions, f"%{{{name}}} is not defined in the filter itself; known are {sorted(definitions)}"
        if target is None:
            return f"(?:{definitions[name]})"
        fields.append((target, kind))
        return f"(?<g{len(fields)}>{definitions[name]})"

    while _GROK.search(expression):
        expression = _GROK.sub(put, expression)
    return expression, fields


KNOWN = PATTERNS | OWN

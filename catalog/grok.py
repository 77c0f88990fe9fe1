r"""The grok patterns that expressions may name, and whether an expression can work: what a pipeline runs is what was judged here.

Logstash ships a library of its own, which differs from version to version and by a setting; none of it is used. Names are its
names where the meaning is the same, definitions are ours: each reads a text of n characters in a number of steps that grows as n,
by character classes that do not overlap with what follows, or by groups that give nothing back (`(?>`).
"""

import re

PATTERNS: dict[str, str] = {
    "WORD": r"\w+",
    "NOTSPACE": r"\S+",
    "SPACE": r"\s*",
    "DATA": r".*?",
    "GREEDYDATA": r".*",
    "REST": r"(?m:.*)\z",
    "INT": r"[+-]?\d{1,19}",
    "POSINT": r"\d{1,19}",
    "NUMBER": r"[+-]?\d{1,19}(?:\.\d{1,19})?",
    "HEX": r"[0-9A-Fa-f]+",
    "UUID": r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    "QUOTEDSTRING": r'"(?>(?:[^"\\]|\\.)*)"',
    "IPV4": r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}",
    "IPV6": r"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}",
    "IP": r"(?:%{IPV4}|%{IPV6})",
    "HOSTNAME": r"[0-9A-Za-z_](?:[0-9A-Za-z_.-]{0,252})",
    "IPORHOST": r"(?:%{IP}|%{HOSTNAME})",
    "USERNAME": r"[0-9A-Za-z._@-]{1,256}",
    "PATH": r"/[^\s?]*",
    "URIPATHPARAM": r"/\S*",
    "TIMESTAMP_ISO8601": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?",
    "HTTPDATE": r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}",
    "SYSLOGTIMESTAMP": r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d",
    "LOGLEVEL": (
        r"(?i:trace|verbose|silly|debug|info(?:rmation(?:al)?)?|notice|http|warn(?:ing)?|err(?:or)?|crit(?:ical)?|severe|alert"
        r"|emerg(?:ency)?|panic|fatal)"
    ),
    "LOGGER": r"[\w.$:/<>-]{1,256}",
}  # fmt: skip
"""Each name's regular expression, in the vocabulary of Ruby's engine, which Logstash runs."""

_REFERENCE = re.compile(r"%\{(?P<name>\w+)(?::(?P<field>[\w.@\[\]-]+))?(?::(?P<kind>\w+))?\}")
_ANY_REFERENCE = re.compile(r"%\{[^}]*\}?")
_FIELD = re.compile(r"[A-Za-z_]\w*|(?:\[@?[A-Za-z_]\w*\])+")
_KINDS = (None, "int", "float")
_LONGEST = 2_000
# A group that may repeat without end and holds what may: the engine could try every way of sharing a text between the two.
_NESTED = re.compile(r"\((?!\?>)(?:\?:)?[^()|]*(?:[+*]|,\})[^()|]*\)(?:[+*]|\{\d+,\})")


def fault(expression: str) -> str | None:
    """Why an expression cannot be used, as a sentence; None where it can."""
    if len(expression) > _LONGEST:
        return f"it has {len(expression)} characters, and {_LONGEST} are the most"
    for found in _ANY_REFERENCE.finditer(expression):
        if (reason := _of_reference(found.group())) is not None:
            return reason
    if _NESTED.search(expression):
        return "it repeats without end what already repeats without end, as (a+)+ does; one hostile line would hold the pipeline up"
    try:
        re.compile(python(expand(expression)))
    except re.error as error:
        return f"it does not compile: {error}"
    return None


def _of_reference(text: str) -> str | None:
    found = _REFERENCE.fullmatch(text)
    if found is None:
        return f"{text} is no reference; write %{{NAME}}, %{{NAME:field}} or %{{NAME:field:int}}"
    name, field, kind = found.group("name", "field", "kind")
    if name not in PATTERNS:
        return f"%{{{name}}} is no pattern; known are {', '.join(sorted(PATTERNS))}"
    if field is not None and _FIELD.fullmatch(field) is None:
        return f"{field} is no field; write name or [outer][inner]"
    if kind not in _KINDS:
        return f"{kind} is no type of a field; write int or float"
    return None


def used(expressions: tuple[str, ...], known: dict[str, str]) -> dict[str, str]:
    """The definitions that expressions need, those that definitions need among them."""
    found: dict[str, str] = {}
    waiting = list(expressions)
    while waiting:
        for reference in _REFERENCE.finditer(waiting.pop()):
            name = reference.group("name")
            if name not in found:
                found[name] = known[name]
                waiting.append(known[name])
    return dict(sorted(found.items()))


def expand(expression: str) -> str:
    """An expression with every reference replaced; fields are forgotten."""
    while _REFERENCE.search(expression):
        expression = _REFERENCE.sub(lambda found: f"(?:{PATTERNS[found.group('name')]})", expression)
    return expression


def python(pattern: str) -> str:
    """Ruby's pattern as Python writes it; `(?m:` is Ruby's word for a dot that takes line breaks too."""
    pattern = pattern.replace("(?m:", "(?s:").replace(r"\z", r"\Z").replace(r"\h", "[0-9A-Fa-f]")
    return re.sub(r"\(\?<(?![=!])", "(?P<", pattern)

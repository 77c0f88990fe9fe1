"""Datadog's metric queries by their grammar: what is read, grouped and called, not how the text looks.

The language is that of docs.datadoghq.com/dashboards/functions and docs.datadoghq.com/metrics/advanced-filtering; Datadog publishes no
grammar of it, so this one takes what those pages show and refuses the rest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<read>(?:avg|sum|min|max|count|p\d{2,3}(?:\.\d+)?)(?:\(v:\s*v\s*(?:<=|>=|<|>)\s*[\d.]+\))?:[A-Za-z][\w.]*\{[^{}]*\})
    |(?P<by>by\s*\{[^{}]*\})
    |(?P<method>\.(?:as_count|as_rate|rollup|fill|weighted)\((?:[^()]*)\))
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<string>'[^']*')
    |(?P<name>[a-z_][a-z0-9_]*)
    |(?P<sign>[-+*/(),=])
    )""",
    re.VERBOSE,
)
_READ = re.compile(r"(?P<aggregator>[a-z]+[\d.]*)(?:\([^()]*\))?:(?P<metric>[\w.]+)\{(?P<scope>[^{}]*)\}")


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True)
class Read:
    """One metric, aggregated over what its scope selects."""

    aggregator: str
    metric: str
    scope: str
    by: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """A function of one or more expressions."""

    function: str
    arguments: tuple["Node", ...]
    texts: tuple[str, ...] = ()
    """Arguments in quotes, those with names among them."""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    """Two expressions and a sign between them."""

    sign: str
    left: "Node"
    right: "Node"


Node = Number | Read | Call | Operation


def parse(text: str) -> Node:
    """A query's expression; ValueError says what it does not understand and where."""
    parser = _Parser(text)
    found = parser.expression()
    parser.end()
    return found


def reads(node: Node) -> Iterator[Read]:
    """Every metric that is read."""
    match node:
        case Read():
            yield node
        case Call(arguments=arguments):
            for argument in arguments:
                yield from reads(argument)
        case Operation(left=left, right=right):
            yield from reads(left)
            yield from reads(right)
        case Number():
            pass


def calls(node: Node) -> Iterator[Call]:
    """Every function that is called."""
    match node:
        case Call(arguments=arguments):
            yield node
            for argument in arguments:
                yield from calls(argument)
        case Operation(left=left, right=right):
            yield from calls(left)
            yield from calls(right)
        case Number() | Read():
            pass


class _Parser:
    """Recursive descent over the tokens of one query."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def _next(self) -> tuple[str, str]:
        """The next token's kind and text, without taking it; an empty kind at the end."""
        match = _TOKEN.match(self._text, self._at)
        if match is None or match.lastgroup is None:
            if self._text[self._at :].strip():
                raise ValueError(f"{self._text[self._at :].strip()[:40]!r} is nothing that the query language has")
            return "", ""
        return match.lastgroup, match[match.lastgroup]

    def _take(self) -> str:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match.lastgroup is None:
            raise ValueError("the query ends too early")
        self._at = match.end()
        return match[match.lastgroup]

    def _sign(self, *signs: str) -> str | None:
        kind, text = self._next()
        return self._take() if kind == "sign" and text in signs else None

    def _expect(self, sign: str) -> None:
        if self._sign(sign) is None:
            raise ValueError(f"{sign!r} is missing before {self._text[self._at :].strip()[:40]!r}")

    def end(self) -> None:
        kind, text = self._next()
        if kind:
            raise ValueError(f"{text!r} stands where the query should end")

    def expression(self) -> Node:
        found = self._term()
        while sign := self._sign("+", "-"):
            found = Operation(sign, found, self._term())
        return found

    def _term(self) -> Node:
        found = self._factor()
        while sign := self._sign("*", "/"):
            found = Operation(sign, found, self._factor())
        return found

    def _factor(self) -> Node:
        kind, text = self._next()
        if self._sign("-"):
            return Operation("-", Number(0), self._factor())
        if self._sign("("):
            inner = self.expression()
            self._expect(")")
            return inner
        if kind == "number":
            return Number(float(self._take()))
        if kind == "read":
            return self._read()
        if kind == "name":
            return self._call(self._take())
        raise ValueError(f"{text!r} is no metric, number or function" if text else "the query ends too early")

    def _read(self) -> Read:
        match = _READ.fullmatch(self._take())
        if match is None:
            raise ValueError("no aggregation of a metric")
        by: tuple[str, ...] = ()
        methods: list[str] = []
        while (kind := self._next()[0]) in ("by", "method"):
            text = self._take()
            if kind == "by":
                by = tuple(tag.strip() for tag in text[text.index("{") + 1 : -1].split(",") if tag.strip())
            else:
                methods.append(text[1:].partition("(")[0])
        return Read(match["aggregator"], match["metric"], match["scope"], by, tuple(methods))

    def _call(self, function: str) -> Call:
        self._expect("(")
        arguments: list[Node] = []
        texts: list[str] = []
        names: list[str] = []
        while self._sign(")") is None:
            if arguments or texts:
                self._expect(",")
            kind, text = self._next()
            after = _TOKEN.match(self._text, self._at + len(self._text[self._at :]) - len(self._text[self._at :].lstrip()) + len(text))
            if kind == "name" and after is not None and after["sign"] == "=":
                names.append(self._take())
                self._expect("=")
                kind, text = self._next()
            if kind == "string":
                texts.append(self._take()[1:-1])
            else:
                arguments.append(self.expression())
        return Call(function, tuple(arguments), tuple(texts), tuple(names))

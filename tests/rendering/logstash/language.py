"""Logstash's pipeline language as values: a strict parser after its grammar (lscl_grammar.treetop in elastic/logstash)."""

import re
from dataclasses import dataclass

from tests.rendering.kinds import Json


class SyntaxFault(Exception):  # noqa: N818 - a fault of a file, told with its place
    """The text is no pipeline."""


@dataclass(frozen=True)
class Plugin:
    name: str
    options: dict[str, Json]


@dataclass(frozen=True)
class Choice:
    branches: list[tuple[Json, list[Json]]]
    """Condition (None: else) and steps."""


@dataclass(frozen=True)
class Field:
    path: tuple[str, ...]


@dataclass(frozen=True)
class Pattern:
    text: str


@dataclass(frozen=True)
class Operation:
    name: str
    operands: tuple[Json, ...]


_BLANK = re.compile(r"(?:\s+|#[^\n]*(?:\n|\Z))*")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?")
_DOUBLE = re.compile(r'"((?:\\"|[^"])*)"', re.DOTALL)
_SINGLE = re.compile(r"'((?:\\'|[^'])*)'", re.DOTALL)
_SELECTOR = re.compile(r"(?:\[[^\],]+\])+")
_REGEXP = re.compile(r"/((?:\\/|[^/])*)/")
_COMPARISONS = ("==", "!=", "<=", ">=", "<", ">", "=~", "!~")


def field(text: str) -> Field:
    """A reference, `[outer][inner]` or a plain name."""
    if text.startswith("["):
        return Field(tuple(re.findall(r"\[([^\[\]]+)\]", text)))
    return Field((text,))


def parse(text: str) -> dict[str, list[Json]]:
    """Sections by their names."""
    return _Parser(text).sections()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def sections(self) -> dict[str, list[Json]]:
        found: dict[str, list[Json]] = {}
        self.blank()
        while self.at < len(self.text):
            name = self.expect(_NAME)
            if name not in ("input", "filter", "output"):
                raise self.fault(f"{name} is no section")
            found.setdefault(name, []).extend(self.block())
            self.blank()
        return found

    def block(self) -> list[Json]:
        self.word("{")
        steps: list[Json] = []
        while not self.ahead("}"):
            steps.append(self.choice() if re.compile(r"if\b").match(self.text, self.at) else self.plugin())
        self.word("}")
        return steps

    def choice(self) -> Choice:
        branches: list[tuple[Json, list[Json]]] = []
        self.word("if")
        branches.append((self.condition(), self.block()))
        while self.ahead("else"):
            self.word("else")
            if self.ahead("if"):
                self.word("if")
                branches.append((self.condition(), self.block()))
            else:
                branches.append((None, self.block()))
                break
        return Choice(branches)

    def plugin(self) -> Plugin:
        name = self.expect(_NAME)
        self.word("{")
        options: dict[str, Json] = {}
        while not self.ahead("}"):
            key = self.string() if self.text[self.at] in "\"'" else self.expect(_KEY)
            self.word("=>")
            if key in options:
                raise self.fault(f"{key} is set twice")
            options[key] = self.value()
        self.word("}")
        return Plugin(name, options)

    def value(self) -> Json:
        self.blank()
        start = self.text[self.at : self.at + 1]
        if start in ("'", '"') and start:
            return self.string()
        if start == "[":
            return self.array()
        if start == "{":
            return self.hash()
        if (number := _NUMBER.match(self.text, self.at)) is not None:
            self.at = number.end()
            return float(number[0]) if "." in number[0] else int(number[0])
        word = self.expect(_BARE)
        self.blank()
        if self.ahead("{"):
            self.at -= 0
            return self.plugin_after(word)
        return {"true": True, "false": False}.get(word, word)

    def plugin_after(self, name: str) -> Plugin:
        self.text = self.text[: self.at] + name + " " + self.text[self.at :]
        return self.plugin()

    def array(self) -> list[Json]:
        self.word("[")
        found: list[Json] = []
        while not self.ahead("]"):
            found.append(self.value())
            if not self.ahead("]"):
                self.word(",")
        self.word("]")
        return found

    def hash(self) -> dict[str, Json]:
        self.word("{")
        found: dict[str, Json] = {}
        while not self.ahead("}"):
            key = self.string() if self.text[self.at] in "\"'" else self.expect(_BARE)
            self.word("=>")
            found[key] = self.value()
        self.word("}")
        return found

    def string(self) -> str:
        self.blank()
        for pattern in (_DOUBLE, _SINGLE):
            if (found := pattern.match(self.text, self.at)) is not None:
                self.at = found.end()
                return found[1]
        raise self.fault("a string without end")

    def condition(self) -> Json:
        left = self.expression()
        operators: list[str] = []
        operands = [left]
        while (word := self.operator()) is not None:
            operators.append(word)
            operands.append(self.expression())
        if len(set(operators)) > 1:
            raise self.fault("and, or mixed without parentheses: their order is not written down anywhere")
        return Operation(operators[0], tuple(operands)) if operators else left

    def operator(self) -> str | None:
        self.blank()
        found = re.compile(r"(and|or|nand|xor)\b").match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[1]

    def expression(self) -> Json:
        if self.ahead("("):
            self.word("(")
            inner = self.condition()
            self.word(")")
            return inner
        if self.ahead("!") and not self.ahead("!=") and not self.ahead("!~"):
            self.word("!")
            if self.ahead("("):
                self.word("(")
                inner = self.condition()
                self.word(")")
                return Operation("not", (inner,))
            return Operation("not", (self.selector(),))
        left = self.operand()
        for sign in _COMPARISONS:
            if self.ahead(sign):
                self.word(sign)
                return Operation(sign, (left, self.pattern() if sign.endswith("~") else self.operand()))
        for word in ("not in", "in"):
            if self.ahead(word + " ") or self.ahead(word + "["):
                self.word(word)
                return Operation(word, (left, self.operand()))
        return left

    def pattern(self) -> Json:
        self.blank()
        if (found := _REGEXP.match(self.text, self.at)) is not None:
            self.at = found.end()
            return Pattern(found[1])
        return Pattern(self.string())

    def operand(self) -> Json:
        self.blank()
        if self.text[self.at : self.at + 1] in ("'", '"'):
            return self.string()
        if (number := _NUMBER.match(self.text, self.at)) is not None:
            self.at = number.end()
            return float(number[0]) if "." in number[0] else int(number[0])
        if re.compile(r"\[\s*[\"'0-9-]").match(self.text, self.at):
            return self.array()
        return self.selector()

    def selector(self) -> Field:
        return field(self.expect(_SELECTOR))

    def blank(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def ahead(self, word: str) -> bool:
        self.blank()
        if self.at >= len(self.text):
            raise self.fault("it ends too early")
        return self.text.startswith(word, self.at)

    def word(self, word: str) -> None:
        if not self.ahead(word):
            raise self.fault(f"{word} is missing")
        self.at += len(word)

    def expect(self, pattern: re.Pattern[str]) -> str:
        self.blank()
        found = pattern.match(self.text, self.at)
        if found is None:
            raise self.fault(f"{pattern.pattern} is missing")
        self.at = found.end()
        return found[0]

    def fault(self, reason: str) -> SyntaxFault:
        line = self.text.count("\n", 0, self.at) + 1
        return SyntaxFault(f"line {line}: {reason} before {self.text[self.at : self.at + 40]!r}")

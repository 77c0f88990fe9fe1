"""Rules with one thing wrong: each threshold, operator, duration, selector and window of an alert and of what it reads, in turn."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.units import duration_text, seconds
from tests.alerts.slices import Rule, nameless

_TEXT = r'"(?:[^"\\]|\\.)*"'
_SELECTOR = re.compile(rf"(?P<metric>[a-zA-Z_][\w:]*)?\{{(?:[^{{}}\"]|{_TEXT})*\}}")
_MATCHER = re.compile(rf"(?P<label>\w+)(?:=~|!~|!=|=)(?P<value>{_TEXT}),?")
_WINDOW = re.compile(r"(?<=\[)(?P<range>\w+)(?=\])|(?<=offset )(?P<offset>\w+)")
_COMPARISON = re.compile(r"==|!=|>=|<=|>|<")
_TURNED = {"==": "!=", "!=": "==", ">": "<", "<": ">", ">=": "<=", "<=": ">="}
_JOINED = re.compile(r"\b(?:and|or|unless)\b|(?<= )[-*/](?= )")
_OTHERWISE = {"and": "unless", "or": "unless", "unless": "and", "-": "+", "*": "+", "/": "*"}
_NUMBER = re.compile(r"(?<![\w:.\[])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w:.\]])")
_BESIDE = re.compile(r"(==|!=|>=|<=|>|<)\s*(?:bool\s+)?$")
_AT_ONCE = 120
"""What `for` becomes where it was nothing, in seconds."""


@dataclass(frozen=True)
class Mutant:
    """One change to one rule."""

    kind: str
    """`threshold`, `operator`, `duration`, `selector` or `window`."""
    changed: int
    """Which of the rules it is."""
    rule: Rule
    """As it is now."""
    change: str
    """What was done, where: `up{application} dropped`, `> 0.05 -> 0.055`."""
    form: str
    """The same for the same change to a rule that differs by its subject's names alone; thresholds aside, by its levels as well."""

    @property
    def title(self) -> str:
        """As a list of survivors calls it."""
        name = self.rule.get("record") or "alert"
        return f"{self.kind} of {name}: {self.change}"


@dataclass(frozen=True)
class _Edit:
    kind: str
    start: int
    end: int
    text: str
    change: str


def mutants(rules: tuple[Rule, ...]) -> list[Mutant]:
    """Every mutant of every rule, each once."""
    return [mutant for number, rule in enumerate(rules) for mutant in (*_of_expression(number, rule), *_of_hold(number, rule))]


def _of_expression(number: int, rule: Rule) -> Iterator[Mutant]:
    expression = " ".join(rule["expr"].split())
    for ordinal, edit in enumerate((*_selectors(expression), *_outside(_blanked(expression), expression))):
        text = expression[: edit.start] + edit.text + expression[edit.end :]
        form = nameless(expression) if edit.kind == "threshold" else _levelless(nameless(expression))
        yield Mutant(edit.kind, number, rule | {"expr": text}, edit.change, f"{rule.get('record')} {form} {ordinal}")


def _of_hold(number: int, rule: Rule) -> Iterator[Mutant]:
    if "for" in rule:
        hold = seconds(rule["for"])
        for other in (hold / 2, hold * 2) if hold else (_AT_ONCE,):
            change = f"for {rule['for']} -> {duration_text(other)}"
            form = f"{_levelless(nameless(rule['expr']))} {change}"
            yield Mutant("duration", number, rule | {"for": duration_text(other)}, change, form)


def _selectors(expression: str) -> Iterator[_Edit]:
    """Each matcher dropped, and asking for a value that nothing has. The ordinal tells selectors of one metric apart."""
    seen: dict[str, int] = {}
    for selector in _SELECTOR.finditer(expression):
        metric = selector["metric"] or "*"
        seen[metric] = seen.get(metric, 0) + 1
        place = f"{metric}#{seen[metric]}"
        whole = selector.group()
        for matcher in _MATCHER.finditer(whole):
            rest = (whole[: matcher.start()] + whole[matcher.end() :]).replace(",}", "}")
            end = selector.start() + len(whole)
            if metric != "*" or rest != "{}":
                yield _Edit("selector", selector.start() + len(selector["metric"] or ""), end, rest[len(selector["metric"] or "") :],
                            f"{place}{{{matcher['label']}}} dropped")  # fmt: skip
            at = selector.start() + matcher.start("value")
            yield _Edit("selector", at, at + len(matcher["value"]), '"mutant"', f"{place}{{{matcher['label']}}} asks for another value")


def _blanked(expression: str) -> str:
    """The same with selectors and strings blanked out, so that what is found in it is PromQL's own."""
    without = _SELECTOR.sub(lambda found: (found["metric"] or "") + "\0" * (len(found.group()) - len(found["metric"] or "")), expression)
    return re.sub(_TEXT, lambda found: "\0" * len(found.group()), without)


def _levelless(expression: str) -> str:
    """The same without the numbers that it compares with or multiplies by, so that a form is tried at one level."""
    parts, start = list[str](), 0
    for found in _NUMBER.finditer(_blanked(expression)):
        parts.append(expression[start : found.start()])
        start = found.end()
    return "#".join([*parts, expression[start:]])


def _outside(blanked: str, expression: str) -> Iterator[_Edit]:
    for found in _WINDOW.finditer(blanked):
        for factor in (0.5, 2):
            other = duration_text(seconds(found.group()) * factor)
            what = "offset " if found["offset"] else ""
            yield _Edit("window", found.start(), found.end(), other, f"{_around(expression, found)}: {what}{found.group()} -> {other}")
    for pattern, other_of in ((_COMPARISON, _TURNED), (_JOINED, _OTHERWISE)):
        for found in pattern.finditer(blanked):
            other = other_of[found.group()]
            yield _Edit("operator", found.start(), found.end(), other, f"{_around(expression, found)}: {found.group()} -> {other}")
    for found in _NUMBER.finditer(blanked):
        for other in _numbers(found.group(), blanked[: found.start()]):
            yield _Edit("threshold", found.start(), found.end(), other, f"{_around(expression, found)}: {found.group()} -> {other}")


def _numbers(text: str, before: str) -> tuple[str, ...]:
    """A tenth less and more; of a state, which is 0 or 1, the next whole numbers."""
    value, beside = float(text), _BESIDE.search(before)
    if value == 0:
        return ("1",)
    if value == 1 and beside and beside.group(1) != ">":
        return ("0", "2")
    return (f"{value * 0.9:.12g}", f"{value * 1.1:.12g}")


def _around(expression: str, found: re.Match[str]) -> str:
    """A few characters before a change, so that a person finds it."""
    return re.sub(r"\{[^{}]*\}?|^[^{}]*\}", "{}", expression[max(0, found.start() - 60) : found.start()])[-40:].strip()

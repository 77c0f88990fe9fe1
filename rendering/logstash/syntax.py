r"""The language of Logstash's pipeline files: sections, plugins and conditions as values, so that nothing is glued together by hand.

A string is written as it is, between quotes that it does not contain: Logstash reads no escapes (`config.support_escapes` is off),
and a backslash reaches the regular expression as it stands. A regular expression may write an apostrophe as `\x27`.
Source: logstash-core/lib/logstash/compiler/lscl/lscl_grammar.treetop in elastic/logstash.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

Value = str | int | float | bool | list["Value"] | dict[str, "Value"]


@dataclass(frozen=True)
class Plugin:
    """One plugin with its options; `codec` may be a plugin too."""

    name: str
    options: dict[str, "Value | Plugin"]


@dataclass(frozen=True)
class Branch:
    """What runs where a condition holds; the last of a choice may have none."""

    condition: str | None
    steps: "tuple[Step, ...]"


@dataclass(frozen=True)
class Choice:
    """`if`, `else if` and `else`: the first branch that holds."""

    branches: tuple[Branch, ...]


Step = Plugin | Choice


def when(condition: str, *steps: Step) -> Choice:
    """Steps that run where a condition holds."""
    return Choice((Branch(condition, steps),))


def choose(*branches: tuple[str | None, Sequence[Step]]) -> Choice:
    """The first branch that holds; a branch without condition is the last."""
    return Choice(tuple(Branch(condition, tuple(steps)) for condition, steps in branches))


def mutate(**options: "Value") -> Plugin:
    """The filter that most steps are."""
    return Plugin("mutate", dict(options))


def file(heading: str, **sections: Sequence[Step]) -> str:
    """A pipeline's file: a comment of one line, then `input`, `filter` and `output`."""
    lines = [f"# {heading}"]
    for name, steps in sections.items():
        if steps:
            lines += [f"{name} {{", *(line for step in steps for line in _step(step, 1)), "}"]
    return "\n".join([*lines, ""])


def _step(step: Step, depth: int) -> list[str]:
    if isinstance(step, Plugin):
        return _plugin(step, depth)
    indent, lines = "  " * depth, list[str]()
    for number, branch in enumerate(step.branches):
        word = "else" if branch.condition is None else f"{'else ' if number else ''}if {branch.condition}"
        lines += [f"{indent}{word} {{", *(line for inner in branch.steps for line in _step(inner, depth + 1)), f"{indent}}}"]
    return lines


def _plugin(plugin: Plugin, depth: int) -> list[str]:
    indent = "  " * depth
    lines = [f"{indent}{plugin.name} {{"]
    for key, value in plugin.options.items():
        if isinstance(value, Plugin):
            first, *rest = _plugin(value, depth + 1)
            lines += [f"{indent}  {key} => {first.strip()}", *rest]
        else:
            lines.append(f"{indent}  {key} => {_value(value, depth + 1)}")
    return [*lines, f"{indent}}}"]


def _value(value: "Value", depth: int) -> str:
    inner, outer = "  " * (depth + 1), "  " * depth
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return json.dumps(value)
        case str():
            return quoted(value)
        case list():
            entries = [_value(entry, depth + 1) for entry in value]
            if sum(map(len, entries)) < 80 and not any("\n" in entry for entry in entries):  # noqa: PLR2004  what a line shows at once
                return f"[{', '.join(entries)}]"
            return "\n".join(
                ["[", *(f"{inner}{entry}{',' if at < len(entries) else ''}" for at, entry in enumerate(entries, 1)), f"{outer}]"]
            )
        case dict():
            return "\n".join(["{", *(f"{inner}{quoted(key)} => {_value(entry, depth + 1)}" for key, entry in value.items()), f"{outer}}}"])


def quoted(text: str) -> str:
    """A string between the quotes that it does not contain; a ValueError where it contains both."""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    raise ValueError(f"{text!r} has both kinds of quotes; write one as \\x22 or \\x27 in a regular expression")

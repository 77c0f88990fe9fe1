"""One filter for all queries of a dashboard: which environment's series they read, where several share a store."""

import functools
import re

import promql_parser as promql

ENVIRONMENT = 'environment=~"$environment"'
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_SELECTOR = re.compile(r"\{[^{}]*\}")
_NO_NAME = re.compile(r"\[[^\]]*\]|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)|\boffset\s+-?\w+")
"""Where names are labels or durations."""
_NAME_ALONE = re.compile(r"(?<![\w:$.])([A-Za-z_:][\w:]*)(?!\s*[({]|[\w:])")
_WORDS = frozenset({"and", "or", "unless", "atan2", "bool", "inf", "nan", "start", "end"})
"""Words of the language that need no bracket after them."""
_VARIABLES = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "6h"}


@functools.cache
def scoped(expression: str) -> str:
    """The expression with the environment's matcher in each of its selectors; ValueError where names alone make it no PromQL."""
    alone = _alone(expression) if may_name_alone(expression) else set[str]()
    parts: list[str] = []
    position = 0
    for quoted in _QUOTED.finditer(expression):
        parts += [_inserted(expression[position : quoted.start()], alone), quoted[0]]
        position = quoted.end()
    return "".join([*parts, _inserted(expression[position:], alone)])


def may_name_alone(expression: str) -> bool:
    """Whether any name may be a series without a selector: few are, and the grammar takes most of the time of a dashboard to tell."""
    rest = _NO_NAME.sub(" ", _SELECTOR.sub("{}", _QUOTED.sub("", expression)))
    return any(name not in _WORDS for name in _NAME_ALONE.findall(rest))


def _alone(expression: str) -> set[str]:
    """Series that are named without a selector."""
    found = set[str]()

    def visit(node: promql.Expr) -> None:
        selector = node.vector_selector if isinstance(node, promql.MatrixSelector) else node
        if isinstance(selector, promql.VectorSelector) and selector.name is not None and not selector.matchers.matchers:
            found.add(selector.name)

    promql.walk(parsed(expression), pre_visit=visit)
    return found


def parsed(expression: str) -> promql.Expr:
    """The grammar's view of an expression whose windows are dashboard variables; ValueError where it is no PromQL."""
    for name, window in _VARIABLES.items():
        expression = expression.replace(name, window)
    return promql.parse(expression)


def _inserted(text: str, bare: set[str]) -> str:
    """Outside of string literals: after each opening brace, and behind names that have none."""
    text = re.sub(r"\{(\s*)(?=[^\s}])", rf"{{{ENVIRONMENT},", text)
    text = re.sub(r"\{\s*\}", f"{{{ENVIRONMENT}}}", text)
    for name in bare:
        text = re.sub(rf"(?<![\w:]){re.escape(name)}(?![\w:]|\s*[{{(])", f"{name}{{{ENVIRONMENT}}}", text)
    return text

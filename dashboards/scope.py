"""One filter for all queries of a dashboard: which environment's series they read, where several share a store."""

import re

import promql_parser as promql

ENVIRONMENT = 'environment=~"$environment"'
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_VARIABLES = {"$__rate_interval": "5m", "$__interval": "1m", "$__range": "6h"}


def scoped(expression: str) -> str:
    """The expression with the environment's matcher in each of its selectors; ValueError where it is no PromQL."""
    bare = set[str]()

    def visit(node: promql.Expr) -> None:
        selector = node.vector_selector if isinstance(node, promql.MatrixSelector) else node
        if isinstance(selector, promql.VectorSelector) and selector.name is not None and not selector.matchers.matchers:
            bare.add(selector.name)

    promql.walk(parsed(expression), pre_visit=visit)
    parts: list[str] = []
    position = 0
    for quoted in _QUOTED.finditer(expression):
        parts += [_inserted(expression[position : quoted.start()], bare), quoted[0]]
        position = quoted.end()
    return "".join([*parts, _inserted(expression[position:], bare)])


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

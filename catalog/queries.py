"""What a PromQL query reads, and which labels its result carries: by the grammar, not by looking at text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import promql_parser as promql

from catalog.catalog import Subject
from catalog.signal import PrometheusQuery, Signal
from catalog.template import fill

Labels = frozenset[str]
_NAME = "__name__"
_IDENTITY = {kind: f'application="a",{kind}="s"' for kind in ("service", "dependency")}
_ALTERNATIVES = re.compile(r"([\w:]*)\(([\w:|]+)\)([\w:]*)|([\w:|]+)")
_KEEPING = {"topk", "bottomk", "limitk", "limit_ratio"}
_SCALARS = {"time", "scalar", "pi"}
_WITHOUT_LABELS = {"vector", "minute", "hour", "month", "year", "day_of_week", "day_of_month", "day_of_year", "days_in_month"}


@dataclass(frozen=True)
class Read:
    """One selector: the metrics that it may take (more than one where it selects names) and the labels that it matches."""

    metrics: tuple[str, ...]
    labels: Labels


@dataclass(frozen=True)
class Query:
    """One expression of a signal, filled in, and its selectors."""

    expression: promql.Expr
    reads: tuple[Read, ...]

    def labels(self, known: Callable[[str], Labels]) -> Labels | None:
        """The labels of its result, given those of each metric; None for a scalar."""
        return labels(self.expression, known)


def grouping(subject: Subject, signal: Signal) -> tuple[str, ...]:
    """The labels that a signal's alerts fire for one by one, by the names that the subject uses."""
    return tuple(fill(label, label_names(subject)) for label in signal.by)


def label_names(subject: Subject) -> dict[str, str]:
    """The application's own names for labels, by the templates' names for them."""
    return {"status_label": subject.http.status_label, "route_label": subject.http.route_label}


def templates(query: PrometheusQuery) -> tuple[str, ...]:
    """A query's templates; a histogram's are those that its statistics are made of."""
    if query.histogram is None:
        return tuple(text for text in (query.value, query.bad, query.all) if text is not None)
    matchers = f"$sel,{query.matchers}" if query.matchers else "$sel"
    return tuple(f"sum by($by)(rate({query.histogram}_{part}{{{matchers}}}[$w]))" for part in ("bucket", "sum", "count"))


def queries(signal: Signal, query: PrometheusQuery, subject: Subject | None = None) -> tuple[Query, ...]:
    """A signal's queries for a subject, or for nobody in particular; ValueError where one is no PromQL or cannot be judged."""
    names = label_names(subject) if subject is not None else {"status_label": "status_label", "route_label": "route_label"}
    filling = {
        "sel": _IDENTITY[subject.kind if subject is not None else "service"],
        "pods": 'namespace="n",pod=~"p"',
        "ns": 'namespace="n"',
        "w": "5m",
        "by": ",".join(fill(label, names) for label in signal.by),
        "bad": "5..",
        **names,
    }
    return tuple(_parse(fill(template, filling)) for template in templates(query))


@lru_cache(maxsize=4096)
def _parse(text: str) -> Query:
    """Subjects share most queries, which differ only in the labels' names."""
    try:
        expression = promql.parse(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no PromQL: {error}") from error
    return Query(expression, reads(expression))


def reads(expression: promql.Expr) -> tuple[Read, ...]:
    """Every selector of an expression; ValueError where a selector's names cannot be told."""
    found: dict[Read, None] = {}

    def visit(node: promql.Expr) -> None:
        selector = node.vector_selector if isinstance(node, promql.MatrixSelector) else node
        if isinstance(selector, promql.VectorSelector):
            found[Read(_metrics(selector), frozenset(_matched(selector)))] = None

    promql.walk(expression, pre_visit=visit)
    return tuple(found)


def _metrics(selector: promql.VectorSelector) -> tuple[str, ...]:
    if selector.name is not None:
        return (selector.name,)
    named = [matcher for matcher in selector.matchers.matchers if matcher.name == _NAME]
    alternatives = _ALTERNATIVES.fullmatch(named[0].value) if named else None
    if alternatives is None:
        raise ValueError(f'{selector} does not name its metrics; write them out, as {{__name__=~"x_(a|b)_total"}}')
    before, inner, after, plain = alternatives.groups(default="")
    return tuple(f"{before}{part}{after}" for part in (inner or plain).split("|"))


def _matched(selector: promql.VectorSelector) -> list[str]:
    """Labels that must be there: `label=""` matches series that lack it."""
    return [
        matcher.name
        for matcher in selector.matchers.matchers
        if matcher.name != _NAME and not (matcher.op == promql.MatchOp.Equal and not matcher.value)
    ]


def labels(expression: promql.Expr, known: Callable[[str], Labels]) -> Labels | None:
    """The labels of an expression's result, given those of each metric; None for a scalar."""
    match expression:
        case promql.VectorSelector():
            return frozenset[str].intersection(*(known(metric) for metric in _metrics(expression)))
        case promql.MatrixSelector() | promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            return labels(expression.vector_selector if isinstance(expression, promql.MatrixSelector) else expression.expr, known)
        case promql.AggregateExpr():
            return _aggregated(expression, known)
        case promql.BinaryExpr():
            return _combined(expression, known)
        case promql.Call():
            return _called(expression, known)
        case _:
            return None


def _aggregated(expression: promql.AggregateExpr, known: Callable[[str], Labels]) -> Labels:
    inner = labels(expression.expr, known) or frozenset()
    operator, modifier = str(expression.op), expression.modifier
    if operator in _KEEPING:
        return inner
    added = {expression.param.val} if operator == "count_values" and expression.param is not None else set[str]()
    if modifier is None:
        return frozenset(added)
    kept = inner & set(modifier.labels) if modifier.type == promql.AggModifierType.By else inner - set(modifier.labels)
    return kept | added


def _combined(expression: promql.BinaryExpr, known: Callable[[str], Labels]) -> Labels | None:
    left, right = labels(expression.lhs, known), labels(expression.rhs, known)
    if left is None or right is None:
        return right if left is None else left
    operator, modifier = str(expression.op), expression.modifier
    if operator == "or":
        return left & right
    if operator in {"and", "unless"} or modifier is None or modifier.matching is None:
        return left
    if modifier.card != promql.VectorMatchCardinality.OneToOne:
        many = left if modifier.card == promql.VectorMatchCardinality.ManyToOne else right
        return many | set(modifier.group_labels or ())
    matched = set(modifier.matching.labels)
    return left & matched if modifier.matching.type == promql.LabelModifierType.Include else left - matched


def _called(expression: promql.Call, known: Callable[[str], Labels]) -> Labels | None:
    name = expression.func.name
    if name in _SCALARS:
        return None
    if name in _WITHOUT_LABELS:
        return frozenset()
    found = next((inner for inner in (labels(argument, known) for argument in expression.args) if inner is not None), None)
    if name in {"absent", "absent_over_time"}:
        return frozenset(label for read in reads(expression) for label in read.labels)
    if name in {"label_replace", "label_join"}:
        return (found or frozenset()) | {expression.args[1].val}
    return found - {"le"} if found is not None and name == "histogram_quantile" else found

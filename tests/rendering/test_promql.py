"""Templates are filled as their authors meant, and all that comes out is PromQL."""

import promql_parser
import pytest

from rendering import promql
from rendering.documents import Rendered
from tests.rendering.reading import rules


def test_parameters_are_filled_and_a_doubled_dollar_is_one() -> None:
    assert promql.fill("rate(x{$sel}[$w]) $$", {"sel": 'a="b"', "w": "5m"}) == 'rate(x{a="b"}[5m]) $'


def test_an_unknown_parameter_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"uses \$window; there are \$sel, \$w"):
        promql.fill("rate(x{$sel}[$window])", {"sel": "", "w": "5m"})


def test_grouping_by_nothing_besides_another_label_stays_a_list() -> None:
    assert promql.fill("sum by ($by, le) (x)", {"by": ""}) == "sum by (le) (x)"


@pytest.mark.parametrize(
    ("expression", "grouped"),
    [
        ('sum(rate(x{a=~"b|c"}[5m]))', 'sum(rate(x{a=~"b|c"}[5m]))'),
        ("a / b", "(a / b)"),
        ("a or vector(0)", "(a or vector(0))"),
        ("sum by (a) (b)", "(sum by (a) (b))"),
        ("up{a='b'}", "up{a='b'}"),
        ("1-up", "(1-up)"),
    ],
)
def test_an_expression_is_bracketed_where_a_comparison_could_tear_it(expression: str, grouped: str) -> None:
    assert promql.grouped(expression) == grouped


def test_quotes_and_backslashes_in_a_label_value_are_escaped() -> None:
    assert promql.selector({"path": r"\d" + '"'}) == r'path="\\d\""'


@pytest.mark.parametrize(("value", "text"), [(8e9, "8000000000"), (0.05, "0.05"), (1, "1"), (0.1 / 60, "0.0016666666666666668")])
def test_numbers_are_written_as_prometheus_reads_them(value: float, text: str) -> None:
    assert promql.number(value) == text


def test_every_rule_parses(rendered: Rendered) -> None:
    for rule in rules(rendered):
        promql_parser.parse(rule["expr"])


def test_the_parser_refuses_what_is_no_promql() -> None:
    with pytest.raises(ValueError, match="parenthesis"):
        promql_parser.parse("sum by (a (rate(x[5m]))")

"""Every selector of a dashboard's query reads the series of the environment that is chosen, and of no other."""

import promql_parser as promql
import pytest

from dashboards import scope
from dashboards.scope import parsed, scoped
from tests.dashboards.drawn import all_of_them


@pytest.mark.parametrize(
    ("asked", "scoped_to"),
    [
        ("up", 'up{environment=~"$environment"}'),
        ('sum by (job) (rate(a_total{x="y{}"}[5m]))', 'sum by (job) (rate(a_total{environment=~"$environment",x="y{}"}[5m]))'),
        ("a{} / on (pod) b", 'a{environment=~"$environment"} / on (pod) b{environment=~"$environment"}'),
        ("rate(a[$__rate_interval] offset 5m) > bool 1", 'rate(a{environment=~"$environment"}[$__rate_interval] offset 5m) > bool 1'),
    ],
)
def test_a_query_is_narrowed_in_each_selector(asked: str, scoped_to: str) -> None:
    assert scoped(asked) == scoped_to


def test_no_selector_of_any_dashboard_is_left_out() -> None:
    """As the grammar sees it: looking for names alone is a guess that spares most queries the parser."""
    wide: list[str] = []

    def visit(node: promql.Expr) -> None:
        selector = node.vector_selector if isinstance(node, promql.MatrixSelector) else node
        if isinstance(selector, promql.VectorSelector) and "environment" not in {each.name for each in selector.matchers.matchers}:
            wide.append(str(selector.name))

    asked = {query.expression for dashboard in all_of_them().values() for panel in dashboard.panels for query in panel.queries}
    for expression in asked:
        promql.walk(parsed(scoped(expression)), pre_visit=visit)
    assert wide == []
    assert len([expression for expression in asked if not scope.may_name_alone(expression)]) > len(asked) / 2


def test_what_is_no_query_is_refused() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        scoped("rate(a")

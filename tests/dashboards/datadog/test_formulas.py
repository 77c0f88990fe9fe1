"""An expression becomes plain queries and a formula over their names, and reads the same when they are put back."""

import pytest

from catalog.units import Unit
from dashboards.datadog.formulas import asked, most
from dashboards.datadog.units import number_format
from dashboards.model import Query


@pytest.mark.parametrize(
    ("expression", "queries", "formula"),
    [
        ("max:a.b{$env}", ["max:a.b{$env}"], "query1"),
        (
            "sum:a{$env,status:5*} by {x}.as_count() / sum:a{$env} by {x}.as_count()",
            ["sum:a{$env,status:5*} by {x}.as_count()", "sum:a{$env} by {x}.as_count()"],
            "query1 / query2",
        ),
        ("max:a{*} / month_before(max:a{*})", ["max:a{*}"], "query1 / month_before(query1)"),
        ("1 - (avg:a{*} + avg:b{*}) / 100", ["avg:a{*}", "avg:b{*}"], "1 - (query1 + query2) / 100"),
        ("p95:a{*} by {m}", ["p95:a{*} by {m}"], "query1"),
        ("anomalies(avg:a{*}, 'basic', 2)", ["avg:a{*}"], "anomalies(query1, 'basic', 2)"),
        ("top(sum:a{*} by {x}.as_count().rollup(sum, 3600), 10, 'sum', 'desc')", None, "top(query1, 10, 'sum', 'desc')"),
    ],
)
def test_what_is_read_gets_a_name(expression: str, queries: list[str] | None, formula: str) -> None:
    found, formulas = asked((Query(expression),), "timeseries", None)
    assert [each["formula"] for each in formulas] == [formula]
    if queries is not None:
        assert [each["query"] for each in found] == queries


def test_a_query_of_two_formulas_is_asked_once() -> None:
    found, formulas = asked((Query("avg:a{*} / avg:b{*}", "one"), Query("avg:c{*} / avg:b{*}", "two")), "timeseries", None)
    assert [each["name"] for each in found] == ["query1", "query2", "query3"]
    assert formulas == [{"formula": "query1 / query2", "alias": "one"}, {"formula": "query3 / query2", "alias": "two"}]


@pytest.mark.parametrize(
    ("expression", "aggregator"),
    [
        ("sum:a{*}.as_count()", "sum"),
        ("sum:a{*}.as_rate()", "avg"),
        ("p95:a{*}", "percentile"),
        ("max:a{*}", "last"),
    ],
)
def test_one_number_of_many_points_is_what_the_points_add_up_to(expression: str, aggregator: str) -> None:
    found, _ = asked((Query(expression),), "scalar", None)
    assert found[0]["aggregator"] == aggregator


def test_a_list_has_a_limit_of_its_own_instead_of_top() -> None:
    text = "top(sum:a{*} by {x}.as_rate(), 7, 'mean', 'desc')"
    _, formulas = asked((Query(text),), "scalar", None)
    assert (formulas, most(text), most("max:a{*} by {x}")) == ([{"formula": "query1"}], 7, 10)


def test_units_are_datadogs_own_where_it_has_them() -> None:
    assert number_format(Unit.RATIO) == {"unit": {"type": "canonical_unit", "unit_name": "fraction"}}
    assert number_format(Unit.PER_SECOND) == {"unit": {"type": "custom_unit_label", "label": "/s"}}
    assert number_format(Unit.COUNT) is None

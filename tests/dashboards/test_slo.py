"""Objectives: all on one page, one in detail, with the windows that alerts look at."""

from dashboards.grafana import slo_queries as queries
from rendering import slo
from tests.dashboards.drawn import all_of_them, panel, reader

RECORDED = {
    (rule["record"], tuple(sorted(rule["labels"].items())))
    for objective in slo.objectives(reader().catalog, reader().site)
    for group in slo.groups([objective], reader().site)
    for rule in group["rules"]
    if "record" in rule
}


def test_the_overview_has_what_is_promised_attained_and_left_in_one_table() -> None:
    table = panel(all_of_them()["slo-overview"], "Objectives")
    assert [query.legend for query in table.queries] == ["promised", "attained", "budget left"]


def test_every_window_that_is_drawn_is_recorded() -> None:
    names = {name for name, _ in RECORDED}
    assert {f"slo:bad_events:ratio{window}" for window in queries.WINDOWS} <= names


def test_levels_of_a_burn_rate_are_those_that_page() -> None:
    levels = {level.value for level in panel(all_of_them()["slo-detail"], "Burn rates").thresholds}
    assert {pair.factor for pair in slo._PAGE} <= levels


def test_one_objective_is_chosen_step_by_step() -> None:
    variables = all_of_them()["slo-detail"].variables
    assert [variable.name for variable in variables] == ["application", "service", "slo"]
    assert not any(variable.several for variable in variables)
    assert 'service="$service"' in variables[2].query

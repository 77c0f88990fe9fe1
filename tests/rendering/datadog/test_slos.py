"""Objectives that Datadog collects are its own as well, with burn rates as Prometheus has them and none that it refuses."""

import re
from copy import deepcopy
from typing import Any

import pytest

from catalog.catalog import Catalog
from rendering.datadog import check, slos
from rendering.datadog.monitor import MONITOR
from rendering.resource import Ref, Resource, Text, refs
from rendering.site import Site
from tests.rendering.datadog.monitors_as_sent import faults
from tests.rendering.datadog.sites import SITE

INFERENCE = "skillforge.ai-services.inference"


@pytest.fixture(scope="module")
def made(real: Catalog) -> list[Resource]:
    return slos.resources(real, SITE)


def objectives(made: list[Resource]) -> dict[str, dict[str, Any]]:
    return {each.name: each.inputs for each in made if each.kind == slos.OBJECTIVE}


def alerts(made: list[Resource]) -> list[Resource]:
    return [each for each in made if each.kind == MONITOR]


def test_every_objective_of_a_service_that_sends_to_datadog_is_there(made: list[Resource]) -> None:
    services = ("frontend", "backend", "ai-services")
    assert set(objectives(made)) == {*(f"skillforge.{service}.availability" for service in services), INFERENCE}


def test_nothing_is_rendered_where_datadog_is_off(real: Catalog, site: Site) -> None:
    assert not slos.resources(real, site)


def test_datadogs_models_take_all_of_it(made: list[Resource]) -> None:
    assert [fault for resource in made for fault in faults(resource)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"type": "event"},
        {"thresholds": [{"timeframe": "28d", "target": 99.9}]},
        {"timeframe": "28d"},
        {"thresholds": [{"timeframe": "30d", "goal": 99.9}]},
    ],
)
def test_datadogs_models_refuse_a_broken_one(made: list[Resource], change: dict[str, object]) -> None:
    inputs = deepcopy(objectives(made)["skillforge.backend.availability"])
    assert faults(Resource(slos.OBJECTIVE, "broken", inputs | change))


def test_a_target_is_in_per_cent_and_its_warning_between_it_and_perfect(made: list[Resource]) -> None:
    (threshold,) = objectives(made)["skillforge.backend.availability"]["thresholds"]
    assert threshold == {"timeframe": "30d", "target": 99.9, "warning": 99.95}


def test_availability_counts_good_and_all_events_over_no_groups(made: list[Resource]) -> None:
    inputs = objectives(made)["skillforge.backend.availability"]
    good, every = inputs["query"]["numerator"], inputs["query"]["denominator"]
    assert inputs["type"] == "metric"
    assert good.startswith(f"{every} - default_zero(")
    assert " by {" not in good + every


def test_a_latency_is_good_in_slices_whose_percentile_is_quick_enough(made: list[Resource]) -> None:
    inputs = objectives(made)[INFERENCE]
    slices = inputs["sliSpecification"]["timeSlice"]
    (query,) = slices["query"]["queries"]
    assert inputs["type"] == "time_slice"
    assert query["metricQuery"]["query"].startswith("p99:ai_model_inference_duration_seconds{")
    assert (slices["comparator"], slices["threshold"], slices["queryIntervalSeconds"]) == ("<=", 2, 300)


def test_every_pace_can_be_reached_and_its_windows_are_datadogs(real: Catalog) -> None:
    for promise in slos.promises(real, SITE):
        fastest = 1 / (1 - promise.objective.target)
        for pace in slos.PACES:
            long, short = (int(match[1]) * {"h": 60, "m": 1}[match[2]] for match in map(_parts, (pace.long, pace.short)))
            assert pace.factor <= fastest, f"{promise.name} never burns {pace.factor} times too fast"
            assert 60 <= long <= 48 * 60
            assert 5 <= short < long
            assert long == 12 * short


def _parts(window: str) -> re.Match[str]:
    match = re.fullmatch(r"(\d+)([hm])", window)
    assert match
    return match


def test_every_alert_asks_its_own_objective_and_its_threshold_is_the_querys(made: list[Resource]) -> None:
    known = objectives(made)
    for resource in alerts(made):
        query = resource.inputs["query"]
        assert isinstance(query, Text)
        (ref,) = refs(query)
        assert ref == Ref(slos.OBJECTIVE, ref.name)
        assert ref.name in known
        assert str(query).endswith(f" > {resource.inputs['monitorThresholds']['critical']}")


def test_the_slowest_burn_is_an_alert_on_the_budget(made: list[Resource]) -> None:
    asked = [str(each.inputs["query"]) for each in alerts(made) if each.name.startswith(f"{INFERENCE.rpartition('.')[0]}.Inference")]
    assert [query for query in asked if query.startswith("error_budget(")] == [
        f'error_budget("<{INFERENCE}>").over("30d") > 90',
        f'error_budget("<{INFERENCE}>").over("30d") > 100',
    ]


def test_nobody_is_told_of_a_budget_that_prometheus_watches(made: list[Resource]) -> None:
    assert not [each.name for each in alerts(made) if any(tag.startswith(("notifies:", "pages:")) for tag in each.inputs["tags"])]


def test_names_and_tags_pass_our_own_checker(real: Catalog, made: list[Resource]) -> None:
    where = check.sources(real)
    assert [problem for each in made for problem in check.problems(each, where)] == []

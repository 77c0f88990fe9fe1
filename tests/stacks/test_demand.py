"""Sums of what pods ask for, by which quotas are judged."""

import pytest

from components.quantity import cores, prometheus_size, size
from stacks.demand import Demand, by_namespace
from tests.stacks.real import prepared


def test_quantities_are_kubernetes_own() -> None:
    assert (cores("500m"), cores("2")) == (0.5, 2)
    assert size("1Gi") == 2**30
    assert prometheus_size("200Gi") == "200GB"
    with pytest.raises(ValueError, match="as 512Mi or 200Gi"):
        size("200GB")
    with pytest.raises(ValueError, match="as 2 or 500m"):
        cores("two")


def test_demands_add_up() -> None:
    assert Demand(1, 2, 3, 4) + Demand(1, 1, 1, 1).times(2) == Demand(3, 4, 5, 6)


def test_prod_asks_for_its_pair_its_members_and_their_volumes() -> None:
    found = prepared("prod")
    demand = by_namespace(found.plan.documents(), found.plan.context, found.settings.operators)["monitoring"]
    assert demand.storage == 2 * size("250Gi") + 3 * size("1Gi")
    assert demand.memory > 2 * size("16Gi")


def test_a_stateful_set_asks_for_its_pods_and_their_volumes() -> None:
    found = prepared("dev")
    (server,) = (document for document in found.plan.grafana if document["kind"] == "StatefulSet")
    twice = server | {"spec": server["spec"] | {"replicas": 2}}
    demand = by_namespace([twice], found.plan.context, prepared("local").settings.operators)["monitoring"]
    assert demand == Demand(2 * cores("200m"), 2 * size("768Mi"), 2 * size("5Gi"), 2)


def test_what_an_autoscaler_may_want_is_asked_for() -> None:
    found = prepared("prod")
    demand = by_namespace(found.plan.traces.samplers, found.plan.context, prepared("local").settings.operators)["tracing"]
    assert demand == Demand(6 * cores("250m"), 6 * size("1024Mi"), 6 * size("5Gi"), 6)


def test_an_empty_plan_with_simulated_operators_asks_for_nothing() -> None:
    found = prepared("local")
    assert by_namespace([], found.plan.context, found.settings.operators) == {}

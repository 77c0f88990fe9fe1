"""What the catalog means to New Relic: queries that it understands, baselines, a dashboard, a monitor."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from rendering import wording
from rendering.newrelic import alerts, dashboards, everything, nrql
from rendering.newrelic.places import CONDITION, DASHBOARD, MONITOR, POLICY, WORKFLOW, Account, instrumented
from rendering.newrelic.settings import NewRelicContent
from rendering.resource import Ref, Resource
from tests.stacks.real import prepared

SERVICE = "ai-platform-api"


def account(**changes: Any) -> Account:  # noqa: ANN401  any setting
    content = {"account_id": "1234567", "region": "eu", "synthetics": {"locations": ["EU_CENTRAL_1"]}, **changes}
    return Account(NewRelicContent.model_validate(content), prepared("prod").settings.site)


@cache
def rendered() -> tuple[Resource, ...]:
    return everything.resources(prepared("prod").catalog, account())


def of(kind: str, resources: tuple[Resource, ...] | None = None) -> dict[str, dict[str, Any]]:
    return {each.name: each.inputs for each in resources or rendered() if each.kind == kind}


def asked() -> list[str]:
    conditions = [inputs["nrql"]["query"] for inputs in of(CONDITION).values()]
    return [*conditions, *(query for inputs in of(DASHBOARD).values() for query in dashboards.queries(inputs["json"].document))]


def test_every_query_is_one_that_new_relic_understands() -> None:
    assert len(asked()) > 15
    assert {query: nrql.problems(query) for query in asked() if nrql.problems(query)} == {}


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("SELECT average(duration) FROM Transactions WHERE appName = 'x'", "no event type 'Transactions'"),
        ("SELECT average(duraton) FROM Transaction WHERE appName = 'x'", "no attribute 'duraton'"),
        ("SELECT mean(duration) FROM Transaction WHERE appName = 'x'", "no function 'mean'"),
        ("SELECT count(*) WHERE appName = 'x' FROM Transaction", "no query of the form"),
        ("SELECT count(*) FROM Transaction WHERE application = 'x'", "no attribute 'application'"),
        ("SELECT count(*) FROM Transaction WHERE appName = 'x", "a quote is not closed"),
        ("SELECT count(* FROM Transaction WHERE appName = 'x'", "brackets"),
        ("SELECT count(*) FROM Transaction WHERE appName = 'x' FACET kind LIMIT 5", "no attribute 'kind'"),
        ("FROM Transaction", "no query of the form"),
    ],
)
def test_a_wrong_query_is_seen(query: str, complaint: str) -> None:
    assert any(complaint in each for each in nrql.problems(query)), nrql.problems(query)


def test_a_quote_in_a_name_ends_no_text() -> None:
    assert nrql.text("it's") == r"'it\'s'"
    assert nrql.problems(nrql.select("count(*)", "Transaction", f"appName = {nrql.text(chr(39))}")) == []


def test_each_signal_that_the_catalog_asks_about_has_a_baseline_for_as_long_as_its_alert_holds() -> None:
    found = {name.partition(".")[2]: inputs for name, inputs in of(CONDITION).items() if inputs["type"] == "baseline"}
    assert set(found) == {"http-errors", "http-latency", "http-requests", "container-cpu", "container-memory", "error-logs"}
    api = prepared("prod").catalog.applications["ai-platform"].services["api"]
    for inputs in found.values():
        critical = inputs["critical"]
        assert critical["operator"] == "above", "deviations are counted, in either direction"
        assert critical["thresholdDuration"] % inputs["aggregationWindow"] == 0
        assert 120 <= critical["thresholdDuration"] <= 86400
        assert inputs["policyId"] == Ref(POLICY, "ai-platform")
    assert found["http-errors"]["critical"]["thresholdDuration"] == api.alerts["ErrorRatioHigh"].hold
    assert found["http-errors"]["runbookUrl"] == wording.runbook("ErrorRatioHigh", prepared("prod").settings.site)
    assert api.alerts["ErrorRatioHigh"].impact in found["http-errors"]["description"]
    assert found["http-requests"]["baselineDirection"] == "lower_only", "fewer requests are the odd ones"
    assert found["http-errors"]["baselineDirection"] == "upper_only"


def test_what_the_agents_do_not_bring_is_not_asked_for() -> None:
    found = everything.resources(prepared("prod").catalog, account(infrastructure=False, logs=False, synthetics=None))
    assert {name.partition(".")[2] for name in of(CONDITION, found)} == {"http-errors", "http-latency", "http-requests"}
    (dashboard,) = of(DASHBOARD, found).values()
    assert [page["name"] for page in dashboard["json"].document["pages"]] == ["Requests"]
    assert of(MONITOR, found) == {}


def test_owners_are_written_to_about_their_policy_and_nobody_is_called() -> None:
    (flow,) = of(WORKFLOW).values()
    assert flow["issuesFilter"]["predicates"][0]["values"] == [Ref(POLICY, "ai-platform")]
    kinds = {each.inputs["type"] for each in rendered() if each.kind.endswith(("NotificationDestination", "NotificationChannel"))}
    assert kinds == {"EMAIL"}
    (to,) = (each.inputs for each in rendered() if each.kind.endswith("NotificationDestination"))
    assert to["properties"] == [{"key": "email", "value": "ml-platform@example.com"}]


def test_a_dashboards_widgets_fill_a_grid_of_twelve_columns_without_overlapping() -> None:
    (dashboard,) = of(DASHBOARD).values()
    for page in dashboard["json"].document["pages"]:
        cells: set[tuple[int, int]] = set()
        for widget in page["widgets"]:
            place = widget["layout"]
            assert place["column"] + place["width"] - 1 <= 12
            own = {(place["row"] + y, place["column"] + x) for x in range(place["width"]) for y in range(place["height"])}
            assert not own & cells
            cells |= own
            assert widget["rawConfiguration"]["nrqlQueries"][0]["accountIds"] == [1234567]


def test_a_journey_of_an_api_becomes_a_simple_monitor_that_somebody_hears_of() -> None:
    (monitor,) = of(MONITOR).values()
    assert monitor["uri"] == "https://api.ai-platform.example.com/health"
    assert monitor["period"] == "EVERY_5_MINUTES"
    assert monitor["locationsPublics"] == ["EU_CENTRAL_1"]
    condition = of(CONDITION)[f"{SERVICE}.api-health"]
    assert monitor["name"] in condition["nrql"]["query"]
    assert condition["type"] == "static"


def test_what_a_simple_monitor_cannot_do_is_left_out() -> None:
    catalog = prepared("prod").catalog
    skillforge = catalog.applications["skillforge"]
    services = {
        name: service.model_copy(update={"collect": service.collect.model_copy(update={"apm": ("newrelic",)})})
        for name, service in skillforge.services.items()
    }
    carried = replace(catalog, applications={"skillforge": skillforge.model_copy(update={"services": services})})
    journeys = {f"skillforge-{name}.{each}": journey for name, service in services.items() for each, journey in service.journeys.items()}
    made = of(MONITOR, everything.resources(carried, account()))
    assert made
    assert {journeys[name].kind for name in made} == {"api"}
    assert {journey.kind for name, journey in journeys.items() if name not in made} >= {"browser", "mobile"}


def test_only_signals_of_the_catalog_are_asked_for() -> None:
    catalog = prepared("prod").catalog
    (each,) = instrumented(catalog)
    assert set(nrql.signals(each, prepared("prod").settings.site)) <= set(catalog.signals)
    assert set(alerts.watched(each, account())) <= set(catalog.signals)

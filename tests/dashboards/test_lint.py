"""The checker refuses every kind of broken dashboard for its own reason, and finds nothing wrong with ours."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from catalog.loading import load
from dashboards.grafana import lint
from dashboards.grafana.everything import documents
from dashboards.grafana.known import EXTERNAL, Known, known
from dashboards.listing import SITE
from dashboards.scope import parsed
from rendering.rules import rule_groups

HERE = Path(__file__).parent
TARGET = frozenset({"application", "service", "instance", "pod"}) | EXTERNAL
KNOWN = Known(
    series={
        "up": TARGET,
        "http_requests_total": TARGET | {"status", "method"},
        "service:http_errors:bad_ratio5m": frozenset({"application", "service"}) | EXTERNAL,
    },
    planned={"log_events_total": "the collector's agents"},
    recorded={parsed('sum by (service) (rate(http_requests_total{status="500"}[5m]))').prettify(): "service:http_errors:bad_rate5m"},
)
REASONS = {
    "annotation-without-source": "not named by uid",
    "count-that-follows-the-zoom": "counts over a window that follows the zoom",
    "dashboard-without-description": "says what it is and what for",
    "link-to-nowhere": "leads to a dashboard that is not there: shops",
    "long-uid": "it has 45 characters",
    "look-up-of-an-unknown-label": "asks up for the label stage",
    "look-up-without-metric": "looks through all series",
    "many-queries": "sends 31 queries on load",
    "no-description": "says how to read it",
    "no-look-up": "is no look-up",
    "no-promql": "is no PromQL",
    "no-title": "says what it shows",
    "no-uid": "is no uid",
    "no-unit": "have no unit",
    "odd-uid": "is no uid",
    "outside-of-the-grid": "lies outside of the grid's 24 columns",
    "overlap": "lies over panel 3 'Errors'",
    "planned-metric": "which nobody makes yet",
    "recorded-already": "computes what service:http_errors:bad_rate5m has already",
    "row-without-title": "says what it shows",
    "same-panel-id": "2 panels have the id 2",
    "same-panel-id-in-a-row": "2 panels have the id 2",
    "source-by-name": "not named by uid",
    "source-default": "not named by uid",
    "source-of-query-by-name": "not named by uid",
    "source-unknown": "no environment has a data source of this uid",
    "unknown-label": "asks http_requests_total for the label status_code",
    "unknown-metric": "reads http_request_total, which nobody exposes",
    "unknown-variable": "$services is no variable",
    "unknown-variable-in-a-title": "$team is no variable",
    "unnamed-metrics": "is no PromQL that can be judged",
}
"""What the checker must say of each example in `broken/`."""


def example(folder: str, name: str) -> dict[str, Any]:
    return json.loads((HERE / folder / f"{name}.json").read_text())


def test_a_good_dashboard_has_no_fault() -> None:
    assert lint.check([example("good", "shop")], KNOWN) == []


def test_every_broken_example_has_a_reason_to_be_refused_for() -> None:
    assert {file.stem for file in (HERE / "broken").glob("*.json")} == set(REASONS)


@pytest.mark.parametrize("name", sorted(REASONS))
def test_a_broken_dashboard_is_refused_for_what_is_broken_alone(name: str) -> None:
    faults = lint.check([example("broken", name)], KNOWN)
    assert any(REASONS[name] in fault.reason for fault in faults), faults
    others = [fault for fault in faults if REASONS[name] not in fault.reason]
    assert {fault.reason for fault in others} <= {"leads to a dashboard that is not there: shop"}, others


def test_two_dashboards_of_one_uid_are_refused_by_both_names() -> None:
    first = example("good", "shop")
    second = copy.deepcopy(first) | {"title": "Till"}
    (fault,) = lint.check([first, second], KNOWN)
    assert fault.reason == "2 dashboards have this uid: Shop, Till"


def test_a_dashboard_that_is_too_long_is_refused() -> None:
    large = example("good", "shop") | {"description": "x" * lint.MOST_BYTES}
    (fault,) = lint.check([large], KNOWN)
    assert "512 KiB" in fault.reason


def test_panels_in_a_closed_row_ask_nothing_on_load() -> None:
    document = example("good", "shop")
    shown = lint.queries_on_load(document)
    document["panels"][0]["panels"] = [{"id": 9, "targets": [{"expr": "up"}]}]
    assert lint.queries_on_load(document) == shown


def test_none_of_our_dashboards_has_a_fault(root: Path) -> None:
    catalog = load(root)
    groups = rule_groups(catalog, SITE)
    faults = lint.check(list(documents(catalog, SITE, groups).values()), known(catalog, groups))
    assert faults == [], "\n".join(map(str, faults))


def test_a_catalog_without_a_metric_makes_the_dashboards_that_read_it_faulty(root: Path) -> None:
    catalog = load(root)
    groups = rule_groups(catalog, SITE)
    found = list(documents(catalog, SITE, groups).values())
    all_known = known(catalog, groups)
    fewer = Known({name: has for name, has in all_known.series.items() if name != "node_load1"}, all_known.planned, all_known.recorded)
    faults = lint.check(found, fewer)
    assert faults
    assert {fault.reason for fault in faults} == {"reads node_load1, which nobody exposes and no rule records"}

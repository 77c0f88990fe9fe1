"""Every dashboard is what Datadog's own models take; payloads with a mistake are told apart from them."""

import copy
from collections.abc import Callable

import pytest
from datadog_api_client.v1.model.dashboard import Dashboard

from tests.dashboards.datadog.drawn import Json, documents
from tests.rendering.datadog.walk import complaints

UID, GROUP = "security-skillforge", "Access anomalies"
"""A group with a graph and a list, so that one mistake is looked for among few widgets."""


def _first(document: Json, kind: str) -> Json:
    return next(
        each["definition"]
        for group in document["widgets"]
        for each in group["definition"].get("widgets", [])
        if each["definition"]["type"] == kind
    )


def _change(name: str, kind: str, **changes: object) -> object:
    def changed(document: Json) -> None:
        _first(document, kind).update(changes)

    return pytest.param(changed, id=name)


def _request(name: str, kind: str, **changes: object) -> object:
    def changed(document: Json) -> None:
        _first(document, kind)["requests"][0].update(changes)

    return pytest.param(changed, id=name)


def _top(name: str, **changes: object) -> object:
    def changed(document: Json) -> None:
        document.update(changes)

    return pytest.param(changed, id=name)


BROKEN = [
    _top("a layout that is none", layout_type="orderly"),
    _top("a reflow that is none", reflow_type="fluid"),
    _top("six tags", tags=[f"team:{number}" for number in range(6)]),
    _top("an unknown key", template_variable=[]),
    _top("a variable as text", template_variables=["env"]),
    _top("a time without a unit", default_timeframe={"type": "live", "value": 4}),
    _change("a widget of no kind", "timeseries", type="graph"),
    _change("an unknown key in a widget", "timeseries", markings=[]),
    _change("a legend that is none", "timeseries", legend_columns=["mean"]),
    _request("a display that is none", "timeseries", display_type="curve"),
    _request("a query of no source", "timeseries", queries=[{"data_source": "metric", "name": "query1", "query": "avg:a{*}"}]),
    _request("an unknown key in a request", "timeseries", aggregation="avg"),
    _request("an empty list of colours", "toplist", conditional_formats=[]),
    _request("a palette that is none", "toplist", conditional_formats=[{"comparator": ">", "value": 1.0, "palette": "crimson"}]),
    _request("an order that is none", "toplist", sort={"count": 10, "order_by": [{"type": "formula", "index": 0, "order": "down"}]}),
]


@pytest.mark.parametrize("uid", sorted(documents()))
def test_datadogs_own_models_take_every_dashboard(uid: str) -> None:
    assert complaints(Dashboard, documents()[uid]) == []


@pytest.mark.parametrize("breaking", BROKEN)
def test_a_broken_dashboard_is_told(breaking: Callable[[Json], None]) -> None:
    document = copy.deepcopy(documents()[UID])
    document["widgets"] = [group for group in document["widgets"] if group["definition"].get("title") == GROUP]
    assert complaints(Dashboard, document) == []
    breaking(document)
    assert complaints(Dashboard, document)

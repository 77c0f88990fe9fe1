"""Every query of every dashboard, asked of a real Prometheus that holds the sample data: no errors, and data where data should be."""

import copy
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from dashboards.grafana.lint_panels import panels, variables
from tests.dashboards.asking import Chosen, View
from tests.dashboards.drawing.page import draw
from tests.dashboards.sample.environment import Environment, answering, environment
from tests.dashboards.sample.moments import NOW
from tests.dashboards.sample.store import QueryError, Store

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def shown() -> Environment:
    return environment()


@pytest.fixture(scope="module")
def store(shown: Environment, tmp_path_factory: pytest.TempPathFactory) -> Generator[Store]:
    with answering(shown, tmp_path_factory.mktemp("sample")) as found:
        yield found


def examined(store: Store, view: View, chosen: Chosen) -> tuple[list[str], set[int]]:
    """What Prometheus refuses, and the numbers of the panels that got no data at all."""
    refused: list[str] = []
    silent: dict[int, bool] = {}
    for panel, target in view.queries():
        try:
            answered = bool(view.ask(store, target, chosen))
        except QueryError as error:
            refused.append(f"{view.document['uid']}: {panel['title']}: {error}: {view.text(target, chosen)}")
            answered = True
        silent[panel["id"]] = silent.get(panel["id"], True) and not answered
    return refused, {number for number, is_silent in silent.items() if is_silent}


def drawn(view: View) -> list[dict[str, Any]]:
    """The panels of a document, in the order of its dashboard's."""
    return [panel for panel in panels(view.document) if panel["type"] != "row"]


def test_every_query_is_answered_and_every_panel_shows_data(shown: Environment, store: Store) -> None:
    asked, refused, blank = 0, list[str](), list[str]()
    for dashboard in shown.dashboards:
        view = shown.views[dashboard.uid]
        errors, silent = examined(store, view, view.opened(store))
        refused += errors
        asked += len(list(view.queries()))
        for document, panel in zip(drawn(view), dashboard.panels, strict=True):
            if document["id"] in silent and panel.empty is None:
                blank.append(f"{dashboard.uid}: {panel.title}")
    assert asked > 1000
    assert refused == []
    assert blank == [], "mend these, or say by `empty` why they may be so"


def test_every_query_is_answered_for_the_first_value_of_each_variable(shown: Environment, store: Store) -> None:
    refused = [line for view in shown.views.values() for line in examined(store, view, view.narrowed(store))[0]]
    assert refused == []


def test_every_variable_offers_something(shown: Environment, store: Store) -> None:
    nothing = [
        f"{uid}: {each['name']}"
        for uid, view in shown.views.items()
        for each in variables(view.document)
        if not view.offered(store, each, view.opened(store).values)
    ]
    assert nothing == []


def test_a_panel_without_data_and_a_refused_query_are_found(shown: Environment, store: Store) -> None:
    document = copy.deepcopy(next(iter(shown.views.values())).document)
    asking = [panel for panel in document["panels"] if panel.get("targets")]
    for target in asking[0]["targets"]:
        target["expr"] = 'up{application="nobody"}'
    asking[1]["targets"][0]["expr"] = "sum(rate(up))"
    asking[1]["targets"] = asking[1]["targets"][:1]
    view = View(document)
    refused, silent = examined(store, view, view.opened(store))
    assert asking[0]["id"] in silent
    assert len(refused) == 1
    assert "expected type range vector" in refused[0]


def test_no_scraped_counter_stands_still(shown: Environment, store: Store) -> None:
    for metric in ("http_requests_total", "ai_requests_total", "aiplatform_requests_total", "code_executions_total"):
        (answer,) = store.at(f"sum(rate({metric}[5m]))", NOW)
        assert float(answer["value"][1]) > 0, metric
    assert shown.rules


def test_alerts_of_the_incident_have_fired(store: Store) -> None:
    answer = store.at('count(count_over_time(ALERTS{alertstate="firing",service="llm-router"}[6h]))', NOW)
    assert float(answer[0]["value"][1]) >= 1


def test_a_picture_is_the_same_each_time(shown: Environment, store: Store, tmp_path: Path) -> None:
    uid = min(shown.views, key=lambda name: len(shown.views[name].document["panels"]))
    first, second = tmp_path / "first.png", tmp_path / "second.png"
    for file in (first, second):
        draw(store, shown.views[uid], {}, file)
    assert first.read_bytes() == second.read_bytes()
    assert first.stat().st_size > 3000

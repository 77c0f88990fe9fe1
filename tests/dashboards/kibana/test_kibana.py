"""Kibana's objects: each has Kibana's form, refers to what is there, asks for fields that records have, and shows what owners asked for."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from pydantic import ValidationError

from catalog.catalog import Catalog
from catalog.loading import load
from dashboards.kibana.everything import objects, requests
from dashboards.kibana.objects import WIDTH, SavedObject
from dashboards.kibana.scope import Scope, scopes
from rendering.elastic.fields import DEAD_LETTER, FLAT
from rendering.site import Site
from tests.conftest import ROOT
from tests.dashboards.kibana.forms import Import

SITE = Site("test", "eu-central-1", "test-1", "https://example.com/runbooks/")
FIELDS = FLAT | DEAD_LETTER


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(ROOT)


@pytest.fixture(scope="module")
def spaces(catalog: Catalog) -> dict[str, list[SavedObject]]:
    return {scope.space: objects(scope) for scope in scopes(catalog, SITE)}


def columns(found: list[SavedObject]) -> Iterator[dict[str, Any]]:
    for panel in panels(found):
        if panel["type"] == "lens":
            for layer in panel["embeddableConfig"]["attributes"]["state"]["datasourceStates"]["formBased"]["layers"].values():
                yield from layer["columns"].values()


def panels(found: list[SavedObject]) -> Iterator[dict[str, Any]]:
    for each in found:
        if each["type"] == "dashboard":
            yield from json.loads(each["attributes"]["panelsJSON"])


def queries(value: object) -> Iterator[str]:
    """Every query in KQL, wherever it stands; parts that are kept as text are read as well."""
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        if found.get("language") == "kuery":
            yield found["query"]
        for part in found.values():
            yield from queries(part)
    elif isinstance(value, list):
        for part in cast("list[Any]", value):
            yield from queries(part)
    elif isinstance(value, str) and value.startswith(("{", "[")):
        yield from queries(json.loads(value))


def test_every_object_has_the_form_that_kibana_knows(spaces: dict[str, list[SavedObject]]) -> None:
    for found in spaces.values():
        Import.model_validate({"objects": found})


def test_every_space_has_the_four_dashboards_and_the_views_that_owners_asked_for(spaces: dict[str, list[SavedObject]]) -> None:
    for space, found in spaces.items():
        prefix = f"observatory-{'all' if space == 'default' else space}-"
        have = {(each["type"], each["id"].removeprefix(prefix)) for each in found}
        assert {("dashboard", name) for name in ("errors", "api-access", "performance", "alerts")} <= have
        assert {("index-pattern", name) for name in ("logs", "errors", "metrics", "events")} <= have


def test_the_errors_dashboard_filters_what_is_of_high_severity(spaces: dict[str, list[SavedObject]]) -> None:
    for found in spaces.values():
        (errors,) = (each for each in found if each["type"] == "dashboard" and each["id"].endswith("-errors"))
        source = json.loads(errors["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
        assert source["query"] == {"query": "severity:high", "language": "kuery"}


def test_ids_are_never_shared_between_spaces(spaces: dict[str, list[SavedObject]]) -> None:
    ids = [(each["type"], each["id"]) for found in spaces.values() for each in found]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_to_an_object_of_the_same_space_that_was_imported_before(spaces: dict[str, list[SavedObject]]) -> None:
    for found in spaces.values():
        there: set[tuple[str, str]] = set()
        for each in found:
            assert {(part["type"], part["id"]) for part in each["references"]} <= there, each["id"]
            there.add((each["type"], each["id"]))


def test_a_dashboard_lists_every_reference_of_its_panels(spaces: dict[str, list[SavedObject]]) -> None:
    for found in spaces.values():
        for each in (each for each in found if each["type"] == "dashboard"):
            listed = {(part["name"], part["id"]) for part in each["references"]}
            for panel in json.loads(each["attributes"]["panelsJSON"]):
                index = panel["panelIndex"]
                if panel["type"] == "search":
                    assert [name for name, _ in listed if name == f"{index}:{panel['panelRefName']}"], panel["title"]
                for part in panel["embeddableConfig"].get("attributes", {}).get("references", []):
                    assert (f"{index}:{part['name']}", part["id"]) in listed, panel["title"]


def test_panels_do_not_overlap_and_stay_on_the_grid(spaces: dict[str, list[SavedObject]]) -> None:
    for found in spaces.values():
        for each in (each for each in found if each["type"] == "dashboard"):
            taken: set[tuple[int, int]] = set()
            for panel in json.loads(each["attributes"]["panelsJSON"]):
                grid = panel["gridData"]
                cells = {(x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"])}
                assert not cells & taken, panel["title"]
                assert grid["x"] + grid["w"] <= WIDTH, panel["title"]
                taken |= cells


def test_charts_ask_for_fields_that_records_have_and_of_a_fitting_kind(spaces: dict[str, list[SavedObject]]) -> None:
    for found in spaces.values():
        for column in columns(found):
            field: str = column.get("sourceField", "___records___")
            if field == "___records___":
                continue
            kind = FIELDS[field]["type"]
            match column["operationType"]:
                case "average" | "percentile":
                    assert kind in {"long", "double"}, field
                case "terms":
                    assert kind in {"keyword", "ip"}, field
                    assert column["dataType"] == ("ip" if kind == "ip" else "string"), field
                case "date_histogram":
                    assert kind == "date", field
                case _:
                    assert kind != "match_only_text", field


def test_lists_show_fields_that_records_have(spaces: dict[str, list[SavedObject]]) -> None:
    for found in spaces.values():
        for each in (each for each in found if each["type"] == "search"):
            assert set(each["attributes"]["columns"]) <= FIELDS.keys(), each["id"]


def test_queries_ask_for_fields_that_records_have(spaces: dict[str, list[SavedObject]]) -> None:
    asked = {name for found in spaces.values() for query in queries(found) for name in re.findall(r"([\w.@]+)\s*(?::|>=|<)", query)}
    assert asked
    assert asked <= FIELDS.keys()


def test_views_read_the_streams_that_the_settings_make(catalog: Catalog) -> None:
    by_space = {scope.space: scope for scope in scopes(catalog, SITE)}
    assert by_space["ai-platform"].patterns["errors"] == "aiplatform-errors-test"
    assert by_space["universal-ai-tools"].patterns["logs"] == "universal-ai-tools-logs-test,universal-ai-tools-logs"
    assert "dead-letters" not in by_space["skillforge"].patterns
    assert by_space["default"].patterns["dead-letters"] == "dead-letters-test"


def test_each_space_is_one_import_that_overwrites(catalog: Catalog) -> None:
    found = requests(catalog, SITE)
    assert [each.path for each in found][:2] == [
        "/api/saved_objects/_import?overwrite=true",
        "/s/ai-platform/api/saved_objects/_import?overwrite=true",
    ]
    assert len(found) == 1 + len(catalog.applications)


def _change(page: SavedObject, change: Callable[[list[dict[str, Any]]], None]) -> SavedObject:
    changed = copy.deepcopy(page)
    parts = json.loads(changed["attributes"]["panelsJSON"])
    change(parts)
    changed["attributes"]["panelsJSON"] = json.dumps(parts)
    return changed


def _state(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return parts[0]["embeddableConfig"]["attributes"]["state"]


def _column(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return _state(parts)["datasourceStates"]["formBased"]["layers"]["layer"]["columns"]["m0"]


BROKEN: dict[str, Callable[[list[dict[str, Any]]], object]] = {
    "a kind of chart": lambda parts: parts[0]["embeddableConfig"]["attributes"].update(visualizationType="lnsGuage"),
    "an operation": lambda parts: _column(parts).update(operationType="avrage"),
    "a key of a column": lambda parts: _column(parts).update(sourcefield="message"),
    "a column that is drawn": lambda parts: _state(parts)["visualization"].update(metricAccessor="m7"),
    "a layer without its data view": lambda parts: parts[0]["embeddableConfig"]["attributes"].update(references=[]),
    "an order that lacks a column": lambda parts: _state(parts)["datasourceStates"]["formBased"]["layers"]["layer"].update(columnOrder=[]),
    "a panel beyond the grid": lambda parts: parts[0]["gridData"].update(w=60),
    "a kind of panel": lambda parts: parts[0].update(type="lense"),
    "a language of queries": lambda parts: _state(parts)["query"].update(language="sql"),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_an_object_with_one_fault_is_refused(change: Callable[[list[dict[str, Any]]], None], spaces: dict[str, list[SavedObject]]) -> None:
    page = next(each for each in spaces["skillforge"] if each["type"] == "dashboard")
    Import.model_validate({"objects": [_change(page, lambda _: None)]})
    with pytest.raises(ValidationError):
        Import.model_validate({"objects": [_change(page, change)]})


def test_attributes_that_kibana_keeps_as_text_are_text(spaces: dict[str, list[SavedObject]]) -> None:
    page = copy.deepcopy(next(each for each in spaces["skillforge"] if each["type"] == "dashboard"))
    page["attributes"]["panelsJSON"] = json.loads(page["attributes"]["panelsJSON"])
    with pytest.raises(ValidationError, match="Kibana keeps this as text"):
        Import.model_validate({"objects": [page]})


def test_a_scope_names_its_objects_after_its_space() -> None:
    assert Scope("skillforge", "Skillforge", {}).id("errors") == "observatory-skillforge-errors"
    assert Scope("default", "all applications", {}).id("errors") == "observatory-all-errors"

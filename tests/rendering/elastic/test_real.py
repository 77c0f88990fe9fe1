"""Templates and records in a real Elasticsearch: what our documents make of records, good and bad."""

import copy
import time
from collections.abc import Generator
from typing import Any

import pytest

from catalog.catalog import Catalog
from local import maven
from rendering.elastic import setup
from rendering.elastic.fields import FLAT, mappings
from rendering.elastic.request import Request
from rendering.elastic.templates import SETTINGS
from tests.rendering.elastic.real import Node, running
from tests.rendering.elastic.samples import lone, of, tiers

pytestmark = [
    pytest.mark.tools,
    pytest.mark.skipif(
        not maven.there(), reason="no mvn on PATH, by which a real Elasticsearch is fetched; the specification judges alone"
    ),
]
PART = f"component template {SETTINGS}"
FIRST = "universal-ai-tools-logs-direct-000001"
NOW = "2026-11-21T10:00:00.000Z"
STREAM = "skillforge-logs-test"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Generator[Node]:
    with running(tmp_path_factory.mktemp("elasticsearch")) as node:
        yield node


@pytest.fixture(scope="module")
def node(empty: Node, real: Catalog) -> Node:
    """With our templates and first indices; with one copy, since there is one node."""
    for request in _known(empty, lone().requests(real)):
        status, answer = empty.call(request.method, request.path, request.document)
        assert status == 200, (request.name, answer)
    # Its compression needs a library that Maven Central lacks; everything else is as it was taken.
    settings = copy.deepcopy(of(lone().requests(real), PART))
    del settings["template"]["settings"]["index"]["codec"]
    assert empty.call("PUT", f"/_component_template/{SETTINGS}", settings)[0] == 200
    assert empty.call("DELETE", f"/{FIRST}")[0] == 200
    assert empty.call("PUT", f"/{FIRST}", of(lone().requests(real), "alias universal-ai-tools-logs"))[0] == 200
    return empty


def _known(node: Node, requests: list[Request]) -> list[Request]:
    return [each for each in requests if each.system == "elasticsearch" and each.document is not None and node.knows(each.path)]


def add(node: Node, stream: str, name: str, record: dict[str, Any]) -> tuple[int, Any]:
    return node.call("PUT", f"/{stream}/_create/{name}?refresh=true", record)


def found(node: Node, stream: str, name: str) -> dict[str, Any]:
    _, answer = node.call("POST", f"/{stream}/_search", {"query": {"ids": {"values": [name]}}, "fields": ["*"]})
    return answer["hits"]["hits"][0]


def test_every_template_and_index_is_taken_as_it_is(node: Node, real: Catalog) -> None:
    asked = {each.path.split("/")[1] for each in _known(node, lone().requests(real))}
    assert {"_component_template", "_index_template", "observatory-setup"} <= asked


def test_templates_of_an_environment_with_tiers_are_taken_as_well(node: Node, real: Catalog) -> None:
    templates = [each for each in _known(node, tiers().requests(real)) if each.path.startswith("/_")]
    (kept,) = node.call("GET", f"/_component_template/{SETTINGS}")[1]["component_templates"]
    for request in templates:
        status, answer = node.call("PUT", request.path, request.document)
        assert status == 200, (request.name, answer)
    _, simulated = node.call("POST", f"/_index_template/_simulate_index/{STREAM}")
    index = simulated["template"]["settings"]["index"]
    assert (index["number_of_shards"], index["number_of_replicas"], index["refresh_interval"]) == ("3", "2", "30s")
    assert index["lifecycle"] == {"name": "observatory-keep-14d"}
    assert node.call("PUT", f"/_component_template/{SETTINGS}", {"template": kept["component_template"]["template"]})[0] == 200


def test_a_record_becomes_a_data_stream_and_is_found_by_its_fields(node: Node) -> None:
    record = {
        "@timestamp": NOW,
        "message": "hello",
        "log": {"level": "info"},
        "service": {"name": "backend"},
        "trace_id": "abc",
        "duration_ms": 12.5,
    }
    assert add(node, STREAM, "plain", record)[0] == 201
    fields = found(node, STREAM, "plain")
    assert fields["_index"].startswith(f".ds-{STREAM}-")
    assert fields["fields"]["trace.id"] == ["abc"]
    _, counted = node.call(
        "POST", f"/{STREAM}/_search", {"size": 0, "aggs": {"p": {"percentiles": {"field": "duration_ms", "percents": [95]}}}}
    )
    assert counted["aggregations"]["p"]["values"]["95.0"] == 12.5


def test_the_same_id_is_taken_once(node: Node) -> None:
    record = {"@timestamp": NOW, "message": "once"}
    assert [add(node, STREAM, "twice", record)[0] for _ in range(2)] == [201, 409]


def test_a_value_of_the_wrong_kind_is_left_out_and_the_record_is_kept(node: Node) -> None:
    record = {"@timestamp": NOW, "message": "odd", "client": {"ip": "unknown"}, "duration_ms": "soon", "event": {"created": "yesterday"}}
    assert add(node, STREAM, "odd", record)[0] == 201
    hit = found(node, STREAM, "odd")
    assert set(hit["_ignored"]) == {"client.ip", "duration_ms", "event.created"}
    assert hit["_source"]["duration_ms"] == "soon"


def test_a_record_without_a_time_that_can_be_read_is_refused(node: Node) -> None:
    assert add(node, STREAM, "timeless", {"message": "when?"})[0] == 400
    assert add(node, STREAM, "misread", {"@timestamp": "yesterday", "message": "when?"})[0] == 400


def test_a_field_that_is_an_object_here_and_a_text_there_is_refused_outside_of_record_and_kept_within(node: Node) -> None:
    assert add(node, STREAM, "conflict", {"@timestamp": NOW, "user": "ann"})[0] == 400
    assert add(node, STREAM, "object", {"@timestamp": NOW, "record": {"user": {"id": 7}}})[0] == 201
    assert add(node, STREAM, "text", {"@timestamp": NOW, "record": {"user": "ann"}})[0] == 201


def test_fields_without_end_do_not_lose_the_record(node: Node) -> None:
    record = {"@timestamp": NOW, "message": "wide", "labels": {f"key{number}": "value" for number in range(1500)}}
    assert add(node, STREAM, "wide", record)[0] == 201
    assert len(found(node, STREAM, "wide")["_source"]["labels"]) == 1500


def test_what_looks_like_a_date_stays_a_text(node: Node) -> None:
    assert add(node, STREAM, "dated", {"@timestamp": NOW, "labels_of": {"release": "2026-11-21"}})[0] == 201
    assert add(node, STREAM, "undated", {"@timestamp": NOW, "labels_of": {"release": "next"}})[0] == 201


def test_dead_letters_take_what_no_stream_would(node: Node) -> None:
    record = {"@timestamp": NOW, "user": "ann", "event": {"original": "{...", "duration": "soon"}, "error": {"message": "mapping"}}
    assert add(node, "dead-letters-test", "letter", record)[0] == 201
    _, answer = node.call("POST", "/dead-letters-test/_search", {"query": {"match": {"error.message": "mapping"}}})
    assert answer["hits"]["total"]["value"] == 1


def test_direct_writers_may_send_index_as_well_as_create(node: Node) -> None:
    alias = "universal-ai-tools-logs"
    # The pipeline needs processors that this node has not.
    node.call("PUT", f"/{alias}-direct-000001/_settings", {"index": {"final_pipeline": "_none"}})
    assert node.call("POST", f"/{alias}/_doc?refresh=true", {"@timestamp": NOW, "message": "one"})[0] == 201
    assert node.call("PUT", f"/{alias}/_doc/7?refresh=true", {"@timestamp": NOW, "message": "two"})[0] == 201
    assert found(node, alias, "7")["_index"] == f"{alias}-direct-000001"


def test_the_alias_moves_on_when_its_index_rolls_over(node: Node) -> None:
    alias = "universal-ai-tools-logs"
    status, answer = node.call("POST", f"/{alias}/_rollover")
    assert (status, answer["new_index"]) == (200, f"{alias}-direct-000002")
    _, settings = node.call("GET", f"/{alias}-direct-000002/_settings")
    assert settings[f"{alias}-direct-000002"]["settings"]["index"]["final_pipeline"] == "observatory-direct"


def test_a_field_of_the_catalog_is_of_its_kind_in_the_index(node: Node) -> None:
    add(node, STREAM, "kinds", {"@timestamp": NOW})
    _, answer = node.call("GET", f"/{STREAM}/_field_caps?fields=*")
    stands = {"match_only_text": "text", "wildcard": "keyword"}
    for name, mapping in FLAT.items():
        if mapping["type"] != "alias":
            assert stands.get(mapping["type"], mapping["type"]) in answer["fields"][name], name


BROKEN: dict[str, dict[str, Any]] = {
    "a field's kind": {"template": {"mappings": {"properties": {"a": {"type": "keywrd"}}}}},
    "a field's option": {"template": {"mappings": {"properties": {"a": {"type": "keyword", "ignore_abov": 1}}}}},
    "a setting": {"template": {"settings": {"index": {"number_of_shard": 1}}}},
    "a time that may be malformed": {
        "index_patterns": ["broken-*"],
        "data_stream": {},
        "priority": 900,
        "template": {"mappings": mappings() | {"properties": {"@timestamp": {"type": "date", "ignore_malformed": True}}}},
    },
    "a part that is not there": {"index_patterns": ["broken-*"], "composed_of": ["missing"], "priority": 901},
}


@pytest.mark.parametrize("document", BROKEN.values(), ids=BROKEN)
def test_a_document_with_one_fault_is_refused(document: dict[str, Any], node: Node) -> None:
    path = "/_index_template/broken" if "index_patterns" in document else "/_component_template/broken"
    assert node.call("PUT", path, document)[0] == 400


def test_the_setup_program_leaves_alone_what_elasticsearch_spelt_its_own_way(node: Node, real: Catalog) -> None:
    requests = [each.data for each in _known(node, lone().requests(real))]
    for expected in ("changed", "unchanged"):
        client = setup.Client(node.url, "", None, time.monotonic() + 60)
        outcome = setup.Setup({"elasticsearch": client}, lambda _: None).run(requests)
        assert outcome["made"] == 0
        assert outcome[expected] == (
            len(requests) if expected == "unchanged" else len([each for each in requests if each["kind"] == "document"])
        )
    name = f"/_component_template/{SETTINGS}"
    by_hand = copy.deepcopy(of(lone().requests(real), PART))
    by_hand["template"]["settings"]["index"]["refresh_interval"] = "1m"
    node.call("PUT", name, by_hand)
    assert setup.Setup({"elasticsearch": client}, lambda _: None).run(requests)["changed"] == 1
    _, answer = node.call("GET", name)
    assert answer["component_templates"][0]["component_template"]["template"]["settings"]["index"]["refresh_interval"] == "5s"

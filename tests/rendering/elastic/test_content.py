"""What Elasticsearch is handed: ages, shards, fields, roles; each judged as its owners asked for it."""

import re
from typing import Any

import pytest

from catalog.catalog import Catalog
from rendering.elastic import everything, fields
from rendering.elastic.lifecycle import most_shards
from rendering.elastic.request import Request
from rendering.otel.redaction import VALUES
from tests.rendering.elastic.samples import lone, of, tiers

DATASETS = ("logs", "errors", "metrics", "business", "security", "performance")


@pytest.fixture(scope="module")
def found(real: Catalog) -> list[Request]:
    return tiers().requests(real)


def policy(found: list[Request], stream: str) -> dict[str, Any]:
    name = of(found, f"index template {stream}")["template"]["settings"]["index"]["lifecycle"]["name"]
    return of(found, f"lifecycle {name}")["policy"]["phases"]


def test_records_are_hot_then_warm_after_a_week_and_cold_after_a_month(found: list[Request]) -> None:
    phases = policy(found, "aiplatform-errors-test")
    assert {name: phase["min_age"] for name, phase in phases.items()} == {"hot": "0ms", "warm": "7d", "cold": "30d", "delete": "90d"}
    priorities = {name: phase["actions"]["set_priority"] for name, phase in phases.items() if name != "delete"}
    assert priorities == {"hot": {"priority": 100}, "warm": {"priority": 50}, "cold": {"priority": 0}}


def test_an_application_may_keep_its_records_shorter_than_others(found: list[Request]) -> None:
    assert policy(found, "skillforge-logs-test")["delete"]["min_age"] == "14d"
    assert policy(found, "jac-learning-logs-test")["delete"]["min_age"] == "30d"


def test_records_that_are_deleted_before_they_would_move_do_not_move(found: list[Request]) -> None:
    assert list(policy(found, "aiplatform-performance-test")) == ["hot", "delete"]
    assert list(policy(found, "skillforge-logs-test")) == ["hot", "warm", "delete"]


def test_the_same_ages_make_one_policy(found: list[Request]) -> None:
    policies = [request.name for request in found if request.name.startswith("lifecycle observatory")]
    assert policies == [f"lifecycle observatory-keep-{days}d" for days in (5, 14, 30, 90, 365, 400)]


def test_one_node_has_no_warm_or_cold_phase(real: Catalog) -> None:
    for request in lone().requests(real):
        if request.path.startswith("/_ilm"):
            assert list(request.document["policy"]["phases"]) == ["hot", "delete"], request.name


def test_what_is_kept_for_long_is_rolled_over_more_seldom(found: list[Request]) -> None:
    ages = {name: policy(found, f"aiplatform-{name}-test")["hot"]["actions"]["rollover"] for name in ("logs", "security")}
    assert {name: rollover["max_age"] for name, rollover in ages.items()} == {"logs": "1d", "security": "14d"}


def test_every_application_has_a_stream_for_each_kind_of_record(found: list[Request], real: Catalog) -> None:
    streams = {request.name.removeprefix("data stream ") for request in found if request.name.startswith("data stream")}
    prefixes = {"aiplatform", "jac-learning", "platform", "skillforge", "universal-ai-tools"}
    assert streams == {f"{prefix}-{dataset}-test" for prefix in prefixes for dataset in DATASETS} | {"dead-letters-test"}
    assert len(prefixes) == len(real.applications)


def test_indices_have_three_shards_two_copies_and_thirty_seconds_to_refresh(found: list[Request]) -> None:
    index = of(found, "component template observatory-settings")["template"]["settings"]["index"]
    assert (index["number_of_shards"], index["number_of_replicas"], index["refresh_interval"]) == (3, 2, "30s")
    for dataset in ("logs", "errors", "metrics"):
        own = of(found, f"index template aiplatform-{dataset}-test")["template"]["settings"]["index"]
        assert "number_of_shards" not in own


def test_a_template_comes_after_its_parts_and_a_stream_after_its_template(found: list[Request]) -> None:
    order = {request.name: place for place, request in enumerate(found)}
    for request in found:
        if request.path.startswith("/_index_template"):
            assert all(order[f"component template {part}"] < order[request.name] for part in request.document["composed_of"])
        if request.path.startswith("/_data_stream"):
            assert order[f"index template {request.name.removeprefix('data stream ')}"] < order[request.name]
        if request.name.startswith("objects"):
            assert order[f"space {request.name.removeprefix('objects ')}"] < order[request.name]
    assert order["lifecycle jaeger"] < order["index observatory-jaeger-span"]


def test_readers_may_read_their_own_applications_records_and_nothing_else(found: list[Request]) -> None:
    role = of(found, "role skillforge_logs_reader")
    assert role["indices"] == [{"names": ["skillforge-*-test"], "privileges": ["read", "view_index_metadata"]}]
    assert role["applications"] == [{"application": "kibana-.kibana", "privileges": ["space_read"], "resources": ["space:skillforge"]}]
    assert "cluster" not in role


def test_writers_may_add_and_neither_read_nor_delete(found: list[Request]) -> None:
    for name in ("logstash_writer", "universal-ai-tools_logs_writer"):
        (indices,) = of(found, f"role {name}")["indices"]
        assert set(indices["privileges"]) == {"create_doc", "auto_configure", "view_index_metadata"}


def test_direct_writers_have_an_alias_of_their_own_whose_records_are_masked(found: list[Request]) -> None:
    assert of(found, "alias universal-ai-tools-logs") == {"aliases": {"universal-ai-tools-logs": {"is_write_index": True}}}
    template = of(found, "index template universal-ai-tools-logs-direct")
    assert template["index_patterns"] == ["universal-ai-tools-logs-direct-*"]
    assert template["template"]["settings"]["index"]["final_pipeline"] == "observatory-direct"
    masked = {step["gsub"]["pattern"] for step in of(found, "pipeline observatory-direct")["processors"] if "gsub" in step}
    assert set(VALUES.values()) <= masked


CANARIES = {
    "AKIAIOSFODNN7EXAMPLE": "key AKIAIOSFODNN7EXAMPLE used",
    "hunter22": "POST /login?password=hunter22&user=ann",
    "4111 1111 1111 1111": "card 4111 1111 1111 1111 declined",
    "s3cr3tpw": "postgres://app:s3cr3tpw@db:5432/app",
    "abcdefgh12345678": "Authorization: Bearer abcdefgh12345678",
    "ann@example.com": "mail to ann@example.com bounced",
}


@pytest.mark.parametrize(("secret", "text"), CANARIES.items())
def test_no_secret_of_a_direct_writer_survives_in_a_text(secret: str, text: str, found: list[Request]) -> None:
    for field in ("message", "error.message", "url.original"):
        masked = text
        for step in of(found, "pipeline observatory-direct")["processors"]:
            if step.get("gsub", {}).get("field") == field:
                masked = re.sub(step["gsub"]["pattern"], step["gsub"]["replacement"], masked)
        assert secret not in masked


def test_a_record_that_cannot_be_masked_is_refused(found: list[Request]) -> None:
    pipeline = of(found, "pipeline observatory-direct")
    assert "on_failure" not in pipeline
    assert not [step for step in pipeline["processors"] if any(part.get("ignore_failure") for part in step.values())]


def test_no_template_takes_the_names_of_another(found: list[Request]) -> None:
    patterns = [
        pattern for request in found if request.path.startswith("/_index_template") for pattern in request.document["index_patterns"]
    ]
    for one in patterns:
        taken = [other for other in patterns if other != one and re.fullmatch(other.replace("*", ".*"), one)]
        assert not taken, f"{one} is also {taken}"


def test_jaeger_finds_its_policy_and_the_aliases_that_it_writes_to(found: list[Request]) -> None:
    index = of(found, "index observatory-jaeger-span")
    assert index["aliases"] == {"observatory-jaeger-span-read": {}, "observatory-jaeger-span-write": {"is_write_index": True}}
    assert index["settings"]["index"]["lifecycle"] == {"name": "jaeger", "rollover_alias": "observatory-jaeger-span-write"}


def test_snapshots_are_taken_only_where_a_bucket_is_named(found: list[Request], real: Catalog) -> None:
    assert of(found, "snapshot repository observatory")["settings"]["bucket"] == "company-snapshots"
    assert of(found, "snapshot policy observatory-daily")["retention"]["expire_after"] == "30d"
    assert not [request for request in lone().requests(real) if "snapshot " in request.name]


def test_a_field_is_never_also_a_folder_of_fields() -> None:
    with pytest.raises(ValueError, match="user is a field itself"):
        fields.nested({"user": {"type": "keyword"}, "user.id": {"type": "keyword"}})
    with pytest.raises(ValueError, match="is a folder of other fields"):
        fields.nested({"user.id": {"type": "keyword"}, "user": {"type": "keyword"}})


def test_all_shards_fit_into_the_cluster(real: Catalog) -> None:
    environment = tiers()
    assert most_shards(real, environment.logs, environment.elastic) < 9 * 1000


def test_files_fit_into_a_config_map_each_and_hold_every_request(found: list[Request]) -> None:
    files = everything.files(found * 3)
    assert set(files) == {"setup.py", "requests-00.jsonl", "requests-01.jsonl"}
    assert all(len(text.encode()) <= everything.LARGEST for text in files.values())
    assert sum(text.count("\n") for name, text in files.items() if name != "setup.py") == 3 * len(found)


def test_content_is_the_same_every_time_and_holds_no_secret(found: list[Request], real: Catalog) -> None:
    again = everything.documents(tiers().requests(real))
    assert everything.documents(found) == again
    assert len(again) == len(found)
    for name, text in again.items():
        assert not re.search(r'"(password|api_key|access_key|secret_key)":', text), name

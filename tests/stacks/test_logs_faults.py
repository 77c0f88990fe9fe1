"""Logs: settings by which records would be lost, kept by nobody, or kept otherwise than said are refused with a remedy."""

from copy import deepcopy

import pytest

from stacks import logs_checks
from stacks.settings import Settings
from tests.stacks.real import prepared
from tests.stacks.test_interface_faults import GONE, KEY, PROD, faults

KEEP = "logs.retention.keep"
NODES = "elastic.nodes"


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({f"{KEEP}.logs": "-5d"}, f"{KEEP}.logs", "is no duration"),
        ({f"{KEEP}.logs": "12h"}, "logs.retention", "kept less than a day: logs"),
        ({f"{KEEP}.errors": GONE}, "logs.retention", "keep lacks errors"),
        ({"logs.retention.warm_after": "40d"}, "logs.retention", "cold_after 30d is not after warm_after 40d"),
        ({"logs.retention.warm_after": "1h"}, "logs.retention.warm_after", "would be warm before"),
        ({"logs.applications": {"skillforge": {"logs": "6h"}}}, "logs.applications.skillforge.logs", "deleted as a whole"),
        ({"logs.applications": {"skillforge": {"log": "6d"}}}, "logs.applications.skillforge.log", "'logs', 'errors'"),
        ({"logs": GONE}, "elastic", "how long records are kept"),
        ({"elastic": GONE}, "jaeger.elasticsearch.url", "this environment has none"),
        ({"elastic.index": {"replicas": 3}}, "elastic", "index.replicas 3 need 4 nodes, and nodes.hot has 3"),
        ({f"{NODES}.warm.count": 2}, "elastic", "need 3 nodes, and nodes.warm has 2"),
        ({f"{NODES}.master.count": 2}, "elastic", "elect no majority"),
        ({f"{NODES}.hot": GONE}, "elastic", "lacks master or hot"),
        ({f"{NODES}.hot.memory": "16GB"}, f"{NODES}.hot.memory", "should match pattern"),
        ({f"{NODES}.frozen": {"count": 1}}, f"{NODES}.frozen", "'all', 'master'"),
        ({"elastic.aws_logs": ["rds"]}, "elastic", "aws_logs_queue no queue"),
        ({"elastic.snapshots.role_arn": "elasticsearch"}, "elastic.snapshots.role_arn", "should match pattern"),
        ({"elastic.logstash.queue": "lots"}, "elastic.logstash.queue", "should match pattern"),
        ({"operators.elastic": "simulated"}, "operators.elastic", "nobody would act on"),
        ({"jaeger.elasticsearch.own_authority": False}, "jaeger.elasticsearch.own_authority", "no public authority vouches"),
        ({"jaeger.elasticsearch.user": "spans"}, "jaeger.elasticsearch.user", "knows no such user"),
        ({"cluster.zones": 1}, f"{NODES}.hot.count", "stand in one zone"),
        ({"cluster.zones": 1}, "elastic.logstash.replicas", "stand in one zone"),
        ({f"{KEEP}.logs": "400d"}, f"{KEEP}.logs", "360 days at most"),
        (
            {"datadog.logs.environments": {"prod": {"retention": 15, "daily_limit": 1, "keep": 1}}},
            "datadog.logs.environments.prod.retention",
            "keeps this environment's records 30 days",
        ),
        ({"datadog.logs.environments": {"dev": {"daily_limit": 1, "keep": 1}}}, "datadog.logs.environments.dev.retention", "nobody says"),
        ({f"{KEEP}.logs": "100d"}, "datadog.logs.security.retention", "ordinary ones 180"),
    ],
)
def test_a_fault_names_its_key_its_reason_and_a_remedy(changes: dict[str, object], key: str, reason: str) -> None:
    found = [fault for fault in faults(changes) if fault.key.removesuffix(".[key]") == f"{KEY}.{key}"]
    assert found, faults(changes)
    assert reason in found[0].reason
    assert found[0].remedy or "should" in found[0].reason


def test_the_retention_of_an_application_that_nobody_knows_is_refused_with_the_likeliest_name() -> None:
    given = deepcopy(PROD)
    given["logs"]["applications"] = {"skilforge": {"logs": "6d"}}
    chosen = Settings.model_validate(given)
    (found,) = logs_checks.together(chosen, prepared("prod").catalog)
    key, _, _, remedy = found
    assert key == "logs.applications.skilforge"
    assert "'skillforge'" in remedy


def test_more_shards_than_the_nodes_take_are_refused() -> None:
    given = deepcopy(PROD)
    given["elastic"]["index"] = {"shards": 30}
    (found,) = logs_checks.together(Settings.model_validate(given), prepared("prod").catalog)
    key, value, reason, _ = found
    assert (key, value) == ("elastic.index.shards", "30")
    assert "9 nodes with data take 9000" in reason


def test_an_elasticsearch_that_somebody_else_runs_needs_none_of_ours() -> None:
    changes: dict[str, object] = {
        "elastic": GONE,
        "aws.buckets.elasticsearch": GONE,
        "jaeger.elasticsearch": {"url": "https://es.example.com:9200"},
    }
    assert faults(changes) == []

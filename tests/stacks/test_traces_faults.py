"""Traces: settings by which spans would be lost, kept nowhere or shown to nobody are refused with a remedy."""

import pytest

from tests.stacks.test_interface_faults import GONE, KEY, faults


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"traces.sampling.share": 1.5}, "traces.sampling.share", "less than or equal to 1"),
        ({"traces.sampling.share": -0.1}, "traces.sampling.share", "greater than or equal to 0"),
        ({"traces.sampling": GONE}, "traces.sampling", "Field required"),
        ({"traces.replicas.min": 9}, "traces.replicas", "min 9 is above max 6"),
        ({"traces.tail": {}}, "traces.tail", "is no key here"),
        ({"traces": GONE}, "jaeger", "nobody sends it spans"),
        ({"jaeger": GONE}, "traces", "kept nowhere"),
        ({"jaeger": GONE, "traces.jaeger": "jaeger:4317"}, "traces.jaeger", "has no scheme"),
        ({"traces.jaeger": "http://other:4317"}, "traces.jaeger", "would get none"),
        ({"traces.datadog": True}, "traces.datadog", "no agent of Datadog's takes OTLP"),
        ({"cluster.zones": 1}, "traces.replicas.min", "stand in one zone"),
        ({"jaeger.elasticsearch": GONE}, "jaeger", "no Elasticsearch is named"),
        ({"operators.elastic": "simulated"}, "jaeger.elasticsearch.url", "none runs here"),
        ({"jaeger.elasticsearch.url": "http://es.logging.svc:9200"}, "jaeger.elasticsearch.own_authority", "no certificate is shown"),
        ({"jaeger.role_arn": GONE}, "jaeger.role_arn", "signed requests only"),
        ({"jaeger.base_path": "/jaeger", "edge": GONE}, "jaeger.base_path", "no edge"),
    ],
)
def test_a_fault_names_its_key_its_reason_and_a_remedy(changes: dict[str, object], key: str, reason: str) -> None:
    found = [fault for fault in faults(changes) if fault.key == f"{KEY}.{key}"]
    assert found, faults(changes)
    assert reason in found[0].reason
    assert found[0].remedy or "should" in found[0].reason


def test_a_jaeger_that_somebody_else_runs_will_do() -> None:
    assert faults({"jaeger": GONE, "traces.jaeger": "https://jaeger.example.com:4317"}) == []

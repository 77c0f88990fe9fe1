"""Loki: settings by which records would come from nobody or be kept for an unknown time are refused with a remedy."""

import pytest

from tests.stacks.test_interface_faults import GONE, KEY, faults

KEPT: dict[str, object] = {"keep": dict.fromkeys(("logs", "errors", "metrics", "business", "security", "performance"), "30d")}
LOKI: dict[str, object] = {"loki": {"storage": "filesystem"}, "logs": {"retention": KEPT}}
S3 = {"bucket": "company-loki", "role_arn": "arn:aws:iam::123456789012:role/loki"}


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({**LOKI, "loki": {"storage": "gcs"}}, "loki.storage", "filesystem"),
        ({**LOKI, "loki": {"storage": "s3"}}, "loki", "no bucket is named"),
        ({**LOKI, "traces": GONE, "jaeger": GONE}, "loki", "nobody sends it records"),
        ({**LOKI, "logs": GONE}, "loki", "nobody has said how long"),
        (
            {**LOKI, "logs": {"retention": KEPT, "applications": {"jac-learning": {"errors": "3h"}}}},
            "logs.applications.jac-learning.errors",
            "a day at least",
        ),
        (
            {**LOKI, "loki": {"storage": "s3", "s3": S3, "all": {"replicas": 3}}, "cluster.zones": 1},
            "loki.all.replicas",
            "stand in one zone",
        ),
    ],
)
def test_a_fault_names_its_key_its_reason_and_a_remedy(changes: dict[str, object], key: str, reason: str) -> None:
    found = [fault for fault in faults(changes) if fault.key == f"{KEY}.{key}" and reason in fault.reason + fault.remedy]
    assert found, faults(changes)


def test_loki_beside_everything_else_will_do() -> None:
    assert faults(LOKI) == []

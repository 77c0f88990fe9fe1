"""Charts whose own values a restricted namespace would refuse get the values that it admits."""

from typing import Any

from components import operator_values
from components.versions import CHARTS
from tests.components import judges
from tests.stacks.real import documents, prepared

ECK = "3.5.0"
ECK_CONTAINER: dict[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
}
"""`securityContext` in the chart's values (deploy/eck-operator/values.yaml of that version), which we leave as it is."""
ECK_POD: dict[str, Any] = {"runAsNonRoot": True}
"""`podSecurityContext` there, over which Helm lays ours."""


def eck_pod(ours: dict[str, Any]) -> dict[str, Any]:
    """The operator's pod, as the chart's statefulset.yaml puts it together."""
    return {"securityContext": ECK_POD | ours, "containers": [{"name": "manager", "securityContext": ECK_CONTAINER}]}


def test_the_charts_values_were_read_in_the_version_that_is_deployed() -> None:
    assert CHARTS["elastic"].version == ECK, "read the new version's values, then mend what stands here"


def test_the_elastic_operators_pod_is_admitted_to_its_restricted_namespace() -> None:
    context = prepared("prod").plan.context
    values = operator_values.elastic(context)
    assert "securityContext" not in values, "the container's context is no longer the chart's own"
    (namespace,) = [d for d in documents("prod") if d["kind"] == "Namespace" and d["metadata"]["name"] == context.namespaces.logging]
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert judges.restricted(eck_pod(values["podSecurityContext"])) == []


def test_without_our_value_it_would_be_refused() -> None:
    assert judges.restricted(eck_pod({})) == ["manager has no seccomp profile"]

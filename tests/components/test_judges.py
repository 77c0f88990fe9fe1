"""Every judge is shown something broken: one that is never angry proves nothing."""

from copy import deepcopy
from typing import Any

import pytest

from tests.components import judges

POD: dict[str, Any] = {
    "serviceAccountName": "app",
    "securityContext": {"runAsNonRoot": True, "runAsUser": 1, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [
        {
            "name": "main",
            "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            "resources": {"requests": {"cpu": "1"}, "limits": {"memory": "1Gi"}},
            "ports": [{"name": "metrics", "containerPort": 1}],
            "env": [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": "login", "key": "password"}}}],
        }
    ],
}


def deployment(pod: dict[str, Any]) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "app"}}, "spec": pod}
    return {"kind": "Deployment", "metadata": {"name": "app", "namespace": "n"}, "spec": {"template": template}}


def test_a_good_pod_passes() -> None:
    assert judges.restricted(POD) == []
    assert judges.unbounded(POD) == []
    assert judges.plain_secrets(POD) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"hostNetwork": True}, "it uses hostNetwork"),
        ({"volumes": [{"name": "host", "hostPath": {"path": "/"}}]}, "volume host is a hostPath"),
        ({"securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "Unconfined"}}}, "main has no seccomp profile"),
        ({"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}, "main may run as root"),
    ],
)
def test_a_pod_that_is_not_restricted_is_told(change: dict[str, Any], fault: str) -> None:
    assert judges.restricted(POD | change) == [fault]


@pytest.mark.parametrize(
    ("context", "faults"),
    [
        ({}, ["main may escalate its privileges", "main keeps capabilities"]),
        ({"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}, ["main keeps capabilities"]),
        ({"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "privileged": True}, ["main is privileged"]),
    ],
)
def test_a_container_that_is_not_restricted_is_told(context: dict[str, Any], faults: list[str]) -> None:
    pod = deepcopy(POD)
    pod["containers"][0]["securityContext"] = context
    assert judges.restricted(pod) == faults


def test_an_operators_pods_that_may_be_root_are_told() -> None:
    assert judges.restricted_context({"spec": {}}) == ["its pods may run as root", "its pods have no seccomp profile"]


def test_a_container_without_bounds_is_told() -> None:
    pod = deepcopy(POD)
    pod["containers"][0]["resources"] = {}
    assert judges.unbounded(pod) == ["main lacks requests", "main lacks a memory limit"]


def test_a_password_in_plain_text_is_told() -> None:
    pod = deepcopy(POD)
    pod["containers"][0]["env"] = [{"name": "DB_PASSWORD", "value": "hunter2"}, {"name": "DB_PASSWORD_FILE", "value": "/run/password"}]
    assert judges.plain_secrets(pod) == ["main holds DB_PASSWORD in plain text"]


def test_every_dangling_reference_is_told() -> None:
    pod = POD | {"volumes": [{"name": "c", "configMap": {"name": "configuration"}}]}
    faults = judges.dangling([deployment(pod)])
    assert [fault.split(" refers to ")[1] for fault in faults] == ["ServiceAccount n/app", "ConfigMap n/configuration", "Secret n/login"]


def test_a_service_that_leads_nowhere_is_told() -> None:
    ports = [{"name": "web", "port": 80, "targetPort": "web"}]
    service = {"kind": "Service", "metadata": {"name": "app", "namespace": "n"}, "spec": {"selector": {"app": "app"}, "ports": ports}}
    assert "Service n/app leads to port web, which Deployment n/app does not have" in judges.dangling([service, deployment(POD)])


def test_a_monitor_that_selects_nothing_is_told() -> None:
    spec = {"namespaceSelector": {"matchNames": ["n"]}, "selector": {"matchLabels": {"app": "app"}}, "endpoints": [{"port": "metrics"}]}
    monitor = {"kind": "ServiceMonitor", "metadata": {"name": "app", "namespace": "n"}, "spec": spec}
    service = {"kind": "Service", "metadata": {"name": "app", "labels": {"app": "app"}}, "spec": {"ports": [{"name": "other"}]}}
    assert judges.unmatched_monitors([monitor], ["n"]) == ["ServiceMonitor n/app selects 0 Services"]
    assert judges.unmatched_monitors([monitor, service], ["n"]) == ["ServiceMonitor n/app wants a port that Service /app does not have"]

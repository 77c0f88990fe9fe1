"""Remediation: the fewest rights there are, pods that their namespace admits, edges from Alertmanager to the API server and no others."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from catalog.catalog import Catalog
from components import remediation
from components.remediation import RemediationSettings
from rendering.remediation.places import Act
from rendering.remediation.telling import acts
from stacks import checks
from stacks.program import ROOT, survey
from stacks.settings import load
from tests.stacks.real import prepared

CONTEXT = prepared("prod").plan.context


@pytest.fixture(scope="module")
def found() -> tuple[Act, ...]:
    catalog: Catalog = prepared("prod").catalog
    return acts(catalog, replace(prepared("prod").settings.site, remediation=True))


@pytest.fixture(scope="module")
def documents(found: tuple[Act, ...]) -> list[dict[str, Any]]:
    return remediation.documents(CONTEXT, RemediationSettings(dry_run=False), found)


def test_it_may_read_and_patch_the_named_objects_and_nothing_else(documents: list[dict[str, Any]], found: tuple[Act, ...]) -> None:
    kinds = {"deployments": ("apps", "Deployment"), "persistentvolumeclaims": ("", "PersistentVolumeClaim")}
    granted: set[tuple[str, str, str]] = set()
    roles = [document for document in documents if document["kind"] == "Role"]
    for role in roles:
        for rule in role["rules"]:
            assert rule["verbs"] == ["get", "patch"], "with `create` the engine would make what is missing"
            (resource,) = rule["resources"]
            assert rule["apiGroups"] == [kinds[resource][0]]
            granted |= {(role["metadata"]["namespace"], kinds[resource][1], name) for name in rule["resourceNames"]}
    assert granted == {(act.namespace, act.kind, target) for act in found for target in act.targets}
    assert not [document for document in documents if document["kind"].startswith("ClusterRole")]


def test_each_right_is_the_sensors_alone(documents: list[dict[str, Any]]) -> None:
    bindings = [document for document in documents if document["kind"] == "RoleBinding"]
    assert len(bindings) == len([document for document in documents if document["kind"] == "Role"])
    subject = {"kind": "ServiceAccount", "name": "remediation", "namespace": CONTEXT.namespaces.monitoring}
    assert all(binding["subjects"] == [subject] for binding in bindings)
    accounts = {
        document["kind"]: document["spec"]["template"]["serviceAccountName"]
        for document in documents
        if "template" in document.get("spec", {})
    }
    assert accounts == {"EventSource": "remediation-source", "Sensor": "remediation"}


def test_a_dry_run_is_what_one_gets_without_a_word_and_it_has_no_rights(found: tuple[Act, ...]) -> None:
    assert RemediationSettings().dry_run
    kinds = {document["kind"] for document in remediation.documents(CONTEXT, RemediationSettings(), found)}
    assert kinds == {"ServiceAccount", "EventBus", "EventSource", "Sensor"}


def test_every_container_that_we_may_shape_is_restricted(documents: list[dict[str, Any]]) -> None:
    by_kind = {document["kind"]: document["spec"] for document in documents if "spec" in document}
    bus = by_kind["EventBus"]["jetstream"]
    containers = [bus[f"{part}ontainerTemplate"] for part in ("c", "reloaderC", "metricsC")]
    containers += [by_kind[kind]["template"]["container"] for kind in ("EventSource", "Sensor")]
    for container in containers:
        security = container["securityContext"]
        assert (security["allowPrivilegeEscalation"], security["capabilities"]) == (False, {"drop": ["ALL"]})
        assert container["resources"]["limits"]["memory"]
    for security in (bus["securityContext"], by_kind["Sensor"]["template"]["securityContext"]):
        assert security["runAsNonRoot"]
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}


def test_alerts_come_from_alertmanager_alone_and_only_the_sensor_reaches_the_api_server() -> None:
    found = {document["metadata"]["name"]: document["spec"] for document in remediation.edges(CONTEXT, controller=False)}
    assert found.keys() == {"alertmanager-remediation", "remediation-source", "remediation-sensor", "remediation-bus"}
    (into, _) = found["remediation-source"]["ingress"]
    assert into["from"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "alertmanager"}}}]
    assert into["ports"] == [{"protocol": "TCP", "port": 12000}]
    assert len(found["remediation-source"]["egress"]) == 1
    assert len(found["remediation-sensor"]["egress"]) == 2
    assert "ipBlock" not in str(found["remediation-source"])


def given(**changed: Any) -> dict[str, Any]:  # noqa: ANN401
    settings: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]["observatory:settings"]
    settings["operators"] = settings["operators"] | changed.pop("operators", {})
    return settings | changed


def test_half_of_it_is_refused() -> None:
    whole = prepared("prod").settings
    operated = whole.operators.model_copy(update={"argo_events": "release"})
    for changed, key in (({"remediation": RemediationSettings()}, "remediation"), ({"operators": operated}, "operators.argo_events")):
        assert [fault.key for fault in checks.alone(whole.model_copy(update=changed), "it")] == [f"observatory:settings.{key}"]


def test_every_stack_of_ours_has_it_off() -> None:
    assert [load(stack, ROOT).remediation for stack in ("local", "dev", "prod")] == [None] * 3
    assert prepared("prod").plan.remediation == []


def test_switched_on_it_comes_with_its_operator_and_its_token() -> None:
    found = survey("prod", ROOT, given(remediation={}, operators={"argo_events": "release"}))
    assert {document["kind"] for document in found.plan.remediation} == {"ServiceAccount", "EventBus", "EventSource", "Sensor"}
    assert "argo_events" in found.settings.operated.releases
    assert "remediation" in found.plan.alertmanager["spec"]["secrets"]
    assert [need.key for need in found.plan.needs if need.name == "remediation"] == ["token"]
    names = {document["metadata"]["name"] for document in found.plan.edges["monitoring"]}
    assert {"alertmanager-remediation", "argo-events"} <= names

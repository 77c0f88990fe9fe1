"""Argo Events' own code accepts what is rendered for it, refuses what is broken, and lets pass exactly what the catalog allows."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from components import remediation
from components.remediation import RemediationSettings
from rendering.remediation.places import Act
from tests.rendering.remediation.conftest import CONTEXT
from tests.rendering.remediation.judge import Judge

pytestmark = pytest.mark.tools

SINCE = "2026-11-21T14:05:31.123Z"
CLAIM = "prometheus-observatory-db-prometheus-observatory-1"


def notification(act: Act, **changed: Any) -> dict[str, Any]:  # noqa: ANN401  any part of it
    """As Alertmanager's webhook sends it (its `template.Data`)."""
    labels = {**act.labels, "team": act.placed.team}
    if act.kind == "PersistentVolumeClaim":
        labels |= {"namespace": "monitoring", "persistentvolumeclaim": CLAIM}
    alert = {"status": "firing", "labels": labels, "startsAt": SINCE}
    notes = {} if act.bounds is None else {"remediation": str(act.bounds[0] + 1)}
    return {"status": "firing", "alerts": [alert], "commonLabels": labels, "commonAnnotations": notes} | changed


Change = Callable[[dict[str, Any]], object]


def setting(*path: str | int, **values: object) -> Change:
    """Sets values at a place of a specification."""

    def change(spec: dict[str, Any]) -> None:
        place: Any = spec
        for key in path:
            place = place[key]
        place.update(values)

    return change


def lacking(key: str, *path: str | int) -> Change:
    """Removes a key there."""

    def change(spec: dict[str, Any]) -> None:
        place: Any = spec
        for each in path:
            place = place[each]
        del place[key]

    return change


def one(found: tuple[Act, ...], action: str) -> Act:
    return next(act for act in found if act.remedy.action == action)


def test_it_reads_every_field_and_has_nothing_to_complain_of(objects: dict[str, dict[str, Any]], judge: Judge) -> None:
    assert judge(objects).faults == []


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        ("Sensor", setting(busName="x"), "unknown field"),
        ("Sensor", lacking("name", "triggers", 0, "template"), "must define a name"),
        ("Sensor", setting("triggers", -1, "template", "k8s", operation="replace"), "unknown operation"),
        ("Sensor", lacking("eventName", "dependencies", 0), "must define the EventName"),
        ("Sensor", setting("dependencies", 0, "filters", dataLogicalOperator="xor"), "logical operator"),
        ("EventSource", lacking("port", "webhook", "alerts"), "port"),
        ("EventSource", setting("template", serviceAccount="x"), "unknown field"),
        ("EventBus", setting("jetstream", replica=3), "unknown field"),
        ("EventBus", lacking("version", "jetstream"), "version"),
    ],
)
def test_it_refuses_what_is_broken(objects: dict[str, dict[str, Any]], judge: Judge, kind: str, change: Change, told: str) -> None:
    broken = deepcopy(objects)
    change(broken[kind]["spec"])
    faults = judge(broken).faults
    assert any(told in fault for fault in faults), faults


def test_each_alert_does_its_own_act_and_no_other(objects: dict[str, dict[str, Any]], found: tuple[Act, ...], judge: Judge) -> None:
    for act in found:
        verdict = judge(objects, notification(act))
        called = f"{act.name}-{CLAIM}" if act.kind == "PersistentVolumeClaim" else act.name
        assert verdict.passed == [called]
        assert verdict.recorded == [f"record-{act.name}"]
        assert [(done["trigger"], done["error"]) for done in verdict.done] == [(f"{act.remedy.action}-{called}", "")]


def test_a_restart_is_named_after_the_hour_in_which_the_alert_began(
    objects: dict[str, dict[str, Any]], found: tuple[Act, ...], judge: Judge
) -> None:
    act = one(found, "restart")
    (done,) = judge(objects, notification(act)).done
    assert done["wanted"]["spec"] == {"template": {"metadata": {"annotations": {"observatory.dev/restarted": "2026-11-21T14"}}}}
    cause = done["wanted"]["metadata"]["annotations"]["observatory.dev/remediation"]
    assert cause == f"restart by {act.placed.name} since {SINCE}"


def test_sizes_and_replicas_are_the_alerts_own_and_typed(objects: dict[str, dict[str, Any]], found: tuple[Act, ...], judge: Judge) -> None:
    (done,) = judge(objects, notification(one(found, "scale"), commonAnnotations={"remediation": "3"})).done
    assert done["wanted"]["spec"] == {"replicas": 3}
    (done,) = judge(objects, notification(one(found, "expand"), commonAnnotations={"remediation": str(120 * 2**30)})).done
    assert done["wanted"]["spec"] == {"resources": {"requests": {"storage": str(120 * 2**30)}}}
    assert done["wanted"]["metadata"]["name"] == CLAIM


def test_what_is_resolved_beyond_its_bounds_or_somebody_elses_does_nothing(
    objects: dict[str, dict[str, Any]], found: tuple[Act, ...], judge: Judge
) -> None:
    scale, expand = one(found, "scale"), one(found, "expand")
    least, most = scale.bounds or (0, 0)
    labels = notification(scale)["commonLabels"]
    quiet = {
        "resolved": notification(scale, status="resolved"),
        "too few": notification(scale, commonAnnotations={"remediation": str(least - 1)}),
        "too many": notification(scale, commonAnnotations={"remediation": str(most + 1)}),
        "no number": notification(scale, commonAnnotations={}),
        "an empty number": notification(scale, commonAnnotations={"remediation": ""}),
        "another service": notification(scale, commonLabels=labels | {"service": "backend-2"}),
        "another severity": notification(scale, commonLabels=labels | {"severity": "critical"}),
        "another claim": notification(expand, commonLabels=notification(expand)["commonLabels"] | {"persistentvolumeclaim": "data-x-0"}),
        "a claim whose name only begins alike": notification(
            expand, commonLabels=notification(expand)["commonLabels"] | {"persistentvolumeclaim": f"{CLAIM}0"}
        ),
    }
    for why, body in quiet.items():
        verdict = judge(objects, body)
        assert (verdict.passed, verdict.done) == ([], []), why


def test_a_dry_run_writes_down_and_does_nothing(found: tuple[Act, ...], judge: Judge) -> None:
    documents = remediation.documents(CONTEXT, RemediationSettings(), found)
    objects = {document["kind"]: document for document in documents}
    assert not {"Role", "RoleBinding", "ClusterRole", "ValidatingAdmissionPolicy"} & objects.keys(), "it has no right to do anything"
    act = one(found, "restart")
    verdict = judge(objects, notification(act))
    assert (verdict.faults, verdict.recorded, verdict.done) == ([], [f"record-{act.name}"], [])

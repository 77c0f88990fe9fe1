"""The doctor in the cluster: no rights, no way but to those whom it asks, and nothing at all where nobody wants it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from components import doctor
from components.doctor import DoctorSettings, documents, edges
from components.grafana_content import TOKENS
from rendering.doctor.wanted import Wanted
from stacks.program import ROOT
from stacks.settings import examine
from tests.stacks.real import documents as registered
from tests.stacks.real import of, prepared

WANTED = Wanted(["http://p"], ["http://a"], {}, heartbeat=True)


def ours(stack: str) -> list[dict[str, Any]]:
    return [each for each in registered(stack) if each["metadata"]["name"].split("-")[0] == doctor.NAME]


def test_it_is_off_where_the_settings_leave_it_out() -> None:
    assert prepared("dev").settings.doctor is None
    assert ours("dev") == []


@pytest.mark.parametrize("stack", ["local", "prod"])
def test_it_has_no_rights_and_no_token_of_the_api_servers(stack: str) -> None:
    assert {each["kind"] for each in ours(stack)} == {"ServiceAccount", "ConfigMap", "CronJob", "NetworkPolicy"}
    bound = [each for each in registered(stack) if each["kind"].endswith("RoleBinding")]
    assert not [each for each in bound if doctor.NAME in str(each["subjects"])]
    pod = of(stack, "CronJob", doctor.NAME)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert of(stack, "ServiceAccount", doctor.NAME)["automountServiceAccountToken"] is False


def test_its_ways_are_those_that_it_asks_and_each_lets_it_in() -> None:
    found = {each["metadata"]["name"]: each["spec"] for each in ours("prod") if each["kind"] == "NetworkPolicy"}
    out = {
        (rule["to"][0]["podSelector"]["matchLabels"]["app.kubernetes.io/name"], rule["ports"][0]["port"])
        for rule in found["doctor"]["egress"]
    }
    assert out == {("prometheus", 9090), ("alertmanager", 9093), ("grafana", 3000)}
    assert "ingress" not in found["doctor"]
    for name, port in out:
        (rule,) = found[f"doctor-{name}"]["ingress"]
        assert rule == {
            "from": [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "doctor"}}}],
            "ports": [{"protocol": "TCP", "port": port}],
        }
        assert found[f"doctor-{name}"]["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": name}}


def test_the_api_servers_proxy_is_let_in_only_by_the_setting() -> None:
    context = prepared("prod").plan.context
    closed, opened = (edges(context, DoctorSettings(from_api_server=given), with_grafana=False) for given in (False, True))
    assert len(closed) == len(opened) == 3
    assert "ipBlock" not in str(closed)
    assert str(opened).count(context.network.cluster[0]) == 2


def test_it_reads_one_token_of_grafanas_and_only_once_there_is_one() -> None:
    context = prepared("prod").plan.context
    bare, given = (str(documents(context, DoctorSettings(), WANTED, with_token=with_token)) for with_token in (False, True))
    assert TOKENS not in bare
    assert f"'secretName': '{TOKENS}'" in given
    assert "'items': [{'key': 'viewer', 'path': 'viewer'}]" in given


def test_a_failed_visit_is_tried_no_second_time_and_kept_for_its_alert() -> None:
    spec = of("prod", "CronJob", doctor.NAME)["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert spec["jobTemplate"]["spec"]["ttlSecondsAfterFinished"] >= 3600


@pytest.mark.parametrize("schedule", ["sometimes", "* * * *", "", "* * * * * *"])
def test_a_schedule_that_is_none_is_refused(schedule: str) -> None:
    with pytest.raises(ValidationError, match="schedule"):
        DoctorSettings(schedule=schedule)


def test_a_wrong_schedule_in_a_stacks_file_is_a_fault_with_its_place(tmp_path: Path) -> None:
    given = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]["observatory:settings"]
    _, faults = examine("prod", tmp_path, given | {"doctor": {"schedule": "sometimes"}})
    assert [(fault.key.rpartition(".")[2], fault.value) for fault in faults] == [("schedule", "'sometimes'")]

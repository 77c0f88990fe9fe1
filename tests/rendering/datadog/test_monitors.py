"""Every alert that Datadog evaluates is a monitor that its API takes, that can fire, and that only its pager tells of."""

import re
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from catalog.base import Backend
from catalog.catalog import Catalog, PlacedAlert
from rendering.datadog import check, judging, monitors
from rendering.datadog.conditions import condition, enough
from rendering.datadog.monitor import COMPOSITE, METRIC, MONITOR
from rendering.resource import Ref, Resource, Text, refs
from rendering.site import Site
from tests.rendering.datadog.monitors_as_sent import faults
from tests.rendering.datadog.sites import SITE, with_datadog

LABELS = ("application", "team", "severity", "priority", "alert", "environment", "region", "cluster")


@pytest.fixture(scope="module")
def made(real: Catalog) -> dict[str, Resource]:
    return {resource.name: resource for resource in monitors.resources(real, SITE)}


@pytest.fixture(scope="module")
def alerts(real: Catalog) -> tuple[PlacedAlert, ...]:
    return monitors.evaluated(real, SITE)


def named(placed: PlacedAlert) -> str:
    return f"{placed.subject.application.application}.{placed.subject.name}.{placed.name}"


def own(made: dict[str, Resource], placed: PlacedAlert) -> Resource:
    """The monitor with the alert's own condition."""
    return made.get(f"{named(placed)}.{monitors.CONDITION}") or made[named(placed)]


def tags(resource: Resource) -> dict[str, str]:
    return dict(tag.partition(":")[::2] for tag in resource.inputs["tags"])


def test_every_alert_that_datadog_evaluates_has_its_monitor(real: Catalog, made: dict[str, Resource]) -> None:
    asked = {named(placed) for placed in real.alerts() if real.evaluated_in(placed, Backend.DATADOG)}
    whole = {name for name, each in made.items() if not tags(each).keys() & {"part", "companion"}}
    assert whole == asked
    assert len(asked) > 50


@pytest.mark.parametrize(
    ("off", "read", "silent", "gone"),
    [
        ({"synthetics": None}, "synthetics.", "skillforge.backend.HealthCheckDown", {"HealthCheckDown"}),
        (
            {"cluster_state": False},
            "kubernetes_state.",
            "ai-platform.cluster.NodeNotReady",
            {"NodeNotReady", "AutoscalerNearItsLimit", "FailedDeployment"},
        ),
    ],
)
def test_what_nobody_sends_here_is_watched_by_no_monitor(
    real: Catalog, made: dict[str, Resource], off: dict[str, Any], read: str, silent: str, gone: set[str]
) -> None:
    left = {resource.name: resource for resource in monitors.resources(real, with_datadog(**off))}
    assert silent in made
    assert silent not in left
    assert [name for name, each in left.items() if read in str(each.inputs["query"])] == []
    assert {name.split(".")[2].removesuffix("Check") for name in made.keys() - left.keys()} == gone


def test_an_alert_that_datadog_is_to_tell_of_and_cannot_see_is_a_fault(real: Catalog) -> None:
    application = real.applications["skillforge"]
    service = application.services["backend"]
    alert = service.alerts["HealthCheckDown"].model_copy(update={"pager": Backend.DATADOG, "standby": {}})
    services = application.services | {"backend": service.model_copy(update={"alerts": service.alerts | {"HealthCheckDown": alert}})}
    changed = replace(real, applications=real.applications | {"skillforge": application.model_copy(update={"services": services})})
    assert not judging.judge(changed, SITE)
    (fault,) = judging.judge(changed, with_datadog(synthetics=None))
    assert fault.key == "services.backend.alerts.HealthCheckDown.pager"
    assert "nobody sends it" in fault.reason
    assert "pager: prometheus" in fault.remedy


def test_nothing_is_rendered_where_datadog_is_off(real: Catalog, site: Site) -> None:
    assert not monitors.resources(real, site)


def test_datadogs_models_take_every_monitor(made: dict[str, Resource]) -> None:
    assert [fault for resource in made.values() for fault in faults(resource)] == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", "metrics alert"),
        ("onMissingData", "evaluate_as_zero"),
        ("renotifyStatuses", ["alarm"]),
        ("monitorThresholds", {"critcal": "1"}),
        ("evaluationDelay", "300"),
        ("assets", [{"category": "wiki", "name": "Runbook", "url": "https://example.com"}]),
    ],
)
def test_datadogs_models_refuse_a_broken_one(made: dict[str, Resource], key: str, value: object) -> None:
    inputs: dict[str, Any] = deepcopy(made["skillforge.backend.DataAccessAnomaly"].inputs)
    assert faults(Resource(MONITOR, "broken", inputs | {key: value}))


def test_every_monitor_passes_our_own_checker(real: Catalog, made: dict[str, Resource]) -> None:
    where = check.sources(real)
    assert [problem for each in made.values() for problem in check.problems(each, where)] == []
    assert judging.judge(real, SITE) == []


def test_every_monitor_carries_the_contracts_labels(made: dict[str, Resource]) -> None:
    for resource in made.values():
        found = tags(resource)
        missing = [label for label in LABELS if label not in found and found.get("part") != "traffic"]
        assert not missing, f"{resource.name} lacks {missing}"
        assert ("service" in found) != ("dependency" in found), resource.name


def test_a_page_is_tagged_only_where_datadog_is_the_pager(
    real: Catalog, made: dict[str, Resource], alerts: tuple[PlacedAlert, ...]
) -> None:
    paged = {named(placed) for placed in alerts if real.pager(placed) is Backend.DATADOG and placed.alert.pages}
    assert {name for name, each in made.items() if tags(each).get("pages")} == paged


def test_only_the_pager_and_its_standby_tell_anybody(real: Catalog, made: dict[str, Resource], alerts: tuple[PlacedAlert, ...]) -> None:
    loud = {named(placed) for placed in alerts if real.pager(placed) is Backend.DATADOG or Backend.DATADOG in placed.alert.standby}
    assert {name for name, each in made.items() if "notifies" in tags(each)} == loud
    for resource in made.values():
        assert not re.search(r"(^|\s)@[a-z]", resource.inputs["message"]), f"{resource.name} calls somebody past the rules"


def test_a_standby_looks_at_what_was_as_long_ago_as_it_waits(made: dict[str, Resource], alerts: tuple[PlacedAlert, ...]) -> None:
    standby = [placed for placed in alerts if Backend.DATADOG in placed.alert.standby]
    assert standby
    for placed in standby:
        assert own(made, placed).inputs["evaluationDelay"] == placed.alert.standby[Backend.DATADOG], placed.name


def test_every_threshold_fires_at_the_signals_firing_example_and_not_at_its_quiet_one(
    made: dict[str, Resource], alerts: tuple[PlacedAlert, ...]
) -> None:
    tried = 0
    for placed in alerts:
        if placed.alert.baseline or placed.alert.anomaly:
            continue
        resource, examples = own(made, placed), placed.signal.examples
        assert check.fires(resource, examples.fires), f"{resource.name} stays quiet at {examples.fires}: {resource.inputs['query']}"
        assert not check.fires(resource, examples.quiet), f"{resource.name} fires at {examples.quiet}: {resource.inputs['query']}"
        tried += 1
    assert tried > 45


def test_a_baseline_fires_at_twice_or_half_of_its_past_and_not_at_the_same(
    made: dict[str, Resource], alerts: tuple[PlacedAlert, ...]
) -> None:
    compared = [placed for placed in alerts if placed.alert.baseline]
    assert {placed.name for placed in compared} >= {"InferenceSlow", "ModelAccuracyDrop", "RegistrationsDropped"}
    for placed in compared:
        resource = own(made, placed)
        assert check.fires(resource, 2 if placed.signal.wrong == "high" else 0.4)
        assert not check.fires(resource, 1)
        assert "week_before(" in str(resource.inputs["query"])


def test_data_access_is_an_anomaly_of_each_user_over_an_hour(made: dict[str, Resource]) -> None:
    inputs = made["skillforge.backend.DataAccessAnomaly"].inputs
    assert "by {user_id}, 'basic', 2, direction='above', alert_window='last_1h'" in inputs["query"]
    assert inputs["monitorThresholdWindows"] == {"triggerWindow": "last_1h", "recoveryWindow": "last_1h"}
    assert inputs["monitorThresholds"] == {"critical": "1", "criticalRecovery": "0"}
    assert "{{user_id.name}}" in inputs["message"]


def test_an_absence_is_an_explicit_choice_of_each_monitor(made: dict[str, Resource], alerts: tuple[PlacedAlert, ...]) -> None:
    for resource in made.values():
        assert "onMissingData" in resource.inputs or "notifyNoData" in resource.inputs, resource.name
    for placed in alerts:
        inputs = own(made, placed).inputs
        assert (inputs["onMissingData"] == "resolve") == (placed.alert.no_data == "ok"), placed.name


def test_a_composite_holds_no_composites_and_only_monitors_of_its_groups(made: dict[str, Resource]) -> None:
    composites = [each for each in made.values() if each.inputs["type"] == COMPOSITE]
    assert composites
    for resource in composites:
        parts = [made[ref.name] for ref in refs(resource.inputs)]
        assert parts
        assert len(parts) <= 10
        assert all(part.inputs["type"] == METRIC for part in parts), resource.name
        assert len({match[1] for part in parts if (match := re.search(r" by (\{[^}]*\})", str(part.inputs["query"])))}) <= 1, resource.name
        assert all("warning" not in part.inputs.get("monitorThresholds", {}) for part in parts), f"{resource.name} fires at a warning"


def test_a_standby_is_silent_while_its_cause_is_told(made: dict[str, Resource]) -> None:
    query = made["skillforge.backend.PaymentFailures"].inputs["query"]
    assert isinstance(query, Text)
    assert " && !" in query.parts
    assert Ref(MONITOR, "skillforge.postgres.PostgresDown") in query.parts


def test_a_share_counts_only_where_there_are_events_enough(made: dict[str, Resource], alerts: tuple[PlacedAlert, ...]) -> None:
    guarded = [placed for placed in alerts if enough(placed, SITE)]
    assert "InferenceErrors" in {placed.name for placed in guarded}
    for placed in guarded:
        traffic = [ref.name for ref in refs(made[named(placed)].inputs) if ".traffic-" in ref.name]
        assert len(traffic) == 1
        assert made[traffic[0]].inputs["query"].endswith(f">= {placed.signal.min_samples}")


def test_recovery_and_warning_lie_on_the_quiet_side_of_the_threshold(alerts: tuple[PlacedAlert, ...]) -> None:
    for placed in alerts:
        found = condition(placed, SITE)
        for value in (found.recovery, found.warning):
            if value is not None:
                assert (value < found.critical) == found.operator.startswith(">"), f"{placed.name}: {value} and {found.critical}"


def test_who_was_told_hears_again_and_others_never(made: dict[str, Resource]) -> None:
    for resource in made.values():
        assert ("renotifyInterval" in resource.inputs) == ("notifies" in tags(resource)), resource.name
    assert made["skillforge.backend.SecurityBreach"].inputs["renotifyInterval"] == 240


def test_a_message_says_what_users_suffer_what_to_do_and_where_to_look(made: dict[str, Resource], alerts: tuple[PlacedAlert, ...]) -> None:
    for placed in alerts:
        message = made[named(placed)].inputs["message"]
        for part in (placed.alert.impact, placed.alert.action, f"/{placed.name}.md)", f"Key: {named(placed).replace('.', '/').lower()}"):
            assert part in message, f"{placed.name} does not say {part!r}"
    message = made["skillforge.backend.SecurityBreach"].inputs["message"]
    assert "[Logs](https://app.datadoghq.eu/logs?query=" in message
    assert "[Failed traces](https://app.datadoghq.eu/apm/traces?query=" in message
    assert "on-call at once, engineering-manager and on-call after 5m" in message


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("service check", "skillforge.postgres.PostgresDownCheck"),
        ("process alert", "skillforge.backend.ServiceDownProcess"),
        ("log alert", "skillforge.backend.FailedLoginsHighLogs"),
        ("trace-analytics alert", "skillforge.backend.HighErrorRateTraces"),
        ("query alert", "skillforge.cluster.DiskSpaceLowForecast"),
        ("query alert", "skillforge.ai-services.InferenceSlowOutlier"),
    ],
)
def test_what_only_datadog_sees_is_shown_beside_the_alert(made: dict[str, Resource], kind: str, name: str) -> None:
    resource = made[name]
    assert resource.inputs["type"] == kind
    assert tags(resource)["severity"] == "info"
    assert "notifies" not in tags(resource)


def test_failed_logins_in_the_logs_have_the_owners_threshold(made: dict[str, Resource]) -> None:
    query = made["skillforge.backend.FailedLoginsHighLogs"].inputs["query"]
    assert query.endswith('.index("*").rollup("count").last("5m") > 100')


def test_disks_are_forecast_a_week_ahead(made: dict[str, Resource]) -> None:
    query = made["skillforge.cluster.DiskSpaceLowForecast"].inputs["query"]
    assert query.startswith("min(last_1w):forecast(min:system.disk.free{")
    assert query.endswith("<= 2000000000")

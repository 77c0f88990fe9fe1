"""Checks and journeys become tests that Datadog's models take, cost no more than is allowed, and tell whoever the catalog names."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from catalog.catalog import Catalog
from rendering.datadog import synthetic_runs, synthetics
from rendering.datadog.arrivals import Arrivals
from rendering.datadog.synthetic_settings import MobileApplication, SyntheticsSettings
from rendering.resource import Ref, Resource, refs
from rendering.secrets import SecretKey
from rendering.site import Site
from tests.rendering.datadog.outside_as_sent import faults
from tests.rendering.datadog.sites import SITE, with_datadog, with_synthetics

JOURNEY = "skillforge-backend-journey-match"
SECRET = "PROD_SKILLFORGE_SYNTHETIC_PASSWORD"  # a variable's name, not a value


def made(catalog: Catalog, site: Site = SITE) -> dict[str, dict[str, Any]]:
    return {each.name: each.inputs for each in synthetics.resources(catalog, site) if each.kind == synthetics.TEST}


def of_kind(catalog: Catalog, kind: str, site: Site = SITE) -> list[Resource]:
    return [each for each in synthetics.resources(catalog, site) if each.kind == kind]


def tags(inputs: dict[str, Any]) -> dict[str, str]:
    return dict(tag.partition(":")[::2] for tag in inputs["tags"])


def test_every_payload_is_one_that_datadogs_models_take(real: Catalog) -> None:
    told = [fault for resource in synthetics.resources(real, SITE) for fault in faults(resource)]
    assert not told


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        (JOURNEY, ("subtype",), "multistep"),
        (JOURNEY, ("apiSteps", 0, "assertions", 0, "operator"), "equals"),
        (JOURNEY, ("apiSteps", 0, "extractedValues", 0, "parser", "type"), "jsonpath"),
        (JOURNEY, ("optionsList", "tickEach"), 900),
        (JOURNEY, ("optionsList", "monitorPriority"), 6),
        ("skillforge-frontend-journey-apply-for-a-job", ("browserSteps", 0, "type"), "enterText"),
        ("skillforge-backend-journey-mobile-matches", ("mobileSteps", 0, "type"), "click"),
        ("skillforge-backend-journey-mobile-matches", ("mobileOptionsList", "mobileApplication", "referenceType"), "newest"),
        ("skillforge-backend-probe-health", ("requestDefinition", "uri"), "http://x"),
        ("skillforge-backend-probe-health", ("status",), "on"),
    ],
)
def test_a_broken_payload_is_refused(real: Catalog, name: str, path: tuple[str | int, ...], value: object) -> None:
    resource = next(each for each in of_kind(real, synthetics.TEST) if each.name == name)
    inputs = deepcopy(resource.inputs)
    place: Any = inputs
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert faults(replace(resource, inputs=inputs))


def test_the_health_of_every_service_that_datadog_collects_is_asked_every_300_seconds(real: Catalog) -> None:
    asked = {name: inputs["optionsList"]["tickEvery"] for name, inputs in made(real).items() if name.endswith("-probe-health")}
    services = ("ai-platform-api", "skillforge-frontend", "skillforge-backend", "skillforge-ai-services")
    assert asked == {f"{service}-probe-health": 300 for service in services}


def test_services_that_send_nothing_to_datadog_are_not_tried_by_it(real: Catalog) -> None:
    assert not [name for name in made(real) if name.startswith(("jac-learning", "universal-ai-tools", "platform"))]


def test_a_check_expects_status_and_latency_and_a_host_a_certificate(real: Catalog) -> None:
    tests = made(real)
    health = {(each["type"], each["operator"], each["target"]) for each in tests["skillforge-backend-probe-health"]["assertions"]}
    assert health == {("statusCode", "is", "200"), ("responseTime", "lessThan", "5000")}
    certificate = tests["skillforge-backend-certificate-api.skillforge.example.com"]
    assert certificate["assertions"] == [{"type": "certificate", "operator": "isInMoreThan", "target": "14"}]
    assert certificate["requestDefinition"]["host"] == "api.skillforge.example.com"


def test_a_host_that_several_ask_has_its_certificate_looked_at_once(real: Catalog) -> None:
    hosts = [inputs["requestDefinition"]["host"] for inputs in made(real).values() if inputs.get("subtype") == "ssl"]
    assert len(hosts) == len(set(hosts)) == 3


def test_several_statuses_and_a_body_are_expected_by_patterns(small: Catalog) -> None:
    probe = small.applications["store"].services["web"].probes["health"]
    document = synthetics.synthetic_steps.check(probe)
    found = {each["type"]: (each["operator"], each["target"]) for each in document["assertions"]}
    assert found["statusCode"] == ("matches", "^(200|204)$")
    assert found["body"] == ("matches", '"ok"')


def test_a_tcp_check_expects_a_connection(small: Catalog) -> None:
    document = synthetics.synthetic_steps.check(small.applications["store"].services["web"].probes["port"])
    assert (document["subtype"], document["requestDefinition"]["port"]) == ("tcp", "443")
    assert document["assertions"][0] == {"type": "connection", "operator": "is", "target": "established"}


def test_an_address_inside_the_cluster_is_asked_from_a_private_location_alone(real: Catalog) -> None:
    assert made(real)["skillforge-backend-probe-health"]["locations"] == [Ref(synthetics.LOCATION, "observatory-prod")]
    named = made(real, with_synthetics(private_location="pl:office-1"))
    assert named["skillforge-backend-probe-health"]["locations"] == ["pl:office-1"]
    assert not of_kind(real, synthetics.LOCATION, with_synthetics(private_location="pl:office-1"))


def test_without_a_private_location_only_the_public_is_tried(real: Catalog) -> None:
    site = with_synthetics(private_location=None)
    assert not [name for name in made(real, site) if "-probe-" in name]
    asked = {name: signal for name, signal in real.signals.items() if getattr(signal.datadog, "ingest", "") == "synthetics"}
    assert not [subject for subject in real.subjects() if any(Arrivals(real, site).has(subject, signal) for signal in asked.values())]
    assert JOURNEY in made(real, site)


def test_a_journey_fails_where_most_places_say_so(real: Catalog) -> None:
    options = made(real)[JOURNEY]["optionsList"]
    assert (options["minLocationFailed"], options["retry"]) == (2, {"count": 2, "interval": 5000})


def test_several_requests_hand_on_what_they_saved(real: Catalog) -> None:
    first, second = made(real)[JOURNEY]["apiSteps"]
    assert first["extractedValues"][0]["name"] == "TOKEN"
    assert second["requestHeaders"] == {"Authorization": "Bearer {{ TOKEN }}"}
    assert f"{{{{ {SECRET} }}}}" in first["requestDefinition"]["body"]


def test_a_browser_does_the_steps_in_their_order(real: Catalog) -> None:
    inputs = made(real)["skillforge-frontend-journey-apply-for-a-job"]
    assert inputs["requestDefinition"]["url"] == "https://skillforge.example.com/login"
    kinds = [step["type"] for step in inputs["browserSteps"]]
    assert kinds == ["typeText", "typeText", "click", "assertPageContains", "click", "assertPageContains"]
    assert inputs["browserSteps"][1]["params"]["value"] == f"{{{{ {SECRET} }}}}"


def test_a_mobile_journey_without_an_uploaded_application_is_left_out(real: Catalog) -> None:
    name = "skillforge-backend-journey-mobile-matches"
    assert name in made(real)
    assert name not in made(real, with_synthetics(mobile={}))


def test_secrets_are_asked_for_once_an_application_and_stand_in_no_file(real: Catalog) -> None:
    (variable,) = of_kind(real, synthetics.VARIABLE)
    assert variable.inputs["value"].name == "synthetics-skillforge"
    assert isinstance(variable.inputs["value"], SecretKey)
    assert (variable.inputs["secure"], variable.secrets) == (True, ("value",))
    lists = [inputs.get(key, []) for inputs in made(real).values() for key in ("configVariables", "browserVariables")]
    assert sum(map(len, lists)) == 3


def test_a_journey_is_an_alert_of_its_own_and_a_check_is_none(real: Catalog) -> None:
    tests = made(real)
    journey = tags(tests["skillforge-frontend-journey-apply-for-a-job"])
    assert (journey["alert"], journey["notifies"], journey["pages"], journey["team"]) == ("ApplyForAJobFailing", "page", "true", "talent")
    assert (journey["severity"], journey["priority"], journey["service"]) == ("warning", "P2", "frontend")
    check = tags(tests["skillforge-backend-probe-health"])
    assert "alert" not in check
    assert "notifies" not in check


def test_a_journey_that_is_the_same_symptom_has_the_alerts_key(real: Catalog) -> None:
    inputs = made(real)["skillforge-backend-journey-api-health"]
    assert tags(inputs)["alert"] == "HealthCheckDown"
    assert inputs["message"].endswith("Key: skillforge/backend/healthcheckdown")


def test_checks_carry_the_tags_by_which_their_signals_select_them(real: Catalog) -> None:
    check = tags(made(real)["skillforge-backend-probe-health"])
    assert (check["env"], check["application"], check["service"], check["probe"]) == ("prod", "skillforge", "skillforge-backend", "health")
    assert all("probe:*" in query for query in _synthetic_queries(real))


def test_a_message_says_impact_action_and_where_to_read_on(real: Catalog) -> None:
    message = made(real)[JOURNEY]["message"]
    assert "**Impact**: A user who logs in gets no matches" in message
    assert f"https://example.com/runbooks/{synthetics.RUNBOOK}.md" in message
    assert "@" not in message.replace("synthetic@example.com", "")


def test_every_journey_has_an_objective_on_its_test(real: Catalog) -> None:
    objectives = {each.name: each.inputs for each in of_kind(real, synthetics.OBJECTIVE)}
    assert set(objectives) == {name for name in made(real) if "-journey-" in name}
    assert objectives[JOURNEY]["monitorIds"] == [Ref(synthetics.TEST, JOURNEY, "monitorId")]
    assert objectives[JOURNEY]["thresholds"] == [{"timeframe": "30d", "target": 99.0}]


def test_references_lead_to_what_is_made(real: Catalog) -> None:
    everything = synthetics.resources(real, SITE)
    known = {(each.kind, each.name) for each in everything}
    assert len(known) == len(everything)
    assert all((ref.kind, ref.name) in known for each in everything for ref in refs(each.inputs))


def test_runs_count_places_devices_and_the_steps_of_multi_step_tests(real: Catalog) -> None:
    runs = {test.key: test.runs for test in synthetic_runs.tests(real, SITE)}
    assert runs["skillforge-backend-probe-health"] == 8640
    assert runs["skillforge-backend-journey-api-health"] == 3 * 8640
    assert runs[JOURNEY] == 3 * 2 * 2880
    browsers = with_synthetics(browsers=("chrome.laptop_large", "firefox.laptop_large"))
    assert {test.key: test.runs for test in synthetic_runs.tests(real, browsers)}[
        "skillforge-frontend-journey-apply-for-a-job"
    ] == 3 * 2 * 2880


def test_more_runs_than_the_budget_allows_are_a_fault_with_its_remedy(real: Catalog) -> None:
    planned = sum(test.runs for test in synthetic_runs.tests(real, SITE))
    assert not synthetic_runs.over_budget(real, with_synthetics(runs_per_month=planned), "Pulumi.prod.yaml", "budget")
    (fault,) = synthetic_runs.over_budget(real, with_synthetics(runs_per_month=planned - 1), "Pulumi.prod.yaml", "budget")
    assert (fault.file, fault.key, fault.value) == ("Pulumi.prod.yaml", "budget", str(planned - 1))
    assert f"at least {planned}" in fault.remedy
    assert "api-health" in fault.reason


def test_switched_off_nothing_is_tried_and_nothing_costs(real: Catalog) -> None:
    for site in (with_datadog(synthetics=None), replace(SITE, datadog=None)):
        assert not synthetics.resources(real, site)
        assert not synthetic_runs.over_budget(real, site, "f", "k")


def test_paused_tests_exist_and_do_not_run(real: Catalog) -> None:
    assert {inputs["status"] for inputs in made(real, with_synthetics(paused=True)).values()} == {"paused"}


@pytest.mark.parametrize(
    "broken",
    [
        {"locations": ()},
        {"locations": ("eu-central-1",)},
        {"private_location": "yes"},
        {"browsers": ("laptop",)},
        {"runs_per_month": 0},
        {"budget": 5},
    ],
)
def test_settings_that_datadog_would_refuse_are_refused(broken: dict[str, Any]) -> None:
    right: dict[str, Any] = {"runs_per_month": 1000, "locations": ("aws:eu-central-1",)}
    assert SyntheticsSettings(**right)
    with pytest.raises(ValidationError):
        SyntheticsSettings(**(right | broken))
    with pytest.raises(ValidationError):
        MobileApplication(id="skillforge", devices=("synthetics:mobile:device:iphone_15_ios_17",))


def _synthetic_queries(catalog: Catalog) -> list[str]:
    found = [signal.datadog.model_dump() for signal in catalog.signals.values()]
    return [query[form] for query in found if query.get("ingest") == "synthetics" for form in ("value", "bad", "all") if query[form]]

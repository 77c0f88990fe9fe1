import json
import re
from dataclasses import replace
from typing import Any

import pytest

from catalog.catalog import Catalog
from rendering.datadog import pipelines, security, security_routes, workloads
from rendering.resource import Resource
from rendering.site import Site
from tests.rendering.datadog.log_search import Record, matches, processed
from tests.rendering.datadog.logs_as_sent import faults
from tests.rendering.datadog.sending import sending


@pytest.fixture(scope="module")
def found(real: Catalog, site: Site) -> list[Resource]:
    there = sending(site)
    return [*security.resources(real, there), *security_routes.resources(real, there), *workloads.resources(real, there)]


@pytest.fixture(scope="module")
def rules(found: list[Resource]) -> dict[str, dict[str, Any]]:
    return {each.name: json.loads(each.inputs["json"]) for each in found if each.kind == security.RULE}


@pytest.fixture(scope="module")
def routes(found: list[Resource]) -> dict[str, dict[str, Any]]:
    return {each.name: each.inputs for each in found if each.kind == security_routes.NOTIFICATION}


@pytest.fixture(scope="module")
def logged(real: Catalog, site: Site) -> Resource:
    return next(each for each in pipelines.resources(real, sending(site)) if each.name == "skillforge")


def event(logged: Resource, name: str, **attributes: object) -> Record:
    pod = {"kube_namespace": "skillforge", "service": "skillforge-backend", "env": "prod", "status": "info", "source": "python"}
    return processed(logged, pod | {"@event": name} | {f"@{key}": value for key, value in attributes.items()})


def test_every_payload_is_one_that_datadogs_own_models_take(found: list[Resource]) -> None:
    assert {each.kind for each in found} == {
        security.RULE, security_routes.SUPPRESSION, security_routes.NOTIFICATION,
        workloads.POLICY, workloads.AGENT_RULE, workloads.CLOUD_RULE,
    }  # fmt: skip
    assert [fault for each in found for fault in faults(each)] == []


def test_all_of_it_is_the_accounts(found: list[Resource]) -> None:
    assert all(each.account_wide for each in found)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"options": {"detectionMethod": "guess"}}, "guess is none of SecurityMonitoringRuleDetectionMethod"),
        ({"options": {"evaluationWindow": 240}}, "240 is none of SecurityMonitoringRuleEvaluationWindow"),
        ({"options": {"newValueOptions": {"learningMode": "duration"}}}, "learningMode is unknown"),
        ({"cases": [{"status": "urgent"}]}, "urgent is none of SecurityMonitoringRuleSeverity"),
        ({"queries": [{"query": "*", "aggregation": "avg"}]}, "avg is none of SecurityMonitoringRuleQueryAggregation"),
        ({"enabled": True}, "enabled is unknown"),
        ({"type": "log"}, "log is none of SecurityMonitoringRuleTypeCreate"),
        ({"message": 5}, "Required value type is str"),
    ],
)
def test_a_broken_rule_is_refused(found: list[Resource], change: dict[str, Any], told: str) -> None:
    whole = next(each for each in found if each.kind == security.RULE)
    broken = json.loads(whole.inputs["json"]) | change
    assert any(told in fault for fault in faults(replace(whole, inputs={"json": json.dumps(broken)})))


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        (security_routes.NOTIFICATION, {"selectors": {"triggerSource": "signals"}}, "signals is none of TriggerSource"),
        (security_routes.NOTIFICATION, {"channels": []}, "channels is unknown"),
        (security_routes.SUPPRESSION, {"expires": "never"}, "expires is unknown"),
        (workloads.AGENT_RULE, {"action": []}, "action is unknown"),
        (workloads.POLICY, {"enabled": "yes"}, "Required value type is bool"),
        (workloads.CLOUD_RULE, {"severity": "severe"}, "severe is none of SecurityMonitoringRuleSeverity"),
    ],
)
def test_another_broken_payload_is_refused(found: list[Resource], kind: str, change: dict[str, Any], told: str) -> None:
    whole = next(each for each in found if each.kind == kind)
    assert any(told in fault for fault in faults(replace(whole, inputs=whole.inputs | change)))


def test_more_than_a_hundred_failed_logins_in_five_minutes_are_a_signal_of_the_security_team(
    rules: dict[str, dict[str, Any]], real: Catalog
) -> None:
    rule = rules["skillforge-backend-FailedLoginsHigh"]
    assert real.applications["skillforge"].services["backend"].alerts["FailedLoginsHigh"].above == 100
    assert rule["cases"] == [{"name": "", "status": "critical", "notifications": [], "condition": "events > 100"}]
    assert rule["options"]["evaluationWindow"] == 300
    assert {"team:security-team", "application:skillforge", "service:backend", "alert:FailedLoginsHigh", "priority:P1"} <= set(rule["tags"])
    assert "FailedLoginsHigh.md" in rule["message"]


def test_a_rule_that_repeats_an_alert_does_not_page_besides_it(rules: dict[str, dict[str, Any]]) -> None:
    repeated = {name for name, rule in rules.items() if any(tag.startswith("alert:") for tag in rule["tags"])}
    assert repeated == {f"skillforge-backend-{name}" for name in ("FailedLoginsHigh", "SuspiciousBehaviour", "SecurityBreach")}
    assert not any("pages:true" in rules[name]["tags"] for name in repeated)


def test_what_datadog_alone_sees_and_cannot_wait_pages(rules: dict[str, dict[str, Any]]) -> None:
    paging = {name for name, rule in rules.items() if "pages:true" in rule["tags"]}
    alone = {name for name, rule in rules.items() if not any(tag.startswith("alert:") for tag in rule["tags"])}
    assert paging == {name for name in alone if rules[name]["cases"][0]["status"] == "critical"}
    assert "guessed-password" in paging


def test_rules_find_the_events_that_pipelines_make(rules: dict[str, dict[str, Any]], logged: Resource) -> None:
    def queries(name: str) -> list[str]:
        return [query["query"] for query in rules[name]["queries"]]

    failed = event(logged, "authentication_failure", user_id="u1")
    succeeded = event(logged, "authentication_success", user_id="u1")
    assert matches(queries("skillforge-backend-FailedLoginsHigh")[0], failed)
    assert [matches(query, failed) for query in queries("guessed-password")] == [True, False]
    assert [matches(query, succeeded) for query in queries("guessed-password")] == [False, True]
    assert matches(queries("impossible-travel")[0], succeeded)
    assert matches(queries("privileges-in-applications")[0], event(logged, "privilege_change", user_id="u1"))
    assert not any(matches(query, event(logged, "registration")) for name in rules for query in queries(name))


def test_travel_and_new_countries_are_judged_by_user_and_place(rules: dict[str, dict[str, Any]], logged: Resource) -> None:
    travel, country = rules["impossible-travel"], rules["unusual-country"]
    assert travel["queries"][0] | {"query": ""} == {
        "name": "logins", "query": "", "dataSource": "logs", "groupByFields": ["@usr.id"], "distinctFields": [],
        "aggregation": "geo_data", "metrics": ["@network.client.geoip"],
    }  # fmt: skip
    assert "evaluationWindow" not in travel["options"]
    assert country["queries"][0]["metrics"] == ["@network.client.geoip.country.iso_code"]
    steps = {kind: body for each in logged.inputs["processors"] for kind, body in each.items()}
    assert steps["geoIpParser"]["target"] == "network.client.geoip"
    assert "@usr.id" in event(logged, "authentication_success", user_id="u1")


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"@evt.name": "CreateAccessKey"}, True),
        ({"@evt.name": "AttachRolePolicy", "@requestParameters.policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}, True),
        ({"@evt.name": "AttachRolePolicy", "@requestParameters.policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, False),
        ({"@evt.name": "CreateAccessKey", "@errorCode": "AccessDenied"}, False),
        ({"@evt.name": "DescribeInstances"}, False),
    ],
)
def test_privileges_changed_in_aws_are_seen_and_deployments_are_not(
    rules: dict[str, dict[str, Any]], change: Record, *, seen: bool
) -> None:
    queries = [query["query"] for query in rules["privileges-in-aws"]["queries"]]
    assert any(matches(query, {"source": "cloudtrail"} | change) for query in queries) is seen


def test_conditions_name_the_rules_own_queries_and_titles_what_they_group_by(rules: dict[str, dict[str, Any]]) -> None:
    for name, rule in rules.items():
        condition = rule["cases"][0].get("condition", "")
        assert set(re.findall(r"[a-z]+", condition)) <= {query["name"] for query in rule["queries"]}, name
        grouped = {field for query in rule["queries"] for field in query["groupByFields"]}
        assert set(re.findall(r"\{\{(.+?)\}\}", rule["name"])) <= grouped, name


def test_journeys_users_travel_without_a_signal(found: list[Resource], logged: Resource) -> None:
    (suppression,) = [each.inputs for each in found if each.kind == security_routes.SUPPRESSION]
    query = suppression["dataExclusionQuery"]
    assert matches(query, event(logged, "authentication_success", email="synthetic@example.com"))
    assert not matches(query, event(logged, "authentication_success", email="anna@example.com"))


def test_every_severity_of_signal_reaches_the_security_team_once(routes: dict[str, dict[str, Any]]) -> None:
    for severity in ("critical", "high", "medium", "low"):
        for pages in (True, False):
            record = {"pages": "true"} if pages else {}
            heard = [
                name
                for name, route in routes.items()
                if route["selectors"]["triggerSource"] == "security_signals"
                and severity in route["selectors"]["severities"]
                and (not route["selectors"]["query"] or matches(route["selectors"]["query"], record))
            ]
            assert len(heard) == 1 or (severity, pages) == ("high", True), (severity, pages, heard)


def test_only_signals_that_page_call_somebody_and_the_rest_is_a_message(routes: dict[str, dict[str, Any]], real: Catalog) -> None:
    channel = real.teams["security-team"].slack
    assert [name for name, route in routes.items() if any("pagerduty" in target for target in route["targets"])] == ["pages"]
    assert routes["urgent"]["targets"] == [f"@slack-example-{next(iter(channel.values())).removeprefix('#')}"]
    assert all(target.startswith("@") for route in routes.values() for target in route["targets"])
    assert all(route["timeAggregation"] == 0 or 900 <= route["timeAggregation"] <= 86400 for route in routes.values())


def test_the_security_team_is_written_to_where_no_channel_is_open(real: Catalog, quiet_site: Site) -> None:
    there = security_routes.resources(real, sending(quiet_site))
    told = {target for each in there if each.kind == security_routes.NOTIFICATION for target in each.inputs["targets"]}
    assert told == {"@security-team@example.com"}


def test_each_thing_that_agents_watch_for_has_its_signal(found: list[Resource], rules: dict[str, dict[str, Any]]) -> None:
    watched = [each for each in found if each.kind == workloads.AGENT_RULE]
    (policy,) = [each for each in found if each.kind == workloads.POLICY]
    assert policy.inputs["hostTagsLists"] == [["env:prod"], ["env:dev"]]
    assert len(watched) == len(workloads.WATCHES) >= 5
    for each in watched:
        assert each.inputs["policyId"] == policy.ref
        assert rules[each.name]["type"] == "workload_security"
        assert rules[each.name]["queries"][0]["query"] == f"@agent.rule_id:{each.name}"
        assert each.inputs["expression"].count('"') % 2 == 0
        assert each.inputs["expression"].count("(") == each.inputs["expression"].count(")")


def test_managed_services_are_examined_only_where_an_application_here_has_them(found: list[Resource], small: Catalog, site: Site) -> None:
    examined = {each.inputs["resourceType"] for each in found if each.kind == workloads.CLOUD_RULE}
    assert examined == {"aws_rds_instance", "aws_elasticache_replication_group"}
    assert not [each for each in workloads.resources(small, sending(site)) if each.kind == workloads.CLOUD_RULE]


def test_switches_remove_their_part_and_nothing_else(real: Catalog, site: Site, found: list[Resource]) -> None:
    def kinds(there: Site) -> set[str]:
        return {each.kind for each in workloads.resources(real, there)}

    assert kinds(sending(site, cws=False)) == {workloads.CLOUD_RULE}
    assert workloads.CLOUD_RULE not in kinds(sending(site, posture=False))
    off = sending(site, cws=False, posture=False)
    assert not kinds(off)
    kept = [*security.resources(real, off), *security_routes.resources(real, off)]
    assert [each for each in kept if each not in found] == []
    assert not [*security.resources(real, site), *security_routes.resources(real, site), *workloads.resources(real, site)]


@pytest.mark.parametrize(("asked", "given"), [(60, 60), (240, 300), (300, 300), (5400, 7200), (86400, 86400)])
def test_a_window_is_the_shortest_that_covers_what_was_asked(asked: float, given: int) -> None:
    assert security.window(asked) == given


def test_a_window_longer_than_a_day_is_refused() -> None:
    with pytest.raises(ValueError, match="a day at the most"):
        security.window(90000)

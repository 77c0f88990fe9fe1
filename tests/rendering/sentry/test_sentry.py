"""What the catalog means to Sentry: projects, keys, and alerts that its API takes, for all four applications."""

import copy
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from catalog.catalog import Catalog
from rendering.resource import Lookup, Ref, Resource, text
from rendering.sentry import everything, places, projects
from rendering.sentry.places import ISSUE_ALERT, KEY, METRIC_ALERT, PROJECT, TEAM, Organization
from rendering.sentry.settings import SentryContent
from tests.rendering.sentry import judge
from tests.stacks.real import prepared

SERVICES = {
    "skillforge": {"frontend", "backend", "ai-services"},
    "ai-platform": {"api"},
    "jac-learning": {"frontend", "backend", "celery"},
    "universal-ai-tools": {
        *("api-gateway", "llm-router", "assistantd", "auth-service", "memory-service", "chat-service", "ml-inference"),
    },
}
CONTENT = SentryContent.model_validate(
    {
        "organization": "company",
        "security_team": "security-team",
        "slack": "company",
        "pagerduty": {"account": "company", "services": {"talent": "11", "security-team": "12"}},
        "jira": {"account": "jira", "issue_type": "10001", "projects": {"talent": "10000"}},
    }
)


def organization(**changes: Any) -> Organization:  # noqa: ANN401  any field
    return replace(Organization(CONTENT, "prod", ours=True, slack=True, pagerduty=True, jira=True), **changes)


def catalog() -> Catalog:
    return prepared("prod").catalog


@cache
def rendered(**changes: Any) -> tuple[Resource, ...]:  # noqa: ANN401  any field
    return everything.resources(catalog(), organization(**changes))


def of(kind: str, **changes: Any) -> dict[str, dict[str, Any]]:  # noqa: ANN401  any field
    return {each.name: each.inputs for each in rendered(**changes) if each.kind == kind}


def numbered(value: Any) -> Any:  # noqa: ANN401  JSON of any shape
    """With the numbers that Sentry would have answered."""
    if isinstance(value, Ref | Lookup):
        return 7 if isinstance(value, Lookup) and value.number else "7"
    if isinstance(value, dict):
        return {key: numbered(part) for key, part in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return [numbered(part) for part in value] if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType]


def test_every_application_has_its_projects_with_an_owner_and_a_platform() -> None:
    found = of(PROJECT)
    assert set(found) == {f"{application}-{service}" for application, services in SERVICES.items() for service in services}
    for name, project in found.items():
        assert project["slug"] == name
        assert [team.name for team in project["teams"]][1] == "security-team"
    assert found["skillforge-backend"]["teams"][0] == Ref(TEAM, "talent", "slug")
    platforms = {name: project["platform"] for name, project in found.items()}
    assert platforms["jac-learning-frontend"] == "javascript-react"
    assert platforms["jac-learning-backend"] == "python-django"
    assert platforms["universal-ai-tools-llm-router"] == "rust"
    assert platforms["universal-ai-tools-api-gateway"] == "go"


def test_teams_and_projects_belong_to_the_one_stack_and_keys_and_rules_to_each() -> None:
    kinds = {each.kind for each in rendered(ours=False, environment="dev")}
    assert kinds == {KEY, ISSUE_ALERT, METRIC_ALERT}
    dev = of(ISSUE_ALERT, ours=False, environment="dev")
    assert {rule["environment"] for rule in dev.values()} == {"dev"}
    assert {rule["name"] for rule in dev.values()}.isdisjoint(rule["name"] for rule in of(ISSUE_ALERT).values())
    mail = dev["skillforge-backend.critical"]["actions"][0]
    assert mail["targetIdentifier"] == Lookup(places.GET_TEAM, (("organization", "company"), ("slug", "talent")), "internalId")
    assert of(KEY, ours=False, environment="dev")["skillforge-backend"]["name"] == "dev"


def test_everything_of_a_project_comes_after_it() -> None:
    for each in rendered():
        if each.kind in {KEY, ISSUE_ALERT, METRIC_ALERT}:
            assert each.after == (Ref(PROJECT, each.name.partition(".")[0]),), each.name


def test_all_that_a_key_answers_is_secret() -> None:
    (key,) = (each for each in rendered() if each.kind == KEY and each.name == "skillforge-backend")
    assert {"dsnPublic", "dsnSecret", "dsnCsp", "secret", "public"} <= set(key.secrets)


def test_each_project_has_rules_that_are_critical_of_a_release_of_performance_and_of_security() -> None:
    rules = of(ISSUE_ALERT)
    for application, services in SERVICES.items():
        for service in services:
            names = {name.partition(".")[2] for name in rules if name.partition(".")[0] == f"{application}-{service}"}
            assert names == {"critical", "critical-by-users", "release", "performance", "security"}


def test_every_rule_is_one_that_sentry_takes() -> None:
    for name, rule in of(ISSUE_ALERT).items():
        assert judge.issue_alert(numbered(rule)) == [], name
    for name, rule in of(METRIC_ALERT).items():
        assert judge.metric_alert(numbered(rule)) == [], name


def broken(rule: dict[str, Any], place: str, value: object) -> dict[str, Any]:
    """The rule with another value at a place, as `filters.0.level`."""
    found = copy.deepcopy(numbered(rule))
    here: Any = found
    *path, last = place.split(".")
    for step in path:
        here = here[int(step) if step.isdigit() else step]
    here[last] = value
    return found


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        ("conditions.0.id", "sentry.rules.conditions.first_seen_event.FirstSeen", "Sentry has no"),
        ("filters.0.level", "fatal", "LevelFilter.level is 'fatal'"),
        ("actions.1.channel", "skillforge", "channel is 'skillforge'"),
        ("actions.2.urgency", "high", "has no urgency"),
        ("actions", [], "no actions"),
        ("frequency", 1, "frequency 1"),
        ("filterMatch", "some", "unknown match"),
        ("name", "x" * 65, "more than 64"),
    ],
)
def test_the_judge_of_issue_alerts_sees_what_is_wrong(place: str, value: object, complaint: str) -> None:
    told = judge.issue_alert(broken(of(ISSUE_ALERT)["skillforge-backend.critical"], place, value))
    assert any(complaint in each for each in told), told


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        ("triggers.0.actions", [], "Each trigger must have"),
        ("triggers.0.label", "warning", "triggers are critical"),
        ("eventTypes", ["error"], "has no events"),
        ("aggregate", "p95(duration)", "nobody computes"),
        ("timeWindow", 0, "a window of 0"),
        ("resolveThreshold", 10**9, "ends above"),
    ],
)
def test_the_judge_of_metric_alerts_sees_what_is_wrong(place: str, value: object, complaint: str) -> None:
    told = judge.metric_alert(broken(of(METRIC_ALERT)["skillforge-backend.ApiLatencyHigh"], place, value))
    assert any(complaint in each for each in told), told


def test_thresholds_are_the_catalogs_in_sentrys_units() -> None:
    rules = of(METRIC_ALERT)

    def limit(name: str) -> tuple[str, str, float, int]:
        rule = rules[name]
        return rule["aggregate"], rule["query"], rule["triggers"][0]["alertThreshold"], rule["timeWindow"]

    assert limit("skillforge-backend.HighErrorRate") == ("count()", "", 3000, 5), "10/s, over five minutes"
    server = "transaction.op:http.server"
    assert limit("skillforge-backend.ApiLatencyHigh") == ("p95(transaction.duration)", server, 2000, 5)
    assert limit("skillforge-backend.ErrorRatioHigh") == ("failure_rate()", server, 0.05, 5)
    assert limit("ai-platform-api.LatencyHigh")[2] == 1000
    assert limit("universal-ai-tools-api-gateway.HighErrorRate") == ("count()", "", 30, 5), "0.1/s, over five minutes"
    for application in SERVICES:
        assert any(name.startswith(f"{application}-") for name in rules), application


def test_who_pages_elsewhere_is_only_shown_here() -> None:
    for name, rule in of(METRIC_ALERT).items():
        assert {action["type"] for trigger in rule["triggers"] for action in trigger["actions"]} == {"email"}, name


def kinds(rule: dict[str, Any]) -> list[str]:
    return [action["id"].rpartition(".")[2].removesuffix("Action") for action in rule["actions"]]


def test_what_is_critical_calls_the_owners_and_what_is_not_opens_a_ticket() -> None:
    rules = of(ISSUE_ALERT)
    assert kinds(rules["skillforge-backend.critical"]) == ["NotifyEmail", "SlackNotifyService", "PagerDutyNotifyService"]
    assert kinds(rules["skillforge-backend.release"]) == ["NotifyEmail", "SlackNotifyService", "JiraCreateTicket"]
    assert kinds(rules["jac-learning-backend.critical"]) == ["NotifyEmail", "SlackNotifyService"], "no service of theirs is named"
    security = rules["jac-learning-backend.security"]
    assert security["actions"][1]["channel"] == "#security-critical"
    assert security["actions"][2]["service"] == "12"
    assert {"SuspiciousOperation", "csp", "security_breach"} <= {each["value"] for each in security["filters"]}


def test_a_way_that_is_closed_in_the_environment_is_left_out() -> None:
    rules = of(ISSUE_ALERT, slack=False, pagerduty=False, jira=False)
    assert {kind for rule in rules.values() for kind in kinds(rule)} == {"NotifyEmail"}


def test_integrations_are_looked_up_by_name_once_each() -> None:
    asked = {
        action[key]
        for rule in of(ISSUE_ALERT).values()
        for action in rule["actions"]
        for key in ("workspace", "account", "integration")
        if key in action
    }
    assert {dict(each.arguments)["providerKey"] for each in asked} == {"slack", "pagerduty", "jira"}
    assert len(asked) == 3


def test_a_file_says_what_is_looked_up_and_by_what_name() -> None:
    (rule,) = (each for each in rendered() if each.name == "skillforge-backend.critical")
    assert "<getSentryOrganizationIntegration company slack company internalId>" in text(rule)
    assert "<SentryTeam talent internalId>" in text(rule)


def test_two_resources_of_one_name_are_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    twice = projects.resources(catalog(), organization())

    def doubled(*_: object) -> list[Resource]:
        return [*twice, *twice]

    monkeypatch.setattr(projects, "resources", doubled)
    with pytest.raises(ValueError, match="two resources are"):
        everything.resources(catalog(), organization())

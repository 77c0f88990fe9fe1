"""What the catalog means in PagerDuty: what its API takes, made or found as the settings say, and the page that tells people of it."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.catalog import Catalog
from catalog.people import MaintenanceWindow, Rotation
from rendering.cloudwatch import incidents
from rendering.cloudwatch.everything import resources as everything_of_cloudwatch
from rendering.datadog import webhooks
from rendering.documents import render
from rendering.pagerduty import everything, page, people, services
from rendering.pagerduty.settings import EVENTS, Account, JiraSettings, SlackSettings
from rendering.resource import Lookup, Resource, refs
from rendering.site import DatadogSite, Site
from stacks.program import ROOT
from tests.rendering.cloudwatch import sites as cloudwatch
from tests.rendering.pagerduty import pcl, rest
from tests.rendering.reading import read

SLACK = SlackSettings(workspace_id="T0123ABCD", channels={"#skillforge-critical": "C0123ABCD"})
JIRA = JiraSettings.model_validate(
    {
        "account_mapping": "PLBP09X",
        "issue_type": {"id": "1", "name": "Incident"},
        "triggered": {"id": "1", "name": "To do"},
        "projects": {"SKILL": {"id": "1", "name": "Skillforge"}},
    }
)
WHOLE = Account("prod", owns=True, people="made", scheduled_conditions=True, acknowledged_for=1800, slack=SLACK, jira=JIRA)
FOUND = replace(WHOLE, people="found", slack=None, jira=None)


def kinds(resources: list[Resource]) -> Counter[str]:
    return Counter(each.kind.rpartition(":")[2] for each in resources)


def test_every_resource_is_what_the_api_takes(real: Catalog) -> None:
    for account in (WHOLE, FOUND, replace(FOUND, owns=False), replace(WHOLE, scheduled_conditions=False)):
        found = everything.resources(real, account)
        assert [fault for each in found for fault in rest.complaints(each)] == []
        known = {(each.kind, each.name) for each in found}
        assert len(known) == len(found)
        assert {(ref.kind, ref.name) for each in found for ref in refs(each.inputs)} <= known, "nothing refers to what is not there"


BROKEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "a level at once": ("escalationPolicy:EscalationPolicy", {"rules": []}, "rules"),
    "too many loops": ("escalationPolicy:EscalationPolicy", {"numLoops": 10}, "numLoops"),
    "a stroke in a name": ("escalationPolicy:EscalationPolicy", {"name": "a/b"}, "name"),
    "an unknown zone": ("schedule:Schedule", {"timeZone": "Mars/Olympus"}, "timeZone"),
    "a wrong condition": (
        "eventOrchestrationRouter:EventOrchestrationRouter",
        {
            "set": {
                "id": "start",
                "rules": [{"label": "x", "conditions": [{"expression": "event.group = 'x'"}], "actions": {"routeTo": "P1"}}],
            }
        },
        "expression",
    ),
    "a set that is not the first": ("eventOrchestrationRouter:EventOrchestrationRouter", {"set": {"id": "other", "rules": []}}, "set.id"),
    "an unknown field": ("service:Service", {"urgency": "high"}, "urgency"),
    "no beginning in Slack": (
        "slackConnection:SlackConnection",
        {"configs": [{"events": ["incident.resolved"], "priorities": []}]},
        "triggered",
    ),
    "an unknown role": ("user:User", {"role": "king"}, "role"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_table_refuses_what_the_api_would(real: Catalog, name: str) -> None:
    kind, change, told = BROKEN[name]
    one = next(each for each in everything.resources(real, WHOLE) if each.kind.endswith(kind))
    assert told in "\n".join(rest.complaints(replace(one, inputs={**one.inputs, **change})))


def test_people_are_found_unless_the_account_is_ours_to_fill(real: Catalog) -> None:
    ours, theirs = everything.resources(real, WHOLE), everything.resources(real, replace(WHOLE, owns=False))
    assert {"User", "Team", "TeamMembership", "Schedule"} <= kinds(ours).keys()
    assert {"User", "Team", "TeamMembership", "Schedule"}.isdisjoint(kinds(theirs).keys())
    mine = everything.resources(real, FOUND)
    assert kinds(mine)["Schedule"] == 6, "a schedule is nobody's login: the stack that owns it makes it"
    assert {"User", "Team", "TeamMembership"}.isdisjoint(kinds(mine).keys())
    policy = next(each for each in theirs if each.name == "skillforge.critical")
    first = policy.inputs["rules"][0]["targets"][0]["id"]
    assert first == Lookup(people.FOUND_SCHEDULE, (("name", "talent-on-call"),), "id")


def test_a_schedule_is_the_rota_of_the_catalog(real: Catalog) -> None:
    found = next(each.inputs for each in everything.resources(real, WHOLE) if each.name == "talent-on-call")
    (layer,) = found["layers"]
    assert found["timeZone"] == "Europe/Berlin"
    assert (layer["start"], layer["rotationTurnLengthSeconds"]) == ("2026-01-05T09:00:00+01:00", 7 * 24 * 3600)
    assert [ref.name for ref in layer["users"]] == ["talent-first@example.com", "talent-second@example.com", "talent-third@example.com"]


@pytest.mark.parametrize(
    ("zone", "since", "begins"),
    [
        ("UTC", "2026-01-05", "2026-01-05T09:00:00+00:00"),
        ("Europe/Berlin", "2026-07-06", "2026-07-06T09:00:00+02:00"),
        ("America/New_York", "2026-01-05", "2026-01-05T09:00:00-05:00"),
    ],
)
def test_turns_begin_at_a_clock_on_the_wall(zone: str, since: str, begins: str) -> None:
    rotation = Rotation.model_validate({"members": ["a@example.com"], "since": since, "handoff": "09:00", "timezone": zone, "turn": "1w"})
    assert people.begins(rotation) == begins


@pytest.mark.parametrize(
    ("window", "inside", "outside"),
    [
        (
            {"days": ["sunday"], "start": "03:00", "end": "05:00"},
            ["2026-03-08T03:00", "2026-03-08T04:59"],
            ["2026-03-08T05:00", "2026-03-09T03:30"],
        ),
        (
            {"days": ["friday"], "start": "22:00", "end": "02:00", "timezone": "Europe/Berlin"},
            ["2026-03-06T21:30", "2026-03-07T00:30", "2026-07-03T20:30"],
            ["2026-03-06T20:30", "2026-03-07T01:30", "2026-03-07T21:30"],
        ),
    ],
)
def test_a_window_is_the_same_time_for_pagerduty(window: dict[str, Any], inside: list[str], outside: list[str]) -> None:
    condition = services.schedule(MaintenanceWindow.model_validate(window))
    for moments, quiet in ((inside, True), (outside, False)):
        for moment in moments:
            assert pcl.holds(condition, {}, datetime.fromisoformat(moment).replace(tzinfo=UTC)) is quiet, moment


def test_windows_stand_in_pagerduty_only_where_the_account_knows_the_time_of_day(real: Catalog) -> None:
    for account, quiet in ((WHOLE, True), (replace(WHOLE, scheduled_conditions=False), False)):
        rules = {each.name: each.inputs for each in everything.resources(real, account) if each.kind == services.RULES}
        assert ("now in" in str(rules["skillforge"])) is quiet
        assert "now in" not in str(rules["skillforge.security-team"]), "security is part of nobody's window"


def test_a_window_of_some_services_concerns_those_alone(real: Catalog) -> None:
    ours = real.applications["skillforge"]
    window = ours.maintenance["weekly"].model_copy(update={"services": ("backend",)})
    changed = replace(real, applications={**real.applications, "skillforge": ours.model_copy(update={"maintenance": {"weekly": window}})})
    rules = next(each.inputs for each in everything.resources(changed, WHOLE) if each.kind == services.RULES and each.name == "skillforge")
    (condition,) = rules["sets"][0]["rules"][0]["conditions"]
    sunday = datetime(2026, 3, 8, 4, tzinfo=UTC)
    for component, quiet in (("skillforge/backend", True), ("skillforge/frontend", False), (None, False)):
        assert pcl.holds(condition["expression"], {"event": {"component": component}}, sunday) is quiet


def test_company_hears_where_the_settings_give_it_an_address(real: Catalog) -> None:
    found = {each.kind.rpartition(":")[2]: each for each in everything.resources(real, WHOLE)}
    assert (found["SlackConnection"].name, found["SlackConnection"].inputs["channelId"]) == ("talent", "C0123ABCD")
    assert found["JiraCloudAccountMappingRule"].name == "skillforge"
    assert {"SlackConnection", "JiraCloudAccountMappingRule"}.isdisjoint(kinds(everything.resources(real, FOUND)))


def test_an_account_in_europe_is_told_there_by_every_sender(real: Catalog, site: Site) -> None:
    europe = replace(site, pagerduty=True, pagerduty_events=EVENTS["eu"])
    assert read(render(real, europe).alertmanager["alertmanager.yaml"])["global"]["pagerduty_url"] == EVENTS["eu"]
    assert (
        "pagerduty_url"
        not in read(render(real, replace(europe, pagerduty_events=EVENTS["us"])).alertmanager["alertmanager.yaml"])["global"]
    )
    hooks = [
        each.inputs["url"]
        for each in webhooks.resources(real, replace(europe, datadog=DatadogSite("datadoghq.eu")))
        if each.kind == webhooks.WEBHOOK
    ]
    told = replace(cloudwatch.site(), pagerduty_events=EVENTS["eu"])
    calls = [each.inputs for each in everything_of_cloudwatch(real, told) if each.kind == incidents.DESTINATION]
    assert set(hooks) == {each["invocationEndpoint"] for each in calls} == {EVENTS["eu"]}


def test_the_page_of_people_tells_what_the_catalog_says(real: Catalog) -> None:
    """`make check` compares all that is made; this is the page alone."""
    text = (ROOT / "docs" / "people.md").read_text()
    assert page.filled(text, real) == text, "run make generate"
    assert "| talent | skillforge | critical | all others | at once on-call; after 5m engineering-manager and on-call;" in text
    with pytest.raises(ValueError, match="generated: roles"):
        page.filled(text.replace("<!-- generated: roles -->", ""), real)


@pytest.mark.parametrize(
    "text", ["event.group = 'x'", "event.group matches x", "now in Sunday 03:00 to 05:00 UTC", "group matches 'x'", ""]
)
def test_the_reader_of_conditions_refuses_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no condition"):
        pcl.holds(text, {"event": {}}, datetime.now(UTC))

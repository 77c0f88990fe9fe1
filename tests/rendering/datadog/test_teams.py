"""Teams are the account's; rules lead each monitor that tells something to its team, and every way there is open."""

from dataclasses import replace

import pytest

from catalog.catalog import Catalog
from rendering.datadog import everything, messages, monitors, routes, slos, synthetics, teams, webhooks
from rendering.resource import Resource, refs
from rendering.site import Site
from tests.rendering.datadog.monitors_as_sent import faults
from tests.rendering.datadog.sites import SITE, with_datadog

LOUD = ("notifies:page", "notifies:standby", "notifies:message")


@pytest.fixture(scope="module")
def told(real: Catalog) -> list[Resource]:
    return [*monitors.resources(real, SITE), *slos.resources(real, SITE), *synthetics.resources(real, SITE)]


def test_every_team_of_the_catalog_is_one_of_the_accounts_with_links(real: Catalog) -> None:
    made = teams.resources(real, SITE)
    assert {each.inputs["handle"] for each in made if each.kind == teams.TEAM} == set(real.teams)
    assert all(each.account_wide for each in made)
    linked = {ref.name for each in made if each.kind == teams.LINK for ref in refs(each.inputs)}
    assert linked == set(real.teams)


def test_teams_are_left_to_the_stack_that_owns_the_account(real: Catalog) -> None:
    kinds = {each.kind for each in everything.resources(real, with_datadog(account_wide=False))}
    assert not kinds & {teams.TEAM, teams.LINK}
    assert routes.RULE in kinds


def test_each_that_tells_something_meets_exactly_one_rule(real: Catalog, told: list[Resource]) -> None:
    rules = [set(each.inputs["filter"]["tags"]) for each in routes.resources(real, SITE, told)]
    loud = [each for each in told if set(each.inputs.get("tags", ())) & set(LOUD)]
    assert loud
    for resource in loud:
        met = [rule for rule in rules if rule <= set(resource.inputs["tags"])]
        assert len(met) == 1, f"{resource.name} meets {len(met)} rules"


def test_what_only_shows_meets_no_rule(real: Catalog, told: list[Resource]) -> None:
    rules = [set(each.inputs["filter"]["tags"]) for each in routes.resources(real, SITE, told)]
    quiet = [each for each in told if not set(each.inputs.get("tags", ())) & set(LOUD)]
    assert quiet
    assert not [each.name for each in quiet if any(rule <= set(each.inputs.get("tags", ())) for rule in rules)]


def test_a_standby_opens_the_teams_incident_and_closes_it(real: Catalog, told: list[Resource]) -> None:
    (rule,) = [each for each in routes.resources(real, SITE, told) if each.name == "talent.critical.standby"]
    alert, recovery = rule.inputs["conditionalRecipients"]["conditions"]
    assert alert == {"scope": "transition_type:is_alert", "recipients": ["webhook-pagerduty-talent", "slack-company-skillforge-critical"]}
    assert recovery["recipients"] == ["webhook-pagerduty-talent-resolve", "slack-company-skillforge-critical"]


def test_every_webhook_that_a_rule_calls_is_there(real: Catalog, told: list[Resource]) -> None:
    there = {each.inputs["name"] for each in webhooks.resources(real, SITE) if each.kind == webhooks.WEBHOOK}
    called = {
        handle.removeprefix("webhook-")
        for each in routes.resources(real, SITE, told)
        for case in each.inputs["conditionalRecipients"]["conditions"]
        for handle in case["recipients"]
        if handle.startswith("webhook-")
    }
    assert called
    assert called <= there


def test_a_team_without_an_open_way_is_mailed(real: Catalog, told: list[Resource]) -> None:
    closed = replace(SITE, pagerduty=False, slack=False)
    for rule in routes.resources(real, closed, told):
        name = rule.name.partition(".")[0]
        assert rule.inputs["conditionalRecipients"]["fallbackRecipients"] == [real.teams[name].email]


def test_a_message_calls_nobody(real: Catalog) -> None:
    found = messages.handles("talent", real.teams["talent"], next(iter(real.teams["talent"].slack)), "message", SITE)
    assert found == ["slack-company-skillforge-critical"]


def test_datadogs_models_take_all_of_it(real: Catalog, told: list[Resource]) -> None:
    made = [*teams.resources(real, SITE), *routes.resources(real, SITE, told)]
    assert [fault for resource in made for fault in faults(resource)] == []
    broken = Resource(
        routes.RULE, "broken", made[-1].inputs | {"conditionalRecipients": {"conditions": [{"scope": "transition_type:is_alert"}]}}
    )
    assert faults(broken)


def test_nothing_is_rendered_where_datadog_is_off(real: Catalog, site: Site) -> None:
    assert not teams.resources(real, site)
    assert not everything.resources(real, site)

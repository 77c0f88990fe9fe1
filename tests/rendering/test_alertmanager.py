"""Each alert has one way to the people it is for; groups never merge two services; no secret stands in the text."""

import re
from typing import Any

from catalog.catalog import Catalog
from rendering.documents import Rendered, render
from rendering.site import Site
from tests.rendering.reading import alert, alertmanager, routes, rules

MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"(.*)"')


def matches(labels: dict[str, str], matchers: list[str]) -> bool:
    for matcher in matchers:
        found = MATCHER.fullmatch(matcher)
        assert found, matcher
        value = labels.get(found[1], "")
        equal = value == found[3] if "~" not in found[2] else bool(re.fullmatch(found[3], value))
        if equal is found[2].startswith("!"):
            return False
    return True


def way(labels: dict[str, str], node: dict[str, Any]) -> list[dict[str, Any]]:
    """The routes that an alert takes from the root down, as Alertmanager walks them."""
    for child in node.get("routes", ()):
        if matches(labels, child["matchers"]):
            return [node, *way(labels, child)]
    return [node]


def receiver(rendered: Rendered, labels: dict[str, str]) -> str:
    return [node["receiver"] for node in way(labels, alertmanager(rendered)["route"]) if "receiver" in node][-1]


def labels_of(rendered: Rendered, name: str, **labels: str) -> dict[str, str]:
    return {"alertname": name, **alert(rendered, name, **labels)["labels"]}


def test_every_alert_reaches_a_receiver_of_its_own_team_and_severity(rendered: Rendered) -> None:
    for rule in rules(rendered):
        if "alert" not in rule:
            continue
        labels = {"alertname": rule["alert"], **rule["labels"]}
        expected = f"{labels['team']}.{labels['severity']}.{'page' if 'pages' in labels else 'message'}"
        if "pager" in labels:
            expected = "shown-only"
        if rule["alert"] == "Watchdog":
            expected = "heartbeat"
        assert receiver(rendered, labels) == expected


def test_every_receiver_is_routed_to_and_every_route_has_a_receiver(rendered: Rendered) -> None:
    configuration = alertmanager(rendered)
    names = [entry["name"] for entry in configuration["receivers"]]
    used = {node["receiver"] for node in routes(configuration["route"]) if "receiver" in node}
    assert len(names) == len(set(names))
    assert set(names) == used


def test_an_alert_of_an_unknown_application_reaches_the_platforms_owners(rendered_small: Rendered) -> None:
    assert receiver(rendered_small, {"alertname": "X", "application": "new"}) == "unrouted"
    (unrouted,) = [entry for entry in alertmanager(rendered_small)["receivers"] if entry["name"] == "unrouted"]
    assert unrouted["slack_configs"][0]["channel"] == "#platform"


def test_what_names_no_severity_of_a_team_goes_to_its_webhook(rendered_small: Rendered) -> None:
    assert receiver(rendered_small, {"alertname": "X", "application": "store"}) == "shop.fallback"
    (fallback,) = [entry for entry in alertmanager(rendered_small)["receivers"] if entry["name"] == "shop.fallback"]
    assert fallback["webhook_configs"] == [{"url_file": "/etc/alertmanager/secrets/webhook-shop/url", "send_resolved": True}]


def test_a_page_takes_every_way_and_a_message_the_channel_and_a_ticket(rendered_small: Rendered) -> None:
    found = {entry["name"]: set(entry) - {"name"} for entry in alertmanager(rendered_small)["receivers"]}
    assert found["shop.critical.page"] == {"pagerduty_configs", "slack_configs", "email_configs"}
    assert found["shop.warning.message"] == {"slack_configs", "jira_configs"}
    assert found["guards.critical.page"] == {"slack_configs", "email_configs"}, "the team has no PagerDuty"
    assert found["shown-only"] == set()


def test_groups_keep_two_services_apart_everywhere(rendered: Rendered) -> None:
    root = alertmanager(rendered)["route"]
    grouped = [node["group_by"] for node in routes(root) if "group_by" in node]
    assert root["group_by"] in grouped
    for labels in grouped:
        assert {"alertname", "application", "service", "dependency"} <= set(labels)


def test_an_applications_times_are_its_own(rendered_small: Rendered) -> None:
    _, application, _ = way(labels_of(rendered_small, "HighErrors"), alertmanager(rendered_small)["route"])
    assert (application["group_wait"], application["group_interval"], application["repeat_interval"]) == ("10s", "10s", "1h")


def test_the_watchdog_beats_every_minute(rendered: Rendered) -> None:
    heartbeat = way({"alertname": "Watchdog"}, alertmanager(rendered)["route"])[-1]
    assert (heartbeat["group_wait"], heartbeat["repeat_interval"]) == ("0s", "1m")


def test_a_warning_is_a_ticket_in_its_teams_project_and_a_page_is_none(rendered_small: Rendered) -> None:
    found = {receiver["name"]: receiver for receiver in alertmanager(rendered_small)["receivers"]}
    (ticket,) = found["shop.warning.message"]["jira_configs"]
    assert ticket["project"] == "SHOP"
    assert ticket["http_config"]["basic_auth"]["password_file"] == "/etc/alertmanager/secrets/jira/token"
    assert not any("jira_configs" in receiver for name, receiver in found.items() if name.endswith("page"))


def test_a_window_mutes_its_services_and_one_without_services_all(rendered_small: Rendered) -> None:
    root = alertmanager(rendered_small)["route"]
    assert way(labels_of(rendered_small, "QueueSlow"), root)[-1]["mute_time_intervals"] == ["store.nightly", "store.batch"]
    assert way(labels_of(rendered_small, "HighErrors"), root)[-1]["mute_time_intervals"] == ["store.nightly"]


def test_a_window_of_the_owners_mutes_no_other_team(rendered_small: Rendered) -> None:
    security = way(labels_of(rendered_small, "InferenceErrors"), alertmanager(rendered_small)["route"])[-1]
    assert "guards" in security["receiver"]
    assert "mute_time_intervals" not in security


def test_a_window_that_passes_midnight_goes_on_the_next_day(rendered_small: Rendered) -> None:
    nightly, _ = alertmanager(rendered_small)["time_intervals"]
    before, after = nightly["time_intervals"]
    assert (before["weekdays"], before["times"]) == (["sunday"], [{"start_time": "23:00", "end_time": "24:00"}])
    assert (after["weekdays"], after["times"]) == (["monday"], [{"start_time": "00:00", "end_time": "01:00"}])
    assert before["location"] == "Europe/Berlin"


def inhibited(rendered: Rendered, source: dict[str, str], target: dict[str, str]) -> bool:
    return any(
        matches(source, rule["source_matchers"])
        and matches(target, rule["target_matchers"])
        and all(source.get(label, "") == target.get(label, "") for label in rule.get("equal", ()))
        for rule in alertmanager(rendered)["inhibit_rules"]
    )


def test_critical_silences_warning_of_the_same_service_only(rendered_small: Rendered) -> None:
    critical, warning = labels_of(rendered_small, "ServiceDown", service="web"), labels_of(rendered_small, "MemoryHigh")
    assert inhibited(rendered_small, critical, warning)
    assert not inhibited(rendered_small, warning, critical)
    assert not inhibited(rendered_small, labels_of(rendered_small, "ServiceDown", service="worker"), warning), "another service"
    assert not inhibited(rendered_small, {"severity": "critical"}, {"severity": "warning"}), "neither belongs to anything"


def test_critical_of_one_team_leaves_another_teams_warnings(rendered_small: Rendered) -> None:
    assert not inhibited(rendered_small, labels_of(rendered_small, "InferenceErrors"), labels_of(rendered_small, "QueueSlow"))


def test_trouble_of_one_node_says_nothing_of_another(rendered_small: Rendered) -> None:
    down = labels_of(rendered_small, "NodeNotReady") | {"node": "a"}
    pressure = labels_of(rendered_small, "NodePressure")
    assert inhibited(rendered_small, down, pressure | {"node": "a"})
    assert not inhibited(rendered_small, down, pressure | {"node": "b"})


def test_an_alert_is_silenced_by_its_own_services_cause_not_by_a_neighbours(rendered_small: Rendered) -> None:
    errors = labels_of(rendered_small, "InferenceErrors")
    assert inhibited(rendered_small, labels_of(rendered_small, "ServiceDown", service="worker"), errors)
    assert not inhibited(rendered_small, labels_of(rendered_small, "ServiceDown", service="web"), errors)


def test_a_database_that_is_down_silences_what_depends_on_it(rendered_small: Rendered) -> None:
    down, errors = labels_of(rendered_small, "DatabaseDown"), labels_of(rendered_small, "HighErrors")
    assert inhibited(rendered_small, down, errors)
    assert inhibited(rendered_small, labels_of(rendered_small, "KubeletsGone"), errors), "the platform's alerts silence others too"
    assert not inhibited(rendered_small, errors, down)
    assert not inhibited(rendered_small, down, labels_of(rendered_small, "InferenceErrors"))


def test_no_alert_silences_itself(rendered: Rendered) -> None:
    for rule in rules(rendered):
        labels = {"alertname": rule.get("alert", ""), **rule["labels"]}
        assert not inhibited(rendered, labels, labels), labels


def test_every_inhibition_has_both_its_sides(rendered: Rendered) -> None:
    every = [{"alertname": rule["alert"], **rule["labels"]} for rule in rules(rendered) if "alert" in rule]
    for rule in alertmanager(rendered)["inhibit_rules"]:
        sources = [labels for labels in every if matches(labels, rule["source_matchers"])]
        targets = [labels for labels in every if matches(labels, rule["target_matchers"])]
        shared = rule.get("equal", [])
        assert any(all(s.get(x, "") == t.get(x, "") for x in shared) for s in sources for t in targets), rule


def test_secrets_are_files_and_all_of_them_are_listed(rendered: Rendered) -> None:
    text = rendered.alertmanager["alertmanager.yaml"]
    assert set(re.findall(r"/etc/alertmanager/secrets/\S+", text)) == {secret.path for secret in rendered.secrets}
    assert not re.search(
        r"^\s*-? ?(routing_key|url|api_url|auth_password|smtp_auth_password): (?!https://slack.com/api/|https://jira.example.com)",
        text,
        re.MULTILINE,
    )


def test_with_all_ways_switched_off_routes_stay_and_nothing_is_needed(small: Catalog, quiet_site: Site, rendered_small: Rendered) -> None:
    quiet = render(small, quiet_site)
    assert quiet.secrets == ()
    assert alertmanager(quiet)["route"] == alertmanager(rendered_small)["route"]
    assert all(entry.keys() == {"name"} for entry in alertmanager(quiet)["receivers"])

"""Every alert reaches somebody, every message finds the labels that it names, every inhibition finds both of its sides."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import promql_parser
import pytest

from catalog.base import Severity
from catalog.catalog import Catalog
from catalog.exposure import Exposure
from catalog.queries import Labels, labels
from rendering.documents import Rendered, render
from rendering.judging import judge
from rendering.site import Site
from tests.rendering.reading import alertmanager, rules

_NAMED = re.compile(r"\$labels\.(\w+)")


def without_channel(catalog: Catalog, team: str, severity: str) -> Catalog:
    found = catalog.teams[team]
    slack = {name: channel for name, channel in found.slack.items() if name != severity}
    return replace(catalog, teams={**catalog.teams, team: found.model_copy(update={"slack": slack})})


def saying(rendered: Rendered, text: str) -> Rendered:
    """The same documents with one more thing in their messages."""
    return replace(rendered, alertmanager={**rendered.alertmanager, "observatory.tmpl": text})


def test_what_we_render_is_right(rendered: Rendered, real: Catalog, small: Catalog, site: Site) -> None:
    catalog = real if "skillforge" in rendered.alertmanager["alertmanager.yaml"] else small
    assert judge(catalog, rendered, site) == []


def test_a_severity_that_no_open_way_takes_is_refused(real: Catalog, site: Site) -> None:
    slack_only = replace(site, pagerduty=False, webhooks=False, smtp=None)
    catalog = without_channel(real, "learning", "info")
    (fault,) = judge(catalog, render(catalog, slack_only), slack_only)
    assert (fault.file, fault.key, fault.value) == ("catalog/teams.yaml", "learning.slack", "critical, warning")
    assert "messages of severity info, as jac-learning's Milestone, reach nobody" in fault.reason
    assert "slack.info" in fault.remedy
    assert judge(catalog, render(catalog, site), site) == [], "mail takes what no channel does"


def test_a_page_that_only_stands_in_a_channel_is_refused_where_pages_go_out(real: Catalog, site: Site) -> None:
    without_mail = replace(site, smtp=None)
    teams = {**real.teams, "security-team": real.teams["security-team"].model_copy(update={"pagerduty": False})}
    catalog = replace(real, teams=teams)
    for fault, severity in zip(judge(catalog, render(catalog, without_mail), without_mail), ("critical", "warning"), strict=True):
        assert fault.key == "security-team.pagerduty"
        assert f"pages of severity {severity}" in fault.reason
        assert "wake nobody" in fault.reason
    in_dev = replace(without_mail, pagerduty=False)
    assert judge(catalog, render(catalog, in_dev), in_dev) == [], "where nobody is paged at all, a channel will do"


def test_where_every_way_is_closed_the_settings_say_so_once(real: Catalog, quiet_site: Site) -> None:
    assert judge(real, render(real, quiet_site), quiet_site) == []


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("{{ .GroupLabels.severity }}", ".GroupLabels.severity", "grouped by 'severity' but by alertname"),
        ("{{ .CommonLabels.pod }}", ".CommonLabels.pod", "need not share 'pod'"),
        ("{{ .CommonLabels.severty }}", ".CommonLabels.severty", "need not share"),
        ("{{ .CommonLabels.slo }}", ".CommonLabels.slo", "need not share"),
        ("{{ .CommonAnnotations.summary }}", ".CommonAnnotations.summary", "need not share"),
        ("{{ .CommonAnnotations.application }}", ".CommonAnnotations.application", "need not share"),
    ],
)
def test_a_message_that_asks_for_what_grouping_dropped_is_refused(real: Catalog, site: Site, text: str, key: str, reason: str) -> None:
    (fault,) = judge(real, saying(render(real, site), text), site)
    assert (fault.file, fault.key) == ("rendering/observatory.tmpl", key)
    assert reason in fault.reason
    assert fault.remedy


def test_a_message_may_ask_for_what_all_alerts_of_a_group_share(real: Catalog, site: Site) -> None:
    text = "{{ .GroupLabels.alertname }} {{ .CommonLabels.priority }} {{ .CommonLabels.environment }} {{ .CommonLabels.service }}"
    assert judge(real, saying(render(real, site), text), site) == []


def alerts(rendered: Rendered, catalog: Catalog) -> Iterator[tuple[dict[str, Any], Labels]]:
    """Every alerting rule, and the labels that its expression yields, by the grammar."""
    recorded: dict[tuple[str, str], Labels] = {}
    exposure = Exposure(catalog)
    series = {"/".join(subject.labels.values()): exposure.shared | exposure.of(subject) for subject in catalog.subjects()}
    for rule in rules(rendered):
        told: dict[str, str] = rule["labels"]
        if not told:
            continue  # histories of alerts themselves, which no alert reads
        place = "/".join(filter(None, (told.get("application"), told.get("service") or told.get("dependency"))))
        known = series.get(place, exposure.shared)

        def found(metric: str, place: str = place, known: dict[str, Labels] = known) -> Labels:
            if metric == "ALERTS":  # Prometheus' own, of every alert that is pending or fires
                return frozenset({"alertname", "alertstate", "application", "service"})
            return recorded[place, metric] if ":" in metric else known[metric]

        result = labels(promql_parser.parse(rule["expr"]), found) or frozenset()
        if "record" in rule:
            recorded[place, rule["record"]] = result.union(told)
        else:
            yield rule, result


def test_every_label_that_a_message_names_is_one_that_the_expression_keeps(real: Catalog, site: Site) -> None:
    """Prometheus fills in `$labels` from the expression's result; what the rule adds is not there yet."""
    named = 0
    for rule, kept in alerts(render(real, site), real):
        for text in rule["annotations"].values():
            found = set(_NAMED.findall(text))
            assert found <= kept, f"{rule['alert']} of {rule['labels']} names {found - kept}"
            named += len(found)
    assert named > 50


def matched(matchers: list[str], names: dict[str, str]) -> bool:
    """Whether Alertmanager's matchers take an alert with these labels."""
    for matcher in matchers:
        name, operator, value = re.fullmatch(r'(\w+)(=~|!~|!=|=)"(.*)"', matcher).groups()  # pyright: ignore[reportOptionalMemberAccess]
        same = bool(re.fullmatch(value, names.get(name, ""))) if "~" in operator else names.get(name, "") == value
        if same == operator.startswith("!"):
            return False
    return True


def test_every_inhibition_has_both_sides_and_both_have_the_labels_that_must_be_equal(real: Catalog, site: Site) -> None:
    rendered = render(real, site)
    found = [({**rule["labels"], "alertname": rule["alert"]}, kept.union(rule["labels"])) for rule, kept in alerts(rendered, real)]
    for inhibition in alertmanager(rendered)["inhibit_rules"]:
        sources = [one for one in found if matched(inhibition["source_matchers"], one[0])]
        targets = [one for one in found if matched(inhibition["target_matchers"], one[0])]
        assert sources, inhibition
        assert targets, inhibition
        if Severity.CRITICAL.value not in str(inhibition["source_matchers"]):  # of severity: service and dependency exclude each other
            for _, kept in chain(sources, targets):
                assert set(inhibition.get("equal", ())) <= kept, inhibition

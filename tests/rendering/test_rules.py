"""Every alert of the catalog that Prometheus evaluates becomes one rule, with the contract's labels and words a person can use."""

import re
from dataclasses import replace
from typing import Any

import pytest

from catalog.base import Backend
from catalog.catalog import Catalog
from rendering.documents import Rendered, render
from rendering.rules import evaluated
from rendering.site import Site
from tests.rendering.reading import alert, rules


def alerts(rendered: Rendered) -> list[dict[str, Any]]:
    return [rule for rule in rules(rendered) if "alert" in rule]


def test_every_alert_that_prometheus_evaluates_has_exactly_one_rule(small: Catalog, site: Site, rendered_small: Rendered) -> None:
    expected = [placed.name for placed in evaluated(small, site)]
    derived = ("NoData", "BudgetBurn", "BudgetSpent", "OffTarget")
    found = [rule["alert"] for rule in alerts(rendered_small) if not rule["alert"].endswith(derived)]
    assert sorted(found) == sorted([*expected, "Watchdog"])
    assert "LegacyErrors" not in expected, "its service sends no metrics to Prometheus"


def test_every_alert_carries_the_labels_of_the_contract(rendered: Rendered) -> None:
    for rule in alerts(rendered):
        labels = rule["labels"]
        assert {"team", "severity", "priority"} <= labels.keys(), rule["alert"]
        if rule["alert"] != "Watchdog":
            assert "application" in labels, rule["alert"]
            assert ("service" in labels) != ("dependency" in labels), rule["alert"]
        assert labels.get("pages", "true") == "true", rule["alert"]
        assert not ("pages" in labels and "pager" in labels), rule["alert"]


def test_no_two_alerts_have_one_identity(rendered: Rendered) -> None:
    seen: set[tuple[str, ...]] = set()
    for rule in alerts(rendered):
        labels = rule["labels"]
        place = labels.get("service") or labels.get("dependency", "")
        identity = (rule["alert"], labels.get("application", ""), place, labels["severity"])
        assert identity not in seen, identity
        seen.add(identity)


def test_priorities_decide_severity_and_who_is_paged(rendered: Rendered) -> None:
    for rule in alerts(rendered):
        labels = rule["labels"]
        fixed = {"P1": "critical", "P3": "warning", "info": "info", "none": "none"}.get(labels["priority"])
        assert fixed is None or labels["severity"] == fixed, rule["alert"]
        if labels["priority"] in ("P3", "info", "none"):
            assert "pages" not in labels, rule["alert"]


def test_an_alert_that_another_backend_notifies_about_does_not_page_here(rendered_small: Rendered) -> None:
    labels = alert(rendered_small, "ErrorsSeenByDatadog")["labels"]
    assert labels["pager"] == "datadog"
    assert "pages" not in labels


def test_an_alert_of_another_team_carries_that_team(rendered_small: Rendered) -> None:
    assert alert(rendered_small, "InferenceErrors")["labels"]["team"] == "guards"


def test_the_watchdog_always_fires_and_belongs_to_no_service(rendered: Rendered) -> None:
    watchdog = alert(rendered, "Watchdog")
    assert watchdog["expr"] == "vector(1)"
    assert watchdog["labels"] == {"team": "platform", "severity": "none", "priority": "none"}
    assert "for" not in watchdog


def test_a_ratio_is_recorded_once_and_its_alerts_read_the_recorded_series(rendered_small: Rendered) -> None:
    web = [rule["record"] for rule in rules(rendered_small) if rule["labels"].get("service") == "web" and "record" in rule]
    recorded = [name for name in web if name.startswith("service:errors:")]
    assert recorded == ["service:errors:all_rate5m", "service:errors:bad_rate5m", "service:errors:bad_ratio5m"]
    expression = alert(rendered_small, "HighErrors")["expr"]
    assert expression == (
        'service:errors:bad_ratio5m{application="store",service="web"} > 0.05\n'
        'and on() service:errors:all_rate5m{application="store",service="web"} * 300 >= 20'
    )


def test_a_service_label_of_its_own_is_asked_by_the_names_that_it_uses(rendered_small: Rendered) -> None:
    bad = [rule["expr"] for rule in rules(rendered_small) if rule.get("record") == "service:errors:bad_rate5m"]
    assert all('code=~"5..|error"' in expression for expression in bad)
    assert len(bad) == 2


def test_every_recorded_series_that_an_alert_reads_is_recorded_before_it_in_its_own_group(rendered: Rendered) -> None:
    alerting = [
        group for document in rendered.rules for group in document["spec"]["groups"] if any("alert" in rule for rule in group["rules"])
    ]
    assert alerting
    for group in alerting:
        known: set[str] = set()
        for rule in group["rules"]:
            used = set(re.findall(r"\b(?:service|dependency):[a-z0-9_]+:[a-z0-9_]+", rule["expr"]))
            assert used <= known, f"{group['name']}: {used - known} is not recorded before"
            known |= {rule["record"]} if "record" in rule else set()


def test_a_latency_is_a_quantile_of_its_buckets_with_the_signals_own_matchers(rendered_small: Rendered) -> None:
    (quantile,) = [rule["expr"] for rule in rules(rendered_small) if rule.get("record") == "service:latency:p95_5m"]
    assert quantile == (
        "histogram_quantile(0.95, sum by (le) "
        '(rate(http_request_duration_seconds_bucket{application="store",service="web",method="GET"}[5m])))'
    )
    assert alert(rendered_small, "Slow")["expr"].startswith('service:latency:p95_5m{application="store",service="web"} > 2\n')


def test_a_baseline_compares_with_an_hour_of_the_past(rendered_small: Rendered) -> None:
    series = 'service:latency:average_5m{application="store",service="web"}'
    assert alert(rendered_small, "SlowerThanBefore")["expr"].startswith(f"{series} > on() 1.3 * avg_over_time({series}[1h] offset 2h)")


def test_a_plain_value_with_a_baseline_is_recorded_for_its_past(rendered_small: Rendered) -> None:
    series = 'service:targets_up:value_5m{application="store",service="web"}'
    assert alert(rendered_small, "FewerTargets")["expr"] == f"{series} < on() 0.5 * avg_over_time({series}[1h] offset 1d)"


def test_a_plain_value_is_compared_directly_in_its_base_unit(rendered_small: Rendered) -> None:
    expression = alert(rendered_small, "MemoryHigh")["expr"]
    assert expression == '(sum by(pod)(container_memory_working_set_bytes{namespace="store",pod=~"web-.*"})) > 8000000000'


def test_missing_data_pages_only_where_the_catalog_says_so(rendered_small: Rendered) -> None:
    ticket, page = alert(rendered_small, "HighErrorsNoData"), alert(rendered_small, "DatabaseDownNoData")
    assert ticket["expr"] == 'absent(service:errors:all_rate5m{application="store",service="web"})'
    assert (ticket["labels"]["priority"], ticket["labels"]["severity"], "pages" in ticket["labels"]) == ("P3", "warning", False)
    assert (page["labels"]["priority"], page["labels"]["pages"], page["for"]) == ("P1", "true", "10m")
    assert page["annotations"]["runbook_url"] == "https://example.com/runbooks/DatabaseDown.md#no-data"


def test_messages_speak_the_units_language(rendered_small: Rendered) -> None:
    notes = alert(rendered_small, "HighErrors")["annotations"]
    assert notes["summary"] == "High errors: store/web"
    assert notes["description"] == (
        "Share of requests that fail: {{ $value | humanizePercentage }}; alerts above 5% for 5m.\n"
        "Impact: Users see errors.\nAction: Read the error logs."
    )
    assert "95th percentile of the time" in alert(rendered_small, "Slow")["annotations"]["description"]
    assert "above 8GB" in alert(rendered_small, "MemoryHigh")["annotations"]["description"]
    assert "30% worse than 2h before" in alert(rendered_small, "SlowerThanBefore")["annotations"]["description"]
    assert alert(rendered_small, "InferenceErrors")["annotations"]["summary"].endswith(", model {{ $labels.model }}")
    assert "at once" in alert(rendered_small, "InferenceErrors")["annotations"]["description"]


def test_every_alert_says_what_it_is_and_where_its_runbook_is(rendered: Rendered) -> None:
    for rule in alerts(rendered):
        notes = rule["annotations"]
        assert notes["summary"]
        assert notes["description"]
        page = rule["alert"].removesuffix("NoData")
        assert re.fullmatch(rf"https://example.com/runbooks/{page}\.md(#no-data)?", notes["runbook_url"])


def test_labels_named_in_a_message_are_on_the_alerts_series(rendered: Rendered) -> None:
    recorded = {rule["record"]: rule["expr"] for rule in rules(rendered) if "record" in rule}
    for rule in alerts(rendered):
        expression = rule["expr"]
        for _ in range(2):  # a ratio is recorded of recorded rates
            expression = re.sub(r"[a-z]+:\w+:\w+", lambda found: recorded[found[0]], expression)
        for label in re.findall(r"\$labels\.(\w+)", str(rule["annotations"])):
            assert re.search(rf"by ?\([^)]*\b{label}\b", expression), f"{rule['alert']} has no {label}"


def test_groups_run_at_their_applications_interval(rendered_small: Rendered) -> None:
    store = [document for document in rendered_small.rules if document["metadata"]["name"].startswith("store.")]
    groups = [group for document in store for group in document["spec"]["groups"]]
    assert [(group["name"], group["interval"]) for group in groups] == [
        ("store.web", "15s"),
        ("store.web.slo", "15s"),
        ("store.web.slo-slow", "5m"),
        ("store.web.report", "4m"),
        ("store.worker", "15s"),
        ("store.postgres", "15s"),
    ]


def test_a_platform_service_that_is_switched_off_has_no_alerts_and_no_targets(small: Catalog, site: Site) -> None:
    off = render(small, replace(site, switched_off=frozenset({"tracing-store"})))
    assert "TracesDown" not in {rule.get("alert") for rule in rules(off)}
    assert "platform-tracing-store" not in {monitor["metadata"]["name"] for monitor in off.monitors}


def test_alerts_that_read_metrics_of_a_system_that_is_switched_off_are_left_out(real: Catalog, site: Site) -> None:
    """Their exporter does not run: they could never fire, and those on missing data always would."""
    off = replace(site, switched_off=frozenset({"kube-state-metrics", "node-exporter"}))
    before, after = ({(rule.get("alert"), *rule["labels"].values()): rule for rule in rules(render(real, each))} for each in (site, off))
    assert before.keys() > after.keys()
    blind = re.compile(r"\b(kube|node)_[a-z]+")
    assert {name for name, *_ in before} - {name for name, *_ in after} >= {"NodeNotReady", "CrashLoop", "NodeCpuSaturated"}
    assert [rule["expr"] for rule in before.values() if blind.search(rule["expr"])]
    assert not [rule["expr"] for rule in after.values() if blind.search(rule["expr"])]
    lost = {key: rule for key, rule in before.items() if key not in after and not {"kube-state-metrics", "node-exporter"} & set(key)}
    assert not [rule["expr"] for rule in lost.values() if rule.get("alert") and not blind.search(rule["expr"])], (
        "more is left out than is blind"
    )


def test_an_alert_on_a_dependency_never_carries_the_label_of_a_service(real: Catalog, site: Site) -> None:
    """Only an aggregation surely loses the `service` of a shared exporter, which the alert's own labels would not overwrite."""
    for placed in evaluated(real, site):
        query = getattr(placed.signal.query(Backend.PROMETHEUS), "value", None)
        if placed.subject.kind == "dependency" and query is not None and "$sel" not in query:
            assert re.search(r"\b(sum|min|max|avg|count)\b", query), placed.name
            assert "service" not in placed.signal.by, placed.name


@pytest.mark.parametrize(("name", "words"), [("ServiceDown", "Service down"), ("APILatency", "API latency"), ("P95High", "P 95 high")])
def test_names_are_read_as_words(name: str, words: str) -> None:
    from rendering.wording import words as read

    assert read(name) == words

"""Which dashboards there are, what they take from the catalog, and where they lead."""

import json
import re
from dataclasses import replace

import pytest

from catalog.signal import DatadogQuery
from dashboards import listing
from dashboards.datadog.everything import LIST, everything, resources
from dashboards.datadog.reading import Reader
from dashboards.parts import named_signals
from rendering.resource import refs
from rendering.site import DatadogSite, Site
from tests.dashboards.datadog.drawn import SITE, Json, catalog, dashboards, documents, panel, reader, widget, widgets
from tests.rendering.datadog.sites import with_datadog

_METRIC = re.compile(r":([A-Za-z][\w.]*)\{")


def test_nothing_is_made_where_datadog_is_off() -> None:
    assert resources(catalog(), replace(SITE, datadog=None)) == []


@pytest.mark.parametrize(("off", "read"), [({"synthetics": None}, "synthetics."), ({"cluster_state": False}, "kubernetes_state.")])
def test_what_nobody_sends_here_has_no_widget(off: dict[str, object], read: str) -> None:
    def asking(site: Site) -> list[str]:
        return [
            query.expression for _, dashboard in everything(Reader(catalog(), site)) for each in dashboard.panels for query in each.queries
        ]

    assert [text for text in asking(SITE) if read in text]
    assert [text for text in asking(with_datadog(**off)) if read in text] == []


def test_only_applications_whose_metrics_go_to_datadog_have_dashboards() -> None:
    assert {dashboard.folder for dashboard in dashboards().values()} == {"skillforge", "ai-platform"}


def test_the_same_catalog_makes_the_same_text() -> None:
    assert resources(catalog(), SITE) == resources(catalog(), SITE)


def test_a_list_holds_every_dashboard() -> None:
    found = resources(catalog(), SITE)
    listed = next(each for each in found if each.kind == LIST)
    assert {ref.name for ref in refs(listed.inputs)} == documents().keys()


def test_every_signal_that_the_catalog_names_and_datadog_gets_is_on_a_dashboard() -> None:
    for application in reader().applications:
        text = " ".join(
            query.expression
            for dashboard in dashboards().values()
            if dashboard.folder == application.application
            for each in dashboard.panels
            for query in each.queries
        )
        shown = set(_METRIC.findall(text))
        for subject in reader().parts(application):
            for name in named_signals(subject):
                if reader().shows(subject, name):
                    read = set(_METRIC.findall(reader().of(subject, name).expression))
                    assert read <= shown, f"{application.application}/{subject.name}: {name}"


def test_a_dashboard_opens_in_its_own_environment_and_follows_another_choice() -> None:
    variables = {each["name"]: each for each in documents()["overview-skillforge"]["template_variables"]}
    assert (variables["env"]["prefix"], variables["env"]["defaults"]) == ("env", ["prod"])
    assert (variables["cluster"]["prefix"], variables["cluster"]["defaults"]) == ("cluster", [SITE.cluster])
    assert variables["service"]["available_values"] == ["skillforge-frontend", "skillforge-backend", "skillforge-ai"]
    assert variables["model"]["prefix"] == "model_name"
    assert "env:prod" not in str([each.get("requests") for each in widgets("overview-skillforge")])


def test_the_account_and_region_of_aws_are_those_of_the_settings() -> None:
    variables = {each["name"]: each["defaults"] for each in documents()["infrastructure-skillforge"]["template_variables"]}
    assert (variables["account"], variables["region"]) == (["123456789012"], ["eu-central-1"])
    elsewhere = resources(catalog(), replace(SITE, datadog=DatadogSite("datadoghq.eu")))
    assert any('"defaults": ["*"], "name": "account", "prefix": "aws_account"' in str(each.inputs) for each in elsewhere)


def test_a_graph_has_a_line_at_each_threshold_of_the_catalog() -> None:
    markers = widget("overview-skillforge", "Match rate and success")["markers"]
    assert markers == [
        {"value": "y = 0.3", "display_type": "warning dashed", "label": " JobMatchLow "},
        {"value": "y = 0.7", "display_type": "warning dashed", "label": " promised: job_match "},
    ]
    several = widget("overview-skillforge", "API errors")["markers"]
    assert {"value": "y = 0.05", "display_type": "error dashed", "label": " ErrorRatioHigh: backend "} in several


def test_a_number_turns_red_where_the_alert_fires() -> None:
    request = widget("business-skillforge", "Job match success against its target")["requests"][0]
    assert [(each["comparator"], each["value"], each["palette"]) for each in request["conditional_formats"]] == [
        (">=", 0.7, "white_on_green"),
        (">=", 0.3, "black_on_light_yellow"),
        ("<", 0.3, "white_on_red"),
    ]


def test_a_graph_leads_to_the_runbooks_of_its_alerts() -> None:
    links = widget("security-skillforge", "Failed logins")["custom_links"]
    assert links == [{"label": "Runbook: Failed logins high", "link": "https://example.com/runbooks/FailedLoginsHigh.md"}]


def test_a_dashboard_leads_to_its_twin_in_grafana_and_to_monitors() -> None:
    top = documents()["application-skillforge"]["widgets"][0]["definition"]["content"]
    assert "[The same in Grafana](https://grafana.example.com/d/api-skillforge)" in top
    assert "https://app.datadoghq.eu/monitors/manage?q=tag%3A%22application%3Askillforge%22" in top


def test_no_dashboard_names_grafana_where_there_is_none() -> None:
    found = resources(catalog(), replace(SITE, grafana_url=None))
    assert not any("The same in Grafana" in str(each.inputs) for each in found)


def test_a_dashboard_belongs_to_the_team_of_its_application() -> None:
    """Datadog takes no other tag on a dashboard (`List of team names representing ownership of a dashboard`)."""
    assert documents()["overview-skillforge"]["tags"] == ["team:talent"]
    assert documents()["overview-ai-platform"]["tags"] == ["team:ml-platform"]


def test_numbers_of_a_day_have_days_of_their_own_on_a_dashboard_of_hours() -> None:
    assert widget("overview-skillforge", "Assessments")["time"] == {"type": "live", "unit": "day", "value": 14}
    assert "time" not in widget("overview-skillforge", "Registrations")
    assert "time" not in widget("business-skillforge", "Assessment use")


def test_detection_rules_are_shown_where_this_account_has_some() -> None:
    assert not any(each.get("title") == "Security signals" for each in widgets("security-skillforge"))
    found = resources(catalog(), replace(SITE, datadog=DatadogSite("datadoghq.eu", cws=True)))
    assert any('"title": "Security signals"' in each.inputs["dashboard"] for each in found if each.name == "security-skillforge")


def test_every_graph_of_a_measured_signal_says_its_unit() -> None:
    for uid, document in documents().items():
        for each in widgets(uid):
            requests: list[Json] = each.get("requests", []) if each["type"] == "timeseries" else []
            for request in requests:
                formulas: list[Json] = request["formulas"]
                units = {json.dumps(formula.get("number_format")) for formula in formulas}
                assert len(units) == 1, f"{document['title']}: {each['title']} mixes units"
    fraction = {"unit": {"type": "canonical_unit", "unit_name": "fraction"}}
    assert widget("overview-skillforge", "API errors")["requests"][0]["formulas"][0]["number_format"] == fraction


def test_what_prometheus_sees_of_a_dependency_by_exporters_of_its_own_is_not_asked_of_datadog() -> None:
    skillforge = catalog().applications["skillforge"]
    openai = next(subject for subject in reader().parts(skillforge) if subject.name == "openai")
    assert not reader().shows(openai, "probe_success")
    assert not reader().shows(openai, "up")


def test_a_choice_narrows_what_a_query_is_fixed_to() -> None:
    asked = panel("models-skillforge", "Errors by model and type").queries[0].expression
    assert asked == (
        "sum:ai_model_inference.count{$env,$cluster,service:skillforge-ai,$service,$model,!status:success} by {model_name,status}.as_rate()"
    )


def test_a_series_by_environment_looks_at_all_of_them() -> None:
    asked = panel("business-skillforge", "Active users by environment").queries[0].expression
    assert asked == "max:skillforge.users.active{service:skillforge-backend,period:day} by {env}"


def test_no_widget_asks_a_signal_that_datadog_cannot_see() -> None:
    gaps = {name for name, signal in catalog().signals.items() if not isinstance(signal.datadog, DatadogQuery)}
    assert gaps
    assert not any(reader().shows(subject, name) for subject in catalog().subjects() for name in gaps)


def test_the_page_of_dashboards_tells_of_each_and_what_it_shows() -> None:
    page = listing.text((), catalog(), dashboards().values())
    for dashboard in dashboards().values():
        assert page.count(f'<a id="datadog-{dashboard.uid}"></a>') == 1
        assert f"<summary>{dashboard.title}</summary>" in page
    assert "- AWS: RDS: RDS CPU, RDS connections, RDS free storage, RDS disk latency" in page

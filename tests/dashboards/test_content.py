"""Grafana's data sources, contacts and folders as documents, with every system switched on and with few."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.base import Severity
from catalog.catalog import Catalog
from catalog.loading import load
from dashboards import model
from dashboards.grafana.contacts import contacts
from dashboards.grafana.content import Choices, content, files
from dashboards.grafana.organisation import folders, preferences, teams
from dashboards.grafana.sources import Aws, Elastic, Stores, sources
from rendering.alertmanager import template_text
from rendering.document import Document
from rendering.site import Site, Smtp

ALL = Stores(
    prometheus="http://prometheus-query:9090",
    alertmanager="http://alertmanager:9093",
    interval=30,
    elasticsearch=Elastic("https://elasticsearch:9200", "grafana", "logs-*"),
    loki="http://loki:3100",
    jaeger="http://jaeger:16686",
    cloudwatch=Aws("eu-central-1", "arn:aws:iam::123456789012:role/reader"),
    datadog="datadoghq.eu",
)
FEW = Stores("http://prometheus-query:9090", "http://alertmanager:9093", 30)
SITE = Site("test", "eu-central-1", "test-1", "https://example.com/runbooks", smtp=Smtp("mail.example.com:587", "o@example.com", "o"))
WAYS = ("email", "slack", "pagerduty")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(Path(__file__).parents[2])


def by_uid(stores: Stores) -> dict[str, Document]:
    return {source["uid"]: source for source in sources(stores)}


def test_uids_and_kinds_are_those_that_dashboards_name() -> None:
    known = (model.PROMETHEUS, model.ALERTMANAGER, model.ELASTICSEARCH, model.LOKI, model.JAEGER, model.CLOUDWATCH, model.DATADOG)
    assert {uid: source["type"] for uid, source in by_uid(ALL).items()} == {source.uid: source.kind for source in known}
    assert [source["uid"] for source in sources(ALL) if source.get("isDefault")] == ["prometheus"]


def test_what_is_not_here_has_no_source_and_nothing_leads_there() -> None:
    assert list(by_uid(FEW)) == ["prometheus", "alertmanager"]
    for stores in (FEW, replace(ALL, jaeger=None), replace(ALL, loki=None, elasticsearch=None), replace(ALL, elasticsearch=None)):
        named = set(re.findall(r'"(?:datasourceUid|alertmanagerUid)": "([^"]+)"', json.dumps([s["jsonData"] for s in sources(stores)])))
        assert named <= by_uid(stores).keys()


def test_signals_lead_to_one_another() -> None:
    found = by_uid(ALL)
    exemplars = found["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    assert [(each["name"], each["datasourceUid"]) for each in exemplars] == [("trace_id", "jaeger")]
    jaeger = found["jaeger"]["jsonData"]
    assert jaeger["tracesToLogsV2"]["datasourceUid"] == "elasticsearch"
    assert jaeger["tracesToMetrics"]["datasourceUid"] == "prometheus"
    assert jaeger["nodeGraph"] == {"enabled": True}
    assert found["elasticsearch"]["jsonData"]["dataLinks"][0]["datasourceUid"] == "jaeger"
    (field,) = found["loki"]["jsonData"]["derivedFields"]
    assert (field["matcherType"], field["matcherRegex"]) == ("label", "trace_id")
    assert by_uid(replace(ALL, elasticsearch=None))["jaeger"]["jsonData"]["tracesToLogsV2"]["datasourceUid"] == "loki"


def test_alerts_of_grafana_do_not_go_to_alertmanager() -> None:
    assert by_uid(FEW)["alertmanager"]["jsonData"] == {"implementation": "prometheus", "handleGrafanaManagedAlerts": False}


def test_amazons_prometheus_is_asked_with_signed_requests_by_its_own_plugin() -> None:
    found = by_uid(replace(FEW, signed=Aws("eu-central-1")))["prometheus"]
    assert found["type"] == "grafana-amazonprometheus-datasource"
    assert found["jsonData"] | {"sigV4Auth": True, "sigV4AuthType": "default", "sigV4Region": "eu-central-1"} == found["jsonData"]
    assert "sigV4AssumeRoleArn" not in found["jsonData"]


def test_cloudwatch_is_read_by_a_role_and_datadog_at_its_site() -> None:
    assert by_uid(ALL)["cloudwatch"]["jsonData"] == {
        "authType": "default",
        "defaultRegion": "eu-central-1",
        "assumeRoleArn": "arn:aws:iam::123456789012:role/reader",
    }
    assert by_uid(ALL)["datadog"]["jsonData"]["url"] == "https://api.datadoghq.eu"


def test_a_page_goes_to_pagerduty_and_less_to_the_channel_of_its_severity(catalog: Catalog) -> None:
    found = {point["name"]: point for point in contacts(catalog, SITE, WAYS).points}
    assert len(found) == len(catalog.teams) * len(Severity)
    critical, info = found["talent.critical"], found["talent.info"]
    assert critical.keys() == {"name", "pagerduties", "slacks", "emails"}
    assert info.keys() == {"name", "slacks"}
    assert (critical["slacks"][0]["recipient"], info["slacks"][0]["recipient"]) == ("#skillforge-critical", "#skillforge-info")


def test_mail_is_what_remains_where_no_channel_is_open(catalog: Catalog) -> None:
    found = {point["name"]: point for point in contacts(catalog, SITE, ("email",)).points}
    assert found["security-team.info"]["emails"][0]["addresses"] == ["security-team@example.com"]
    assert contacts(catalog, replace(SITE, smtp=None), ("email",)).points == ()
    assert contacts(catalog, SITE, ()).policy is None


def test_policies_lead_to_points_that_exist_and_what_names_nobody_pages_nobody(catalog: Catalog) -> None:
    told = contacts(catalog, SITE, WAYS)
    assert told.policy is not None
    names = {point["name"] for point in told.points}
    branches = told.policy["policies"]
    assert {branch["matchers"][0]["value"] for branch in branches} == catalog.teams.keys()
    assert {leaf["contactPoint"] for branch in branches for leaf in branch["policies"]} == names
    assert {branch["contactPoint"].partition(".")[2] for branch in branches} == {"warning"}
    assert told.policy["contactPoint"] == "platform.warning"


def test_messages_say_what_alertmanagers_say(catalog: Catalog) -> None:
    told = contacts(catalog, SITE, WAYS)
    (template,) = told.templates
    assert template["template"] == template_text()
    used = set(re.findall(r'template "([^"]+)"', str(told.points)))
    assert used
    assert used <= set(re.findall(r'define "([^"]+)"', template_text()))


def test_each_team_of_the_catalog_is_one_and_owns_its_applications_folder(catalog: Catalog) -> None:
    found = {team["name"]: team for team in teams(catalog, members=True)}
    assert found.keys() == catalog.teams.keys()
    assert "cto@example.com" in found["talent"]["members"]
    assert all("members" not in team for team in teams(catalog, members=False)), "Grafana refuses people who never logged in"
    owners = {folder["uid"]: folder["permissions"][-1]["team"] for folder in folders(catalog)}
    assert owners == {name: application.owner.team for name, application in catalog.applications.items()}


def test_the_first_page_is_one_that_exists() -> None:
    assert preferences(["a", "b"], "b")["homeDashboardUid"] == "b"
    assert "homeDashboardUid" not in preferences(["a"], "b")


def test_files_hold_every_document_and_no_secret(catalog: Catalog) -> None:
    found = content(catalog, SITE, ALL, [], Choices(members=True, ways=WAYS, organisation=True))
    written = files(found)
    assert {path.split("/")[1] for path in written} == {
        "contact-points",
        "datasources",
        "folders",
        "message-templates",
        "notification-policy.json",
        "organisation-preferences.json",
        "service-accounts",
        "teams",
    }
    assert json.loads(written["grafana/datasources/datadog.json"])["secureJsonData"] == {"apiKey": "[secret]", "appKey": "[secret]"}
    assert json.loads(written["grafana/contact-points/talent.critical.json"])["slacks"][0]["token"] == "[secret]"
    assert {secret.name for secret in found.secrets} >= {"slack", "datadog", "elasticsearch-grafana", "pagerduty-talent"}


def test_what_an_organisation_has_but_once_is_left_to_the_stack_that_owns_it(catalog: Catalog) -> None:
    found = content(catalog, SITE, FEW, [], Choices(members=False, ways=WAYS, organisation=False))
    assert found.policy is None
    assert found.preferences is None
    assert found.contacts.points

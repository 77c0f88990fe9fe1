"""What services are told of Sentry and New Relic, and what a user may get wrong about them."""

import copy
from typing import Any

import pytest
import yaml

import stacks.program
from catalog.catalog import Catalog
from catalog.faults import Fault, FaultsError
from catalog.model import Service
from local.monitor import Recording
from local.values import plain
from stacks import newrelic, sentry
from stacks.outputs import Outputs
from stacks.program import ROOT, survey
from stacks.settings import Settings
from tests.stacks import real, switched

BASE = switched.settings()
SENTRY: dict[str, Any] = BASE["sentry"]


def told(recording: Recording) -> Outputs:
    """What the stack exports, its secrets opened."""
    return Outputs.model_validate(plain(dict(recording.exports)))


def faults(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Fault]:
    """Of production with other settings; the catalog is right and read once."""
    known = real.prepared("prod").catalog
    monkeypatch.setattr(stacks.program.loading, "examine", lambda _root: (known, []))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
    with pytest.raises(FaultsError) as error:
        survey("prod", ROOT, copy.deepcopy(BASE) | changes)
    assert all(fault.remedy for fault in error.value.faults)
    return {fault.key.removeprefix("observatory:settings."): fault for fault in error.value.faults}


def test_the_table_of_defaults_is_kept() -> None:
    """Sentry off, on, on; New Relic off everywhere."""
    assert [real.prepared(stack).settings.sentry is not None for stack in ("local", "dev", "prod")] == [False, True, True]
    assert not any(real.prepared(stack).settings.newrelic for stack in ("local", "dev", "prod"))
    for stack in ("local", "dev", "prod"):
        assert not [each for each in real.recording(stack) if each.type.startswith("newrelic:")]
    assert not [each for each in real.recording("local") if each.type.startswith("sentry:")]


def test_off_no_service_is_told_of_either() -> None:
    exports = told(real.recording("local"))
    assert exports.sentry is None
    for application in exports.applications.values():
        for service in application.services.values():
            assert service.secret is None
            assert not {key for key in service.environment if key.startswith(("SENTRY_", "NEW_RELIC_"))}


def test_each_service_that_reports_gets_its_own_address_in_a_secret_beside_its_config_map() -> None:
    exports = told(real.recording("prod"))
    assert exports.sentry
    secrets = {(d["metadata"]["namespace"], d["metadata"]["name"]): d for d in real.documents("prod") if d["kind"] == "Secret"}
    addresses = {place: project.dsn for place, project in exports.sentry.projects.items()}
    assert len(addresses) == len(set(addresses.values())) == 14
    for place, dsn in addresses.items():
        application, service = place.split("/")
        promised = exports.applications[application]
        found = promised.services[service]
        assert found.secret == found.config_map
        assert secrets[promised.namespace, str(found.secret)]["stringData"] == {"SENTRY_DSN": dsn}
        assert found.environment["SENTRY_ENVIRONMENT"] == "prod"
        assert {"SENTRY_DSN", "SENTRY_RELEASE"}.isdisjoint(found.environment)


def test_a_release_is_named_by_project_and_version() -> None:
    exports = told(real.recording("dev"))
    assert exports.sentry
    assert exports.sentry.projects["skillforge/ai-services"].release == "skillforge-ai-services@<version>"
    assert exports.sentry.environment == "dev"


def test_switched_on_the_service_that_carries_the_agent_is_configured_and_no_other() -> None:
    exports = told(switched.recording())
    for name, application in exports.applications.items():
        for service, found in application.services.items():
            assert ("NEW_RELIC_APP_NAME" in found.environment) == ((name, service) == ("ai-platform", "api"))
    environment = exports.applications["ai-platform"].services["api"].environment
    assert environment["NEW_RELIC_APP_NAME"] == "ai-platform-api (prod)"
    assert "team:ml-platform" in environment["NEW_RELIC_LABELS"]
    assert environment["NEW_RELIC_APPLICATION_LOGGING_FORWARDING_ENABLED"] == "false", "the chart sends them: none is paid for twice"
    handed = {hand.namespace: hand.variables for hand in switched.prepared().plan.handed if hand.name == "observatory"}
    assert "NEW_RELIC_LICENSE_KEY" in handed["ai-platform"]
    assert "NEW_RELIC_LICENSE_KEY" not in handed["skillforge"]


def relic(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  any setting
    return {"newrelic": {"account_id": "1", "region": "eu", **changes}}


def watched(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  any setting
    return {"sentry": SENTRY | changes}


def called(services: dict[str, str]) -> dict[str, Any]:
    return watched(pagerduty={"account": "company", "services": services})


def asked(projects: dict[str, str]) -> dict[str, Any]:
    return watched(jira={"account": "jira", "issue_type": "1", "projects": projects})


SILENT = {"notifications": BASE["notifications"] | {"pagerduty": False}}
BARE = relic() | {"operators": BASE["operators"] | {"cluster_exporters": False}}


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        (watched(organization="My Company"), "sentry.organization", "match"),
        (watched(organization="12345"), "sentry.organization", "match"),
        (watched(base_url="https://de.sentry.io"), "sentry.base_url", "match"),
        (watched(security_team="securty-team"), "sentry.security_team", "no team of this name"),
        (watched(slak="company"), "sentry.slak", "is no key here"),
        (called({"talent": "P123"}), "sentry.pagerduty.services.talent", "match"),
        (called({"talnet": "1"}), "sentry.pagerduty.services.talnet", "no rule"),
        (asked({"platform": "1"}), "sentry.jira.projects.platform", "no rule"),
        (SILENT, "sentry.pagerduty", "tells nobody by this way"),
        ({"newrelic": {"region": "eu"}}, "newrelic.account_id", "Field required"),
        (relic(account_id="12AB"), "newrelic.account_id", "match"),
        (relic(region="de"), "newrelic.region", "'us' or 'eu'"),
        (relic(synthetics={"locations": ["AWS_EU_CENTRAL_1"]}), "newrelic.synthetics.locations.0", "match"),
        (relic(deviations=0), "newrelic.deviations", "greater than"),
        (BARE, "newrelic.infrastructure", "kube-state-metrics"),
    ],
)
def test_a_fault_names_its_key_and_its_reason(changes: dict[str, Any], key: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(changes, monkeypatch)
    assert key in found, list(found)
    assert reason in found[key].reason, found[key]


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"sentry": SENTRY | {"organization": "A B", "users": 0}, "newrelic": {"account_id": "x", "region": "mars"}}
    assert {"sentry.organization", "sentry.users", "newrelic.account_id", "newrelic.region"} <= set(faults(wrong, monkeypatch))


def changed(catalog: Catalog, application: str, service: str, **updates: Any) -> Catalog:  # noqa: ANN401  any field
    whole = catalog.applications[application]
    written = yaml.safe_load((ROOT / f"catalog/applications/{application}.yaml").read_text())["services"][service]
    mended = whole.model_copy(update={"services": {**whole.services, service: Service.model_validate(written | updates)}})
    return Catalog(catalog.signals, catalog.teams, {**catalog.applications, application: mended}, catalog.exporters)


def chosen() -> Settings:
    return real.prepared("prod").settings


def test_two_services_that_would_share_a_project_are_told_of_with_both_names() -> None:
    catalog = changed(
        real.prepared("prod").catalog, "skillforge", "frontend", identity={"otel": "o", "datadog": "d", "sentry": "skillforge-backend"}
    )
    (fault,) = sentry.faults(chosen(), catalog, "Pulumi.prod.yaml")
    assert fault.file == "catalog/applications/skillforge.yaml"
    assert "skillforge/frontend and skillforge/backend would report to one project" in fault.reason


def test_a_projects_name_that_is_too_long_is_told_of() -> None:
    known = real.prepared("prod").catalog
    whole = known.applications["skillforge"]
    service = whole.services["backend"]
    name = "backend-of-what-has-a-rather-long-name"
    mended = whole.model_copy(update={"services": {**whole.services, name: service}})
    longer = mended.model_copy(update={"application": "an-application-too"})
    catalog = Catalog(known.signals, known.teams, {**known.applications, "an-application-too": longer}, known.exporters)
    assert any("at most 50 characters" in fault.reason for fault in sentry.faults(chosen(), catalog, "Pulumi.prod.yaml"))


def nobody(catalog: Catalog) -> Catalog:
    """Without anybody who reports errors or carries an agent."""
    applications = {
        name: application.model_copy(
            update={
                "services": {
                    each: service.model_copy(update={"collect": service.collect.model_copy(update={"errors": (), "apm": ()})})
                    for each, service in application.services.items()
                }
            }
        )
        for name, application in catalog.applications.items()
    }
    return Catalog(catalog.signals, catalog.teams, applications, catalog.exporters)


def test_a_vendor_to_which_nobody_sends_is_told_of() -> None:
    catalog = nobody(real.prepared("prod").catalog)
    reasons = [fault.reason for fault in sentry.faults(chosen(), catalog, "Pulumi.prod.yaml")]
    assert "no service of the catalog reports its errors there" in reasons
    (fault,) = newrelic.faults(switched.prepared().settings, catalog, "Pulumi.prod.yaml")
    assert fault.key == "observatory:settings.newrelic"


@pytest.mark.parametrize(
    ("updates", "reason"),
    [
        ({"sdk": None}, "says what it is written in"),
        ({"sdk": "rust", "collect": {"apm": ["newrelic"]}}, "New Relic has no agent for sdk rust"),
        ({"sdk": "cobol"}, "Input should be"),
        ({"identity": {"otel": "o", "datadog": "d", "sentry": "12345"}}, "match pattern"),
    ],
)
def test_the_catalog_refuses_what_neither_could_take(updates: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        changed(real.prepared("prod").catalog, "skillforge", "backend", **updates)

"""What is registered with Sentry and New Relic fits their providers' SDKs and keeps its secrets; the chart holds none."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from components import newrelic, sentry
from components.cluster import Cluster
from components.content import UNASKED
from components.newrelic import NewRelicSettings
from components.sentry import Sentry, SentrySettings
from components.versions import CHARTS
from local.monitor import Recording, Registered, record
from local.render import documents as rendered_files
from local.values import Secret, plain
from rendering.resource import Lookup, Resource
from tests.components.sdk_contract import complaints
from tests.stacks import real, switched

CANARY = "canary-7d20c5"
SDKS = {"sentry": "pulumiverse_sentry", "newrelic": "pulumi_newrelic"}
LOGINS = (*sentry.Sentry.logins, *newrelic.NewRelic.logins)
TEAM = Lookup("sentry:index/getSentryTeam:getSentryTeam", (("organization", "o"), ("slug", "t")), "internalId")


def of(package: str, found: Iterable[Registered], kind: str = "") -> list[Registered]:
    return [each for each in found if each.type.startswith(f"{package}:") and each.type.endswith(kind)]


def provider(package: str, found: Iterable[Registered]) -> Registered:
    return next(each for each in found if each.type == f"pulumi:providers:{package}")


@pytest.mark.tools  # New Relic's SDK has inputs of a megabyte
@pytest.mark.parametrize("package", ["sentry", "newrelic"])
def test_every_resource_fits_the_installed_sdk(package: str) -> None:
    recordings = [switched.recording(), *([real.recording("dev")] if package == "sentry" else [])]
    found = [each for recording in recordings for each in (*of(package, recording), provider(package, recording))]
    assert len({each.type for each in found}) >= 6
    assert [fault for each in found for fault in complaints(each, SDKS[package])] == []


@pytest.mark.tools
def test_the_contract_sees_what_does_not_fit() -> None:
    (key,) = (each for each in of("sentry", switched.recording(), ":SentryKey") if each.name == "skillforge-backend")
    told = complaints(replace(key, secret_outputs=("dsnPublic",)), SDKS["sentry"])
    assert told == ["skillforge-backend: dsnSecret is secret in the SDK", "skillforge-backend: secret is secret in the SDK"]
    condition = of("newrelic", switched.recording(), ":NrqlAlertCondition")[0]
    broken = replace(condition, inputs={**condition.inputs, "baseline": 1, "critical": {"treshold": 1}, "aggregationWindow": "60"})
    told = complaints(broken, SDKS["newrelic"])
    for words in ("baseline is unknown", "critical.treshold is unknown", "critical.threshold is required", "aggregationWindow is no int"):
        assert any(words in each for each in told), told


def register(chosen: SentrySettings, resources: Iterable[Resource] = ()) -> Callable[[], object]:
    return lambda: Sentry("sentry", Cluster(pulumi.ProviderResource("kubernetes", "k", {}), {}), chosen, resources)


def chosen(**changes: Any) -> SentrySettings:  # noqa: ANN401  any setting
    return SentrySettings.model_validate({"organization": "company", "security_team": "security-team", **changes})


def test_the_communitys_plugin_and_the_address_are_explicit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sentry.TOKEN.variable, CANARY)
    found = provider("sentry", record(register(chosen(base_url="https://de.sentry.io/api/"))))
    inputs = plain(dict(found.inputs))
    assert (inputs["baseUrl"], inputs["version"]) == ("https://de.sentry.io/api/", "0.0.9")
    assert isinstance(found.inputs["token"], Secret)
    assert "baseUrl" not in provider("sentry", record(register(chosen()))).inputs
    monkeypatch.setenv("SENTRY_AUTH_TOKEN", CANARY)
    assert "token" not in provider("sentry", record(register(chosen()))).inputs, "the provider reads it itself"


def test_a_preview_without_a_token_and_a_simulated_one_ask_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Resource("sentry:index/sentryIssueAlert:SentryIssueAlert", "r", {"name": "r", "actions": [{"targetIdentifier": TEAM}]})
    metric = Resource("sentry:index/sentryMetricAlert:SentryMetricAlert", "m", {"owner": replace(TEAM, number=True)})

    def identifiers(settings: SentrySettings) -> tuple[Any, Any]:
        found = {each.name: plain(dict(each.inputs)) for each in record(register(settings, [rule, metric]))}
        return found["r"]["actions"][0]["targetIdentifier"], found["m"]["owner"]

    for variable in ("SENTRY_AUTH_TOKEN", sentry.TOKEN.variable):
        monkeypatch.delenv(variable, raising=False)
    assert identifiers(chosen()) == (UNASKED, 0)
    monkeypatch.setenv("SENTRY_AUTH_TOKEN", CANARY)
    assert identifiers(chosen(simulated=True)) == (UNASKED, 0)
    assert identifiers(chosen()) == ("100002", 100002), "what the account has"


@pytest.fixture
def canaries(monkeypatch: pytest.MonkeyPatch) -> Recording:
    """Production with a canary in every key that these two need."""
    for login in LOGINS:
        monkeypatch.delenv(login.variable, raising=False)
        monkeypatch.setenv(login.need.variable, f"{CANARY}-{login.need.config}")
    monkeypatch.setenv(newrelic.LICENSE.variable, f"{CANARY}-licence")
    return record(switched.main, "prod")


def test_no_key_and_no_dsn_is_in_any_file_message_or_export(canaries: Recording) -> None:
    assert CANARY in str(plain(dict(provider("sentry", canaries).inputs))), "the canary is there, unless masked"
    files = rendered_files(canaries, switched.prepared().files)
    assert [path for path, text in files.items() if CANARY in text or "ingest.sentry.invalid" in text] == []
    assert CANARY not in "\n".join(canaries.warnings)
    assert CANARY not in str(canaries.exports)
    assert "ingest.sentry.invalid" not in str(canaries.exports), "an address to report to is a secret"
    told = json.loads(files["outputs.json"])["sentry"]["projects"]["skillforge/backend"]
    assert told == {"slug": "skillforge-backend", "release": "skillforge-backend@<version>", "dsn": "[secret]"}
    assert "sentry/sentry-project/skillforge-backend.json" in files
    assert "newrelic/nrql-alert-condition/ai-platform-api.http-errors.json" in files


def test_the_chart_reads_the_licence_from_a_secret_and_holds_none(canaries: Recording) -> None:
    (release,) = (each for each in canaries if each.name == "nri-bundle")
    inputs = plain(dict(release.inputs))
    assert (inputs["version"], inputs["namespace"]) == (CHARTS["newrelic"].version, "monitoring-agents")
    values = inputs["values"]
    assert values["global"]["customSecretName"] == newrelic.NAME
    assert CANARY not in str(inputs)
    (secret,) = (each for each in canaries if each.name == f"monitoring-agents/{newrelic.NAME}" and "ExternalSecret" in each.type)
    data = plain(dict(secret.inputs))["spec"]["data"]
    assert data == [
        {
            "secretKey": values["global"]["customSecretLicenseKey"],
            "remoteRef": {"key": "observatory/prod/newrelic", "property": "license-key"},
        }
    ]
    assert secret.urn in release.dependencies


def test_the_charts_values_were_read_in_the_version_that_is_deployed() -> None:
    assert CHARTS["newrelic"].version == "8.0.18", "read the new version's values.yaml, then mend components/newrelic.py and this line"


def test_fluent_bit_is_told_the_accounts_region_and_which_namespaces_it_may_send() -> None:
    context = real.prepared("prod").plan.context
    for region, host in (("eu", "log-api.eu.newrelic.com"), ("us", "log-api.newrelic.com")):
        settings = NewRelicSettings.model_validate({"account_id": "1", "region": region})
        logging = newrelic.values(context, settings, ["ai-platform", "shop"])["newrelic-logging"]
        assert logging["endpoint"] == f"https://{host}/log/v1"
        assert logging["fluentBit"]["path"] == "/var/log/containers/*_ai-platform_*.log,/var/log/containers/*_shop_*.log"


def test_its_pods_reach_new_relic_and_what_they_watch_and_only_the_api_server_reaches_them() -> None:
    plan = switched.prepared().plan
    (policy,) = (each for each in plan.edges["agents"] if each["metadata"]["name"] == newrelic.NAME)
    ports = {port["port"] for rule in policy["spec"]["egress"] for port in rule.get("ports", ())}
    assert {443, 10250, 8080} <= ports
    (state,) = (each for each in plan.edges["monitoring"] if each["metadata"]["name"] == "newrelic-cluster-state")
    assert state["spec"]["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "kube-state-metrics"}}
    asking = state["spec"]["ingress"][0]["from"][0]
    assert asking["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "monitoring-agents"}
    assert asking["podSelector"] == policy["spec"]["podSelector"]
    without = [each for each in real.prepared("prod").plan.edges["agents"] if each["metadata"]["name"] == newrelic.NAME]
    assert without == [], "off means nothing of it"

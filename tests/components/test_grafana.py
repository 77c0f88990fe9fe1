"""Grafana's server: closed to strangers, every secret a file, and replicas that know of one another."""

from configparser import ConfigParser
from typing import Any

import pytest

from components import grafana
from components.grafana_configuration import People, configuration, needs
from components.grafana_settings import GrafanaSettings, Postgres
from components.login import OidcSettings, Roles, role_expression
from rendering.site import Smtp
from tests.stacks.real import documents, of, prepared, recording

SINGLE = GrafanaSettings(replicas=1)
PAIR = GrafanaSettings(replicas=2, postgres=Postgres(host="db.example.com"))
URL, INSIDE = "https://grafana.example.com", "http://grafana.monitoring.svc:3000"
MAIL = Smtp("mail.example.com:587", "grafana@example.com", "grafana")
OIDC = OidcSettings(
    issuer="https://login.example.com",
    authorize_url="https://login.example.com/authorize",
    token_url="https://login.example.com/token",
    userinfo_url="https://login.example.com/userinfo",
    grafana_client="grafana",
    proxy_client="proxy",
    roles=Roles(admin=("admins", "owners"), viewer=("all staff",)),
)


def ini(settings: GrafanaSettings, oidc: OidcSettings | None = None, smtp: Smtp | None = None) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=True)
    parser.read_string(configuration(settings, People(URL, oidc, smtp), INSIDE, "grafana-members.monitoring.svc"))
    return parser


def server(stack: str) -> dict[str, Any]:
    return of(stack, "StatefulSet", "grafana")["spec"]


@pytest.mark.parametrize("oidc", [None, OIDC], ids=["with its own administrator only", "with a login"])
@pytest.mark.parametrize("settings", [SINGLE, PAIR], ids=["sqlite", "postgres"])
def test_nothing_is_shown_to_strangers_and_nothing_told_to_the_vendor(settings: GrafanaSettings, oidc: OidcSettings | None) -> None:
    found = ini(settings, oidc)
    closed = ("auth.anonymous enabled", "users allow_sign_up", "users allow_org_create", "snapshots enabled", "public_dashboards enabled")
    silent = ("analytics reporting_enabled", "analytics check_for_updates", "analytics check_for_plugin_updates", "news news_feed_enabled")
    for section, key in (name.split() for name in (*closed, *silent)):
        assert found[section][key] == "false", f"{section}.{key}"
    security = found["security"]
    assert all(security[key] == "true" for key in ("cookie_secure", "strict_transport_security", "disable_gravatar"))
    assert found["plugins"]["plugin_admin_enabled"] == "false"


@pytest.mark.parametrize("smtp", [None, MAIL])
@pytest.mark.parametrize("oidc", [None, OIDC])
@pytest.mark.parametrize("settings", [SINGLE, PAIR])
def test_every_secret_is_a_file_that_a_need_stands_for(settings: GrafanaSettings, oidc: OidcSettings | None, smtp: Smtp | None) -> None:
    found = ini(settings, oidc, smtp)
    words = ("password", "secret")
    values = [value for name in found.sections() for key, value in found[name].items() if any(word in key for word in words)]
    assert sorted(values) == sorted(f"$__file{{/etc/secrets/{need.name}/{need.key}}}" for need in needs(settings, People(URL, oidc, smtp)))


def test_people_who_are_in_no_group_are_refused_and_not_made_viewers() -> None:
    found = ini(SINGLE, OIDC)
    assert found["auth.generic_oauth"]["role_attribute_strict"] == "true"
    assert found["auth.generic_oauth"]["role_attribute_path"] == role_expression(OIDC)
    admins = """(contains("groups"[*], 'admins') || contains("groups"[*], 'owners')) && 'Admin'"""
    viewers = """(contains("groups"[*], 'all staff')) && 'Viewer'"""
    assert role_expression(OIDC) == f"{admins} || {viewers}"
    assert found["auth"]["disable_login_form"] == "true"
    assert ini(SINGLE)["auth"]["disable_login_form"] == "false", "its administrator is all that there is"


def test_replicas_share_a_database_and_tell_one_another_what_they_notified_about() -> None:
    found = ini(PAIR)
    assert found["database"]["type"] == "postgres"
    assert found["database"]["host"] == "db.example.com:5432"
    assert found["unified_alerting"]["ha_peers"] == "grafana-members.monitoring.svc:9094"
    assert "ha_peers" not in ini(SINGLE)["unified_alerting"]
    members = of("prod", "Service", grafana.MEMBERS)["spec"]
    assert members["clusterIP"] == "None"
    assert members["publishNotReadyAddresses"] is True
    assert server("prod")["serviceName"] == grafana.MEMBERS


def test_people_are_sent_back_to_where_their_browsers_are_and_mail_is_encrypted() -> None:
    assert ini(SINGLE)["server"]["root_url"] == "https://grafana.example.com/"
    nowhere = configuration(SINGLE, People(), INSIDE, "peers")
    assert f"root_url = {INSIDE}/" in nowhere
    assert ini(SINGLE, smtp=MAIL)["smtp"]["starttls_policy"] == "MandatoryStartTLS"
    assert "smtp" not in ini(SINGLE)


def test_only_chosen_plugins_are_fetched() -> None:
    assert ini(SINGLE)["plugins"]["preinstall_disabled"] == "true"
    chosen = ini(GrafanaSettings(replicas=1, plugins=("grafana-clock-panel@2.1.8",)))["plugins"]
    assert chosen["preinstall_sync"] == "grafana-clock-panel@2.1.8"
    assert chosen["preinstall_auto_update"] == "false"


def test_sqlite_stands_on_a_volume_that_outlives_its_pods_and_postgres_needs_none() -> None:
    local, prod = server("local"), server("prod")
    assert [claim["metadata"]["name"] for claim in local["volumeClaimTemplates"]] == ["data"]
    assert local["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}
    assert local["template"]["metadata"]["annotations"]["karpenter.sh/do-not-disrupt"] == "true"
    assert "volumeClaimTemplates" not in prod


def test_prod_is_spread_over_zones_and_may_lose_one_replica_at_a_time() -> None:
    spec = server("prod")
    zone = spec["template"]["spec"]["topologySpreadConstraints"][0]
    assert (spec["replicas"], zone["minDomains"], zone["whenUnsatisfiable"]) == (2, 2, "DoNotSchedule")
    assert of("prod", "PodDisruptionBudget", "grafana")["spec"]["maxUnavailable"] == 1
    assert of("prod", "ServiceAccount", "grafana")["metadata"]["annotations"]["eks.amazonaws.com/role-arn"].endswith("-grafana")


def test_readiness_asks_the_database_and_liveness_does_not() -> None:
    (container,) = server("prod")["template"]["spec"]["containers"]
    assert container["readinessProbe"]["httpGet"]["path"] == "/api/health"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container["startupProbe"]["failureThreshold"] * container["startupProbe"]["periodSeconds"] >= 300


def test_a_changed_configuration_replaces_the_pods() -> None:
    context = prepared("prod").plan.context

    def digest(url: str) -> str:
        template = grafana.documents(context, PAIR, People(url))[-1]["spec"]["template"]
        return template["metadata"]["annotations"]["observatory.dev/configuration"]

    assert digest("https://a.example.com") == digest("https://a.example.com") != digest("https://b.example.com")


def test_the_server_waits_for_the_secrets_that_it_mounts() -> None:
    by_name = {resource.name: resource for resource in recording("local") if resource.type == "kubernetes:apps/v1:StatefulSet"}
    waited = {urn.rsplit("::", 1)[1] for urn in by_name["monitoring/grafana"].dependencies}
    assert "monitoring/grafana" in waited
    secret = next(r for r in recording("local") if r.type == "kubernetes:core/v1:Secret" and r.name == "monitoring/grafana")
    assert secret.urn in by_name["monitoring/grafana"].dependencies


def test_an_environment_without_grafana_has_nothing_of_it() -> None:
    assert not [d for d in documents("local") if d["kind"] == "Ingress"]
    assert not [d for d in documents("local") if "login" in d["metadata"]["name"]]

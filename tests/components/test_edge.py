"""The edge: every host asks who comes, and what it leads to is reached in no other way."""

from typing import Any

import pytest

from components import edge, interface_edges
from components.edge import EdgeSettings, Route, ingress
from components.grafana_settings import GrafanaSettings
from components.proxy import Guarded, proxies
from tests.components.test_edges import peers
from tests.stacks.real import documents, of, prepared

ALB = "alb.ingress.kubernetes.io"
CONTEXT = prepared("prod").plan.context
SETTINGS = prepared("prod").settings
ROUTE = Route("alertmanager", "alertmanager-login", 4180, "/ping")


def arguments(name: str) -> list[str]:
    return of("prod", "Deployment", name)["spec"]["template"]["spec"]["containers"][0]["args"]


def ingresses() -> list[dict[str, Any]]:
    return [document for document in documents("prod") if document["kind"] == "Ingress"]


def test_every_host_leads_to_a_login() -> None:
    """Grafana's own, or oauth2-proxy's; nothing else stands at the edge."""
    behind = {
        path["backend"]["service"]["name"] for each in ingresses() for rule in each["spec"]["rules"] for path in rule["http"]["paths"]
    }
    assert behind == {"grafana", "alertmanager-login", "jaeger-login", "kibana-login", edge.CLOSED}
    assert not [
        d for d in documents("prod") if d["kind"] == "Service" and d["spec"].get("type", "ClusterIP") not in {"ClusterIP", "ExternalName"}
    ]


def test_what_grafana_shows_to_anyone_is_not_for_the_edge() -> None:
    paths = of("prod", "Ingress", "edge-grafana")["spec"]["rules"][0]["http"]["paths"]
    assert [(path["path"], path["backend"]["service"]["name"]) for path in paths] == [("/metrics", edge.CLOSED), ("/", "grafana")]
    selector = of("prod", "Service", edge.CLOSED)["spec"]["selector"]
    pods = [d["spec"]["template"]["metadata"]["labels"] for d in documents("prod") if d["kind"] in {"Deployment", "StatefulSet"}]
    assert not [labels for labels in pods if selector.items() <= labels.items()], "nothing answers there"


def test_the_load_balancer_is_internal_shared_and_speaks_tls_only() -> None:
    for document in ingresses():
        found = document["metadata"]["annotations"]
        assert found[f"{ALB}/scheme"] == "internal"
        assert found[f"{ALB}/target-type"] == "ip"
        assert found[f"{ALB}/ssl-redirect"] == "443"
        assert found[f"{ALB}/certificate-arn"].startswith("arn:aws:acm:")
        assert found[f"{ALB}/group.name"] == "observatory-prod"
        assert document["spec"]["tls"][0]["hosts"] == [document["spec"]["rules"][0]["host"]]
    health = {d["metadata"]["name"]: d["metadata"]["annotations"][f"{ALB}/healthcheck-path"] for d in ingresses()}
    assert health == {"edge-grafana": "/api/health", "edge-alertmanager": "/ping", "edge-jaeger": "/ping", "edge-kibana": "/ping"}


def test_another_controller_takes_its_certificate_from_a_secret_and_annotations_from_the_settings() -> None:
    given = EdgeSettings(domain="o.example.com", ingress_class="nginx", tls_secret="tls", annotations={"nginx/x": "y"})
    document = ingress(CONTEXT, given, ROUTE)
    assert document["metadata"]["annotations"] == {"nginx/x": "y"}
    assert document["spec"]["tls"] == [{"hosts": ["alertmanager.o.example.com"], "secretName": "tls"}]


def test_a_host_may_be_named_and_the_outside_only_by_setting() -> None:
    given = EdgeSettings(domain="o.example.com", ingress_class="alb", internal=False, hosts={"alertmanager": "alerts.o.example.com"})
    document = ingress(CONTEXT, given, ROUTE)
    assert document["spec"]["rules"][0]["host"] == "alerts.o.example.com"
    assert document["metadata"]["annotations"][f"{ALB}/scheme"] == "internet-facing"


def test_whoever_may_only_look_cannot_silence_an_alert() -> None:
    assert SETTINGS.oidc is not None
    groups = {guard.interface: guard.groups for guard in edge.guarded(CONTEXT, SETTINGS.oidc, front=True)}
    assert groups == {"alertmanager": ("observatory-admins", "engineering"), "prometheus": ("observatory-admins", "engineering", "company")}
    allowed = [argument for argument in arguments("alertmanager-login") if argument.startswith("--allowed-group=")]
    assert allowed == ["--allowed-group=observatory-admins", "--allowed-group=engineering"]


def test_a_proxy_reads_its_secrets_from_files_and_believes_headers_of_the_edge_alone() -> None:
    found = arguments("alertmanager-login")
    assert not [argument for argument in found if argument.startswith(("--client-secret=", "--cookie-secret="))]
    assert "--client-secret-file=/etc/secrets/client-secret" in found
    assert "--trusted-proxy-ip=10.10.0.0/16" in found
    assert "--cookie-secure=true" in found
    assert not [argument for argument in found if argument.startswith(("--skip-auth", "--trusted-ip"))], "no way around the login"


def test_machines_pass_a_proxy_by_tokens_of_the_same_issuer() -> None:
    assert "--skip-jwt-bearer-tokens=true" in arguments("alertmanager-login")


def test_all_proxies_are_scraped_by_one_service() -> None:
    assert SETTINGS.oidc is not None
    guards = [Guarded("alertmanager", "a", "http://a", 1, ("g",)), Guarded("prometheus", "b", "http://b", 2, ("g",))]
    made = proxies(CONTEXT, SETTINGS.oidc, guards, {"alertmanager": "a.example.com", "prometheus": "b.example.com"}, 1)
    scraped = [d for d in made if d["kind"] == "Service" and d["metadata"]["labels"]["app.kubernetes.io/name"] == "oauth2-proxy"]
    pods = [d["spec"]["template"]["metadata"]["labels"] for d in made if d["kind"] == "Deployment"]
    assert len(scraped) == 1
    assert all(scraped[0]["spec"]["selector"].items() <= labels.items() for labels in pods)
    assert len(pods) == 2
    assert proxies(CONTEXT, SETTINGS.oidc, [], {}, 1) == []


def test_the_load_balancer_reaches_logins_and_nothing_else() -> None:
    block = {"ipBlock": {"cidr": "10.10.0.0/16"}}
    reached = {
        d["metadata"]["name"]: {port["port"] for rule in d["spec"]["ingress"] if block in rule["from"] for port in rule["ports"]}
        for d in documents("prod")
        if d["kind"] == "NetworkPolicy" and block in peers(d, "ingress")
    }
    called = ("datadog", "external-secrets")  # by the API server, and on ports of nodes
    assert {name: ports for name, ports in reached.items() if not name.endswith("operator") and not name.startswith(called)} == {
        "grafana": {3000},
        "alertmanager-login": {4180},
        "jaeger-login": {4180},
        "kibana-login": {4180},
        "logstash": {5514},  # syslog of the network's devices
    }


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_no_rule_names_nobody_because_that_means_everybody(stack: str) -> None:
    for policy in (document for document in documents(stack) if document["kind"] == "NetworkPolicy"):
        for direction, key in (("ingress", "from"), ("egress", "to")):
            assert all(rule[key] for rule in policy["spec"].get(direction, [])), policy["metadata"]["name"]


def test_grafana_reaches_what_it_shows_and_beyond_the_cluster_only_where_it_must() -> None:
    prod = [peer["ipBlock"]["cidr"] for peer in peers(of("prod", "NetworkPolicy", "grafana"), "egress") if "ipBlock" in peer]
    assert prod == ["10.10.0.0/16", "0.0.0.0/0"], "its database; its login's provider and the managed workspace"
    found = peers(interface_edges.grafana(CONTEXT, GrafanaSettings(replicas=1), None, [])[0], "egress")
    assert not [peer for peer in found if "ipBlock" in peer]
    apps = {peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] for peer in found if "podSelector" in peer}
    assert apps == {"prometheus-query", "alertmanager", "grafana"}


def test_links_in_messages_lead_to_alertmanager_at_the_edge() -> None:
    assert of("prod", "Alertmanager", "observatory")["spec"]["externalUrl"] == "https://alertmanager.observatory.example.com"
    assert "externalUrl" not in of("dev", "Alertmanager", "observatory")["spec"]

"""Grafana, the login and the edge: settings by which nobody could log in, or anybody, are refused with a remedy."""

from copy import deepcopy
from typing import Any

import pytest
import yaml

from catalog.faults import Fault
from stacks import checks, settings
from stacks.program import ROOT

KEY = settings.KEY
GONE = object()
PROD: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"][KEY]


def faults(changes: dict[str, object]) -> list[Fault]:
    """What is wrong with prod's settings after these changes at dotted places."""
    data = deepcopy(PROD)
    for place, value in changes.items():
        *parents, last = place.split(".")
        here = data
        for parent in parents:
            here = here[parent]
        if value is GONE:
            del here[last]
        else:
            here[last] = value
    chosen, found = settings.examine("prod", ROOT, data)
    return found if chosen is None else found + checks.alone(chosen, "Pulumi.prod.yaml")


def test_the_committed_settings_are_right() -> None:
    assert faults({}) == []


@pytest.mark.parametrize(
    ("changes", "key", "reason"),
    [
        ({"grafana.postgres": GONE}, "grafana.replicas", "a SQLite file of its own"),
        ({"cluster.zones": 1}, "grafana.replicas", "stand in one zone"),
        ({"grafana.role_arn": GONE}, "grafana.role_arn", "signed requests only"),
        ({"grafana.url": "grafana.observatory.example.com"}, "grafana.url", "is no address"),
        ({"grafana.plugins": ["grafana-clock-panel"]}, "grafana.plugins.0", "should match pattern"),
        ({"oidc": GONE}, "edge", "reachable without a login"),
        ({"edge": GONE, "grafana.url": GONE}, "oidc", "only pods reach"),
        ({"oidc.issuer": "http://login.example.com"}, "oidc.issuer", "is no https address"),
        ({"oidc.token_url": "login.example.com/token"}, "oidc.token_url", "is no https address"),
        ({"oidc.roles.admin": []}, "oidc.roles.admin", "at least 1 item"),
        ({"oidc.roles.viewer": ["it's"]}, "oidc.roles.viewer.0", "should match pattern"),
        ({"edge.hosts": {"grafana": "grafana.example.org"}}, "edge.hosts.grafana", "is not below observatory.example.com"),
        ({"edge.hosts": {"grafana": "alertmanager.observatory.example.com"}}, "edge.hosts.grafana", "is alertmanager's host too"),
        ({"edge.hosts": {"loki": "loki.observatory.example.com"}}, "edge.hosts.loki.[key]", "'grafana', 'prometheus'"),
        ({"edge.domain": "https://observatory.example.com"}, "edge.domain", "should match pattern"),
        ({"edge.certificate_arn": GONE}, "edge.certificate_arn", "nothing would be encrypted"),
        ({"edge.ingress_class": "nginx"}, "edge.tls_secret", "nothing would be encrypted"),
    ],
)
def test_a_fault_names_its_key_its_reason_and_a_remedy(changes: dict[str, object], key: str, reason: str) -> None:
    found = [fault for fault in faults(changes) if fault.key == f"{KEY}.{key}".removesuffix(".[key]")]
    assert found, faults(changes)
    assert reason in found[0].reason
    assert found[0].remedy


def test_all_of_them_are_told_at_once() -> None:
    changes: dict[str, object] = {"oidc": GONE, "grafana.postgres": GONE, "edge.certificate_arn": GONE}
    assert [fault.key.removeprefix(f"{KEY}.") for fault in faults(changes)] == ["grafana.replicas", "edge", "edge.certificate_arn"]

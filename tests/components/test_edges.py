"""Edges: what may be reached, and above all what may not."""

from typing import Any

import pytest

from components import network
from tests.stacks.real import documents, of, prepared


def peers(policy: dict[str, Any], direction: str) -> list[dict[str, Any]]:
    key = {"ingress": "from", "egress": "to"}[direction]
    return [peer for rule in policy["spec"].get(direction, []) for peer in rule[key]]


def test_default_deny_allows_nothing_in_either_direction() -> None:
    spec = network.default_deny("n")["spec"]
    assert spec == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_a_direction_without_rules_is_left_to_others() -> None:
    assert network.policy("n", "p", {}, egresses=[network.egress(network.pods(), [])])["spec"]["policyTypes"] == ["Egress"]


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_whoever_reaches_the_internet_never_reaches_the_nodes_metadata_service(stack: str) -> None:
    for policy in (document for document in documents(stack) if document["kind"] == "NetworkPolicy"):
        for peer in peers(policy, "egress"):
            block = peer.get("ipBlock", {})
            if block.get("cidr") == network.ANY_ADDRESS:
                assert block["except"] == [network.METADATA_SERVICE], policy["metadata"]["name"]


def test_prometheus_reaches_the_internet_only_where_it_writes_to_it() -> None:
    def reaches(stack: str) -> bool:
        return any(
            peer.get("ipBlock", {}).get("cidr") == network.ANY_ADDRESS for peer in peers(of(stack, "NetworkPolicy", "prometheus"), "egress")
        )

    assert reaches("prod")
    assert not reaches("dev")


def test_an_exporter_reaches_its_dependency_and_nothing_else() -> None:
    rds = of("prod", "NetworkPolicy", "skillforge-postgres-exporter")["spec"]["egress"]
    assert rds == [{"to": [{"ipBlock": {"cidr": "10.10.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 5432}]}]
    own = of("prod", "NetworkPolicy", "jac-learning-nginx-exporter")["spec"]["egress"]
    assert own[0]["to"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "jac-learning"}}}]


def test_alertmanagers_gossip_over_both_protocols() -> None:
    rules = of("prod", "NetworkPolicy", "alertmanager")["spec"]["ingress"]
    assert {"protocol": "UDP", "port": 9094} in [port for rule in rules for port in rule["ports"]]


def test_prometheus_reaches_every_namespace_that_it_scrapes() -> None:
    reached = {
        peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for peer in peers(of("dev", "NetworkPolicy", "prometheus"), "egress")
        if "namespaceSelector" in peer
    }
    assert set(prepared("dev").plan.context.applications) <= reached
    assert "default" not in reached, "the API server's Service has no pods there"


def test_applications_may_query_the_front() -> None:
    asking = str(peers(of("local", "NetworkPolicy", "prometheus-query"), "ingress"))
    assert all(name in asking for name in prepared("local").plan.context.applications)

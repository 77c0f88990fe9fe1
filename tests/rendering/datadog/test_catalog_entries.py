from dataclasses import replace
from typing import Any

import pytest
import yaml

from catalog.base import Backend, Severity
from catalog.catalog import Catalog
from rendering.datadog import catalog_entries
from rendering.resource import Resource
from rendering.site import Site
from tests.rendering.datadog.logs_as_sent import faults
from tests.rendering.datadog.sending import sending


@pytest.fixture(scope="module")
def found(real: Catalog, site: Site) -> list[Resource]:
    return catalog_entries.resources(real, sending(site))


@pytest.fixture(scope="module")
def entities(found: list[Resource]) -> dict[str, dict[str, Any]]:
    return {each.name: yaml.safe_load(each.inputs["entity"]) for each in found}


def test_every_entity_is_one_that_datadogs_own_model_takes(found: list[Resource]) -> None:
    assert found
    assert [fault for each in found for fault in faults(each)] == []
    assert all(each.account_wide for each in found)


@pytest.mark.parametrize(
    "change",
    [
        {"apiVersion": "v9"},
        {"kind": "servant"},
        {"metadata": {"displayName": "no name"}},
        {"metadata": {"name": "x", "contacts": [{"name": "x", "type": "email"}]}},
        {"metadata": {"name": "x", "runbooks": []}},
        {"spec": {"needs": ["service:x"]}},
        {"spec": {"tier": 1}},
    ],
)
def test_a_broken_entity_is_refused(found: list[Resource], entities: dict[str, dict[str, Any]], change: dict[str, Any]) -> None:
    broken = entities["skillforge-backend"] | change
    assert faults(replace(found[0], inputs={"entity": yaml.safe_dump(broken)}))


def test_services_that_send_telemetry_are_entered_by_the_name_that_it_carries(real: Catalog, entities: dict[str, dict[str, Any]]) -> None:
    expected = {
        service.identity.datadog
        for application in real.applications.values()
        for service in application.services.values()
        if Backend.DATADOG in (*service.collect.metrics, *service.collect.traces, *service.collect.logs)
    }
    assert {name for name, entity in entities.items() if entity["kind"] == "service"} == expected


def test_a_service_says_whom_it_belongs_to_what_it_needs_and_what_part_it_is_of(entities: dict[str, dict[str, Any]]) -> None:
    backend = entities["skillforge-backend"]
    assert backend["metadata"]["owner"] == "talent"
    assert backend["spec"]["dependsOn"] == ["datastore:skillforge-postgres", "datastore:skillforge-redis", "service:skillforge-ai"]
    assert backend["spec"]["componentOf"] == ["system:skillforge"]
    assert backend["spec"]["tier"] == "1"
    assert "payment-provider" in backend["metadata"]["description"]
    assert {contact["name"] for contact in backend["metadata"]["contacts"]} >= {"Talent", "on-call", "engineering-manager"}


def test_every_reference_leads_to_an_entity(entities: dict[str, dict[str, Any]]) -> None:
    known = {f"{entity['kind']}:{name}" for name, entity in entities.items()}
    for entity in entities.values():
        spec = entity["spec"]
        assert {*spec.get("dependsOn", []), *spec.get("componentOf", []), *spec.get("components", [])} <= known


def test_a_service_links_its_dashboard_and_the_runbook_of_every_alert_that_calls_somebody(
    real: Catalog, entities: dict[str, dict[str, Any]]
) -> None:
    links = {link["url"]: link["type"] for link in entities["skillforge-backend"]["metadata"]["links"]}
    assert links["https://grafana.example.com/d/svc-skillforge-backend"] == "dashboard"
    paging = [name for name, alert in real.applications["skillforge"].services["backend"].alerts.items() if alert.pages]
    assert [url for url, kind in links.items() if kind == "runbook"] == [f"https://example.com/runbooks/{name}.md" for name in paging]


def test_a_tier_follows_from_what_an_outage_is(entities: dict[str, dict[str, Any]]) -> None:
    assert (entities["skillforge-postgres"]["spec"]["tier"], entities["skillforge-redis"]["spec"]["tier"]) == ("1", "2")


def test_nothing_is_entered_where_datadog_is_off(real: Catalog, site: Site) -> None:
    assert catalog_entries.resources(real, site) == []


def test_owners_are_teams_of_the_catalog(real: Catalog, entities: dict[str, dict[str, Any]]) -> None:
    assert {entity["metadata"]["owner"] for entity in entities.values()} <= set(real.teams)
    assert all(Severity.CRITICAL in real.teams[entity["metadata"]["owner"]].slack for entity in entities.values())

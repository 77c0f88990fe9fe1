"""Messages link the service's dashboard where somebody has said where Grafana is, and only then."""

from dataclasses import replace

import pytest

from catalog.catalog import Catalog
from rendering.dashboard_links import service_uid, uid
from rendering.documents import render
from rendering.site import Site

GRAFANA = "https://grafana.example.com"


def annotations(catalog: Catalog, site: Site) -> list[tuple[dict[str, str], dict[str, str]]]:
    rules = (rule for document in render(catalog, site).rules for group in document["spec"]["groups"] for rule in group["rules"])
    return [(rule["labels"], rule["annotations"]) for rule in rules if "alert" in rule]


def test_every_alert_of_a_service_links_its_dashboard_and_those_of_dependencies_link_none(real: Catalog, site: Site) -> None:
    for labels, notes in annotations(real, replace(site, grafana_url=GRAFANA)):
        service = labels.get("service")
        expected = f"{GRAFANA}/d/{service_uid(labels['application'], service)}" if service else None
        assert notes.get("dashboard_url") == expected, notes["summary"]


def test_nothing_is_linked_where_nobody_knows_where_grafana_is(real: Catalog, site: Site) -> None:
    assert not [notes for _, notes in annotations(real, site) if "dashboard_url" in notes]


def test_a_message_in_slack_shows_the_link_and_none_where_there_is_none(small: Catalog, site: Site) -> None:
    template = render(small, site).alertmanager["observatory.tmpl"]
    assert "{{ with (index .Alerts 0).Annotations.dashboard_url }} <{{ . }}|Dashboard> |{{ end }}" in template


@pytest.mark.parametrize("parts", [("svc", "shop", "web"), ("svc", "a" * 40, "b" * 40), ("svc", "a" * 40, "c" * 40)])
def test_a_uid_fits_grafana(parts: tuple[str, ...]) -> None:
    assert len(uid(*parts)) <= 40


def test_two_long_names_do_not_become_one_uid() -> None:
    assert uid("svc", "a" * 40, "b" * 40) != uid("svc", "a" * 40, "c" * 40)
    assert service_uid("ai-platform", "api") == "svc-ai-platform-api"

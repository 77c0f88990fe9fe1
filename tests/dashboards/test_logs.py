"""Dashboards of records, of their way and of their stores: there where the systems run, and asking the store that has the records."""

from pathlib import Path
from typing import Any

import pytest

from catalog.loading import load
from dashboards.grafana import elasticsearch, log_pipeline, loki, platform_health, records
from dashboards.grafana.build import document
from dashboards.grafana.everything import everything
from dashboards.model import ELASTICSEARCH, LOKI, Dashboard, Panel
from dashboards.reading import Reader
from rendering.elastic import places
from rendering.rules import rule_groups
from rendering.site import Site

ROOT = Path(__file__).resolve().parents[2]
ELASTIC = frozenset({places.ELASTICSEARCH, places.KIBANA, places.LOGSTASH, places.FILEBEAT})
OWN = {elasticsearch.UID, log_pipeline.UID, loki.UID}


def read(*switched_off: str) -> Reader:
    catalog = load(ROOT)
    site = Site("test", "eu-central-1", "test-1", "https://example.com/runbooks/", switched_off=frozenset(switched_off))
    return Reader(catalog, site, rule_groups(catalog, site))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return read()


def logs(reader: Reader, application: str) -> Dashboard:
    return next(dashboard for dashboard in records.dashboards(reader) if dashboard.uid == f"logs-{application}")


def found(dashboard: Dashboard) -> list[Panel]:
    return [panel for panel in dashboard.panels if panel.kind == "logs"]


def targets(dashboard: Dashboard) -> list[dict[str, Any]]:
    """What panels of records ask, in Grafana's JSON."""
    rows = document(dashboard)["panels"]
    panels = [panel for row in rows for panel in (row, *row.get("panels", ()))]
    return [target for panel in panels if panel["type"] == "logs" for target in panel["targets"]]


def test_every_application_has_a_page_of_its_records(reader: Reader) -> None:
    assert {dashboard.uid for dashboard in records.dashboards(reader)} == {
        f"logs-{name}" for name, application in reader.catalog.applications.items() if application.namespace is not None
    }


def test_the_newest_records_are_those_of_the_applications_services_in_elasticsearch(reader: Reader) -> None:
    errors, newest = targets(logs(reader, "jac-learning"))
    assert newest["query"] == 'service.name:("jac-backend" OR "jac-frontend" OR "jac-celery")'
    assert errors["query"] == f"{newest['query']} AND severity:high"
    assert newest["datasource"] == {"type": ELASTICSEARCH.kind, "uid": ELASTICSEARCH.uid}
    assert [metric["type"] for metric in newest["metrics"]] == ["logs"]


def test_without_elasticsearch_loki_is_asked_where_it_keeps_the_records() -> None:
    reader = read(*ELASTIC)
    errors, newest = targets(logs(reader, "jac-learning"))
    assert newest["expr"] == '{application="jac-learning"}'
    assert errors["expr"] == '{application="jac-learning"} | level=~"error|critical|fatal"'
    assert newest["datasource"]["uid"] == LOKI.uid
    assert found(logs(reader, "skillforge")) == [], "Loki has none of its records"


def test_where_no_store_runs_records_are_counted_and_not_looked_for() -> None:
    reader = read(*ELASTIC, "loki")
    assert all(not found(dashboard) and dashboard.panels for dashboard in records.dashboards(reader))
    assert not OWN & {dashboard.uid for dashboard in everything(reader)}
    rows = {row.title for row in platform_health.dashboards(reader)[0].rows}
    assert not rows & {"Elasticsearch", "Kibana", "Logstash", "Filebeat", "Loki"}


def test_without_collectors_no_page_shows_counted_records() -> None:
    assert records.dashboards(read("log-metrics")) == []


def test_the_way_of_a_record_is_shown_from_its_node_to_its_store(reader: Reader) -> None:
    (dashboard,) = log_pipeline.dashboards(reader)
    asked = next(panel for panel in dashboard.panels if panel.title == "Records at each stage").queries
    assert [
        next(name for name in ("log_events", "filebeat", "logstash", "elasticsearch") if name in query.expression) for query in asked
    ] == [
        "log_events",
        "filebeat",
        "filebeat",
        "logstash",
        "elasticsearch",
    ]

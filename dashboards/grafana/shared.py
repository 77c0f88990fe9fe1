"""What dashboards of services, applications and objectives share: their addresses, thresholds, and how many queries they may ask."""

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from catalog.base import Backend
from catalog.catalog import Subject
from catalog.model import Service
from catalog.units import Unit
from dashboards.model import ELASTICSEARCH, JAEGER, LOKI, Link, Panel, Row, Source, Threshold
from dashboards.naming import uid

SLO_OVERVIEW, SLO_DETAIL = uid("slo", "overview"), uid("slo", "detail")
RELIABILITY, ALERT_QUALITY = uid("reliability"), uid("alert-quality")
MOST_QUERIES = 30
"""Queries that opening a dashboard may send, those of its variables and annotations among them."""
BUDGET = (Threshold(0, "orange"), Threshold(0.25, "yellow"), Threshold(0.5, "green"))
"""Of what is left of an error budget; below the first it is overdrawn."""
BURN = (Threshold(1, "yellow"), Threshold(6, "orange"), Threshold(14.4, "red"))
"""Of burn rates: as promised, and the factors that page (`rendering/slo.py`)."""


def here(dashboard: str) -> str:
    """The address of another dashboard in words, in the environment and time that are chosen here."""
    return f"/d/{dashboard}?${{environment:queryparam}}&${{__url_time_range}}"


def state(panel: Panel) -> Panel:
    """A panel of something that is (1, green) or is not (0, red)."""
    return panel.but(unit=Unit.STATE, thresholds=(Threshold(1, "green"),), base="red")


def fitting(rows: Iterable[Row], asked: int = 1) -> tuple[Row, ...]:
    """Rows that have panels; those that would take the page beyond `MOST_QUERIES` are collapsed. `asked` are the variables' queries."""
    found: list[Row] = []
    left = MOST_QUERIES - asked - 1  # annotations
    for row in rows:
        asks = sum(len(panel.queries) for panel in row.panels)
        if not row.panels:
            continue
        collapsed = row.collapsed or asks > left
        left -= 0 if collapsed else asks
        found.append(replace(row, collapsed=collapsed))
    return tuple(found)


def logs_and_traces(subject: Subject) -> list[Link]:
    """Grafana's Explore, asking for this service's records and traces in the stores that have them."""
    if not isinstance(subject.watched, Service):
        return []
    service = subject.watched
    name = service.identity.otel
    found: list[Link] = []
    if Backend.ELASTIC in service.collect.logs:
        query = {"query": f'service.name:"{name}"', "metrics": [{"id": "1", "type": "logs"}]}
        found.append(Link("Logs (Elasticsearch)", explore(ELASTICSEARCH, query)))
    if Backend.LOKI in service.collect.logs:
        found.append(Link("Logs (Loki)", explore(LOKI, {"expr": f'{{service_name="{name}"}}'})))
    if Backend.JAEGER in service.collect.traces:
        found.append(Link("Traces (Jaeger)", explore(JAEGER, {"queryType": "search", "service": name})))
    return found


def explore(source: Source, query: dict[str, Any], begin: str = "now-1h", end: str = "now") -> str:
    """The address of Explore with a query filled in (Grafana's documentation, "Explore", "Generate Explore URLs from external tools")."""
    asked = {"refId": "A", "datasource": {"type": source.kind, "uid": source.uid}, **query}
    pane = {"datasource": source.uid, "queries": [asked], "range": {"from": begin, "to": end}}
    return f"/explore?schemaVersion=1&orgId=1&panes={quote(json.dumps({'a': pane}, separators=(',', ':')))}"

"""The dashboards of the project's own catalog, made once for all tests that look at them."""

from functools import cache
from pathlib import Path
from typing import Any

from catalog.loading import load
from dashboards.grafana.build import document
from dashboards.grafana.everything import everything
from dashboards.model import Dashboard, Panel
from dashboards.reading import Reader
from rendering.rules import object_groups
from rendering.site import Site

ROOT = Path(__file__).resolve().parents[2]
SITE = Site(environment="test", region="eu-central-1", cluster="test-1", runbooks_url="https://example.com/runbooks")


@cache
def reader() -> Reader:
    """Over the whole catalog."""
    catalog = load(ROOT)
    return Reader(catalog, SITE, object_groups(catalog, SITE))


@cache
def all_of_them() -> dict[str, Dashboard]:
    """By uid."""
    return {dashboard.uid: dashboard for dashboard in everything(reader())}


@cache
def documents() -> dict[str, dict[str, Any]]:
    """Their JSON, by uid."""
    return {uid: document(dashboard) for uid, dashboard in all_of_them().items()}


def panel(dashboard: Dashboard, title: str) -> Panel:
    """The one panel of this title."""
    found = [panel for panel in dashboard.panels if panel.title == title]
    assert len(found) == 1, f"{dashboard.uid} has {len(found)} panels called {title!r}: {[each.title for each in dashboard.panels]}"
    return found[0]


def row(dashboard: Dashboard, title: str) -> tuple[Panel, ...]:
    """The panels under a heading; none where there is none."""
    return next((row.panels for row in dashboard.rows if row.title == title), ())

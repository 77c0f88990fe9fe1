"""Datadog's dashboards of the project's own catalog, made once for all tests that look at them."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from catalog.catalog import Catalog
from catalog.loading import load
from dashboards.datadog.everything import DASHBOARD, everything, resources
from dashboards.datadog.reading import Reader
from dashboards.model import Dashboard, Panel
from tests.rendering.datadog.sites import SITE as EVERYTHING_ON

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[3]
SITE = replace(EVERYTHING_ON, grafana_url="https://grafana.example.com")


@cache
def catalog() -> Catalog:
    """The project's own."""
    return load(ROOT)


@cache
def reader() -> Reader:
    """Over the whole catalog."""
    return Reader(catalog(), SITE)


@cache
def dashboards() -> dict[str, Dashboard]:
    """By uid."""
    return {dashboard.uid: dashboard for _, dashboard in everything(reader())}


@cache
def documents() -> dict[str, Json]:
    """What is registered, read again, by uid."""
    return {each.name: json.loads(each.inputs["dashboard"]) for each in resources(catalog(), SITE) if each.kind == DASHBOARD}


def panel(uid: str, title: str) -> Panel:
    """The one panel of this title."""
    found = [each for each in dashboards()[uid].panels if each.title == title]
    assert len(found) == 1, f"{uid} has {len(found)} panels called {title!r}: {[each.title for each in dashboards()[uid].panels]}"
    return found[0]


def widgets(uid: str) -> list[Json]:
    """Definitions of all widgets, without the groups around them."""
    return [each["definition"] for group in documents()[uid]["widgets"] for each in group["definition"].get("widgets", [])]


def widget(uid: str, title: str) -> Json:
    """The one widget of this title."""
    found = [each for each in widgets(uid) if each.get("title") == title]
    assert len(found) == 1, f"{uid} has {len(found)} widgets called {title!r}"
    return found[0]

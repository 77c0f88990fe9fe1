"""The restore guide knows every system that holds data, and its promises follow from the settings."""

import re
from pathlib import Path
from typing import Any

import pytest

from catalog.units import seconds
from rendering.aws import late
from stacks.program import survey

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "restore.md").read_text(encoding="utf-8")
SYSTEMS = {
    "alertmanager": "Alertmanager",
    "elasticsearch": "Elasticsearch",
    "grafana": "Grafana",
    "jaeger": "Jaeger",
    "logstash": "Logstash",
    "loki": "Loki",
    "otel-sampler": "OpenTelemetry collectors",
    "prometheus": "Prometheus",
}
"""Systems that have volumes, by the name of their objects, and what the guide calls them."""


def rows() -> dict[str, list[str]]:
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in GUIDE.splitlines() if line.startswith("| ")]
    return {row[0]: row[1:] for row in found if row[0] != "System"}


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_every_system_with_a_volume_has_its_place_in_the_guide(stack: str) -> None:
    costs = survey(stack, ROOT).costs
    assert costs
    holding = {priced.line.system for priced in costs.lines if priced.line.price == "volume"}
    assert holding
    assert holding - SYSTEMS.keys() == set(), "add them to docs/restore.md"


@pytest.mark.parametrize("system", sorted(SYSTEMS.values()))
def test_each_says_what_is_lost_how_long_it_takes_and_how(system: str) -> None:
    copied, lost, back, tried = rows()[system]
    assert copied
    assert lost
    assert tried
    assert re.search(r"\d+ (h|m)", back)
    assert f"\n## {system}\n" in GUIDE


def test_what_the_guide_promises_of_copies_follows_from_productions_settings() -> None:
    prepared = survey("prod", ROOT)
    site = prepared.settings.site
    assert site.aws
    assert site.aws.backups
    backups: Any = site.aws.backups
    hours = {name: late.allowed(kept) // 3600 for name, kept in (("Prometheus", backups.volumes), ("Grafana", backups.databases))}
    for name, most in hours.items():
        assert rows()[name][1].startswith(f"{most} h "), f"{name}: {most} h"


def test_the_guides_age_of_snapshots_is_the_alerts() -> None:
    catalog = survey("prod", ROOT).catalog
    alert = catalog.applications["platform"].services["elasticsearch"].alerts["SnapshotOld"]
    assert rows()["Elasticsearch"][1].startswith(f"{int(seconds(str(alert.above))) // 3600} h ")


def test_the_guide_names_no_alert_that_there_is_not() -> None:
    names = {placed.name for placed in survey("prod", ROOT).catalog.alerts()} | {late.LATE, late.FAILED}
    for name in ("SnapshotOld", "SnapshotFailed", "BackupLate"):
        assert f"`{name}`" in GUIDE
        assert name in names

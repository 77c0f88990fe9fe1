"""On the project's own catalog: each team and priority reaches whom teams.yaml names, by every way that is open."""

from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from catalog.base import Backend
from catalog.catalog import Catalog
from local.tools import ensure
from rendering.documents import Rendered, render
from rendering.site import Site
from tests.rendering.reading import alertmanager, read, rules
from tests.rendering.test_tools import run, write

pytestmark = pytest.mark.tools

PRIORITIES = [
    ("P1", "critical", "page"),
    ("P2", "critical", "page"),
    ("P2", "warning", "page"),
    ("P3", "warning", "message"),
    ("info", "info", "message"),
]
"""What a priority means to people: severity, and whether it wakes somebody."""
WAYS = {
    ("critical", "page"): {"pagerduty", "slack", "email"},
    ("warning", "page"): {"pagerduty", "slack", "email"},
    ("warning", "message"): {"slack", "jira"},
    ("info", "message"): {"slack"},
}


class Told(NamedTuple):
    """Whose alert it is, whom it is for, and how loud."""

    application: str
    team: str
    severity: str
    urgency: str


@pytest.fixture(scope="module")
def whole(real: Catalog, site: Site) -> Rendered:
    return render(real, site)


@pytest.fixture(scope="module")
def teams(root_of_catalog: Path) -> dict[str, dict[str, Any]]:
    return read((root_of_catalog / "teams.yaml").read_text())


@pytest.fixture(scope="module")
def root_of_catalog() -> Path:
    return Path(__file__).resolve().parents[2] / "catalog"


@pytest.fixture(scope="module")
def existing(whole: Rendered) -> set[Told]:
    """What the rendered alerts ask for by their labels; what another backend notifies of apart."""
    found: set[Told] = set()
    for rule in rules(whole):
        told = rule["labels"]
        if "alert" in rule and "application" in told and "pager" not in told:
            found.add(Told(told["application"], told["team"], told["severity"], "page" if "pages" in told else "message"))
    return found


def test_every_alert_that_the_catalog_wants_prometheus_to_tell_of_is_told(real: Catalog, existing: set[Told]) -> None:
    urgencies = {(priority, severity): urgency for priority, severity, urgency in PRIORITIES}
    wanted: set[Told] = set()
    for placed in real.alerts():
        if real.evaluated_in(placed, Backend.PROMETHEUS) and real.pager(placed) is Backend.PROMETHEUS:
            severity = placed.alert.effective_severity.value
            urgency = urgencies[placed.alert.priority.value, severity]
            wanted.add(Told(placed.subject.application.application, placed.team, severity, urgency))
    assert len(wanted) > len(real.applications)
    assert wanted <= existing


def test_each_team_and_priority_of_each_application_is_routed_to_that_team(
    real: Catalog, teams: dict[str, dict[str, Any]], existing: set[Told], whole: Rendered, tmp_path: Path
) -> None:
    """Where an application has no such alert, its owner's fallback takes it: nothing is lost on the way."""
    configuration = write(whole, tmp_path) / "alertmanager/alertmanager.yaml"
    amtool = ensure(["amtool"], print)["amtool"]
    wrong: list[str] = []
    for (name, application), team, (priority, severity, urgency) in product(real.applications.items(), teams, PRIORITIES):
        told = Told(name, team, severity, urgency)
        expected = f"{team}.{severity}.{urgency}" if told in existing else f"{application.owner.team}.fallback"
        subject = f"service={next(iter(application.services))}"
        labels = [f"application={name}", subject, f"team={team}", f"severity={severity}", f"priority={priority}", "alertname=Any"]
        labels += ["pages=true"] if urgency == "page" else []
        result = run(amtool, "config", "routes", "test", f"--config.file={configuration}", f"--verify.receivers={expected}", *labels)
        if result.returncode:
            wrong.append(f"{' '.join(labels)}: {result.stdout.strip()}")
    assert wrong == []


def test_each_receiver_holds_its_own_teams_addresses_and_every_way_that_is_open(
    teams: dict[str, dict[str, Any]], existing: set[Told], whole: Rendered
) -> None:
    receivers = {receiver["name"]: receiver for receiver in alertmanager(whole)["receivers"]}
    assert {told.team for told in existing} == teams.keys(), "a team is told of nothing"
    for _, name, severity, urgency in existing:
        team, receiver = teams[name], receivers[f"{name}.{severity}.{urgency}"]
        ways = {key.removesuffix("_configs"): value for key, value in receiver.items() if key != "name"}
        assert ways.keys() == WAYS[severity, urgency], receiver["name"]
        for way, places in ways.items():
            (place,) = places
            match way:
                case "pagerduty":
                    assert f"/pagerduty-{name}/" in place["routing_key_file"]
                case "slack":
                    assert place["channel"] == team["slack"][severity]
                case "jira":
                    assert place["project"] == team["jira"]
                case _:
                    assert place["to"] == team["email"]


def test_a_wrong_receiver_is_noticed(whole: Rendered, tmp_path: Path) -> None:
    configuration = write(whole, tmp_path) / "alertmanager/alertmanager.yaml"
    labels = ["application=skillforge", "service=backend", "team=talent", "severity=critical", "pages=true"]
    arguments = (f"--config.file={configuration}", "--verify.receivers=platform.critical.page", *labels)
    assert run(ensure(["amtool"], print)["amtool"], "config", "routes", "test", *arguments).returncode != 0

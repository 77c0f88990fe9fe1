"""A deployment is told once to everybody who can be told; who cannot is named, and no credential is shown anywhere."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from catalog.loading import load as load_catalog
from cli.__main__ import main
from dashboards.grafana.build import document
from dashboards.model import Dashboard
from tests.cli import vendors
from tests.cli.vendors import Vendor, serving

ROOT = Path(__file__).resolve().parents[2]
CANARY = "kanarienvogel"
WHEN = ("--started", "2026-03-01T11:58:00Z", "--when", "2026-03-01T12:00:00Z")
TOLD = ("marker", "--stack", "prod", "--service", "skillforge/backend", "--version", "1.4.2", *WHEN)

_load = cache(load_catalog)


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalog takes seconds to load, and is the same for every command here."""
    monkeypatch.setattr("cli.marker.load_catalog", _load)


@dataclass
class Places:
    grafana: Vendor
    datadog: Vendor
    sentry: Vendor


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch) -> Generator[Places]:
    """All three, with the variables that lead to them."""
    found = Places(
        Vendor(("Authorization", f"Bearer {CANARY}-grafana"), vendors.grafana),
        Vendor(("DD-API-KEY", f"{CANARY}-datadog"), vendors.datadog),
        Vendor(("Authorization", f"Bearer {CANARY}-sentry"), vendors.sentry),
    )
    with ExitStack() as stack:
        for each in (found.grafana, found.datadog, found.sentry):
            stack.enter_context(serving(each))
        given = {
            "GRAFANA_URL": found.grafana.url,
            "DATADOG_HOST": found.datadog.url,
            "SENTRY_URL": found.sentry.url,
            "SENTRY_ORG": "company",
        }
        keys = {"GRAFANA_AUTH": "grafana", "DD_API_KEY": "datadog", "SENTRY_AUTH_TOKEN": "sentry"}
        for name, value in {**given, **{name: f"{CANARY}-{key}" for name, key in keys.items()}, "NO_PROXY": "127.0.0.1"}.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GRAFANA_AUTH", "DD_API_KEY", "SENTRY_AUTH_TOKEN", "GRAFANA_URL", "DATADOG_HOST", "SENTRY_URL"):
        monkeypatch.delenv(name, raising=False)


def test_all_three_are_told(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TOLD, "--commit", "a" * 40, "--repository", "https://github.com/company/backend"]) == 0
    (annotation,) = places.grafana.kept
    assert (annotation["time"], annotation["timeEnd"]) == (1772366280000, 1772366400000)
    assert {"deployment", "application:skillforge", "service:backend", "environment:prod", "version:1.4.2"} <= set(annotation["tags"])
    (_, event), (counted, deployment) = places.datadog.kept
    assert (event["title"], event["alert_type"]) == ("skillforge/backend 1.4.2 deployed to prod", "success")
    assert counted == "/api/v2/dora/deployment"
    attributes = deployment["data"]["attributes"]
    assert (attributes["service"], attributes["version"], attributes["env"]) == ("skillforge-backend", "1.4.2", "prod")
    assert attributes["git"] == {"commit_sha": "a" * 40, "repository_url": "https://github.com/company/backend"}
    (release,) = places.sentry.kept
    assert (release["version"], release["projects"], [each["environment"] for each in release["deploys"]]) == (
        "skillforge-backend@1.4.2",
        ["skillforge-backend"],
        ["prod"],
    )
    assert capsys.readouterr().out.count("told") == 3


def test_dashboards_show_what_grafana_is_told(places: Places) -> None:
    assert main(list(TOLD)) == 0
    told = set(places.grafana.kept[0]["tags"])
    shown = document(Dashboard("any", "Any", "Any.", "platform", rows=()))["annotations"]["list"]
    assert any(set(each["target"]["tags"]) & told for each in shown if each["target"]["matchAny"])


def test_said_again_it_is_told_once(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    assert [main(list(TOLD)), main(list(TOLD))] == [0, 0]
    assert (len(places.grafana.kept), len(places.sentry.kept), len(places.sentry.kept[0]["deploys"])) == (1, 1, 1)
    assert capsys.readouterr().out.count("told before") == 2
    keys = {body["data"]["attributes"]["id"] for path, body in places.datadog.kept if "dora" in path}
    assert len(keys) == 1, "DORA knows a repeat by its id"
    assert len({body["aggregation_key"] for path, body in places.datadog.kept if "events" in path}) == 1


def test_one_run_is_one_deployment_whenever_it_tells(places: Places) -> None:
    for when in ("2026-03-01T12:00:00Z", "2026-03-01T12:07:00Z"):
        assert main([*TOLD[:-1], when, "--run", "4711"]) == 0
    assert len(places.grafana.kept) == 1


def test_another_deployment_of_the_same_version_is_told_too(places: Places) -> None:
    for run in ("1", "2"):
        assert main([*TOLD, "--run", run]) == 0
    assert (len(places.grafana.kept), len(places.sentry.kept), len(places.sentry.kept[0]["deploys"])) == (2, 1, 2)


@pytest.mark.parametrize(("status", "paths"), [("failed", ["/api/v1/events"]), ("rolled-back", ["/api/v1/events", "/api/v2/dora/failure"])])
def test_what_did_not_stay_is_no_deployment(places: Places, status: str, paths: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TOLD, "--status", status]) == 0
    assert [path for path, _ in places.datadog.kept] == paths
    assert places.datadog.kept[0][1]["alert_type"] == "error"
    assert f"status:{status}" in places.grafana.kept[0]["tags"]
    assert not places.sentry.kept
    assert "nothing to tell" in capsys.readouterr().out


def test_one_that_fails_keeps_no_other_from_being_told(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    places.grafana.broken = (503, {"message": f"database is locked for {CANARY}-grafana"})
    assert main(list(TOLD)) == 1
    assert places.datadog.kept
    assert places.sentry.kept
    said = capsys.readouterr().out
    assert "failed" in said
    assert "503" in said
    assert CANARY not in said


def test_one_that_is_not_there_keeps_no_other_from_being_told(
    places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATADOG_HOST", "http://127.0.0.1:1")
    assert main(list(TOLD)) == 1
    assert (len(places.grafana.kept), len(places.sentry.kept)) == (1, 1)
    assert "Connection refused" in capsys.readouterr().out


def test_a_wrong_credential_is_a_failure_and_is_not_shown(
    places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], own_state: Path
) -> None:
    monkeypatch.setenv("SENTRY_AUTH_TOKEN", f"{CANARY}-wrong")
    assert main(list(TOLD)) == 1
    said = capsys.readouterr()
    assert "401" in said.out
    logs = "".join(path.read_text() for path in own_state.parent.rglob("*.log"))
    assert CANARY not in said.out + said.err + logs
    assert not places.sentry.kept


def test_a_command_of_its_own_shows_no_credential(places: Places, tmp_path: Path) -> None:
    environment = {**os.environ, "OBSERVATORY_STATE": str(tmp_path / "state")}
    run = subprocess.run([sys.executable, "-m", "cli", *TOLD], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    written = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert CANARY not in run.stdout + run.stderr + written
    assert len(places.grafana.kept) == 1


def test_who_has_no_credential_is_off_and_named(
    places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DD_API_KEY")
    assert main(list(TOLD)) == 0
    assert "DD_API_KEY is not given" in capsys.readouterr().out
    assert not places.datadog.asked


@pytest.mark.usefixtures("nobody")
def test_nobody_to_tell_is_something_missing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(list(TOLD)) == 3
    said = capsys.readouterr().err
    assert all(name in said for name in ("GRAFANA_AUTH", "DD_API_KEY", "SENTRY_AUTH_TOKEN"))


@pytest.mark.usefixtures("nobody")
def test_the_local_stack_says_that_it_only_records(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["marker", "--service", "skillforge/backend", "--version", "1"]) == 3
    assert "Grafana: simulated here; Datadog: simulated here" in capsys.readouterr().err


def test_a_service_that_reports_no_errors_there_has_no_release_there(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["marker", "--stack", "prod", "--service", "platform/grafana", "--version", "1", *WHEN]) == 0
    assert "reports no errors there" in capsys.readouterr().out
    assert not places.sentry.asked


def test_a_marker_without_a_version_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["marker", "--service", "skillforge/backend"]) == 2
    assert "VERSION=1.4.2" in capsys.readouterr().err


def test_every_fault_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["--service", "skillforge/bakend", "--version", "a/b", "--commit", "12", "--link", "https://me:word@example.com/x"]
    assert main(["marker", *wrong, "--when", "noon", "--started", "2026-03-01"]) == 2
    said = capsys.readouterr().err
    for key in ("SERVICE", "VERSION", "--commit", "--repository", "--link", "--when", "--started"):
        assert f"command line: {key}" in said
    assert "did you mean 'skillforge/backend'?" in said
    assert "word" not in said


def test_a_deployment_does_not_begin_after_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TOLD, "--started", "2026-03-01T13:00:00Z"]) == 2
    assert "began after it ended" in capsys.readouterr().err

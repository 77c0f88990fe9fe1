"""`make up` of a real stack: Grafana is asked before the CLI starts, and an empty one is told as the next step."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import __main__ as entry
from cli import pulumi_cli, up
from components.grafana_settings import GrafanaSettings
from tests.stacks.grafana_server import HEALTHY, REFUSED, STARTING, answering


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A Pulumi CLI that notes when it is run."""
    calls: list[str] = []

    def required(_: str) -> Path:
        return Path("/usr/bin/pulumi")

    def run(verb: str, stack: str) -> int:
        calls.append(f"{verb} {stack}")
        return 0

    monkeypatch.setattr(pulumi_cli, "required", required)
    monkeypatch.setattr(pulumi_cli, "run", run)
    monkeypatch.delenv("GRAFANA_AUTH", raising=False)
    return calls


def bring_up(monkeypatch: pytest.MonkeyPatch, url: str | None) -> int:
    def prepare(*_: object) -> object:
        return SimpleNamespace(settings=SimpleNamespace(grafana=GrafanaSettings(replicas=1, url=url)))

    monkeypatch.setattr(up, "prepare", prepare)
    return entry.main(["up", "--stack", "prod"])


def test_without_an_address_the_next_step_is_to_set_it(
    monkeypatch: pytest.MonkeyPatch, runs: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert bring_up(monkeypatch, None) == 0
    assert runs == ["up prod"]
    assert "next: Grafana is brought up empty: set grafana.url" in capsys.readouterr().out


def test_one_that_answers_is_filled(monkeypatch: pytest.MonkeyPatch, runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with answering() as server:
        assert bring_up(monkeypatch, server.url) == 0
    assert runs == ["up prod"]
    assert "empty" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("health", "organisation", "words"), [(STARTING, REFUSED, "still starting"), (HEALTHY, REFUSED, "refuses the credential")]
)
def test_one_that_cannot_be_filled_is_status_3_before_the_cli_starts(
    health: tuple[int, object],
    organisation: tuple[int, object],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    runs: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GRAFANA_AUTH", "glsa_x")
    with answering(health, organisation) as server:
        assert bring_up(monkeypatch, server.url) == 3
    assert words in capsys.readouterr().err
    assert runs == []


def test_an_absent_one_is_status_3_too(monkeypatch: pytest.MonkeyPatch, runs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with answering() as server:
        gone = server.url
    assert bring_up(monkeypatch, gone) == 3
    assert "does not answer" in capsys.readouterr().err
    assert runs == []

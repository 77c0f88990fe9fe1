"""A pipeline rolls back what does harm, keeps what does none, and never takes a gate that cannot see for a pass."""

import json
import subprocess
import sys
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from catalog.loading import load as load_catalog
from cli.__main__ import main
from local import tools
from stacks.settings import load
from tests.cli import released
from tests.dashboards.sample.store import Store

ROOT = Path(__file__).resolve().parents[2]
NOBODY = "http://127.0.0.1:1"

needs_prometheus = pytest.mark.tools

_load = cache(load_catalog)


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalog takes seconds to load, and is the same for every command here."""
    monkeypatch.setattr("cli.gate.load_catalog", _load)


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    built = tools.ensure(["prometheus", "promtool"], print)
    store = released.made(tmp_path_factory.mktemp("released"), built, _load(ROOT), load("prod", ROOT).site)
    with store:
        yield released.address(store)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with Store(tmp_path_factory.mktemp("empty"), tools.ensure(["prometheus", "promtool"], print)) as store:
        yield released.address(store)


def judged(capsys: pytest.CaptureFixture[str], service: str, url: str, *more: str) -> tuple[int, dict[str, Any], str]:
    """Status, findings by check, and what was said beside them."""
    told = ["gate", "--stack", "prod", "--service", f"universal-ai-tools/{service}", "--since", "30m", "--prometheus", url, "--json", *more]
    status = main(told)
    said = capsys.readouterr()
    verdict: dict[str, Any] = json.loads(said.out) if said.out.startswith("{") else {"checks": []}
    return status, {each["check"]: each for each in verdict["checks"]}, said.err


@needs_prometheus
def test_a_release_that_does_no_harm_passes(capsys: pytest.CaptureFixture[str], prometheus: str) -> None:
    status, found, _ = judged(capsys, "api-gateway", prometheus)
    assert (status, found["availability"]["verdict"], found["latency"]["verdict"]) == (0, "ok", "ok")
    assert found["HighContainerMemory"]["verdict"] == "ok"
    assert found["availability"]["value"] == pytest.approx(0.1, rel=0.05), "one in 10,000 fails, and one in 1,000 may"


@needs_prometheus
def test_a_release_that_burns_its_budget_is_rolled_back(capsys: pytest.CaptureFixture[str], prometheus: str) -> None:
    status, found, _ = judged(capsys, "auth-service", prometheus)
    assert (status, found["availability"]["verdict"]) == (1, "burns")
    assert found["availability"]["value"] == pytest.approx(50, rel=0.05), "5 % fail, and 0.1 % may"
    assert found["availability"]["before"] == pytest.approx(0.1, rel=0.05)
    assert found["availability"]["events"] == pytest.approx(20 * 1500, rel=0.05)
    assert found["latency"]["verdict"] == "ok"


@needs_prometheus
def test_a_release_that_is_slow_is_rolled_back(capsys: pytest.CaptureFixture[str], prometheus: str) -> None:
    status, found, _ = judged(capsys, "memory-service", prometheus)
    assert (status, found["latency"]["verdict"], found["HighResponseTime"]["verdict"]) == (1, "burns", "too slow")
    assert found["HighResponseTime"]["value"] > 1
    assert found["availability"]["verdict"] == "ok"


@needs_prometheus
def test_a_release_that_fills_its_memory_is_rolled_back(capsys: pytest.CaptureFixture[str], prometheus: str) -> None:
    status, found, _ = judged(capsys, "chat-service", prometheus)
    assert (status, found["HighContainerMemory"]["verdict"]) == (1, "saturated")
    assert found["HighContainerMemory"]["of"] == "pod=chat-service-7d9f-1"


@needs_prometheus
def test_what_was_wrong_before_is_not_the_release_s_doing(capsys: pytest.CaptureFixture[str], prometheus: str) -> None:
    status, found, _ = judged(capsys, "assistantd", prometheus)
    assert (status, found["availability"]["verdict"]) == (0, "no worse")


@needs_prometheus
def test_too_few_requests_are_no_pass(capsys: pytest.CaptureFixture[str], prometheus: str) -> None:
    status, found, said = judged(capsys, "llm-router", prometheus)
    assert (status, found["availability"]["verdict"], found["HighResponseTime"]["verdict"]) == (3, "too few", "too few")
    assert "cannot see errors and latency" in said
    assert "no pass" in said


@needs_prometheus
def test_a_service_that_tells_nothing_is_no_pass(capsys: pytest.CaptureFixture[str], prometheus: str) -> None:
    status, found, said = judged(capsys, "ml-inference", prometheus)
    assert (status, {each["verdict"] for each in found.values()}) == (3, {"no data"})
    assert "cannot see errors and latency and saturation" in said


@needs_prometheus
def test_a_prometheus_without_data_is_no_pass(capsys: pytest.CaptureFixture[str], empty: str) -> None:
    assert judged(capsys, "api-gateway", empty)[0] == 3


@needs_prometheus
def test_the_table_says_what_decided(capsys: pytest.CaptureFixture[str], prometheus: str) -> None:
    told = ["gate", "--stack", "prod", "--service", "universal-ai-tools/auth-service", "--since", "30m", "--prometheus", prometheus]
    assert main(told) == 1
    said = capsys.readouterr().out
    assert "roll it back" in said
    line = next(line for line in said.splitlines() if line.startswith("availability"))
    assert "6 x" in line
    assert "burns" in line


@needs_prometheus
def test_the_command_s_status_is_what_a_pipeline_sees(prometheus: str) -> None:
    told = ["--stack", "prod", "--service", "universal-ai-tools/auth-service", "--since", "30m", "--prometheus", prometheus]
    run = subprocess.run([sys.executable, "-m", "cli", "gate", *told], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, "roll it back" in run.stdout) == (1, True), run.stderr


def test_an_unreachable_prometheus_is_no_pass(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, said = judged(capsys, "api-gateway", NOBODY)
    assert (status, "does not answer at http://127.0.0.1:1" in said) == (3, True)


def test_nobody_to_ask_is_no_pass(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OBSERVATORY_PROMETHEUS_URL", raising=False)
    assert main(["gate", "--service", "skillforge/backend", "--since", "30m"]) == 3
    assert "PROMETHEUS=" in capsys.readouterr().err


def test_a_release_of_five_minutes_cannot_be_judged_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", "--service", "skillforge/backend", "--since", "5m", "--prometheus", NOBODY]) == 3
    assert "FOR=10m" in capsys.readouterr().err


def test_for_waits_until_the_release_is_old_enough(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    slept: list[float] = []
    monkeypatch.setattr("cli.gate.time.sleep", slept.append)
    monkeypatch.setattr("cli.gate._POLL_SECONDS", 3600.0)
    clock = iter([0.0, 0.0, 0.0, 60.0, 120.0, 700.0, 700.0])

    class Clock(released.Clock):
        offsets = clock

    monkeypatch.setattr("cli.gate.datetime", Clock)
    assert main(["gate", "--service", "skillforge/backend", "--since", "1s", "--for", "10m", "--prometheus", NOBODY]) == 3
    assert slept
    assert max(slept) < 600
    assert "does not answer" in capsys.readouterr().err, "it asked once it had waited"


def test_every_wrong_word_is_told_at_once_with_the_nearest_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", "--service", "skillforge/backnd", "--since", "gestern", "--for", "long"]) == 2
    said = capsys.readouterr().err
    assert "3 faults" in said
    assert "did you mean 'skillforge/backend'?" in said
    assert "2026-03-01T12:00:00Z" in said


@pytest.mark.parametrize(
    ("since", "reason"),
    [("2999-01-01T00:00:00Z", "future"), ("9d", "days ago"), ("", "when was the release"), ("2026-01-01T00:00:00", "no moment")],
)
def test_a_moment_that_makes_no_sense_is_refused(since: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gate", "--service", "skillforge/backend", "--since", since]) == 2
    assert reason in capsys.readouterr().err

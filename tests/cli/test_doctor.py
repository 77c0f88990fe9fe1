"""The doctor tells what is missing and what to do, and does not fall ill itself."""

import argparse
import os
from typing import NamedTuple

import pytest

from cli import doctor
from cli.doctor import Finding, State


class Usage(NamedTuple):
    """What shutil returns."""

    total: int
    used: int
    free: int


def test_optional_tools_are_a_note_and_not_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    for check in (doctor.go, doctor.kubectl, doctor.pulumi):
        finding = check()
        assert finding.state is State.NOTE
        assert finding.remedy


def test_a_disk_that_is_too_small_is_noted_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    def usage(_: os.PathLike[str]) -> Usage:
        return Usage(10, 9, 1)

    monkeypatch.setattr(doctor.shutil, "disk_usage", usage)
    assert doctor.disk().state is State.NOTE
    assert "OBSERVATORY_CACHE" in doctor.disk().remedy


def test_loopback_gives_ports_here() -> None:
    assert doctor.loopback().state is State.OK


def test_a_check_that_fails_itself_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def go() -> Finding:
        raise ValueError("no idea")

    monkeypatch.setattr(doctor, "go", go)
    assert any(finding.detail == "ValueError: no idea" for finding in doctor.findings("local"))


@pytest.mark.parametrize(("state", "status"), [(State.OK, 0), (State.NOTE, 0), (State.MISSING, 3)])
def test_only_something_missing_fails(monkeypatch: pytest.MonkeyPatch, state: State, status: int) -> None:
    def findings(_: str) -> list[Finding]:
        return [Finding("x", state, "y", "z")]

    monkeypatch.setattr(doctor, "findings", findings)
    assert doctor.run_doctor(argparse.Namespace(stack="local")) == status

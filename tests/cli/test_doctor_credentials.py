"""Each provider that the settings switch on has its key given, or a line that says how; and no line says what a key is."""

from dataclasses import replace
from pathlib import Path

import pytest

from cli import doctor_credentials as credentials
from components.secrets import SecretsSettings
from rendering.doctor.finding import Finding, State
from tests.stacks.real import prepared

GIVEN = {
    "DD_API_KEY": "swordfish",
    "DD_APP_KEY": "swordfish",
    "GRAFANA_AUTH": "swordfish",
    "AWS_PROFILE": "prod",
    "PULUMI_BACKEND_URL": "s3://b",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody's keys: no variable, no home."""
    for name in (*GIVEN, *credentials._AWS, *credentials._PULUMI, "PULUMI_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def found(stack: str) -> dict[str, Finding]:
    return {each.name: each for each in credentials.findings(prepared(stack), stack, embedded=stack == "local")}


def test_every_provider_of_production_is_missed_with_the_command_that_gives_it() -> None:
    lines = found("prod")
    asked = {name for name in lines if name.startswith("credentials: ")}
    assert {"credentials: datadog", "credentials: grafana", "credentials: aws", "credentials: pulumi"} <= asked
    assert all(lines[name].state is State.MISSING and lines[name].remedy for name in asked)
    assert "pulumi config set --secret --stack prod" in lines["credentials: datadog"].remedy
    assert lines["secrets"].state is State.MISSING


def test_a_key_of_the_environment_is_named_by_its_variable_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    lines = found("prod")
    for name, variable in (
        ("datadog", "DD_API_KEY, DD_APP_KEY"),
        ("grafana", "GRAFANA_AUTH"),
        ("aws", "AWS_PROFILE"),
        ("pulumi", "PULUMI_BACKEND_URL"),
    ):
        assert (lines[f"credentials: {name}"].state, variable in lines[f"credentials: {name}"].detail) == (State.OK, True)
    assert "swordfish" not in str(lines)


def test_a_key_of_the_configuration_is_seen_without_being_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, root: Path) -> None:
    text = (root / "Pulumi.prod.yaml").read_text() + "  observatory:grafanaAuth: {secure: AAABAPxyz}\n"
    (tmp_path / "Pulumi.prod.yaml").write_text(text)
    monkeypatch.setattr(credentials, "ROOT", tmp_path)
    line = found("prod")["credentials: grafana"]
    assert (line.state, line.detail) == (State.OK, "given by observatory:grafanaAuth")


def test_the_local_stack_needs_nobodys_key() -> None:
    lines = found("local")
    assert list(lines) == ["secrets"]
    assert lines["secrets"].state is State.SIMULATED


def test_values_of_the_configuration_that_nobody_gave_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    made = prepared("dev")
    configured = replace(made, settings=made.settings.model_copy(update={"secrets": SecretsSettings(source="config")}))
    lacking = made.plan.values
    (line,) = (each for each in credentials.findings(configured, "dev", embedded=True) if each.name == "secrets")
    assert (line.state, line.detail.partition(":")[0]) == (State.MISSING, f"{len(lacking)} of {len(lacking)} have no value")
    for need in lacking:
        monkeypatch.setenv(need.variable, "swordfish")
    (line,) = (each for each in credentials.findings(configured, "dev", embedded=True) if each.name == "secrets")
    assert line == Finding("secrets", State.OK, f"{len(lacking)} values are given")

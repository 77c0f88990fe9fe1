"""The real CLI is run on folders and environment of our own; a stand-in on PATH tells what it was given."""

import json
import stat
from pathlib import Path

import pytest
import yaml

from catalog.faults import MissingError
from cli import pulumi_cli

STAND_IN = """#!/usr/bin/env python3
import json, os, sys
names = ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE", "KUBECONFIG")
with open({calls!r}, "a") as file:
    file.write(json.dumps({{"argv": sys.argv[1:], "cwd": os.getcwd(), "env": {{n: os.environ.get(n) for n in names}}}}) + "\\n")
sys.exit(255 if sys.argv[1] in {failing!r} else 0)
"""


class StandIn:
    """A `pulumi` that notes how it was called."""

    def __init__(self, folder: Path) -> None:
        self.calls_file = folder / "calls"
        self.program = folder / "pulumi"
        self.failing: list[str] = []

    def install(self, *failing: str) -> None:
        self.program.write_text(STAND_IN.format(calls=str(self.calls_file), failing=list(failing)))
        self.program.chmod(0o755)

    @property
    def calls(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.calls_file.read_text().splitlines()]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    made = StandIn(folder)
    made.install()
    return made


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: observatory\nruntime: python\n")
    (folder / "Pulumi.local.yaml").write_text("config:\n  observatory:settings: {aws: recorded}\n")
    monkeypatch.setattr(pulumi_cli, "ROOT", folder)
    return folder


def test_without_the_cli_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match=r"pulumi CLI.*'dev'.*install it"):
        pulumi_cli.run("up", "dev")


@pytest.mark.usefixtures("project")
def test_the_embedded_stack_lives_on_a_private_file_backend(
    stand_in: StandIn, own_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "of the user's other stacks")
    assert pulumi_cli.run_embedded("up", "local", tmp_path / "kubeconfig") == 0
    select, up = stand_in.calls
    assert select["argv"] == ["stack", "select", "local", "--create", "--secrets-provider", "passphrase", "--non-interactive"]
    assert up["argv"] == ["up", "--yes", "--skip-preview", "--stack", "local", "--non-interactive"]
    folder = own_state / "local" / "pulumi"
    assert up["cwd"] == str(folder)
    assert up["env"] == {
        "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": None,
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(folder / "passphrase"),
        "KUBECONFIG": str(tmp_path / "kubeconfig"),
    }
    assert stat.S_IMODE((folder / "passphrase").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_committed_files_are_not_written_to(project: Path, stand_in: StandIn, own_state: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in project.iterdir()}
    pulumi_cli.run_embedded("up", "local", tmp_path / "kubeconfig", {"aws": "off"})
    assert stand_in.calls
    own = yaml.safe_load((own_state / "local/pulumi/Pulumi.local.yaml").read_text())
    assert own["config"]["observatory:settings"] == {"aws": "off"}
    assert {path.name: path.read_bytes() for path in project.iterdir()} == before


@pytest.mark.usefixtures("project")
def test_the_salt_that_the_cli_wrote_and_the_passphrase_stay(own_state: Path) -> None:
    folder = pulumi_cli.project_folder("local")
    first = pulumi_cli.passphrase(folder).read_text()
    own = own_state / "local/pulumi/Pulumi.local.yaml"
    own.write_text(own.read_text() + "encryptionsalt: v1:salt\n")
    pulumi_cli.project_folder("local")
    assert yaml.safe_load(own.read_text())["encryptionsalt"] == "v1:salt"
    assert pulumi_cli.passphrase(folder).read_text() == first
    assert len(first) >= 32


def test_what_another_secrets_provider_encrypted_is_left_out(project: Path) -> None:
    with (project / "Pulumi.local.yaml").open("a") as file:
        file.write("  observatory:slackToken: {secure: v1:other}\nencryptionsalt: v1:other\nsecretsprovider: awskms://alias/other\n")
    own = pulumi_cli.project_folder("local") / "Pulumi.local.yaml"
    assert yaml.safe_load(own.read_text()) == {"config": {"observatory:settings": {"aws": "recorded"}}}


@pytest.mark.usefixtures("project")
def test_a_failing_cli_is_status_1_and_stops_the_rest(stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.install("stack")
    assert pulumi_cli.run_embedded("up", "local", tmp_path / "kubeconfig") == 1
    assert len(stand_in.calls) == 1


def test_another_stack_uses_the_backend_that_the_user_logged_in_to(
    project: Path, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "the stack's own")
    assert pulumi_cli.run("down", "dev") == 0
    (call,) = stand_in.calls
    assert call["argv"] == ["destroy", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"]
    assert call["cwd"] == str(project)
    assert call["env"] == {
        "PULUMI_BACKEND_URL": None,
        "PULUMI_CONFIG_PASSPHRASE": "the stack's own",
        "PULUMI_CONFIG_PASSPHRASE_FILE": None,
        "KUBECONFIG": None,
    }


def test_content_that_is_only_recorded_is_switched_off_for_the_real_engine(project: Path) -> None:
    """It would go to a server that does not exist."""
    (project / "Pulumi.local.yaml").write_text(
        "config:\n  observatory:settings: {grafana: {replicas: 1, content: {simulated: true, members: true}}}\n"
    )
    own = yaml.safe_load((pulumi_cli.project_folder("local") / "Pulumi.local.yaml").read_text())
    settings = own["config"]["observatory:settings"]
    assert settings == {"grafana": {"replicas": 1, "content": {"simulated": False, "members": True}}}

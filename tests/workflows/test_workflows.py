"""This repository's own pipeline: its workflows are sound by actionlint, and what a fork may do has nothing to lose."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from cli.arguments import COMMANDS
from local import tools
from tests.workflows.steps import ACTIONS, BASH, ROOT, SCRIPTS, WORKFLOWS, action, commands, steps, workflow

PINNED = re.compile(r"uses: (?:\./\S+|[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$")
CREDENTIALS = ("secrets.", "id-token", "write", "role-to-assume", "vars.")


@pytest.fixture(scope="module")
def actionlint() -> Path:
    return tools.ensure(["actionlint"], print)["actionlint"]


def lint(binary: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    command = [binary, "-no-color", "-shellcheck=", "-pyflakes=", *files]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.tools
def test_actionlint_finds_nothing(actionlint: Path) -> None:
    found = lint(actionlint, *sorted(WORKFLOWS.glob("*.yml")))
    assert found.returncode == 0, found.stdout


@pytest.mark.tools
@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("HEAD^1", "${{ github.event.pull_request.title }}", "potentially untrusted"),
        ("runs-on: ubuntu-24.04", "runs-on: ubuntu-2404", 'label "ubuntu-2404" is unknown'),
        ("persist-credentials", "persist-credential", "is not defined in action"),
        ("jobs:\n  check:", "jobs:\n  check:\n    needs: nobody", "nobody"),
    ],
)
def test_actionlint_refuses_a_broken_workflow(actionlint: Path, tmp_path: Path, right: str, wrong: str, said: str) -> None:
    text = (WORKFLOWS / "checks.yml").read_text()
    assert right in text
    broken = tmp_path / "checks.yml"
    # By commit, actionlint knows no action's inputs; by tag, it does.
    broken.write_text(re.sub(r"actions/checkout@\w+ # v[\d.]+", "actions/checkout@v4", text).replace(right, wrong))
    found = lint(actionlint, broken)
    assert found.returncode == 1
    assert said in found.stdout


def test_every_foreign_action_is_pinned_by_commit_and_says_its_version() -> None:
    for path in [*WORKFLOWS.glob("*.yml"), *ACTIONS.glob("*/action.yml")]:
        for line in path.read_text().splitlines():
            if "uses:" in line:
                assert PINNED.search(line), f"{path.name}: {line.strip()}"


def test_one_action_has_one_version() -> None:
    found = {step.told["uses"] for step in steps() if "@" in step.told.get("uses", "")}
    assert len(found) == len({each.partition("@")[0] for each in found})


def test_what_a_fork_may_run_has_no_credential() -> None:
    checks = workflow("checks")
    assert "pull_request" in checks["on"]
    assert checks["permissions"] == {"contents": "read"}
    assert not [word for word in CREDENTIALS if word in yaml.safe_dump(checks)]


def test_no_workflow_runs_a_fork_s_code_with_our_rights() -> None:
    assert not [path.name for path in WORKFLOWS.glob("*.yml") if "pull_request_target" in path.read_text()]


def test_a_preview_with_a_role_is_for_branches_of_this_repository() -> None:
    jobs = workflow("preview")["jobs"]
    assert jobs["preview"]["if"] == "github.event.pull_request.head.repo.full_name == github.repository"
    assert jobs["preview"]["permissions"] == {"contents": "read", "id-token": "write"}
    writes = [name for name, job in jobs.items() if "pull-requests" in job["permissions"]]
    assert writes == ["comment"]
    assert not [step for step in jobs["comment"]["steps"] if "checkout" in step.get("uses", "")], (
        "what may write runs no code of the change"
    )


def test_every_deployment_waits_for_its_environment_s_approval_and_its_turn() -> None:
    up = workflow("up")["jobs"]["up"]
    assert up["environment"] == "${{ inputs.stack }}"
    assert up["concurrency"] == {"group": "up-${{ inputs.stack }}", "cancel-in-progress": False}
    deploy = workflow("deploy")["jobs"]
    assert {job["with"]["stack"] for job in deploy.values()} == {"dev", "prod"}
    assert deploy["prod"]["needs"] == "dev"


def test_after_up_comes_the_gate_then_the_way_back_and_always_the_marker() -> None:
    found = workflow("up")["jobs"]["up"]["steps"]
    order = [step.get("id") or step.get("uses") for step in found][2:]
    assert order == ["clock", "up", "gate", "back", "./.github/actions/marker"]
    assert found[-2]["if"].startswith("failure() && steps.gate.outputs.status == '1'")
    assert found[-1]["if"].startswith("always()")


def test_drift_is_looked_for_by_the_clock_in_every_environment() -> None:
    drift = workflow("drift")
    assert drift["on"]["schedule"]
    assert drift["jobs"]["drift"]["strategy"]["matrix"]["stack"] == ["dev", "prod"]


def test_no_script_s_text_holds_what_somebody_else_chose() -> None:
    """An expression inside a script is text before it is a value: a branch's or version's name could end the command."""
    assert not [f"{step.file}: {step.script}" for step in steps() if "${{" in step.script]


def test_no_checkout_leaves_its_token_behind() -> None:
    for step in steps():
        if step.told.get("uses", "").startswith("actions/checkout@"):
            assert step.told["with"]["persist-credentials"] is False, step.file


def test_every_command_of_ours_is_one_that_there_is() -> None:
    known = {command.name for command in COMMANDS}
    found = {(file, words.split()[0]) for file, words in commands()}
    assert {name for _, name in found} <= known
    assert {name for _, name in found} >= {"check", "test", "render", "preview", "up", "gate", "marker", "drift"}


def test_what_actions_are_given_is_what_they_take() -> None:
    for step in steps():
        uses = step.told.get("uses", "")
        if uses.startswith("./.github/actions/"):
            taken = action(uses.rpartition("/")[2])["inputs"]
            required = {name for name, told in taken.items() if told.get("required")}
            given = set(step.told["with"])
            assert required <= given <= set(taken), f"{step.file}: {uses}"


def test_every_script_is_sound_shell() -> None:
    scripts = [path.read_text() for path in SCRIPTS.glob("*.sh")] + [step.script for step in steps() if step.script]
    for script in scripts:
        run = subprocess.run([BASH, "-n"], input=script, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr

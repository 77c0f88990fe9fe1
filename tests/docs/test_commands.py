"""Every command that the guides tell to type is understood, and is run: here, by another test, or it is said to need an account."""

import subprocess
from pathlib import Path

import pytest

from tests.docs.commands import Elsewhere, bare, exists, inline, missing_paths, owner, program, refusal, unproven
from tests.docs.guides import ACCOUNT, GUIDES, ROOT, Block, blocks, files, shell

RUN = (
    "make render",
    "make costs",
    "make preview STACK=dev",
    "./observatory marker --service skillforge/backend --version 1.4.2 || test $? = 3",
    "./observatory gate --service skillforge/backend --since 30m --prometheus http://127.0.0.1:1 || test $? = 3",
)
"""Run by this test as they stand; each takes seconds and needs nothing."""

LIFE = Elsewhere("tests/local/test_engine_cluster.py", "test_the_local_stack_comes_up_stays_as_it_is_and_goes_without_a_trace")
DEMO = Elsewhere("tests/demo/test_scenario.py", "test_one_fault_is_one_notification_whoever_dies_and_silence_raises_the_alarm")
START = Elsewhere("tests/docs/test_start.py", "test_ending_the_greeter_pages_its_people_and_its_return_is_told")
MANIFEST = Elsewhere("tests/docs/test_start.py", "test_its_deployment_is_taken_by_a_restricted_namespace")
ITSELF = Elsewhere("tests/docs/test_commands.py", "def test_")
ELSEWHERE = {
    "make up": LIFE,
    "make down": LIFE,
    "make render": Elsewhere("tests/local/test_render.py", "def test_"),  # of other stacks
    "make costs": Elsewhere("tests/cli/test_costs.py", "def test_"),
    "make urls": Elsewhere("tests/cli/test_urls.py", "def test_"),
    "make doctor": Elsewhere("tests/cli/test_doctor.py", "run_doctor"),
    "make demo": DEMO,
    "make demo WATCH=tutorial/greeter:8000": START,
    "make test": ITSELF,  # the run that this test is part of
    "make check": Elsewhere("tests/cli/test_generated.py", "stale"),
    "make generate": Elsewhere("tests/docs/test_runbooks.py", "generated.write"),
    "make pictures": Elsewhere("tests/dashboards/test_sample.py", "def test_"),
    "make site": Elsewhere("tests/docs/test_site.py", "run_site"),
    "make gate": Elsewhere("tests/cli/test_gate.py", "def test_"),
    "make marker": Elsewhere("tests/cli/test_marker.py", "def test_"),
    "make drift": Elsewhere("tests/cli/test_drift.py", "def test_"),
    "make report": Elsewhere("tests/cli/test_report.py", "def test_"),
    ".venv/bin/python build/tutorial/greeter.py": START,
    "curl -s http://127.0.0.1:8000/hello": START,
    "curl -s http://127.0.0.1:8000/metrics": START,
    "kill %1": START,
    "ls build/local/prometheus/rules/tutorial.yaml": Elsewhere("tests/docs/test_start.py", "svc-tutorial-greeter.json"),
    "kubectl apply -f build/tutorial/greeter.yaml": MANIFEST,
    "kubectl -n tutorial get pods": MANIFEST,
    "kubectl -n monitoring get podmonitor tutorial-greeter": START,  # the operator makes the scrape job of it
    "rm -r build/tutorial": ITSELF,  # tidying up what the page told to make
    "git checkout -- docs": ITSELF,
    "openssl req -x509": Elsewhere("tests/docs/test_commands.py", "test_the_authority_of_elasticsearch_is_made_as_the_guide_says"),
}
"""Beginnings of commands and the test that runs what they run: the same code, without make where it would take minutes."""

ALL = [block for page in GUIDES for block in shell(page)]


def test_no_command_of_a_guide_is_unproven() -> None:
    assert list(unproven(ALL, RUN, ELSEWHERE)) == [], "run it here, name the test that does, or mark its block"


def test_every_test_that_the_table_names_is_there() -> None:
    used = {owner(command, ELSEWHERE) for block in ALL if block.marker != ACCOUNT for command in block.commands if command not in RUN}
    assert [each for each in used if each and not exists(each)] == []


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_command_of_ours_is_understood(page: Path) -> None:
    """Also those that need an account, and those within a sentence."""
    commands = [command for block in shell(page) for command in block.commands] + inline(page.read_text(encoding="utf-8"))
    told = {command: reason for command in commands if (reason := refusal(command))}
    assert told.keys() <= {"./observatory COMMAND"}, told


def test_every_command_of_ours_in_a_runbook_is_understood() -> None:
    pages = sorted((ROOT / "docs" / "runbooks").glob("*.md"))
    commands = {command for page in pages for block in shell(page) for command in block.commands}
    commands |= {command for page in pages for command in inline(page.read_text(encoding="utf-8"))}
    assert commands
    assert [f"{command}: {reason}" for command in sorted(commands) if (reason := refusal(command))] == []


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_file_that_a_guide_names_is_there(page: Path) -> None:
    told_to_make = [name.removeprefix("file below the head: ") for name in (*files(page), *(b.marker for b in blocks(page)))]
    drawn = ["docs/dashboards/svc-tutorial-greeter.png"]  # by the step of the guide that names it
    assert missing_paths(page.read_text(encoding="utf-8"), [*told_to_make, *drawn]) == []


@pytest.mark.parametrize("command", RUN)
def test_a_cheap_command_does_what_it_says(command: str) -> None:
    assert any(command in block.commands for block in ALL), "no guide names it any more"
    ended = subprocess.run([program("sh"), "-c", command], cwd=ROOT, env=bare(), capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]


def test_the_authority_of_elasticsearch_is_made_as_the_guide_says(tmp_path: Path) -> None:
    (command,) = (command for block in ALL for command in block.commands if command.startswith("openssl req"))
    subprocess.run([program("sh"), "-c", command], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    shown = subprocess.run(
        [program("openssl"), "x509", "-in", "ca.crt", "-noout", "-text"], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert "CA:TRUE" in shown.stdout


PAGE = "\n".join(
    (
        "Run `make rendre`, then see `cli/nowhere.py`.",
        "```sh",
        "make render STACK=dev    # known",
        "make render SAVE=yes && make fly",
        "./observatory render --stak dev",
        "curl https://example.com",
        "```",
        f"<!-- {ACCOUNT} -->",
        "```sh",
        "pulumi up",
        "make up STACK=dev ENGINE=docker",
        "```",
    )
)


def broken() -> list[Block]:
    return shell(Path("page.md"), PAGE)


def test_a_command_that_nobody_runs_is_told_and_one_with_an_account_is_not() -> None:
    told = list(unproven(broken(), RUN, ELSEWHERE))
    assert [line.partition(": ")[2] for line in told] == [
        "make render SAVE=yes && make fly",
        "./observatory render --stak dev",
        "curl https://example.com",
    ]
    assert told[0].startswith("page.md:2")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("make rendre", "No rule to make target"),
        ("make up ENGINE=docker", "invalid choice: 'docker'"),
        ("make demo DO='break everything'", "invalid choice: 'everything'"),
        ("./observatory render --stak dev", "unrecognized arguments: --stak dev"),
        ("./observatory fly", "invalid choice: 'fly'"),
    ],
)
def test_a_command_that_is_not_understood_is_told_with_the_reason(command: str, reason: str) -> None:
    assert reason in refusal(command)


def test_a_command_that_is_understood_and_one_of_others_are_no_complaint() -> None:
    for command in (
        "make render STACK=prod OUT=build/prod",
        "make preview STACK=<stack>",
        "./observatory up --stack dev",
        "curl -s x | sh",
    ):
        assert refusal(command) == ""


def test_a_command_and_a_file_in_a_sentence_are_looked_at_as_well() -> None:
    assert inline(PAGE) == ["make rendre"]
    assert missing_paths(PAGE) == ["cli/nowhere.py"]


def test_a_test_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(): ...")
    assert exists(Elsewhere("test_it.py", "test_it"), tmp_path)
    assert not exists(Elsewhere("test_it.py", "test_other"), tmp_path)
    assert not exists(Elsewhere("test_gone.py", "test_it"), tmp_path)

"""The table of commands, the Makefile and the modules that carry them out agree."""

import re
from pathlib import Path

import pytest

from cli import __main__ as entry
from cli.arguments import COMMANDS, parser

CONTRACT = {"up", "preview", "render", "down", "test", "check", "bench", "urls", "doctor", "help"}


def test_the_contract_s_commands_are_all_there() -> None:
    assert {command.name for command in COMMANDS} >= CONTRACT


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_a_make_target_and_has_a_function(command: object, root: Path) -> None:
    name = str(getattr(command, "name"))  # noqa: B009 - parametrize hides the type
    phony = re.search(r"^\.PHONY: (.+)$", (root / "Makefile").read_text(), re.MULTILINE)
    assert phony
    assert name in phony[1].split()
    assert callable(entry.command(name))


@pytest.mark.parametrize("command", ["up", "preview", "render", "down", "urls", "doctor"])
def test_the_stack_is_local_unless_named(command: str) -> None:
    assert parser().parse_args([command]).stack == "local"
    assert parser().parse_args([command, "--stack", "prod"]).stack == "prod"


def test_pytest_gets_what_follows_the_dashes() -> None:
    assert parser().parse_args(["test", "--tier", "unit", "--", "-k", "burn"]).rest == ["-k", "burn"]


def test_every_command_with_options_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        if command.options:
            with pytest.raises(SystemExit):
                parser().parse_args([command.name, "--help"])
            assert "examples:" in capsys.readouterr().out, command.name

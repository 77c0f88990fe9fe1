"""Exit statuses and messages are a contract: 0 done, 1 failed, 2 wrong input, 3 missing; never a traceback."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.faults import Fault, FaultsError, MissingError
from cli import __main__ as entry

FAULT = Fault("catalog/applications/shop.yaml", "alerts.Slow.above", "5", "a ratio lies between 0 and 1", "write 0.05")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException | int | None], None]:
    """Lets the next command end the given way."""

    def ends(how: BaseException | int | None) -> None:
        def run(_: argparse.Namespace) -> int | None:
            if isinstance(how, BaseException):
                raise how
            return how

        def found(_: str) -> Callable[[argparse.Namespace], int | None]:
            return run

        monkeypatch.setattr(entry, "command", found)

    return ends


@pytest.mark.parametrize(
    ("how", "status", "message"),
    [
        (None, 0, ""),
        (0, 0, ""),
        (1, 1, ""),
        (FaultsError([FAULT]), 2, "remedy: write 0.05"),
        (MissingError("kubectl is missing; install it"), 3, "observatory: kubectl is missing; install it"),
        (KeyboardInterrupt(), 1, "interrupted"),
        (RuntimeError("the server said no\nand more"), 1, "up failed: the server said no"),
        (KeyError(), 1, "up failed: KeyError"),
    ],
)
def test_every_end_has_its_status_and_its_message(
    command: Callable[[BaseException | int | None], None],
    capsys: pytest.CaptureFixture[str],
    how: BaseException | int | None,
    status: int,
    message: str,
) -> None:
    command(how)
    assert entry.main(["up"]) == status
    shown = capsys.readouterr().err
    assert message in shown
    assert "Traceback" not in shown


def test_an_unexpected_error_names_a_private_log_that_tells_it_all(
    command: Callable[[BaseException | int | None], None], capsys: pytest.CaptureFixture[str], own_state: Path
) -> None:
    command(RuntimeError("the server said no"))
    entry.main(["up", "--stack", "dev"])
    log = own_state / "logs" / "dev-up.log"
    assert str(log) in capsys.readouterr().err
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_debug_shows_the_traceback(
    command: Callable[[BaseException | int | None], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OBSERVATORY_DEBUG", "1")
    command(RuntimeError("the server said no"))
    entry.main(["up"])
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [[], ["upp"], ["up", "--stak", "prod"], ["up", "--engine", "terraform"]])
def test_a_command_line_that_is_wrong_ends_with_status_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        entry.main(argv)
    assert end.value.code == 2
    assert "usage: observatory" in capsys.readouterr().err


def test_help_imports_no_sdk(root: Path) -> None:
    code = """
import sys
import cli.__main__ as entry
try:
    entry.main(["--help"])
finally:
    print([name for name in ("pulumi", "pydantic", "rich") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "[]" in run.stdout

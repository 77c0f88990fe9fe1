"""`python -m cli`: runs one command and turns what happened into an exit status, never into a traceback for a user's mistake."""

import argparse
import importlib
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

from catalog.faults import FaultsError, MissingError
from cli.arguments import parser

DONE, FAILED, WRONG_INPUT, MISSING = range(4)

MODULES = {"down": "up", "preview": "up", "format": "check", "generate": "check", "schema": "check", "test": "check"}
"""Commands that live in another's module; every other command is `cli/<its name>.py`, its function `run_<name>`."""


def command(name: str) -> Callable[[argparse.Namespace], int | None]:
    """The function that carries a command out, imported only now: `--help` waits for no SDK."""
    module = importlib.import_module(f"cli.{MODULES.get(name, name)}")
    return cast("Callable[[argparse.Namespace], int | None]", getattr(module, f"run_{name}"))


def main(argv: Sequence[str] | None = None) -> int:
    """Carries out one command line; returns 0, 1, 2 or 3."""
    arguments = parser().parse_args(argv)
    stack: str = getattr(arguments, "stack", "local")
    from cli.console import log_to_file

    with log_to_file(arguments.command, stack) as path:
        return carry_out(arguments, path)


def carry_out(arguments: argparse.Namespace, log: Path) -> int:
    """Runs the command and says in one sentence what went wrong, if anything did."""
    try:
        return command(arguments.command)(arguments) or DONE
    except FaultsError as error:
        say(str(error))
        return WRONG_INPUT
    except MissingError as error:
        say(f"observatory: {error}")
        return MISSING
    except KeyboardInterrupt:
        say(f"observatory: interrupted; the same command goes on from here (log: {log})")
        return FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left; so do we, quietly
        return FAILED
    except Exception as error:
        logging.getLogger("observatory").exception("%s failed", arguments.command)
        if os.environ.get("OBSERVATORY_DEBUG"):
            traceback.print_exc()
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        say(f"observatory: {arguments.command} failed: {first}\n             the whole story is in {log}")
        return FAILED


def say(text: str) -> None:
    """Tells a person what went wrong, as it is: no markup, no folding."""
    from cli.console import err

    err.print(text, markup=False, soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main())

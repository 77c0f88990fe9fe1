"""What a person sees: colours and a moving line on a terminal, plain lines in a file, and a log of everything."""

import logging
import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.status import Status
from rich.text import Text

from local.paths import private, state

WIDE = 140
log = logging.getLogger("observatory")


def _console(*, stderr: bool) -> Console:
    """A console that does not fold its lines at 80 columns where nobody looks at a terminal."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else WIDE
    return Console(stderr=stderr, highlight=False, width=width)


out = _console(stderr=False)
err = _console(stderr=True)


@contextmanager
def log_to_file(command: str, stack: str) -> Generator[Path]:
    """Logs one command into a file that its owner alone can read; the last run of each command is kept."""
    path = private(state(stack).parent / "logs") / f"{stack}-{command}.log"
    path.touch(mode=0o600)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    root.handlers[:] = [handler]  # nothing of a library's logging reaches the terminal
    root.setLevel(logging.INFO)
    try:
        yield path
    finally:
        root.handlers[:], root.level = before
        handler.close()


class Progress:
    """A `report` callable for builders and engines: shows each line with the seconds passed, and logs it."""

    def __init__(self, status: Status | None) -> None:
        self._status = status
        self._start = time.monotonic()

    def __call__(self, line: str) -> None:
        """Shows and logs one line."""
        seconds = time.monotonic() - self._start
        log.info(line)
        err.print(Text.assemble((f"{seconds:6.1f}s", "dim"), "  ", line))
        if self._status:
            self._status.update(Text(line, "dim"))


@contextmanager
def progress(what: str) -> Generator[Progress]:
    """Shows that something is going on for as long as it does."""
    if not err.is_terminal:
        yield Progress(None)
        return
    with err.status(what) as status:
        yield Progress(status)

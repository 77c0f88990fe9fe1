"""Runs the project's own `__main__.py` under a monitor of ours, in this process, as the language host would."""

import asyncio
import contextvars
import gc
import json
import logging
import runpy
import sys
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import pulumi
import yaml
from pulumi.runtime import proto, settings
from pulumi.runtime.config import set_all_config
from pulumi.runtime.stack import run_in_stack

from catalog.faults import Fault, FaultsError, MissingError

THREADS = 256
"""How many registrations may wait at once. A thread is made only when needed; with the default of a few, a workload that
waits for a ConfigMap registered after it would hold the thread which that one needs."""
_FRAMES = 4
"""Of the stack, that the SDK may look at: its own alone."""


@dataclass(frozen=True)
class Program:
    """One program for one stack, with the configuration that the CLI would hand it."""

    stack: str
    project: str
    main: Callable[[], object]
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    root: Path = field(default_factory=Path.cwd)


class Monitored(Protocol):
    """What `run` needs of a monitor beside the calls that the SDK makes."""

    messages: list[str]

    def stop(self) -> None:
        """Told when the run is interrupted: whoever waits, stops."""


class InlineExecutor(ThreadPoolExecutor):
    """Runs each call at once, in the loop's thread: quicker and in a fixed order, for monitors that never wait."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as the base has it
        """A future that is already done."""
        future = Future[Any]()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - handed on to whoever awaits it
            future.set_exception(error)
        return future


class Messages:
    """The engine's log, of which the SDK's warnings are worth showing."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = messages

    def Log(self, request: proto.LogRequest) -> None:  # noqa: N802 - the protocol's name
        """Keeps warnings and errors, each once."""
        if request.severity >= proto.engine_pb2.WARNING and request.message not in self.messages:
            self.messages.append(request.message)


def load(stack: str, root: Path) -> Program:
    """The project's program with a stack's configuration, values as the CLI hands them: objects as JSON, the rest as text."""
    project = cast("dict[str, Any]", yaml.safe_load((root / "Pulumi.yaml").read_text()))["name"]
    path = root / f"Pulumi.{stack}.yaml"
    if not path.exists():
        known = ", ".join(sorted(p.name[7:-5] for p in root.glob("Pulumi.*.yaml")))
        raise FaultsError([Fault(path.name, "stack", stack, "there is no such stack", f"use one of: {known}")])
    content = cast("dict[str, Any]", yaml.safe_load(path.read_text()) or {})
    raw = cast("dict[str, object]", content.get("config") or {})
    config = {key if ":" in key else f"{project}:{key}": _text(value) for key, value in raw.items() if not _ciphered(value)}

    def main() -> None:
        if str(root) not in sys.path:
            sys.path.insert(0, str(root))
        runpy.run_path(str(root / "__main__.py"), run_name="__main__")

    return Program(stack, project, main, config, root)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str)


def _ciphered(value: object) -> bool:
    """A secret that only the CLI can open; to this program it is one that is not there."""
    return isinstance(value, dict) and "secure" in value


def run(program: Program, monitor: Monitored, *, preview: bool, inline: bool = False) -> None:
    """Runs a program to its end in an event loop and settings of its own.

    Raises what it raises; a `RunError` made of faults or of something missing comes out as that.
    """

    async def body() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(InlineExecutor(1) if inline else ThreadPoolExecutor(THREADS, "register"))
        loop.set_exception_handler(_quiet)
        settings.reset_options()
        settings.configure(
            settings.Settings(
                program.project,
                program.stack,
                monitor=monitor,
                engine=Messages(monitor.messages),
                dry_run=preview,
                organization="organization",
                root_directory=str(program.root),
            )
        )
        set_all_config(dict(program.config), [])
        try:
            await run_in_stack(lambda: _ignore_result(program.main))
        except (KeyboardInterrupt, asyncio.CancelledError):
            monitor.stop()
            raise
        finally:
            settings.reset_options()

    try:
        contextvars.copy_context().run(asyncio.run, body())
    except pulumi.RunError as error:
        if isinstance(error.__cause__, FaultsError | MissingError):
            raise error.__cause__ from None
        raise


@contextmanager
def undisturbed() -> Generator[None]:
    """Without what takes half of a short run's time and serves nobody here.

    None of its many small objects is garbage; and the SDK photographs the whole stack at each registration, to tell an engine the line.
    """
    collecting, shown = gc.isenabled(), getattr(sys, "tracebacklimit", None)
    gc.disable()
    sys.tracebacklimit = _FRAMES
    try:
        yield
    finally:
        if shown is None:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = shown
        if collecting:
            gc.enable()


def _quiet(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """One failure fails every output that depends on it, read or not; it is told once, by what `run` raises."""
    logging.getLogger("observatory").debug("%s", context.get("message"), exc_info=context.get("exception"))


def _ignore_result(main: Callable[[], object]) -> None:
    main()

"""`make demo`: shows the demonstration in one terminal, gives it orders from another."""

import argparse
import os
import signal
import time
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from catalog.faults import MissingError
from cli.arguments import ROOT
from cli.console import err, out, progress
from cli.options import DEFAULT_STACK

if TYPE_CHECKING:
    from collections.abc import Generator

    from demo.configuration import Subject
    from demo.notification import Notification
    from demo.scenario import Demo

ENDING = 15.0  # seconds that a demonstration may take to end


def run_demo(arguments: argparse.Namespace) -> None:
    """Starts the demonstration, or passes an order on to the one that runs."""
    from demo import scenario

    folder = scenario.home()
    match arguments.order:
        case None:
            from demo.watching import watched

            _show(arguments.speed, *watched(arguments.watch, ROOT))
        case "break":
            scenario.find(folder).break_(arguments.way)
            out.print(f"the application is broken: {arguments.way}; watch the terminal of `make demo`")
        case "mend":
            scenario.find(folder).mend()
            out.print("the application is mended; it is told as resolved once the rates have gone down")
        case "kill":
            out.print(f"killed {scenario.find(folder).kill(arguments.kind)}")
        case "revive":
            started = scenario.find(folder).revive(lambda line: err.print(line, markup=False))
            out.print(f"running again: {', '.join(started)}" if started else "everything runs")
        case "status":
            _status(scenario.find(folder))
        case _:
            _stop()


def _show(factor: float, subject: "Subject", watched: int | None) -> None:
    from demo.generated import generated
    from demo.heartbeat import Heartbeat, longest_silence
    from demo.processes import TOOLS
    from demo.receiver import Receiver
    from demo.scenario import Stage, home, new
    from demo.screen import show
    from local.tools import ensure

    def told(notification: "Notification") -> None:
        show(out, notification)

    with _every_end_like_ctrl_c():
        try:
            with progress("starting") as report:
                tools = ensure(TOOLS, report)
                configuration = generated(DEFAULT_STACK, ROOT, report)
                processes = new(home(), tools, configuration, factor, subject=subject, watched=watched)
                receiver = Receiver(Heartbeat(longest_silence(factor), _silence, _return), told)
            with Stage(processes, receiver) as stage:
                with progress("starting") as report:
                    stage.start(configuration, report)
                _explain(stage.demo)
                _watch(stage.demo)
        except KeyboardInterrupt:
            out.print("the demonstration has ended; nothing of it runs any more")


def _explain(demo: "Demo") -> None:
    processes = demo.processes
    subject, factor = processes.subject, processes.factor
    hurry = f"Time passes {factor:g} times as fast: what alerts after 2 minutes does so after {120 / factor:.0f} s. " if factor != 1 else ""
    out.print(
        f"\n{subject.application}/{subject.service} runs at {processes.url('application')}, two Prometheus scrape it, three Alertmanagers "
        f"gossip about it. {hurry}What people are told appears here. In another terminal:\n",
        markup=False,
        highlight=False,
    )
    table = Table.grid(padding=(0, 3))
    for order, effect in (
        ("end your service, or make it fail", "what its alerts in the catalog say; `make demo DO=status` tells which are on their way")
        if processes.watched
        else ('make demo DO="break errors"', "three in ten requests fail: a phone rings (also: slow, ai-errors, down, memory)"),
        ('make demo DO="kill prometheus"', "the other one goes on; nobody is told twice"),
        ('make demo DO="kill alertmanager"', "the one that notified is gone; the others know what it told"),
        *([] if processes.watched else [("make demo DO=mend", "the same people hear that it is over, once")]),
        ("make demo DO=status", "what runs, what is broken, which alerts there are"),
    ):
        table.add_row(Text(f"  {order}", "bold"), effect)
    out.print(table)
    out.print("\nCtrl-C ends it and leaves nothing running.\n")


def _watch(demo: "Demo") -> NoReturn:
    """Says which alerts are on their way until Ctrl-C; on a terminal in one moving line."""
    before = ""
    with out.status("all is well") as status:
        while True:
            alerts = demo.alerts()
            now = ", ".join(f"{name} is {state}" for name, state in alerts) or "all is well"
            if now != before:
                if out.is_terminal:
                    status.update(Text(f"Prometheus: {now}", "dim"))
                else:
                    out.print(f"Prometheus: {now}", markup=False, soft_wrap=True)
            before = now
            time.sleep(0.5)


def _silence(seconds: float) -> None:
    text = f"No Watchdog for {seconds:.0f} s: Prometheus or Alertmanager is dead, and nobody would hear of any other fault."
    if out.is_terminal:
        out.print(Panel(Text(text, "bold"), title=" 📟 Dead man's switch → the person on call ", title_align="left", border_style="red"))
    else:
        out.print(f"DEAD MAN'S SWITCH: {text}", markup=False, soft_wrap=True)


def _return() -> None:
    out.print("Dead man's switch: the Watchdog is back.", markup=False)


def _status(demo: "Demo") -> None:
    table = Table("process", "runs", "address", box=None, padding=(0, 2))
    for name, pid in demo.pids().items():
        table.add_row(name, Text(f"pid {pid}", "green") if pid else Text("no", "red"), demo.processes.url(name))
    out.print(table)
    out.print(f"  broken: {', '.join(demo.broken()) or 'nothing'}", markup=False)
    alerts = ", ".join(f"{name} ({state})" for name, state in demo.alerts())
    out.print(f"  alerts: {alerts or 'none'}", markup=False)


def _stop() -> None:
    from demo import scenario

    folder = scenario.home()
    pid = scenario.owner(folder)
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + ENDING
        while scenario.owner(folder):
            if time.monotonic() > deadline:
                raise MissingError(f"the demonstration (pid {pid}) does not end; end it with `kill {pid}`")
            time.sleep(0.05)
    ended = scenario.clear(folder)
    out.print("the demonstration has ended" if pid or ended else "no demonstration is running")


@contextmanager
def _every_end_like_ctrl_c() -> "Generator[None]":
    """A closed terminal and `kill` end the demonstration as Ctrl-C does; a second one does not interrupt the first."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

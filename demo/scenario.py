"""One demonstration: everything started in order, broken, killed, mended and stopped without a trace."""

import json
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from catalog.faults import MissingError
from demo.configuration import SUBJECT, Subject
from demo.generated import Generated
from demo.processes import ALERTMANAGER, APPLICATION, PORTS, PROMETHEUS, Addresses, Processes, get, request
from demo.receiver import Receiver
from local.certificates import write
from local.launch import identity
from local.paths import private, state
from local.processes import free_ports, running, stop

Report = Callable[[str], None]
KINDS = {"prometheus": PROMETHEUS, "alertmanager": ALERTMANAGER}
"""What can be killed: the first one that runs."""
_START = 60.0  # seconds that a process may take on a busy machine


def home() -> Path:
    """Where the demonstration keeps its files while it runs."""
    return state("demo")


@dataclass(frozen=True)
class Demo:
    """A running demonstration, as any command sees it."""

    processes: Processes

    def break_(self, way: str) -> None:
        """Breaks the application. MissingError where it does not answer."""
        self._control("PUT", f"/{way}")

    def mend(self) -> None:
        """Nothing is wrong with the application any more."""
        self._control("DELETE", "/")

    def broken(self) -> list[str]:
        """The ways in which the application is broken."""
        found = get(self.processes.ports["control"], "/")
        return json.loads(found)["broken"] if found else []

    def kill(self, kind: str) -> str:
        """Kills the first Prometheus or Alertmanager that runs, without a chance to say goodbye; returns its name."""
        for name in KINDS[kind]:
            if pid := running(self._pid_file(name)):
                os.kill(pid, signal.SIGKILL)
                return name
        raise MissingError(f"no {kind} is left to kill; `make demo DO=revive` starts them again")

    def revive(self, report: Report) -> list[str]:
        """Starts what was killed."""
        daemons = self.processes.daemons()
        dead = [name for name, daemon in daemons.items() if daemon.pid() is None]
        _start(self.processes, dead, report)
        return dead

    def pids(self) -> dict[str, int | None]:
        """Every process with its pid, None where it does not run."""
        return {name: running(self._pid_file(name)) for name in self.processes.daemons()}

    def alerts(self) -> list[tuple[str, str]]:
        """Name and state (`pending`, `firing`) of the alerts that a living Prometheus knows, the Watchdog apart."""
        for name in PROMETHEUS:
            found = get(self.processes.ports[name], "/api/v1/alerts") if running(self._pid_file(name)) else None
            if found:
                alerts: list[dict[str, Any]] = json.loads(found)["data"]["alerts"]
                return sorted({(a["labels"]["alertname"], a["state"]) for a in alerts if a["labels"]["alertname"] != "Watchdog"})
        return []

    def _control(self, method: str, path: str) -> None:
        if self.processes.watched:
            raise MissingError(f"what runs at port {self.processes.watched} is yours: break it there, for instance by ending it")
        if request(method, self.processes.ports["control"], path) is None:
            raise MissingError(f"the application does not take orders ({method} {path}); its log is {self.processes.run / APPLICATION}.log")

    def _pid_file(self, name: str) -> Path:
        return self.processes.run / f"{name}.pid"


class Stage:
    """Owns a demonstration from start to end; a context manager, so that nothing is left behind whatever happens."""

    def __init__(self, processes: Processes, receiver: Receiver) -> None:
        self.demo = Demo(processes)
        self.receiver = receiver
        self._processes = processes

    def start(self, generated: Generated, report: Report) -> None:
        """Starts everything; MissingError says what did not start, and why."""
        processes = self._processes
        processes.write(generated, Addresses(self.receiver.url, self.receiver.mail))
        known = asdict(processes) | {"folder": str(processes.folder), "tools": {k: str(v) for k, v in processes.tools.items()}}
        write(processes.folder / "demo.json", json.dumps(known).encode())
        for group in ((APPLICATION, *ALERTMANAGER), PROMETHEUS):
            _start(processes, group, report)

    def __enter__(self) -> Self:
        private(self._processes.run)
        write(self._processes.run / "demo.owner", f"{os.getpid()} {identity(os.getpid())}".encode())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        failed = isinstance(error, Exception)
        clear(self._processes.folder, keep_files=failed)  # the message of a failure names a log
        self.receiver.close()


def new(
    folder: Path,
    tools: dict[str, Path],
    generated: Generated,
    factor: float,
    *,
    gossip: bool = True,
    subject: Subject = SUBJECT,
    watched: int | None = None,
) -> Processes:
    """Processes of a demonstration to come, on free ports; ends what an earlier one left there. MissingError where one runs."""
    if owner(folder):
        raise MissingError("a demonstration is running already; use it from here, or end it with `make demo DO=stop`")
    clear(folder)
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    return Processes(folder, ports, tools, factor, gossip, generated.peer_timeout, subject, generated.environment, watched)


def find(folder: Path) -> Demo:
    """The demonstration that runs; MissingError where none does."""
    try:
        known: dict[str, Any] = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MissingError("no demonstration is running; start one with `make demo`") from None
    tools = {name: Path(path) for name, path in known["tools"].items()}
    known |= {"folder": folder, "tools": tools, "subject": Subject(**known["subject"])}
    return Demo(Processes(**known))


def owner(folder: Path) -> int | None:
    """The command that shows the running demonstration."""
    return running(folder / "run" / "demo.owner")


def clear(folder: Path, *, keep_files: bool = False) -> list[str]:
    """Ends every process of a demonstration and removes its files; returns the names of those that ran."""
    ended = stop(sorted((folder / "run").glob("*.pid")))
    (folder / "demo.json").unlink(missing_ok=True)
    if not keep_files:
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
    return ended


def _start(processes: Processes, names: tuple[str, ...] | list[str], report: Report) -> None:
    """Starts some side by side and waits until all of them work."""
    daemons = processes.daemons()
    names = [name for name in names if name in daemons]
    for name in names:
        report(f"starting {name}")
        daemons[name].start(processes.environment())
    for name in names:
        daemons[name].wait(_START)

"""Daemons that outlive the command that started them: started, told apart from strangers, probed and stopped."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from catalog.faults import MissingError
from local import launch
from local.certificates import write
from local.launch import identity

_PORTS = range(20000, 30000)
GRACE = 1.0  # seconds between asking a process to end and ending it; what is not on etcd's disk is nobody's loss


@dataclass(frozen=True)
class Daemon:
    """One process of the cluster: its command line, the folder of its pid file and log, and how to see that it works."""

    name: str
    command: tuple[str, ...]
    folder: Path
    healthy: Callable[[], bool]

    @property
    def log(self) -> Path:
        """Everything it printed since the cluster was made."""
        return self.folder / f"{self.name}.log"

    @property
    def pid_file(self) -> Path:
        """Its pid and what tells it from a later process of that pid."""
        return self.folder / f"{self.name}.pid"

    def pid(self) -> int | None:
        """The running process; None when it never ran, died, or its pid is another's now."""
        return running(self.pid_file)

    def current(self) -> bool:
        """Whether it runs, and the program it runs is the one it should."""
        return self.pid() is not None and self._started().exists() and self._started().read_text() == "\n".join(self.command)

    def _started(self) -> Path:
        return self.folder / f"{self.name}.command"

    def start(self, environment: dict[str, str]) -> None:
        """Runs it in a session of its own."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.pid_file.unlink(missing_ok=True)
        write(self._started(), "\n".join(self.command).encode())
        script = [sys.executable, "-I", "-S", launch.__file__, str(self.pid_file), str(self.log), *self.command]
        subprocess.run(script, env=environment, cwd=self.folder, check=True)

    def wait(self, seconds: float) -> None:
        """Returns once it works; raises MissingError with its last words when it ends or takes too long."""
        deadline = time.monotonic() + seconds
        while not self.healthy():
            if self.pid() is None:
                raise MissingError(f"{self.name} ended while it started{self._advice()}")
            if time.monotonic() > deadline:
                raise MissingError(f"{self.name} did not become ready in {seconds:.0f} s{self._advice()}")
            time.sleep(0.05)

    def _advice(self) -> str:
        return f" ({self.last_words()}); read {self.log}, or make the cluster anew by `make down` and `make up`"

    def last_words(self) -> str:
        """The last line of its log, which is where Go programs say why they ended."""
        with suppress(FileNotFoundError):
            lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
            if lines:
                return lines[-1].strip()[:300]
        return "it said nothing"


def running(pid_file: Path) -> int | None:
    """The process that a pid file names, if it is still that one."""
    try:
        pid, _, known = pid_file.read_text().strip().partition(" ")
    except FileNotFoundError:
        return None
    return int(pid) if known and identity(int(pid)) == known else None


def stop(pid_files: Iterable[Path]) -> list[str]:
    """Ends the processes that the pid files name and removes the files; returns the names of those that ran."""
    files = list(pid_files)
    ran = [file for file in files if _signal(file, signal.SIGTERM)]
    deadline = time.monotonic() + GRACE
    while any(map(running, ran)):
        if time.monotonic() > deadline:
            for file in ran:
                _signal(file, signal.SIGKILL)
        time.sleep(0.02)
    for file in files:
        file.unlink(missing_ok=True)
    return [file.stem for file in ran]


def _signal(pid_file: Path, number: signal.Signals) -> bool:
    pid = running(pid_file)
    if pid is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, number)
    return True


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on, all different.

    Below the range from which systems take ports for outgoing connections (32768 on Linux): a process that is started again
    on its old port would else now and then find a connection of somebody else there.
    """
    found: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        if len(found) == count:
            break
        if not taken(port):
            found.append(port)
    return found


def freed(port: int, seconds: float = 10) -> bool:
    """Whether nobody listens on that port by then: the kernel closes a killed process's sockets a little after the process is gone."""
    end = time.monotonic() + seconds
    while taken(port):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def taken(port: int) -> bool:
    """Whether somebody listens on that port of the loopback interface."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False

"""Starts one daemon so that nothing of it depends on who started it: own session, own log, private files, a pid file.

Run as a script by `local.processes` (`python -I -S launch.py PIDFILE LOGFILE PROGRAM ARGUMENT...`) and so on the
standard library alone. The pid file is complete before the program runs: a run that is killed in between leaves no
process that nobody knows of.
"""

import os
import subprocess
import sys
from pathlib import Path


def identity(pid: int) -> str:
    """What tells a process from a later one of the same pid: boot and start time; empty when it is dead or a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():
        run = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S607
        state, _, started = run.stdout.strip().partition(" ")
        return "" if state.startswith("Z") else started.strip()
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return "" if fields[0] in "ZX" else f"{boot}:{fields[19]}"


def launch(pid_file: str, log_file: str, command: list[str]) -> None:
    """Returns in the caller once the daemon runs its program (or has failed to); never returns in the daemon."""
    alive, hold = os.pipe()
    if os.fork():
        os.close(hold)
        os.read(alive, 1)  # ends when exec closes the daemon's side
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    os.umask(0o077)
    fresh = f"{pid_file}.fresh"
    Path(fresh).write_text(f"{os.getpid()} {identity(os.getpid())}\n")
    Path(fresh).replace(pid_file)
    log = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    try:
        os.execv(command[0], command)  # noqa: S606 - a list of our own making
    except OSError as error:
        os.write(2, f"{command[0]}: {error.strerror}\n".encode())
        os._exit(127)


if __name__ == "__main__":
    launch(sys.argv[1], sys.argv[2], sys.argv[3:])

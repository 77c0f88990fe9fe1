"""Daemons outlive who started them, are told apart from strangers, and end when they should."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from catalog.faults import MissingError
from local import processes
from local.launch import identity

SLEEP = (sys.executable, "-S", "-c", "import time; time.sleep(60)")


def daemon(folder: Path, *command: str, healthy: bool = True) -> processes.Daemon:
    return processes.Daemon("sleeper", command or SLEEP, folder, lambda: healthy)


def test_a_daemon_runs_in_a_session_of_its_own_with_private_files(tmp_path: Path) -> None:
    sleeper = daemon(tmp_path / "run")
    sleeper.start({})
    try:
        pid = sleeper.pid()
        assert pid
        assert os.getsid(pid) != os.getsid(0)
        assert os.getpgid(pid) != os.getpgid(0)
        modes = {path.name: path.stat().st_mode & 0o077 for path in [sleeper.folder, *sleeper.folder.iterdir()]}
        assert not any(modes.values()), modes
    finally:
        assert processes.stop([sleeper.pid_file]) == ["sleeper"]
    assert sleeper.pid() is None
    assert identity(pid) == ""
    assert not sleeper.pid_file.exists()


def test_a_daemon_outlives_the_one_who_started_it(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from local.processes import Daemon; "
        f"Daemon('sleeper', {SLEEP!r}, pathlib.Path(sys.argv[1]), lambda: True).start({{}})"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, cwd=Path(__file__).parents[2])
    sleeper = daemon(tmp_path)
    assert sleeper.pid()
    processes.stop([sleeper.pid_file])


def test_a_stranger_with_a_recycled_pid_is_neither_taken_for_ours_nor_ended(tmp_path: Path) -> None:
    stranger = subprocess.Popen(SLEEP)
    try:
        sleeper = daemon(tmp_path)
        sleeper.pid_file.write_text(f"{stranger.pid} another-boot:12345\n")
        assert sleeper.pid() is None
        assert processes.stop([sleeper.pid_file]) == []
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_daemon_that_ignores_the_request_to_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "GRACE", 0.3)
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    sleeper = daemon(tmp_path, sys.executable, "-S", "-c", script)
    sleeper.start({})
    while sleeper.last_words() != "deaf":
        time.sleep(0.01)
    processes.stop([sleeper.pid_file])
    assert sleeper.pid() is None


def test_a_daemon_that_dies_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    sleeper = daemon(tmp_path, sys.executable, "-S", "-c", "raise SystemExit('no such disk')", healthy=False)
    sleeper.start({})
    with pytest.raises(MissingError, match=r"^sleeper ended while it started \(no such disk\); read /.*sleeper\.log, or make "):
        sleeper.wait(20)


def test_a_program_that_is_not_there_is_told_as_well(tmp_path: Path) -> None:
    sleeper = daemon(tmp_path, "/nowhere/sleeper", healthy=False)
    sleeper.start({})
    with pytest.raises(MissingError, match="/nowhere/sleeper: No such file or directory"):
        sleeper.wait(20)


def test_a_daemon_that_never_answers_is_told_after_its_time(tmp_path: Path) -> None:
    sleeper = daemon(tmp_path, healthy=False)
    sleeper.start({})
    try:
        with pytest.raises(MissingError, match="sleeper did not become ready in 0 s"):
            sleeper.wait(0.2)
    finally:
        processes.stop([sleeper.pid_file])


def test_a_daemon_that_should_run_another_program_now_is_not_current(tmp_path: Path) -> None:
    sleeper = daemon(tmp_path)
    sleeper.start({})
    try:
        assert sleeper.current()
        assert not daemon(tmp_path, *SLEEP, "newer").current()
    finally:
        processes.stop([sleeper.pid_file])


def test_free_ports_differ_and_are_free() -> None:
    ports = processes.free_ports(6)
    assert len(set(ports)) == 6
    assert not any(map(processes.taken, ports))

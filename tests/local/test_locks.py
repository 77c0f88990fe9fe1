"""One run at a time, also when the one before took the lock file away."""

import threading
import time
from contextlib import suppress
from pathlib import Path

from local.locks import locked


def test_the_second_waits_for_the_first_and_says_so(tmp_path: Path) -> None:
    order: list[str] = []
    held = threading.Event()

    def first() -> None:
        with locked(tmp_path / "lock", lambda: None):
            held.set()
            time.sleep(0.2)
            order.append("first")

    run = threading.Thread(target=first)
    run.start()
    held.wait()
    with locked(tmp_path / "lock", lambda: order.append("waiting")):
        order.append("second")
    run.join()
    assert order == ["waiting", "first", "second"]


def test_a_holder_may_remove_the_lock_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "lock"
    inside = 0
    most = 0
    guard = threading.Lock()

    def run() -> None:
        nonlocal inside, most
        with locked(path, lambda: None):
            with guard:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with guard:
                inside -= 1
            path.unlink()
            with suppress(OSError):  # the next may have made the lock anew already
                path.parent.rmdir()

    runs = [threading.Thread(target=run) for _ in range(6)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert most == 1

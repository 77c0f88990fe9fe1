"""The dead man's switch: it hears the Watchdog all the time, and raises the alarm when it no longer does."""

import threading
import time
from collections.abc import Callable

BEAT = 60.0
"""Seconds between two beats, as Alertmanager's route has it."""
_LEAST = 10.0


def longest_silence(factor: float) -> float:
    """Three beats, or a few seconds where time passes so fast that a busy machine may miss some."""
    return max(_LEAST, 3 * BEAT / factor)


class Heartbeat:
    """Expects a beat at least every `limit` seconds, from the first one on; calls back once for each silence and each return."""

    def __init__(self, limit: float, on_absence: Callable[[float], None], on_return: Callable[[], None]) -> None:
        self.limit = limit
        self.beats = 0
        self.absent = False
        self._on_absence, self._on_return = on_absence, on_return
        self._last: float | None = None
        self._lock = threading.Lock()

    def beat(self) -> None:
        """The Watchdog was heard."""
        with self._lock:
            self._last = time.monotonic()
            self.beats += 1
            came_back, self.absent = self.absent, False
        if came_back:
            self._on_return()

    def look(self) -> None:
        """Raises the alarm where the silence has lasted too long."""
        with self._lock:
            silence = time.monotonic() - self._last if self._last is not None else 0.0
            newly = silence > self.limit and not self.absent
            self.absent = self.absent or newly
        if newly:
            self._on_absence(silence)

    def watch(self, stop: threading.Event) -> threading.Thread:
        """Looks ten times a second in the background until `stop` is set."""

        def run() -> None:
            while not stop.wait(0.1):
                self.look()

        thread = threading.Thread(target=run, name="heartbeat", daemon=True)
        thread.start()
        return thread
